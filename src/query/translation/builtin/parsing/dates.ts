import type { Comparison, FunctionWord } from '../language/function-words.js';
import type { ClockRange } from '../tagging/clock.js';
import { inYearOf, openRange, upTo, type DateRange } from '../tagging/dates.js';
import type { Item } from '../tagging/items.js';
import { isNoun, type Cursor } from './cursor.js';
import { context } from './quantities.js';
import type { Restriction } from './reading.js';

const TIME_PREPOSITIONS = new Set(['in', 'during', 'for', 'of', 'within', 'throughout', 'from', 'by', 'on', 'over']);
type Since = Extract<FunctionWord, { does: 'since' }>['op'];

/** "in 2024", "since March", "before 2020-01-01", "last month", "in March and April"; a year that is a plain number elsewhere stays one. */
export function dateRestriction(cursor: Cursor): boolean {
  const since = cursor.does('since');
  // "over the past two months".
  const prep = cursor.does('prep') ?? (cursor.item?.lower === 'over' ? ({ does: 'prep', prep: 'over' } as const) : undefined);
  const lead = cursor.item!.lower;
  const ahead = since || prep ? 1 : 0;
  let at = cursor.at + ahead;
  while (ahead && cursor.items[at]?.does?.does === 'filler') at++;
  const item = cursor.items[at];
  if (!item?.date) return false;
  const isYear = item.number !== undefined;
  // A bare number is a year only after a preposition of time, or when nothing it could count or measure is near.
  if (isYear && !since && !(prep && TIME_PREPOSITIONS.has(prep.prep)) && cursor.adjacent) return false;
  // "2025 prices" are of that year; "top 2025 prices" are many.
  const ranked = ['top', 'first', 'last', 'bottom', 'limit', 'only'].includes(cursor.items[at - 1]?.lower ?? '');
  if (isYear && ranked && isNoun(cursor.items[at + 1]) && !cursor.tail && !since && !prep) return false;
  const start = at - ahead;
  // "did not deliver in 2025": what did not happen then is not what happened at another time.
  const verb = cursor.items.slice(Math.max(0, start - 2), start).some((each) => each.does?.does === 'verb');
  if (cursor.negated && verb) cursor.reading.uncovered ??= 'what did not happen at a time';
  cursor.at = at + 1;
  const range = bounded(cursor, item.date, since?.op, prep?.prep, lead);
  const surroundings = { negated: cursor.negated, ...context(cursor), ...(verbBefore(cursor, start) ?? {}), ...(isYear ? { year: item.number! } : {}), ...(cursor.clauseOf !== undefined && cursor.clauseOf === cursor.near ? { clause: true } : {}) };
  const more = range === item.date ? furtherDates(cursor) : undefined;
  if (more) {
    const ranges = yearsShared([item.date, ...more.ranges]);
    const of = ranges.map((each): Restriction => ({ kind: 'date', range: plain(each), ...surroundings, negated: false }));
    cursor.restrict({ kind: 'any', of, joined: !more.or, negated: surroundings.negated, ...context(cursor) });
    return true;
  }
  if (range === item.date && item.date.edge) cursor.reading.uncovered ??= `what happened at ${item.date.label}`;
  cursor.restrict({ kind: 'date', range: range === item.date ? plain(range) : range, ...surroundings });
  return true;
}

/** The range that a date stands for with what is said before and after it. */
function bounded(cursor: Cursor, date: DateRange, since: Since | undefined, prep: string | undefined, lead: string): DateRange {
  const refuse = (what: string): DateRange => {
    cursor.reading.uncovered ??= what;
    return date;
  };
  if (since === 'since' || prep === 'from the') {
    // "From May to July" names both ends; "from 2023" alone is that year, "since 2023" everything from then on.
    const until = cursor.does('since')?.op === 'until' || cursor.does('prep')?.prep === 'to' || cursor.item?.punctuation === '-';
    const end = until ? cursor.peek() : undefined;
    if (end?.date) {
      cursor.at += 2;
      return upTo(date, end.date) ?? refuse(`a stretch from ${date.label} to ${end.date.label}`);
    }
    if (!lead.startsWith('from') || date.edge) return openRange('since', date);
    return onwards(cursor) ? openRange('since', date) : date;
  }
  if (since) return openRange(since, date);
  const bound = cursor.does('bound');
  if (bound) {
    cursor.at++;
    return openRange(bound.op === '>=' ? 'since' : 'until', date);
  }
  if (prep === 'by') return isDay(date) || date.edge ? openRange('until', date) : refuse('a deadline that is a whole stretch of time');
  if (prep === 'around' || prep === 'about') return refuse('an approximate date');
  if (prep === 'to' || prep === 'towards') return refuse('a stretch of time with one end only');
  return onwards(cursor) ? openRange('since', date) : date;
}

