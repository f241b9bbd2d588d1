import type { DateUnit } from '../language/function-words.js';

/** A stretch of time, half open: from (inclusive) to (exclusive), ISO 8601 without zone; an absent end is open. */
export interface DateRange {
  readonly from?: string;
  readonly to?: string;
  /** As it is told to the reader: "March 2024". */
  readonly label: string;
}

/** A date phrase found in a question. */
export interface DateMatch {
  readonly range: DateRange;
  /** Tokens it covers. */
  readonly length: number;
  /** Set for a bare year: the number may be no date at all. */
  readonly year?: number;
}

const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];
const SHORT = /^(jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)$/;
const UNITS: Readonly<Record<string, DateUnit>> = { hour: 'hour', day: 'day', week: 'week', month: 'month', quarter: 'quarter', year: 'year' };

/**
 * Reads a date phrase at position `at` of the lower-case words. "Last month" is the calendar month before this one; "last 3
 * months" and "past month" reach back from now. Everything is computed in UTC from `now`.
 */
export function dateAt(words: readonly string[], at: number, now: Date): DateMatch | undefined {
  return relative(words, at, now) ?? calendar(words, at, now);
}

/** The calendar unit a word names, plural or not. */
export function unitOf(word: string | undefined): DateUnit | undefined {
  const base = word?.replace(/s$/, '');
  return base !== undefined && Object.hasOwn(UNITS, base) ? UNITS[base] : undefined;
}

function relative(words: readonly string[], at: number, now: Date): DateMatch | undefined {
  const word = words[at];
  const today = startOf('day', now);
  if (word === 'today') return { range: range(today, add(today, 'day', 1), 'today'), length: 1 };
  if (word === 'yesterday') return { range: range(add(today, 'day', -1), today, 'yesterday'), length: 1 };
  if (word === 'tomorrow') return { range: range(add(today, 'day', 1), add(today, 'day', 2), 'tomorrow'), length: 1 };
  const skip = word === 'the' ? 1 : 0;
  const which = words[at + skip];
  if (which === 'last' || which === 'past' || which === 'previous' || which === 'next' || which === 'this' || which === 'current' || which === 'coming') {
    const count = Number(words[at + skip + 1]);
    const counted = Number.isInteger(count) && count > 0 && count < 100_000;
    const unit = unitOf(words[at + skip + (counted ? 2 : 1)]);
    if (!unit) return undefined;
    const length = skip + (counted ? 3 : 2);
    if (counted || which === 'past') return rolling(unit, counted ? count : 1, which === 'next' || which === 'coming', now, length);
    const start = startOf(unit, now);
    const shift = which === 'this' || which === 'current' ? 0 : which === 'next' || which === 'coming' ? 1 : -1;
    return { range: range(add(start, unit, shift), add(start, unit, shift + 1), `${which} ${unit}`), length };
  }
  const count = Number(word);
  const unit = unitOf(words[at + 1]);
  if (Number.isInteger(count) && count > 0 && unit && words[at + 2] === 'ago') {
    const day = startOf('day', add(now, unit, -count));
    return { range: range(day, add(day, 'day', 1), `${count} ${unit}${count > 1 ? 's' : ''} ago`), length: 3 };
  }
  return undefined;
}

function rolling(unit: DateUnit, count: number, ahead: boolean, now: Date, length: number): DateMatch {
  const label = `the ${ahead ? 'next' : 'last'} ${count === 1 ? '' : `${count} `}${unit}${count > 1 ? 's' : ''}`;
  if (unit === 'hour') return { range: ahead ? range(now, add(now, unit, count), label) : range(add(now, unit, -count), now, label), length };
  const today = startOf('day', now);
  const tomorrow = add(today, 'day', 1);
  return { range: ahead ? range(today, add(tomorrow, unit, count), label) : range(add(today, unit, -count), tomorrow, label), length };
}

function calendar(words: readonly string[], at: number, now: Date): DateMatch | undefined {
  const word = words[at] ?? '';
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(word);
  if (iso) return day(Number(iso[1]), Number(iso[2]), Number(iso[3]), 1);
  const slashed = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(word);
  if (slashed) {
    const [first, second] = [Number(slashed[1]), Number(slashed[2])];
    return word.includes('.') || first > 12 ? day(Number(slashed[3]), second, first, 1) : day(Number(slashed[3]), first, second, 1);
  }
  const quarter = /^q([1-4])$/.exec(word);
  if (quarter) {
    const year = yearOf(words[at + 1] === 'of' ? words[at + 2] : words[at + 1]);
    const start = new Date(Date.UTC(year ?? now.getUTCFullYear(), (Number(quarter[1]) - 1) * 3, 1));
    return { range: range(start, add(start, 'quarter', 1), `Q${quarter[1]} ${start.getUTCFullYear()}`), length: year === undefined ? 1 : words[at + 1] === 'of' ? 3 : 2 };
  }
  const month = monthOf(word);
  if (month !== undefined) return monthPhrase(words, at, month, now);
  const dayFirst = dayOf(word);
  const skip = words[at + 1] === 'of' ? 1 : 0;
  const monthAfter = monthOf(words[at + 1 + skip] ?? '');
  const yearAfter = yearOf(words[at + 2 + skip]);
  if (dayFirst && monthAfter !== undefined && yearAfter !== undefined) return day(yearAfter, monthAfter + 1, dayFirst, 3 + skip);
  const year = yearOf(word);
  if (year === undefined) return undefined;
  const start = new Date(Date.UTC(year, 0, 1));
  return { range: range(start, add(start, 'year', 1), String(year)), length: 1, year };
}

