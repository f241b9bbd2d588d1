import type { Aggregate } from '../language/function-words.js';
import type { Item } from '../tagging/items.js';
import type { Cursor } from './cursor.js';

/** "invoices by status: number, sum, largest", "… and what they come to": aggregates of what has been named before. */
export function bareAggregates(cursor: Cursor): boolean {
  const single = cursor.does('bare');
  if (single) {
    cursor.reading.bare.push(single.fn);
    cursor.at++;
    return true;
  }
  const { reading } = cursor;
  const before = cursor.items[cursor.at - 1]?.punctuation;
  if (reading.heads.length === 0 || !before || !':-,'.includes(before)) return false;
  const found: Aggregate[] = [];
  let at = cursor.at;
  for (; at < cursor.items.length; at++) {
    const item = cursor.items[at]!;
    if (item.punctuation || item.does?.does === 'and' || item.does?.does === 'filler') continue;
    const fn = aggregateOf(item);
    if (!fn) return false;
    found.push(fn);
  }
  if (found.length === 0 || (found.length === 1 && found[0] === 'count' && before === ',')) return false;
  reading.bare.push(...found);
  cursor.at = at;
  return true;
}

function aggregateOf(item: Item): Aggregate | undefined {
  if (item.lower === 'number') return 'count';
  if (item.nouns?.some((ref) => ref.score > 0.85)) return undefined;
  if (item.does?.does === 'aggregate') return item.does.fn;
  return item.does?.does === 'extreme' && /est$/.test(item.lower) ? (item.does.desc ? 'max' : 'min') : undefined;
}

/** "month over month change in sales", "growth of orders per year". */
export function growth(cursor: Cursor): boolean {
  const word = cursor.does('growth');
  if (!word || cursor.item!.nouns?.some((ref) => ref.score > 0.85)) return false;
  const { percent, unit } = word;
  cursor.reading.growth = { percent: percent || cursor.reading.growth?.percent === true, ...(unit ? { unit } : {}) };
  cursor.at++;
  return true;
}