/** "From 2023 on", "2023 onwards". */
function onwards(cursor: Cursor): boolean {
  const word = cursor.item?.lower;
  if (word !== 'onwards' && word !== 'onward' && !(word === 'on' && (cursor.peek() === undefined || cursor.peek()!.punctuation))) return false;
  cursor.at++;
  return true;
}

function isDay({ from, to }: DateRange): boolean {
  if (typeof from === 'string' && typeof to === 'string') return Date.parse(to) - Date.parse(from) === 86_400_000;
  return from !== undefined && to !== undefined && typeof from !== 'string' && from.start === undefined && typeof to !== 'string' && Date.parse(to.at) - Date.parse(from.at) === 86_400_000;
}

/** "2 months ago" alone is the month; a moment of the day has no length at all. */
function plain(range: DateRange): DateRange {
  return range.around ?? range;
}

/** ", April and in May": more dates for the same column. */
function furtherDates(cursor: Cursor): { ranges: DateRange[]; or: boolean } | undefined {
  const ranges: DateRange[] = [];
  let or = false;
  for (;;) {
    let at = cursor.at;
    const link = cursor.items[at];
    if (link?.punctuation === ',') at++;
    const word = cursor.items[at]?.does?.does;
    if (word === 'and' || word === 'or') at++;
    if (at === cursor.at) break;
    if (cursor.items[at]?.does?.does === 'prep' && cursor.items[at]!.lower === 'in') at++;
    const next = cursor.items[at];
    if (!next?.date || (next.number !== undefined && isNoun(cursor.items[at + 1]))) break;
    or ||= word === 'or';
    ranges.push(next.date);
    cursor.at = at + 1;
  }
  return ranges.length > 0 ? { ranges, or } : undefined;
}

/** "March and April 2024": the year said last is that of all. */
function yearsShared(ranges: readonly DateRange[]): DateRange[] {
  const given = ranges.at(-1)!;
  return ranges.map((range) => (range === given ? range : inYearOf(range, given, 'before')));
}

/** A date after a comparison: "more than 2 weeks ago" lies further back. */
export function comparedRange(op: Comparison, date: DateRange): DateRange {
  const { from, to, label, ago } = date;
  if (ago) {
    const told = { '>': 'more than', '>=': 'at least', '<': 'less than', '<=': 'at most', '=': 'exactly', '<>': '' }[op];
    const name = { label: told === 'exactly' ? label : `${told} ${label}` };
    if (op === '>') return { to: from!, ...name };
    if (op === '>=') return { to: to!, ...name };
    if (op === '<') return { from: to!, to: ago, ...name };
    return op === '<=' ? { from: from!, to: ago, ...name } : { from: from!, to: to!, label };
  }
  switch (op) {
    case '>':
      return openRange('after', date);
    case '<':
      return openRange('before', date);
    case '>=':
      return openRange('since', date);
    case '<=':
      return openRange('until', date);
    default:
      return date;
  }
}

/** The verb that says which date is meant: "shipped in May", "joined since 2020". */
export function verbBefore(cursor: Cursor, at: number): { cue: string } | undefined {
  for (let back = at - 1; back >= Math.max(0, at - 2); back--) {
    const item = cursor.items[back]!;
    if (item.does?.does === 'filler' || item.does?.does === 'prep') continue;
    return /(ed|en|de|id|ld|t)$/.test(item.lower) || item.does?.does === 'verb' ? { cue: item.lower } : undefined;
  }
  return undefined;
}

