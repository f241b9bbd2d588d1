import type { Item } from '../tagging/items.js';
import type { Cursor } from './cursor.js';

const MORE = new Set(['more', 'less', 'fewer', 'higher', 'lower', 'greater', 'larger', 'smaller']);
const THAN = new Set(['than', 'compared with', 'compared to', 'versus', 'vs']);
const MOVES = new Set(['change', 'increase', 'decrease', 'grow', 'rise', 'fall', 'drop', 'changed', 'increased', 'grown', 'risen', 'fallen', 'dropped']);

/**
 * The same number at two times or places, and how far apart they are: "How many more orders were there in 2023 than in 2022",
 * "By how much did total sales change from 2022 to 2023". Read as two questions of their own.
 */
export function contrast(cursor: Cursor): boolean {
  if (cursor.reading.heads.length > 0 || cursor.reading.against.length > 0) return false;
  return moreThan(cursor) || changeFromTo(cursor) || exceeds(cursor);
}

function moreThan(cursor: Cursor): boolean {
  const asks = cursor.item!;
  const counts = cursor.does('aggregate')?.fn === 'count';
  if (!counts && cursor.does('ask')?.ask !== 'amount') return false;
  if (!MORE.has(cursor.peek()?.lower ?? '')) return false;
  const end = sentenceEnd(cursor);
  const than = cursor.items.findIndex((item, at) => at > cursor.at + 1 && at < end && THAN.has(item.lower));
  const prep = cursor.items[than + 1];
  if (than < 0 || !prep) return false;
  const body = cursor.items.slice(cursor.at + 2, than);
  const from = prep.does?.does === 'prep' ? body.findLastIndex((item) => item.lower === prep.lower) : prep.date ? body.findLastIndex((item) => item.date !== undefined) : -1;
  if (from < 0) return false;
  const head: Item = counts ? asks : { ...asks, does: { does: 'aggregate', fn: 'sum' } };
  const stated = body.some((item) => item.does?.does === 'aggregate');
  const start = stated && !counts ? [] : [head];
  add(cursor, [...start, ...body], [...start, ...body.slice(0, from), ...cursor.items.slice(than + 1, end)]);
  cursor.at = end;
  return true;
}

/** "By how much did X change from A to B": what it was at the end, less what it was at the start. */
function changeFromTo(cursor: Cursor): boolean {
  const end = sentenceEnd(cursor);
  const opens = cursor.item!.lower === 'by' && cursor.does('ask', cursor.peek())?.ask === 'amount';
  if (!opens && cursor.does('ask')?.ask !== 'amount' && cursor.item!.lower !== 'how') return false;
  const moves = cursor.items.findIndex((item, at) => at > cursor.at && at < end && MOVES.has(item.lower));
  const at = cursor.items[moves + 1];
  const until = cursor.items.findIndex((item, i) => i > moves + 2 && i < end && ['to', 'and'].includes(item.lower));
  if (moves < 0 || until < 0 || !['from', 'between'].includes(at?.lower ?? '')) return false;
  const what = cursor.items.slice(cursor.at + (opens ? 2 : 1), moves).filter((item) => item.does?.does !== 'copula');
  const inPart: Item = { text: 'in', lower: 'in', start: at!.start, end: at!.end, does: { does: 'prep', prep: 'in' } };
  const asks = cursor.does('ask')?.ask === 'amount' ? [cursor.item!] : opens ? [cursor.peek()!] : [];
  add(cursor, [...asks, ...what, inPart, ...cursor.items.slice(until + 1, end)], [...asks, ...what, inPart, ...cursor.items.slice(moves + 2, until)]);
  cursor.at = end;
  return true;
}

/** "By how much does the average salary of doctors exceed that of nurses". */
function exceeds(cursor: Cursor): boolean {
  if (cursor.item!.lower !== 'by' || cursor.does('ask', cursor.peek())?.ask !== 'amount') return false;
  const end = sentenceEnd(cursor);
  const verb = cursor.items.findIndex((item, at) => at > cursor.at && at < end && /^exceed(s|ed)?$/.test(item.lower));
  const that = cursor.items.slice(verb + 1, end).findIndex((item) => item.lower === 'of');
  if (verb < 0 || that < 0 || that > 2) return false;
  const body = cursor.items.slice(cursor.at + 2, verb).filter((item) => item.does?.does !== 'copula');
  const of = body.findLastIndex((item) => item.lower === 'of');
  if (of < 0) return false;
  add(cursor, body, [...body.slice(0, of), ...cursor.items.slice(verb + 1 + that, end)]);
  cursor.at = end;
  return true;
}

function add(cursor: Cursor, top: readonly Item[], bottom: readonly Item[]): void {
  const sides = [top, bottom].map((items) => cursor.read(items));
  for (const side of sides) {
    cursor.reading.leftovers.push(...side.leftovers);
    if (side.uncovered) cursor.reading.uncovered ??= side.uncovered;
  }
  cursor.reading.against.push({ kind: 'difference', percent: false, average: false, whole: false, apart: true, top: sides[0]!, bottom: sides[1]! });
  cursor.tail = true;
}

function sentenceEnd(cursor: Cursor): number {
  const end = cursor.items.findIndex((item, at) => at > cursor.at && item.punctuation !== undefined && '?.!;'.includes(item.punctuation));
  return end < 0 ? cursor.items.length : end;
}
