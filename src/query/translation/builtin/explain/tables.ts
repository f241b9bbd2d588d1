import { expressionTable } from '../expression.js';
import type { TableInfo } from '../lexicon/schema-model.js';
import { groupTable, measureTable, type Condition, type LogicalForm } from '../logical-form.js';

/** Every table that a form speaks of, its subject first. */
export function tablesOf(form: LogicalForm): TableInfo[] {
  const order = form.order.flatMap((key) => (key.by === 'expression' ? [expressionTable(key.expression)] : key.by === 'measure' ? [measureTable(key.measure)] : []));
  return [
    ...new Set([
      ...(form.measures[0] && !form.shown.length ? [measureTable(form.measures[0])] : []),
      form.subject,
      ...form.shown.map(expressionTable),
      ...form.measures.map(measureTable),
      ...[...form.groups, ...(form.perGroup ?? [])].map(groupTable),
      ...[...form.where, ...form.measures.flatMap(({ where }) => where ?? [])].flatMap(tablesIn),
      ...form.having.map(({ measure }) => measureTable(measure)),
      ...order,
    ]),
  ];
}

function tablesIn(condition: Condition): TableInfo[] {
  switch (condition.kind) {
    case 'test':
      return [condition.info.table, ...(condition.test.is === 'compare-to' ? [measureTable(condition.test.measure)] : [])];
    case 'related':
    case 'count':
      return [condition.table, ...condition.where.flatMap(tablesIn)];
    case 'not':
      return tablesIn(condition.of);
    case 'any':
    case 'all':
      return condition.of.flatMap(tablesIn);
  }
}
