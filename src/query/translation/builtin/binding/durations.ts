import { columnsOf, type Derived, type DurationUnit, type Expression } from '../expression.js';
import type { Attribute } from '../language/attributes.js';
import { describeDerived } from '../describe.js';
import { tableName, type TableInfo } from '../lexicon/schema-model.js';
import type { Measure } from '../logical-form.js';
import { timeUnitOf } from '../tagging/relative-dates.js';
import { BindingRefused, type Resolver } from './resolver.js';

type Duration = Extract<Derived, { kind: 'duration' }>;

/** Verbs of what lasts: "took more than 2 weeks". */
const LASTING = /^(take|took|taken|takes|taking|last|lasts|lasted|lasting|stay|stays|stayed|staying|run|runs|ran|running)$/;

/** The time that a row of a table lasts; undefined when it does not tell, refused when there are several. */
export function lastingOf(resolver: Resolver, table: TableInfo, unit?: string): Duration | undefined {
  const spans = resolver.lexicon.nouns(['duration']).flatMap((ref) => (ref.kind === 'derived' && ref.table === table && ref.expression.kind === 'duration' ? [{ score: ref.score, expression: ref.expression }] : []));
  const [first, second] = spans;
  if (!first) return undefined;
  if (second && first.score - second.score < 0.05) {
    const choices = [first, second].map(({ expression }) => describeDerived(expression));
    throw new BindingRefused(`${tableName(table)} has more than one stretch of time: ${choices.join(', or ')}.`, [], choices);
  }
  const told = timeUnitOf(unit);
  resolver.note(`Took how long it was to be ${describeDerived({ ...first.expression, ...(told ? { unit: told } : {}) })}.`);
  return told ? { ...first.expression, unit: told } : first.expression;
}

/** True for "long" and "short", which may speak of time. */
export function isLasting({ attribute, cue, unit }: { attribute?: Attribute; cue?: string; unit?: string }): boolean {
  if (attribute) return ['long', 'short'].includes(attribute.adjective) && (unit === undefined || timeUnitOf(unit) !== undefined);
  return cue !== undefined && LASTING.test(cue) && timeUnitOf(unit) !== undefined;
}

/** What is told of stretches of time has to be in the unit asked for; rows that have not ended have none. */
export function checkDurations(of: readonly (Expression | { readonly kind: 'rows' })[], measures: readonly Measure[], resolver: Resolver): void {
  const { durationUnit } = resolver;
  const kept = of.some((each) => each.kind === 'column' && each.info.words.some((word) => timeUnitOf(word) === durationUnit));
  if (durationUnit && !resolver.durationTold && !kept) throw new BindingRefused(`Nothing that is asked for is told in ${durationUnit}s.`, [`${durationUnit}s`]);
  for (const { of: what } of measures) {
    if (what.kind !== 'duration') continue;
    const open = columnsOf(what).filter((info) => info.column.nullable);
    if (open.length > 0) resolver.note(`Rows without ${open.map((info) => `${tableName(info.table)}.${info.name}`).join(' or ')} are left out.`);
  }
}

/** The unit of a comparison, for a stretch of time that is compared. */
export function comparedIn(expression: Duration, unit: string | undefined): Duration {
  const told: DurationUnit | undefined = timeUnitOf(unit);
  if (unit !== undefined && !told) throw new BindingRefused(`A stretch of time is not told in ${unit}s.`, [unit]);
  if (!told && expression.unit !== 'year' && expression.unit !== 'day') throw new BindingRefused(`In which unit should ${describeDerived(expression)} be compared?`);
  return told ? { ...expression, unit: told } : expression;
}
