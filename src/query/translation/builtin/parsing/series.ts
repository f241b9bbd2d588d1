import type { Aggregate } from '../language/function-words.js';
import type { Cursor } from './cursor.js';
import { nounPhrase } from './noun-phrase.js';

/** "minimum, maximum and average price", "the smallest and the largest fine": several aggregates of one noun. */
export function series(cursor: Cursor): boolean {
  const found: Aggregate[] = [];
  cursor.mark();
  for (;;) {
    cursor.skip();
    const fn = aggregateHere(cursor);
    if (!fn) break;
    found.push(fn);
    cursor.at++;
    const joined = cursor.item?.punctuation === ',' || cursor.does('and');
    if (!joined) break;
    cursor.at += cursor.item?.punctuation === ',' && cursor.does('and', cursor.peek()) ? 2 : 1;
  }
  if (cursor.does('prep')?.prep === 'of') cursor.at++;
  const noun = found.length > 1 ? nounPhrase(cursor) : undefined;
  if (!noun || noun.aggregate) {
    cursor.back();
    return false;
  }
  cursor.keep();
  for (const aggregate of found) cursor.reading.heads.push({ ...noun, aggregate });
  cursor.remember(noun);
  return true;
}

function aggregateHere(cursor: Cursor): Aggregate | undefined {
  const fn = cursor.does('aggregate')?.fn;
  if (fn && fn !== 'count') return fn;
  const end = cursor.does('extreme');
  return end && /est$/.test(cursor.item!.lower) && cursor.item!.lower !== 'best' ? (end.desc ? 'max' : 'min') : undefined;
}
