import type { DatePart, DateUnit } from '../language/function-words.js';
import { calendarDate } from './calendar-dates.js';
import { relativeDate } from './relative-dates.js';
import { isoOf, shifted, type Instant } from './instants.js';

/** A stretch of time, half open: from (inclusive) to (exclusive); an absent end is open. */
export interface DateRange {
  readonly from?: Instant;
  readonly to?: Instant;
  /** As it is told to the reader: "March 2024". */
  readonly label: string;
  /** True when the question left the year out: the latest one in which it has begun is taken. */
  readonly assumed?: boolean;
  /** Set for "2 weeks ago": the whole calendar unit, meant unless something reaches up to or back from that day. */
  readonly around?: DateRange;
  /** Set for "2 weeks ago": the end of what is past, from where "less than 2 weeks ago" reaches back. */
  readonly ago?: Instant;
  /** True for "the start of the year", which only says where something begins or ends. */
  readonly edge?: boolean;
}

/** A date phrase found in a question. */
export interface DateMatch {
  readonly range: DateRange;
  /** Tokens it covers. */
  readonly length: number;
  /** Set for a bare year: the number may be no date at all. */
  readonly year?: number;
}

/** A date phrase of which nobody can say which day it means. */
export interface UnclearDate {
  readonly unclear: string;
  readonly length: number;
}

const UNITS: Readonly<Record<string, DateUnit>> = { hour: 'hour', day: 'day', week: 'week', month: 'month', quarter: 'quarter', year: 'year' };

/**
 * Reads a date phrase at position `at` of the lower-case words. "Last month" is the calendar month before this one; "the last
 * month", "past month" and "last 3 months" reach back from today. What is relative moves with the database's clock; `now` only
 * says which year is meant where none is given, and what the reader is told.
 */
export function dateAt(words: readonly string[], at: number, now: Date): DateMatch | UnclearDate | undefined {
  return relativeDate(words, at, now) ?? calendarDate(words, at, now);
}

/** The calendar unit a word names, plural or not. */
export function unitOf(word: string | undefined): DateUnit | DatePart | undefined {
  const base = word?.replace(/s$/, '');
  if (base === 'weekday') return 'weekday';
  return base !== undefined && Object.hasOwn(UNITS, base) ? UNITS[base] : undefined;
}

const RECURRING = /^(?:(days?) of (?:the )?week|(hours?) of (?:the )?day|(months?) of (?:the )?year)(?![\p{L}\p{N}])/u;

/** A part of the calendar that comes round again: "day of the week". */
export function recurringUnitAt(words: readonly string[], at: number): { unit: DatePart; length: number } | undefined {
  const found = RECURRING.exec(words.slice(at, at + 4).join(' '));
  return found ? { unit: found[1] ? 'weekday' : found[2] ? 'hour-of-day' : 'month-of-year', length: found[0].split(' ').length } : undefined;
}

/** A date whose year the question left out, in the year that the other end of the range gives: "from May to July 2024". */
export function inYearOf(range: DateRange, other: DateRange, side: 'before' | 'after'): DateRange {
  if (!range.assumed || other.assumed || typeof range.from !== 'string' || typeof other.from !== 'string') return range;
  const own = Number(range.from.slice(0, 4));
  const move = (count: number): DateRange => {
    const moved = { from: shifted(range.from!, count, 'year'), ...(range.to ? { to: shifted(range.to, count, 'year') } : {}) };
    return { ...moved, label: range.label.replace(String(own), String(own + count)) };
  };
  const same = move(Number(other.from.slice(0, 4)) - own);
  const [mine, theirs] = [isoOf(same.from!), other.from];
  if (side === 'before' && mine > theirs) return move(Number(theirs.slice(0, 4)) - own - 1);
  return side === 'after' && mine < theirs ? move(Number(theirs.slice(0, 4)) - own + 1) : same;
}

/** From the start of one to the end of the other; undefined when it would run backwards. */
export function upTo(first: DateRange, last: DateRange): DateRange | undefined {
  const [from, to] = [inYearOf(first, last, 'before'), inYearOf(last, first, 'after')];
  if (from.from === undefined || to.to === undefined || isoOf(from.from) >= isoOf(to.to)) return undefined;
  return { from: from.from, to: to.to, label: `${from.label} to ${to.label}`, ...(from.assumed || to.assumed ? { assumed: true } : {}) };
}

/** "Since May", "before 2020" …: the range that an end of a date opens. */
export function openRange(op: 'since' | 'after' | 'before' | 'until', { from, to, label, assumed }: DateRange): DateRange {
  const guess = assumed ? { assumed } : {};
  switch (op) {
    case 'since':
      return { ...(from ? { from } : {}), label: `${label} or later`, ...guess };
    case 'after':
      return { ...(to ? { from: to } : {}), label: `after ${label}`, ...guess };
    case 'before':
      return { ...(from ? { to: from } : {}), label: `before ${label}`, ...guess };
    case 'until':
      return { ...(to ? { to } : {}), label: `until ${label}`, ...guess };
  }
}
