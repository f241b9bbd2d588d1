import type { Item } from '../tagging/items.js';
import { isNoun, type Cursor } from './cursor.js';
import type { Reading } from './reading.js';

/**
 * One number set against another: "ratio of A to B", "percentage of A that …", "A out of all B", "difference between A and B".
 * Each side is read as a question of its own; what follows, such as "for each …", is said of both.
 */
export function against(cursor: Cursor): boolean {
  const word = cursor.does('against');
  if (!word || (isNoun(cursor.item) && !followsOf(cursor))) return false;
  if (word.infix) return asShareOf(cursor, word.percent);
  const average = cursor.reading.heads.length === 0 && cursor.does('aggregate', cursor.items[cursor.at - 1])?.fn === 'avg';
  if (average) cursor.reading.leftovers.pop();
  cursor.at++;
  while (cursor.does('prep')?.prep === 'of' || cursor.does('between') || cursor.does('filler')) cursor.at++;
  const start = cursor.at;
  const end = endOfSides(cursor, start);
  const cut = separator(cursor.items, start, end, word.kind);
  const top = cut === undefined ? cursor.items.slice(start, end) : cursor.items.slice(start, cut);
  const bottom: Item[] | undefined = cut === undefined ? beforePredicate(top) : cursor.items.slice(cut + 1, end);
  // "customers with orders to customers without": without what the first side has.
  const last = bottom?.at(-1);
  const having = top.findIndex((item) => item.does?.does === 'with' || item.does?.does === 'copula');
  if (bottom && having > 0 && last?.does?.does === 'without') bottom.push(...top.slice(having + 1));
  const whole = cut === undefined || cursor.items[cut]!.lower.startsWith('out of') || cursor.items[cut]!.lower === 'over all' || namesAll(bottom!);
  if (top.length === 0 || bottom?.length === 0 || (word.kind === 'difference' && !bottom)) return false;
  cursor.at = end;
  add(cursor, { kind: word.kind, percent: word.percent, average, whole, top: side(cursor, withNounOf(top, bottom)), ...(bottom ? { bottom: side(cursor, bottom) } : {}) });
  return true;
}

/** "cancelled orders as a percentage of all orders": the one side has been read when the word comes. */
function asShareOf(cursor: Cursor, percent: boolean): boolean {
  const first = cursor.items.findIndex((item) => !['ask', 'copula', 'filler'].includes(item.does?.does ?? ''));
  const top = cursor.items.slice(first, cursor.at);
  const start = cursor.at + 1;
  const end = endOfSides(cursor, start);
  const bottom = cursor.items.slice(start, end);
  if (top.length === 0 || bottom.length === 0) return false;
  const { reading } = cursor;
  for (const list of [reading.heads, reading.restrictions, reading.shown, reading.groups, reading.extremes, reading.mentions, reading.leftovers, reading.order]) list.splice(0);
  cursor.at = end;
  add(cursor, { kind: 'ratio', percent, average: false, whole: namesAll(bottom), top: side(cursor, top), bottom: side(cursor, bottom) });
  return true;
}

function add(cursor: Cursor, found: Reading['against'][number]): void {
  cursor.reading.against.push(found);
  cursor.tail = true;
  cursor.adjacent = false;
  cursor.lead = undefined;
}

/** "percentage of orders in 2024 that were cancelled": what stands before the verb is what the rest is a part of. */
function beforePredicate(items: readonly Item[]): Item[] | undefined {
  const at = items.findIndex((item, i) => i > 0 && (item.does?.does === 'copula' || /^(is|are|was|were|has|have|had) /.test(item.lower) || ['have', 'has', 'had', 'that', 'who', 'which'].includes(item.lower)));
  return at > 0 ? items.slice(0, at) : undefined;
}

function namesAll(items: readonly Item[]): boolean {
  return items.slice(0, 3).some((item) => /^(all|total|overall|every)\b/.test(item.lower));
}

/** A side is read on its own; what it cannot place is left over of the whole. */
function side(cursor: Cursor, items: readonly Item[]): Reading {
  const reading = cursor.read(items);
  cursor.reading.leftovers.push(...reading.leftovers);
  if (reading.uncovered) cursor.reading.uncovered ??= reading.uncovered;
  return reading;
}

/** "the highest and lowest price": the first side borrows the noun of the second. */
function withNounOf(top: readonly Item[], bottom: readonly Item[] | undefined): readonly Item[] {
  if (!bottom || top.some((item) => isNoun(item) || item.values?.length)) return top;
  const from = bottom.findIndex((item) => isNoun(item));
  return from < 0 ? top : [...top, ...bottom.slice(from)];
}

/** Where both sides end: at "per", an order, or the end of the sentence. */
function endOfSides(cursor: Cursor, start: number): number {
  for (let at = start; at < cursor.items.length; at++) {
    const item = cursor.items[at]!;
    if (item.punctuation && '.?;!'.includes(item.punctuation)) return at;
    const does = item.does?.does;
    // "the ratio of population per area for each state": only the last "per" says for what.
    const divides = item.lower === 'per' && at > start && !cursor.items.slice(start, at).some((each) => each.lower === 'to') && cursor.items.slice(at + 1).some((each) => each.does?.does === 'group');
    if (divides) continue;
    if (does === 'group' || does === 'unit-group' || does === 'order' || does === 'direction') return at;
    if (item.lower === 'by' && at > start && isNoun(cursor.after(at + 1)) && !/(ed|en|de|ld|id|ne|wn)$/.test(cursor.items[at - 1]!.lower)) return at;
  }
  return cursor.items.length;
}

/** The word between the sides: "to" after a ratio, "and" after a difference; "out of", "versus" and "over all" after either. */
function separator(items: readonly Item[], start: number, end: number, kind: 'ratio' | 'difference'): number | undefined {
  const joins = kind === 'difference' ? ['and', 'from'] : ['to'];
  const parallel = parallelTo(items, start, end);
  if (kind === 'ratio' && parallel !== undefined) return parallel;
  for (const words of [['out of', 'out of all', 'versus', 'vs', 'relative to', 'compared to', 'compared with', 'over all', 'per'], joins, kind === 'ratio' ? ['and'] : []]) {
    const candidates = [...items.keys()].filter((at) => at > start && at < end && words.includes(items[at]!.lower));
    // "belong to", "related to": part of a verb, not what parts the sides.
    const found = candidates.find((at) => items[at - 1]!.does?.does !== 'verb') ?? candidates[0];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** "papers that belong to … to papers that …": the second side begins with the noun of the first. */
function parallelTo(items: readonly Item[], start: number, end: number): number | undefined {
  const first = items.slice(start, end).find((item) => isNoun(item))?.lower;
  const found = items.findIndex((item, at) => at > start && at < end && item.lower === 'to' && items.slice(at + 1, at + 4).some((each) => isNoun(each) && each.lower === first));
  return found > 0 ? found : undefined;
}

function followsOf(cursor: Cursor): boolean {
  return cursor.does('prep', cursor.peek())?.prep === 'of' || cursor.item!.lower.endsWith(' of');
}