/** "March 5, 2024", "March 2024", "March": without a year, the latest such month that has begun. */
function monthPhrase(words: readonly string[], at: number, month: number, now: Date): DateMatch | undefined {
  const dayNumber = dayOf(words[at + 1] ?? '');
  const comma = words[at + 2] === ',' ? 1 : 0;
  const yearAfterDay = yearOf(words[at + 2 + comma]);
  if (dayNumber && yearAfterDay !== undefined) return day(yearAfterDay, month + 1, dayNumber, 3 + comma);
  const skip = words[at + 1] === 'of' || words[at + 1] === ',' ? 1 : 0;
  const year = yearOf(words[at + 1 + skip]);
  if (year === undefined && (words[at] === 'may' || words[at] === 'mar' || words[at] === 'dec') && !['in', 'since', 'before', 'after', 'during', 'of'].includes(words[at - 1] ?? '')) return undefined;
  const assumed = now.getUTCFullYear() - (month > now.getUTCMonth() ? 1 : 0);
  const start = new Date(Date.UTC(year ?? assumed, month, 1));
  const name = MONTHS[month]!;
  return { range: range(start, add(start, 'month', 1), `${name[0]!.toUpperCase()}${name.slice(1)} ${start.getUTCFullYear()}`), length: year === undefined ? 1 : 2 + skip };
}

function day(year: number, month: number, dayOfMonth: number, length: number): DateMatch | undefined {
  const start = new Date(Date.UTC(year, month - 1, dayOfMonth));
  if (start.getUTCMonth() !== month - 1 || start.getUTCDate() !== dayOfMonth) return undefined;
  return { range: range(start, add(start, 'day', 1), start.toISOString().slice(0, 10)), length };
}

function monthOf(word: string): number | undefined {
  const at = MONTHS.indexOf(word);
  if (at >= 0) return at;
  return SHORT.test(word) ? MONTHS.findIndex((month) => month.startsWith(word.slice(0, 3))) : undefined;
}

function dayOf(word: string): number | undefined {
  const match = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(word);
  const value = match ? Number(match[1]) : 0;
  return value >= 1 && value <= 31 ? value : undefined;
}

function yearOf(word: string | undefined): number | undefined {
  return word && /^(1[89]|20|21)\d\d$/.test(word) ? Number(word) : undefined;
}

function startOf(unit: DateUnit, date: Date): Date {
  const [year, month, dayOfMonth] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  switch (unit) {
    case 'hour':
      return new Date(Math.floor(date.getTime() / 3_600_000) * 3_600_000);
    case 'day':
      return new Date(Date.UTC(year, month, dayOfMonth));
    case 'week':
      return new Date(Date.UTC(year, month, dayOfMonth - ((date.getUTCDay() + 6) % 7)));
    case 'month':
      return new Date(Date.UTC(year, month, 1));
    case 'quarter':
      return new Date(Date.UTC(year, month - (month % 3), 1));
    case 'year':
      return new Date(Date.UTC(year, 0, 1));
  }
}

function add(date: Date, unit: DateUnit, count: number): Date {
  const moved = new Date(date);
  if (unit === 'hour') moved.setUTCHours(moved.getUTCHours() + count);
  else if (unit === 'day' || unit === 'week') moved.setUTCDate(moved.getUTCDate() + count * (unit === 'week' ? 7 : 1));
  else {
    const months = count * (unit === 'year' ? 12 : unit === 'quarter' ? 3 : 1);
    const dayOfMonth = moved.getUTCDate();
    moved.setUTCDate(1);
    moved.setUTCMonth(moved.getUTCMonth() + months);
    moved.setUTCDate(Math.min(dayOfMonth, new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate()));
  }
  return moved;
}

function range(from: Date, to: Date, label: string): DateRange {
  return { from: iso(from), to: iso(to), label };
}

function iso(date: Date): string {
  const text = date.toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ');
}
