import type { DateRange } from '../tagging/dates.js';
import type { ClockRange } from '../tagging/clock.js';
import { isoOf, shifted, type Instant } from '../tagging/instants.js';

const UNDECLINED = /^(after|before|until|of|more than|less than|at least|at most)\b|(later|earlier|ago)$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
/** Labels that say by themselves which days they are: years, months, days. */
const EXACT = /^(?:(?:after|before|until) )?(?:\d{4}|[A-Z][a-z]+ \d{4}|\d{4}-\d\d-\d\d)(?: or (?:later|earlier))?$/;

/** "in 2024", "in the last 30 days (2025-05-16 to 2025-06-15)": what does not say its days, or moves with the clock, is told as it is now. */
export function describeRange(range: DateRange): { said: string; days?: string } {
  const { from, to, label } = range;
  const said = UNDECLINED.test(label) ? label : `${DAY.test(label) ? 'on' : 'in'} ${label}`;
  return EXACT.test(label) ? { said } : { said, days: workedOut(from, to) };
}

/** "from 18:00 and before 20:00 of a day". */
export function describeClock({ from, to, fromIncluded, toIncluded }: ClockRange): string {
  const start = from === undefined ? [] : [`${fromIncluded ? 'from' : 'after'} ${from}`];
  const end = to === undefined ? [] : [`${toIncluded ? 'until' : 'before'} ${to}`];
  return `${[...start, ...end].join(' and ')} of a day`;
}

function workedOut(from: Instant | undefined, to: Instant | undefined): string {
  if (to === undefined) return `from ${isoOf(from!)}`;
  const end = isoOf(to);
  const last = end.length === 10 ? isoOf(shifted(end, -1, 'day')) : end;
  if (from === undefined) return `until ${last}`;
  return isoOf(from) === last ? last : `${isoOf(from)} to ${last}`;
}
