import type { DateMatch, DateRange } from './dates.js';
import { fixedDay, isoOf, shifted, todayFrom, type Instant } from './instants.js';

const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];
const SHORT = /^(jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)$/;
const ORDINALS = ['first', 'second', 'third', 'fourth'];
const DECADES: Readonly<Record<string, number>> = { twenties: 1920, thirties: 1930, forties: 1940, fifties: 1950, sixties: 1960, seventies: 1970, eighties: 1980, nineties: 1990 };
/** What may follow a day without a year: then "March 5" is a day and no number of something. */
const AFTER_DAY = new Set(['and', 'or', 'to', 'until', 'till', 'through', 'inclusive', '-', ',', '?', '.', '!', ';', '(', ')']);

/** "2024-05-01", "5/1/2024", "1.5.2024", "May 5th, 2023", "5 May", "March 2024", "Q1 2024", "H1 of 2023", "the 1990s", "2024". */
export function calendarDate(words: readonly string[], at: number, now: Date): DateMatch | undefined {
  return numeric(words[at] ?? '') ?? partOfYear(words, at, now) ?? monthAndDay(words, at, now) ?? era(words, at);
}

/** True for a month's name, short or full. */
export function isMonth(word: string): boolean {
  return monthOf(word) !== undefined;
}

function numeric(word: string): DateMatch | undefined {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(word);
  if (iso) return day(Number(iso[1]), Number(iso[2]), Number(iso[3]), 1);
  const slashed = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(word);
  if (!slashed) return undefined;
  // With slashes the month comes first, as in PostgreSQL, unless it cannot; with dots the day does.
  const [first, second] = [Number(slashed[1]), Number(slashed[2])];
  return word.includes('.') || first > 12 ? day(Number(slashed[3]), second, first, 1) : day(Number(slashed[3]), first, second, 1);
}

/** Quarters and halves of a year that is given, told by the calendar ("last year") or assumed. */
function partOfYear(words: readonly string[], at: number, now: Date): DateMatch | undefined {
  let next = at + (words[at] === 'the' ? 1 : 0);
  const short = /^([qh])([1-4])$/.exec(words[next] ?? '');
  const spelt = ORDINALS.indexOf((words[next] ?? '').replace(/^1st$/, 'first').replace(/^2nd$/, 'second').replace(/^3rd$/, 'third').replace(/^4th$/, 'fourth')) + 1;
  const noun = words[next + 1] ?? '';
  const split = /^(q|quarter)$/.test(words[next] ?? '') && /^[1-4]$/.test(noun) ? Number(noun) : 0;
  const half = short ? short[1] === 'h' : noun === 'half';
  const number = short ? Number(short[2]) : split || spelt;
  if (!short && !split && !(spelt && (noun === 'quarter' || noun === 'half'))) return undefined;
  if (half && number > 2) return undefined;
  next += short ? 1 : 2;
  const linked = words[next] === 'of' || words[next] === 'in' || words[next] === ',';
  const given = linked ? yearAt(words, next + 1, now) : yearAt(words, next, now);
  // "The second half of March" is no half of a year.
  if (!given && (words[next] === 'of' || (!short && half))) return undefined;
  const months = half ? 6 : 3;
  const started = (year: Instant) => shifted(year, (number - 1) * months, 'month');
  const thisYear = fixedDay(now.getUTCFullYear(), 1, 1)!;
  const start = started(given?.start ?? (isoOf(started(thisYear)) > todayFrom(now).at ? shifted(thisYear, -1, 'year') : thisYear));
  const label = `${half ? 'H' : 'Q'}${number} ${given?.label ?? isoOf(start).slice(0, 4)}`;
  return { range: { from: start, to: shifted(start, months, 'month'), label, ...(given ? {} : { assumed: true }) }, length: next + (given ? given.length + (linked ? 1 : 0) : 0) - at };
}

/** "2024", "this year", "last year". */
function yearAt(words: readonly string[], at: number, now: Date): { start: Instant; label: string; length: number } | undefined {
  const year = yearOf(words[at]);
  if (year !== undefined) return { start: fixedDay(year, 1, 1)!, label: String(year), length: 1 };
  const skip = words[at] === 'the' ? 1 : 0;
  const shift = { this: 0, current: 0, last: -1, previous: -1, next: 1 }[words[at + skip] ?? ''];
  if (shift === undefined || words[at + skip + 1] !== 'year') return undefined;
  return { start: shifted(todayFrom(now, 'year'), shift, 'year'), label: `of ${shift === 0 ? 'this' : shift < 0 ? 'last' : 'next'} year`, length: skip + 2 };
}

