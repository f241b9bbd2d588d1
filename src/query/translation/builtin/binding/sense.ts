import { tableName } from '../lexicon/schema-model.js';
import type { Reading } from '../parsing/reading.js';
import type { Bound } from './bound.js';
import type { Draft } from './draft.js';
import { BindingRefused } from './resolver.js';

/** Rows of one date, told by another of their dates: nobody asks for that unsaid. */
export function requireOneDate(bound: Bound, draft: Draft): void {
  for (const group of draft.groups) {
    if (group.kind !== 'column' || !group.unit) continue;
    const other = bound.where.find((condition) => condition.kind === 'test' && condition.test.is === 'during' && condition.info.table === group.info.table && condition.info !== group.info && condition.info.role === 'date');
    if (other?.kind === 'test') throw new BindingRefused(`Is ${tableName(group.info.table)}.${group.info.name} or ${tableName(other.info.table)}.${other.info.name} meant?`, [], [group.info, other.info].map((info) => `${tableName(info.table)}.${info.name}`));
  }
}

/** Something is asked for, of groups too. */
export function requireSense(reading: Reading, draft: Draft): void {
  const nothing = reading.heads.length === 0 && reading.against.length === 0 && draft.measures.length === 0 && reading.extremes.length === 0 && !reading.ask?.startsWith('wh');
  if (draft.groups.length > 0 && draft.measures.length === 0) throw new BindingRefused('It is not clear what is asked of each group.');
  if (draft.keepEmpty && (draft.groups.length === 0 || draft.measures.length === 0)) throw new BindingRefused('It is not clear for what zeros should be kept.');
  if (nothing && reading.restrictions.length === 0) throw new BindingRefused('The question does not say what to look for.');
}
