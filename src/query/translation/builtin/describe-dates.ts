import type { Derived } from './expression.js';
import type { Test } from './logical-form.js';
import type { ClockRange } from './tagging/clock.js';
import type { DateRange } from './tagging/dates.js';
import { isoOf, shifted, type Instant } from './tagging/instants.js';

/** "is in the last 30 days (2025-05-16 to 2025-06-15)": what moves with the clock is told as it is now. */
export function describeRange(range: DateRange): string {
  const { from, to, label } = range;
  const said = /^(after|before|until|more than|less than|at least|at most)|later$|earlier$/.test(label) ? label : `in ${label}`;
  const moves = [from, to].some((instant) => instant !== undefined && typeof instant !== 'string');
  return `is ${said}${moves ? ` (${workedOut(from, to)})` : ''}`;
}

/** "is after 18:00 and before 20:00 in the day". */
export function describeClock({ from, to, fromIncluded, toIncluded }: ClockRange): string {
  const start = from === undefined ? [] : [`${fromIncluded ? 'from' : 'after'} ${from}`];
  const end = to === undefined ? [] : [`${toIncluded ? 'until' : 'before'} ${to}`];
  return `is ${[...start, ...end].join(' and ')} of a day`;
}

/** "returned_on is after due_on": two dates that are only compared; undefined for every other condition. */
export function describeLater({ expression, test }: { expression?: Derived; test: Test }): string | undefined {
  if (expression?.kind !== 'duration' || test.is !== 'compare' || test.op !== '>' || test.value !== 0) return undefined;
  const [from, to] = [expression.from, expression.to].map((moment) => (moment === 'now' ? 'now' : moment.name));
  return `${to} is after ${from}`;
}

function workedOut(from: Instant | undefined, to: Instant | undefined): string {
  if (to === undefined) return `from ${isoOf(from!)}`;
  const end = isoOf(to);
  const last = end.length === 10 ? isoOf(shifted(end, -1, 'day')) : end;
  if (from === undefined) return `until ${last}`;
  return isoOf(from) === last ? last : `${isoOf(from)} to ${last}`;
}