/** "March 5, 2024", "5th of May 2023", "March 2024", "March"; without a year the latest that has begun. */
function monthAndDay(words: readonly string[], at: number, now: Date): DateMatch | undefined {
  const word = words[at] ?? '';
  const month = monthOf(word);
  if (month === undefined) {
    const skip = words[at] === 'the' ? 1 : 0;
    const dayFirst = dayOf(words[at + skip] ?? '');
    const of = words[at + skip + 1] === 'of' ? 1 : 0;
    const named = dayFirst ? monthOf(words[at + skip + 1 + of] ?? '') : undefined;
    if (!dayFirst || named === undefined) return undefined;
    const after = at + skip + 2 + of;
    const comma = words[after] === ',' ? 1 : 0;
    const year = yearOf(words[after + comma]);
    if (year !== undefined) return day(year, named + 1, dayFirst, after + comma + 1 - at);
    // "5 may" may be five of something that may be.
    return isOrdinal(words[at + skip]!) || of || word.length > 3 || named !== 4 ? latestDay(named, dayFirst, after - at, now) : undefined;
  }
  const dayNumber = dayOf(words[at + 1] ?? '');
  if (dayNumber) {
    const comma = words[at + 2] === ',' || words[at + 2] === 'of' ? 1 : 0;
    const year = yearOf(words[at + 2 + comma]);
    if (year !== undefined) return day(year, month + 1, dayNumber, 3 + comma);
    const ends = words[at + 2] === undefined || AFTER_DAY.has(words[at + 2]!);
    if (isOrdinal(words[at + 1]!) || ends) return latestDay(month, dayNumber, 2, now);
  }
  const skip = words[at + 1] === 'of' || words[at + 1] === ',' || words[at + 1] === 'in' ? 1 : 0;
  const given = yearAt(words, at + 1 + skip, now);
  if (!given && /^(may|march|mar|dec)$/.test(word) && !/^(in|since|before|after|during|of|from|to|until|till|through|between|and|or|by|for|last|this|early|late|both)$/.test(words[at - 1] ?? '')) return undefined;
  const name = MONTHS[month]!;
  const title = `${name[0]!.toUpperCase()}${name.slice(1)}`;
  if (given) {
    const start = shifted(given.start, month, 'month');
    return { range: { from: start, to: shifted(start, 1, 'month'), label: `${title} ${given.label}` }, length: 1 + skip + given.length };
  }
  const year = now.getUTCFullYear() - (month > now.getUTCMonth() ? 1 : 0);
  const start = fixedDay(year, month + 1, 1)!;
  return { range: { from: start, to: shifted(start, 1, 'month'), label: `${title} ${year}`, assumed: true }, length: 1 };
}

/** Decades, centuries and bare years. */
function era(words: readonly string[], at: number): DateMatch | undefined {
  const skip = words[at] === 'the' ? 1 : 0;
  const word = words[at + skip] ?? '';
  const decade = /^((?:1[89]|20)\d0)s$/.exec(word)?.[1] ?? (skip ? (/^([3-9]0)s$/.exec(word)?.[1] ?? DECADES[word]) : undefined);
  if (decade !== undefined) {
    const start = Number(decade) < 100 ? 1900 + Number(decade) : Number(decade);
    return { range: years(start, start + 10, `the ${start}s`), length: 1 + skip };
  }
  const century = /^(\d{1,2})(?:st|nd|rd|th)$/.exec(word)?.[1];
  if (century && words[at + skip + 1] === 'century' && Number(century) > 0) {
    const end = Number(century) * 100 + 1;
    return end <= 100 ? undefined : { range: years(end - 100, end, `the ${word} century`), length: 2 + skip };
  }
  const named = /^(the )?year (of )?/.exec(words.slice(at, at + 4).join(' '))?.[0].trim().split(' ').length ?? 0;
  const year = yearOf(words[at + named]);
  if (year === undefined) return undefined;
  return { range: years(year, year + 1, String(year)), length: named + 1, ...(named ? {} : { year }) };
}

function years(from: number, to: number, label: string): DateRange {
  return { from: fixedDay(from, 1, 1)!, to: fixedDay(to, 1, 1)!, label };
}

function day(year: number, month: number, dayOfMonth: number, length: number): DateMatch | undefined {
  const start = fixedDay(year, month, dayOfMonth);
  return start === undefined ? undefined : { range: { from: start, to: shifted(start, 1, 'day'), label: start }, length };
}

function latestDay(month: number, dayOfMonth: number, length: number, now: Date): DateMatch | undefined {
  const inYear = (year: number) => day(year, month + 1, dayOfMonth, length);
  const found = inYear(now.getUTCFullYear());
  const latest = found && isoOf(found.range.from!) > todayFrom(now).at ? inYear(now.getUTCFullYear() - 1) : found;
  return latest ? { ...latest, range: { ...latest.range, assumed: true } } : undefined;
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

function isOrdinal(word: string): boolean {
  return /\D/.test(word);
}

function yearOf(word: string | undefined): number | undefined {
  return word && /^(1[89]|20|21)\d\d$/.test(word) ? Number(word) : undefined;
}
