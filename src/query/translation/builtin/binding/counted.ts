import { measureTable, type Measure } from '../logical-form.js';
import type { TableInfo } from '../lexicon/schema-model.js';
import type { Bound } from './bound.js';
import { BindingRefused } from './resolver.js';

/** "How many customers have more than 3 orders in 2024": customers are counted, so that their orders are counted apart. */
export function countRelated(bound: Bound, measures: readonly Measure[], subject: TableInfo): void {
  for (const { measure, op, value } of bound.having.splice(0)) {
    const { of } = measure;
    if (of.kind !== 'rows' || measures.some((each) => measureTable(each) !== subject)) throw new BindingRefused('Counting or adding up what is itself added up per row is not covered yet.');
    const inner = bound.where.filter((condition) => condition.kind === 'test' && condition.info.table === of.table);
    for (const condition of inner) bound.where.splice(bound.where.indexOf(condition), 1);
    bound.where.push({ kind: 'count', table: of.table, where: inner, op, value });
  }
}
