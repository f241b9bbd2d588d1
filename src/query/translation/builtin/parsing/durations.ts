import type { DurationUnit } from '../expression.js';
import type { Comparison } from '../language/function-words.js';
import { durationOf } from '../lexicon/spans.js';
import type { NounRef } from '../lexicon/references.js';
import type { ColumnInfo } from '../lexicon/schema-model.js';
import type { Item } from '../tagging/items.js';
import { timeUnitOf } from '../tagging/relative-dates.js';
import { isNoun, type Cursor } from './cursor.js';
import type { NounPhrase } from './reading.js';

/** A date's name must be this sure to be one end of a stretch of time. */
const SURE = 0.5;
const TIME = new Set(['time', 'duration', 'delay', 'lag', 'gap', 'interval', 'period']);
const CALENDAR: ReadonlySet<string> = new Set(['month', 'quarter', 'year']);

/** "Time between order date and shipping date", "days from admission to discharge"; the cursor stays when there is none. */
export function durationBetween(cursor: Cursor): NounPhrase | undefined {
  const first = cursor.item;
  const unit = timeUnitOf(first?.lower);
  if (!first || (!unit && !TIME.has(first.lower))) return undefined;
  let at = cursor.at + 1;
  while (isLink(cursor.items[at])) at++;
  const between = cursor.items[at]?.does?.does === 'between';
  const from = cursor.items[at]?.lower === 'from';
  if (!between && !from) return undefined;
  const start = dateNoun(cursor, at + 1);
  const joint = start && cursor.items[start.next];
  const joined = joint && (between ? joint.does?.does === 'and' : joint.lower === 'to' || joint.lower === 'until' || joint.lower === 'till');
  const end = joined ? dateNoun(cursor, start.next + 1) : undefined;
  if (!start || !end) return undefined;
  const refs = durations(start.columns, end.columns, unit);
  if (refs.length === 0) return undefined;
  cursor.at = end.next;
  return { text: `${first.text} ${between ? 'between' : 'from'} ${start.text} ${between ? 'and' : 'to'} ${end.text}`, refs };
}

/** "In minutes": in what a duration is told. */
export function durationUnit(cursor: Cursor): boolean {
  const next = cursor.peek();
  const unit = cursor.does('prep')?.prep === 'in' && next && /s$/.test(next.lower) ? timeUnitOf(next.lower) : undefined;
  if (!unit || next!.nouns?.some((ref) => ref.score >= 0.9) || cursor.reading.durationUnit) return false;
  cursor.reading.durationUnit = unit;
  cursor.at += 2;
  return true;
}

/**
 * Two dates of a row compared: "shipped after the due date", "within 3 days of the order date", "returned more than 10 days
 * late". What happened is said right before.
 */
export function apart(cursor: Cursor): boolean {
  const mark = cursor.at;
  const done = before(cursor);
  if (done.length === 0) return false;
  const op = cursor.does('compare')?.op;
  const within = cursor.does('prep')?.prep === 'within';
  if (op || within) cursor.at++;
  cursor.skip();
  const value = cursor.item?.number;
  const unit = value !== undefined ? timeUnitOf(cursor.peek()?.lower) : undefined;
  if (unit) cursor.at += 2;
  const read = unit || (!op && !within && value === undefined) ? compared(cursor, done, within, op, value, unit) : false;
  if (!read) cursor.at = mark;
  return read;
}

