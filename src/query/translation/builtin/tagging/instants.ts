import type { DurationUnit } from '../expression.js';

/** Calendar units at whose start a relative instant can be. */
export type CalendarUnit = 'week' | 'month' | 'quarter' | 'year';

/**
 * A moment that moves with the database's clock: now, or today's midnight, taken back to the start of a calendar unit and then
 * shifted. The session's time zone says when a day begins.
 */
export interface RelativeInstant {
  readonly base: 'now' | 'today';
  readonly start?: CalendarUnit;
  readonly shifts: readonly { readonly count: number; readonly unit: DurationUnit }[];
  /** ISO 8601, worked out in UTC from the service's clock: told to the reader, never compared with. */
  readonly at: string;
}

/** A bound of a stretch of time: a fixed date or time (ISO 8601 without zone), or one that moves with the clock. */
export type Instant = string | RelativeInstant;

/** The start of today, or of the week, month … that today is in. */
export function todayFrom(now: Date, start?: CalendarUnit): RelativeInstant {
  return { base: 'today', ...(start ? { start } : {}), shifts: [], at: iso(startOf(start ?? 'day', now)) };
}

/** The moment itself. */
export function nowFrom(now: Date): RelativeInstant {
  return { base: 'now', shifts: [], at: iso(now) };
}

/** The instant so many units later; earlier for a negative count. */
export function shifted(instant: Instant, count: number, unit: DurationUnit): Instant {
  if (count === 0) return instant;
  if (typeof instant === 'string') return iso(add(dateOf(instant), unit, count));
  const last = instant.shifts.at(-1);
  const same = last?.unit === unit;
  const shifts = [...instant.shifts.slice(0, same ? -1 : undefined), { count: (same ? last.count : 0) + count, unit }];
  return { ...instant, shifts: shifts.filter((shift) => shift.count !== 0), at: iso(add(dateOf(instant.at), unit, count)) };
}

/** The first instant of a year, month and day (1 to 12, 1 to 31); undefined for a day that no calendar has. */
export function fixedDay(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? iso(date) : undefined;
}

/** ISO 8601 text of an instant, as told to the reader. */
export function isoOf(instant: Instant): string {
  return typeof instant === 'string' ? instant : instant.at;
}

/** True for an instant that is the first of some year, whatever the clock says. */
export function startsYear(instant: Instant): boolean {
  if (typeof instant === 'string') return instant.endsWith('-01-01');
  return instant.start === 'year' && instant.shifts.every((shift) => shift.unit === 'year');
}

/** True for an instant within a day, which a date without time cannot be compared with. */
export function isWithinDay(instant: Instant): boolean {
  return typeof instant === 'string' ? instant.length > 10 : instant.base === 'now';
}

function dateOf(text: string): Date {
  return new Date(text.length > 10 ? `${text.replace(' ', 'T')}Z` : `${text}T00:00:00Z`);
}

function startOf(unit: 'day' | CalendarUnit, date: Date): Date {
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  switch (unit) {
    case 'day':
      return new Date(Date.UTC(year, month, day));
    case 'week':
      return new Date(Date.UTC(year, month, day - ((date.getUTCDay() + 6) % 7)));
    case 'month':
      return new Date(Date.UTC(year, month, 1));
    case 'quarter':
      return new Date(Date.UTC(year, month - (month % 3), 1));
    case 'year':
      return new Date(Date.UTC(year, 0, 1));
  }
}

const SECONDS: Readonly<Partial<Record<DurationUnit, number>>> = { second: 1, minute: 60, hour: 3600, day: 86_400, week: 604_800 };
const MONTHS: Readonly<Partial<Record<DurationUnit, number>>> = { month: 1, quarter: 3, year: 12 };

/** As PostgreSQL adds intervals: a month after 31 January is the last of February. */
function add(date: Date, unit: DurationUnit, count: number): Date {
  const seconds = SECONDS[unit];
  if (seconds !== undefined) return new Date(date.getTime() + count * seconds * 1000);
  const moved = new Date(date);
  const day = moved.getUTCDate();
  moved.setUTCDate(1);
  moved.setUTCMonth(moved.getUTCMonth() + count * MONTHS[unit]!);
  moved.setUTCDate(Math.min(day, new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate()));
  return moved;
}

function iso(date: Date): string {
  const text = date.toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ');
}
