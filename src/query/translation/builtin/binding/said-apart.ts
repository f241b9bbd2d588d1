import type { Aggregate } from '../language/function-words.js';
import { isAmount, tableName } from '../lexicon/schema-model.js';
import type { Change, Measure } from '../logical-form.js';
import type { NounPhrase } from '../parsing/reading.js';
import type { Bound } from './bound.js';
import type { Draft } from './draft.js';
import { countOf, worthOf } from './measures.js';
import { BindingRefused, type Resolver } from './resolver.js';

/** "number, sum, largest": of the rows asked for, and of what they come to. */
export function bareMeasure(fn: Aggregate, listed: readonly NounPhrase[], resolver: Resolver, draft: Draft): Measure {
  if (fn === 'count') return countOf(resolver, draft.subject);
  const number = listed.map((head) => resolver.resolve(head)).find((meaning) => meaning?.kind === 'value' && meaning.expression.kind === 'column' && isAmount(meaning.expression.info));
  if (number?.kind === 'value') return { fn, of: number.expression, distinct: false };
  const worth = worthOf(resolver, draft.subject);
  if (!worth) throw new BindingRefused(`It is not clear of what the ${fn} is meant.`);
  resolver.note(`Took ${tableName(worth.table)}.${worth.name} for what ${tableName(draft.subject)} come to.`);
  return { fn, of: { kind: 'column', info: worth }, distinct: false };
}

/** One measure by one calendar unit, which comes first. */
export function changesOf(percent: boolean, draft: Draft): Change[] {
  const time = draft.groups.findIndex((group) => group.kind === 'column' && group.unit && !group.unit.includes('-') && group.unit !== 'weekday');
  const [measure] = draft.measures;
  if (time < 0 || !measure || draft.measures.length > 1 || draft.limit) throw new BindingRefused('It is not clear what changes from when to when.');
  draft.groups.unshift(...draft.groups.splice(time, 1));
  return [{ measure, percent }];
}

/** "… and how many do not": the last condition divides what is counted. */
export function contrastLast(bound: Bound, draft: Draft): void {
  const last = bound.where.pop();
  const [measure] = draft.measures;
  if (!last || !measure || draft.measures.length > 1 || bound.having.length > 0 || measure.fn !== 'count') throw new BindingRefused('It is not clear what the others are.');
  draft.measures.splice(0, 1, { ...measure, where: [last] }, { ...measure, where: [{ kind: 'not', of: last }] });
}