function compared(cursor: Cursor, done: readonly ColumnInfo[], within: boolean, op: Comparison | undefined, value: number | undefined, unit: DurationUnit | undefined): boolean {
  const word = cursor.item?.lower;
  const since = cursor.does('since')?.op;
  const late = word === 'late' || word === 'too late';
  const of = within && word === 'of';
  if (!late && !of && since !== 'after' && since !== 'before') return false;
  const other = late ? { columns: dueDates(done), text: 'due', next: cursor.at + 1 } : dateNoun(cursor, cursor.at + 1);
  if (!other || cursor.items[cursor.at + 1]?.date) return false;
  const earlier = since === 'before';
  const told = unit ?? 'second';
  const refs = earlier ? durations(done, other.columns, told) : durations(other.columns, done, told);
  if (refs.length === 0) return false;
  // Without a number two dates are compared by the finest that both know.
  const noun: NounPhrase = { text: `${word} ${other.text}`, refs: unit ? refs : refs.map(byDay) };
  cursor.at = other.next;
  const { negated, near } = cursor;
  if (unit && CALENDAR.has(unit) && within) cursor.reading.uncovered ??= 'a distance of dates in months or years';
  if (within) cursor.restrict({ kind: 'between', negated, low: of ? -value! : 0, high: value!, noun, ...(near ? { near } : {}) });
  else cursor.restrict({ kind: 'compare', negated, op: unit ? (op ?? '=') : '>', value: value ?? 0, noun, ...(near ? { near } : {}) });
  return true;
}

/** True when a distance in time follows: "within 3 days of", "more than a week after", "late". */
export function tellsApart(cursor: Cursor): boolean {
  let at = cursor.at;
  if (cursor.does('compare') || cursor.does('prep')?.prep === 'within') at++;
  while (cursor.items[at]?.does?.does === 'filler') at++;
  return cursor.items[at]?.lower === 'late' || (cursor.items[at]?.number !== undefined && timeUnitOf(cursor.items[at + 1]?.lower) !== undefined);
}

/** The dates that the words right before may name: "shipped", "were returned". */
function before(cursor: Cursor): ColumnInfo[] {
  let at = cursor.at - 1;
  while (['filler', 'copula'].includes(cursor.items[at]?.does?.does ?? '')) at--;
  return dateColumns(cursor.items[at]);
}

function dateNoun(cursor: Cursor, from: number): { columns: ColumnInfo[]; text: string; next: number } | undefined {
  let at = from;
  while (['filler', 'their', 'copula'].includes(cursor.items[at]?.does?.does ?? '') || ['getting', 'having'].includes(cursor.items[at]?.lower ?? '')) at++;
  const item = cursor.items[at];
  const columns = dateColumns(item);
  if (columns.length === 0) return undefined;
  const next = cursor.items[at + 1];
  const more = /^(date|time)s?$/.test(next?.lower ?? '');
  return { columns, text: item!.text, next: at + (more ? 2 : 1) };
}

function dateColumns(item: Item | undefined): ColumnInfo[] {
  if (!item || !(isNoun(item) || item.nouns?.length)) return [];
  return item.nouns!.flatMap((ref) => (ref.kind === 'column' && ref.info.role === 'date' && ref.score >= SURE ? [ref.info] : []));
}

/** The dates by which something was due, in the tables of what happened. */
function dueDates(done: readonly ColumnInfo[]): ColumnInfo[] {
  return done.flatMap((info) => info.table.columns.filter((other) => other !== info && other.role === 'date' && other.words.some((word) => ['due', 'deadline', 'promised', 'expected', 'required', 'scheduled'].includes(word))));
}

function durations(from: readonly ColumnInfo[], to: readonly ColumnInfo[], unit: DurationUnit | undefined): NounRef[] {
  return from.flatMap((start) =>
    to.filter((end) => end !== start && end.table === start.table).map((end, rank): NounRef => ({ kind: 'derived', table: start.table, expression: durationOf(start.table, start, end, false, unit), score: 1 - rank * 0.1 - from.indexOf(start) * 0.1, via: unit ? 'name' : 'synonym' })),
  );
}

/** A date without its hour is compared as a day. */
function byDay(ref: NounRef): NounRef {
  if (ref.kind !== 'derived' || ref.expression.kind !== 'duration') return ref;
  const { from, to } = ref.expression;
  const day = [from, to].some((moment) => moment !== 'now' && moment.column.base_type === 'date');
  return day ? { ...ref, expression: { ...ref.expression, unit: 'day' } } : ref;
}

function isLink(item: Item | undefined): boolean {
  return ['filler', 'copula', 'verb', 'their'].includes(item?.does?.does ?? '') || /^(pass|passe?d|passes|elapsed?|elapses|lie|lies|taken?|takes|took|that|it)$/.test(item?.lower ?? '');
}
