import { isToOne } from '../joins/distances.js';
import { tableName, type ColumnInfo } from '../lexicon/schema-model.js';
import type { Condition, Test } from '../logical-form.js';
import type { Restriction } from '../parsing/reading.js';
import { isWithinDay, startsYear, type Instant } from '../tagging/instants.js';
import type { Scene } from './conditions.js';
import { dateColumn, isYear } from './dates.js';
import { yearTest } from './numbers.js';
import { BindingRefused } from './resolver.js';

type Dated = Extract<Restriction, { kind: 'date' | 'weekday' | 'clock' }>;

/** A date, day of the week or time of day: of the column that is meant, which has to be able to tell it. */
export function dateCondition(scene: Scene, restriction: Dated): Condition {
  const info = restricted(scene, restriction);
  requireNear(scene, info, restriction);
  switch (restriction.kind) {
    case 'weekday':
      return { kind: 'test', info, test: { is: 'weekday', days: restriction.days } };
    case 'clock':
      return { kind: 'test', info, test: { is: 'clock', range: restriction.range } };
    case 'date': {
      const { range } = restriction;
      if (range.assumed) scene.resolver.note(`The question names no year: took it to be ${range.label}.`);
      if (info.column.base_type === 'date' && [range.from, range.to].some((instant) => instant !== undefined && isWithinDay(instant))) {
        throw new BindingRefused(`${tableName(info.table)}.${info.name} has no time of day, so that it does not tell hours or minutes.`);
      }
      return { kind: 'test', info, test: isYear(info) ? yearsOf(range) : { is: 'during', range } };
    }
  }
}

/** More than one key away. */
const FAR = 1.8;

/** "Loads booked in June", where only shipments of other vehicles' legs have been booked. */
function requireNear({ resolver, subject, measured, relations }: Scene, info: ColumnInfo, { near }: Dated): void {
  if (info.table === subject || measured.includes(info.table) || (near && relations.has(near)) || isToOne(resolver.model, subject, info.table)) return;
  if (resolver.distance(subject, info.table) > FAR) throw new BindingRefused(`It is not clear what ${tableName(info.table)}.${info.name} says of ${tableName(subject)}.`);
}

/** "Customers who ordered in March and April": in either month, or in both? */
export function refuseBothDates({ resolver, subject, measured }: Scene, parts: readonly Condition[]): void {
  const away = parts.some((part) => part.kind === 'test' && part.info.table !== subject && !measured.includes(part.info.table) && !isToOne(resolver.model, subject, part.info.table));
  if (away) throw new BindingRefused('It is not clear whether one of these stretches of time is enough or all are meant: please say "or", or ask for one at a time.');
}

function yearsOf(range: { from?: Instant; to?: Instant; label: string }): Test {
  const { from, to } = range;
  if ((from === undefined || typeof from === 'string') && (to === undefined || typeof to === 'string')) return yearTest({ ...(from ? { from } : {}), ...(to ? { to } : {}) });
  return { is: 'during', range };
}

/** A date belongs to what is measured or asked for, unless it stands right after a relation: "with orders in 2024". */
function restricted({ resolver, subject, measured, relations }: Scene, restriction: Dated): ColumnInfo {
  const related = restriction.near && relations.has(restriction.near) ? resolver.table(restriction.near) : undefined;
  const last = restriction.near ? resolver.table(restriction.near) : undefined;
  // Others only when their rows belong to it: a revenue has no date because its supplier has one.
  const finer = [last, ...resolver.anchors].filter((table) => table !== undefined && isToOne(resolver.model, table, subject));
  const clause = restriction.kind === 'date' && restriction.clause ? last : undefined;
  const near = [related, clause, ...measured, subject, ...finer].filter((table) => table !== undefined);
  const hinting = [last, ...resolver.anchors].filter((table) => table !== undefined);
  const years = restriction.kind === 'date' && [restriction.range.from, restriction.range.to].every((instant) => instant === undefined || startsYear(instant));
  return dateColumn(resolver, [...new Set(near)], { ...(restriction.noun ? { noun: restriction.noun } : {}), ...(restriction.cue ? { cue: restriction.cue } : {}), years, hinting, clock: restriction.kind === 'clock' });
}