/** "After 6pm", "before 10:30", "between 9am and 5 pm", "at noon". */
export function clockRestriction(cursor: Cursor): boolean {
  const since = cursor.does('since') ?? cursor.does('between');
  const compare = cursor.does('compare');
  const prep = cursor.does('prep');
  const first = cursor.items[cursor.at + (since || prep || compare ? 1 : 0)];
  if (!first?.clock) return false;
  const start = cursor.at;
  const surroundings = { negated: cursor.negated, ...context(cursor), ...(verbBefore(cursor, start) ?? {}) };
  cursor.at += since || prep || compare ? 2 : 1;
  const joined = cursor.does('and') || cursor.does('prep')?.prep === 'to' || cursor.does('since')?.op === 'until' || cursor.item?.punctuation === '-';
  const last = joined ? cursor.peek()?.clock : undefined;
  const range = since && last ? { from: first.clock, to: last, fromIncluded: true, toIncluded: true } : clockRange(since?.does === 'since' ? since.op : undefined, compare?.op, prep?.prep, first.clock);
  if (!range) cursor.reading.uncovered ??= 'that time of day';
  if (since && last) cursor.at += 2;
  if (range) cursor.restrict({ kind: 'clock', range, ...surroundings });
  return true;
}

function clockRange(since: Since | undefined, op: Comparison | undefined, prep: string | undefined, time: string): ClockRange | undefined {
  if (since === 'after' || op === '>') return { from: time, fromIncluded: false, toIncluded: false };
  if (since === 'before' || op === '<') return { to: time, fromIncluded: false, toIncluded: false };
  if (since === 'since' || op === '>=') return { from: time, fromIncluded: true, toIncluded: false };
  if (since === 'until' || op === '<=' || prep === 'by') return { to: time, fromIncluded: false, toIncluded: true };
  return prep === 'at' || op === '=' ? { from: time, to: time, fromIncluded: true, toIncluded: true } : undefined;
}

const ON = new Set(['on', 'during', 'for', 'at', 'over', 'of', 'in']);

/** "On Mondays", "at the weekend", "weekend orders". Since or by some Monday is a date that nobody has given. */
export function weekdayRestriction(cursor: Cursor): boolean {
  const prep = cursor.does('prep');
  let at = cursor.at + (prep ? 1 : 0);
  while (prep && ['filler', 'every'].includes(cursor.items[at]?.does?.does ?? '')) at++;
  if (!weekdayItem(cursor.items[at])) return false;
  const before = cursor.items[cursor.at - 1]?.does?.does;
  const placed = prep ? ON.has(prep.prep) : (before === undefined || !['since', 'ask', 'group', 'prep'].includes(before)) && (isNoun(cursor.items[at + 1]) || before === 'every');
  if (!placed) return false;
  const start = cursor.at;
  let days = [...cursor.items[at]!.weekdays!];
  cursor.at = at + 1;
  for (;;) {
    const linked = cursor.does('and') || cursor.does('or') || cursor.item?.punctuation === ',';
    let next = cursor.at + (linked ? 1 : 0);
    if (linked && (cursor.items[next]?.does?.does === 'and' || cursor.items[next]?.does?.does === 'or')) next++;
    if (linked && cursor.items[next]?.lower === 'on') next++;
    if (!linked || !weekdayItem(cursor.items[next])) break;
    days.push(...cursor.items[next]!.weekdays!);
    cursor.at = next + 1;
  }
  days = [...new Set(days)].sort((a, b) => a - b);
  const { tail, lead } = cursor;
  cursor.restrict({ kind: 'weekday', days, negated: cursor.negated, ...context(cursor), ...(verbBefore(cursor, start) ?? {}) });
  // An adjective leaves its noun what it was.
  if (!prep && isNoun(cursor.item)) Object.assign(cursor, { tail, lead });
  return true;
}

function weekdayItem(item: Item | undefined): boolean {
  return Boolean(item?.weekdays) && !item!.values?.length && !(item!.nouns?.[0] && item!.nouns[0].score >= 0.9);
}
