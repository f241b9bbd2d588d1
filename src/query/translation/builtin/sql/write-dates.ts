import type { ColumnInfo } from '../lexicon/schema-model.js';
import type { ClockRange } from '../tagging/clock.js';
import type { DateRange } from '../tagging/dates.js';
import type { Instant } from '../tagging/instants.js';
import { quoteText } from './quote.js';

/** A half-open stretch of time: never `BETWEEN`, which would take in midnight of the day after, or lose the last day's hours. */
export function writeDuring(column: string, { from, to }: DateRange, info: ColumnInfo): string {
  const bound = (instant: Instant) => (info.role === 'number' ? `EXTRACT(YEAR FROM (${writeInstant(instant, info)})::date)::int` : writeInstant(instant, info));
  return [from !== undefined ? `${column} >= ${bound(from)}` : '', to !== undefined ? `${column} < ${bound(to)}` : ''].filter(Boolean).join(' AND ');
}

/** A time of day, of a time or of a timestamp as the session's zone shows it. */
export function writeClock(column: string, { from, to, fromIncluded, toIncluded }: ClockRange, info: ColumnInfo): string {
  const time = info.column.base_type.startsWith('timestamp') ? `${column}::time` : column;
  return [from !== undefined ? `${time} ${fromIncluded ? '>=' : '>'} ${quoteText(from)}` : '', to !== undefined ? `${time} ${toIncluded ? '<=' : '<'} ${quoteText(to)}` : ''].filter(Boolean).join(' AND ');
}

/**
 * A fixed date as a literal; a relative one by the database's clock, days as the session's time zone cuts them. Local
 * timestamps compare alike with dates, timestamps and, in the session's zone, timestamps with time zone.
 */
function writeInstant(instant: Instant, info: ColumnInfo): string {
  if (typeof instant === 'string') return quoteText(instant);
  const { base, start, shifts } = instant;
  const moment = base === 'now' ? (info.column.base_type === 'timestamptz' ? 'now()' : 'LOCALTIMESTAMP') : start ? `date_trunc('${start}', LOCALTIMESTAMP)` : 'CURRENT_DATE';
  return [moment, ...shifts.map(({ count, unit }) => `${count < 0 ? '-' : '+'} INTERVAL '${interval(Math.abs(count), unit)}'`)].join(' ');
}

function interval(count: number, unit: string): string {
  if (unit === 'quarter') return interval(count * 3, 'month');
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
