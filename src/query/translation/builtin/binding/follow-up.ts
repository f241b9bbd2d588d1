import type { Lexicon } from '../lexicon/references.js';
import type { SchemaModel } from '../lexicon/schema-model.js';
import { groupTable, measureTable, type Condition, type LogicalForm } from '../logical-form.js';
import type { Reading } from '../parsing/reading.js';
import { arrange } from './arranging.js';
import type { Interpretation } from './bind.js';
import { bindRestrictions } from './conditions.js';
import { addMeasure, type Draft } from './draft.js';
import { bindGroups } from './grouping.js';
import { countOf } from './measures.js';
import { BindingRefused, Resolver } from './resolver.js';

const OPENERS = /^\s*(and|only|just|now|but|what about|how about|same|also|those|of those|for|in|by|per|sort|sorted|order|ordered|limit|without|with|not|since|from|last|this)\b/i;

/** True for a question that names nothing to look for, and so can only refine the one before it. */
export function isFollowUp(question: string, reading: Reading): boolean {
  if (!OPENERS.test(question) && !/\b(ones|those|them|these|instead)\b/i.test(question)) return false;
  if (reading.against.length > 0 || reading.shown.length > 0 || reading.extremes.length > 0 || reading.mentions.length > 0) return false;
  if (reading.heads.length > 0 && !(OPENERS.test(question) && reading.heads.every((head) => head.ofValue && !head.aggregate))) return false;
  return reading.restrictions.length > 0 || reading.groups.length > 0 || reading.order.length > 0 || reading.limit !== undefined;
}

/**
 * Refines an earlier form: new conditions replace those on the same column, new groups the old ones, a new order the old.
 *
 * @throws BindingRefused when a word has no meaning there
 */
export function bindFollowUp(reading: Reading, previous: LogicalForm, model: SchemaModel, lexicon: Lexicon, now: Date): Interpretation {
  const tables = [previous.subject, ...previous.measures.map(measureTable), ...previous.groups.map(groupTable)];
  const resolver = new Resolver(model, lexicon, [...new Set(tables)], now);
  const draft: Draft = { subject: previous.subject, measures: [...previous.measures], groups: [...previous.groups], order: [...previous.order], columns: [], derived: [], computed: [...(previous.computed ?? [])] };
  const bare: Reading = { ...reading, heads: [] };
  const bound = bindRestrictions(resolver, reading, previous.subject, previous.measures.map(measureTable));
  if (bound.having.length > 0 && draft.measures.length === 0) throw new BindingRefused('Please ask that as a whole question.');
  for (const having of bound.having) addMeasure(draft, having.measure);
  if (reading.groups.length > 0) {
    if (draft.measures.length === 0) addMeasure(draft, countOf(resolver, previous.subject));
    draft.groups.splice(0);
    draft.order.splice(0);
    bindGroups(bare, resolver, draft);
  }
  if (reading.order.length > 0) draft.order.splice(0);
  if (reading.groups.length > 0 || reading.order.length > 0) arrange(bare, resolver, draft);
  const grouped = draft.groups.length > 0 || draft.measures.length > 0;
  const kept = previous.where.filter((condition) => !bound.where.some((fresh) => replaces(fresh, condition)));
  const { limit, over, ...rest } = previous;
  const wanted = reading.limit !== undefined ? { count: reading.limit, withTies: false } : reading.groups.length > 0 ? undefined : limit;
  return {
    form: { ...rest, shown: grouped ? [] : previous.shown, measures: draft.measures, groups: draft.groups, order: draft.order, where: [...kept, ...bound.where], having: [...previous.having, ...bound.having], ...(wanted ? { limit: wanted } : {}), ...(over && reading.groups.length === 0 ? { over } : {}) },
    warnings: resolver.warnings,
  };
}

/** "And for 2024?" takes the place of an earlier year; "only the shipped ones" that of an earlier status. */
function replaces(fresh: Condition, old: Condition): boolean {
  const [a, b] = [columnOf(fresh), columnOf(old)];
  return a !== undefined && a === b;
}

function columnOf(condition: Condition): object | undefined {
  if (condition.kind === 'test') return condition.info;
  if (condition.kind === 'not') return columnOf(condition.of);
  if (condition.kind !== 'any') return undefined;
  const columns = new Set(condition.of.map(columnOf));
  return columns.size === 1 ? [...columns][0] : undefined;
}
