import { expressionTable, sameExpression, type Expression } from '../expression.js';
import { groupTable, type GroupKey, type LogicalForm } from '../logical-form.js';
import type { SchemaModel } from '../lexicon/schema-model.js';
import { truncate } from './group-columns.js';
import { nameOfDerived, writeExpression, writeValue } from './expressions.js';
import { asComparable } from './readings.js';
import { Names } from './names.js';
import { firstPerGroup } from './per-group.js';
import { quoteIdentifier } from './quote.js';
import { Aliases, Scope } from './scope.js';
import { statement } from './statement.js';
import { writeConditions } from './write-conditions.js';

/** A list of rows. */
export function writeRows(form: LogicalForm, model: SchemaModel): string {
  const scope = new Scope(model, form.preferred, new Aliases(), form.subject);
  const ordering = form.order.flatMap((key) => (key.by === 'expression' ? [key] : []));
  const orderTables = ordering.map((key) => expressionTable(key.expression));
  const partition = form.perGroup ?? [];
  scope.join(partition.map(groupTable));
  scope.join(form.shown.map(expressionTable).filter((table) => !orderTables.includes(table)), true);
  scope.join(orderTables);
  const names = new Names();
  // Different rows, and the first of a group, are found among values that can be compared.
  const shownAs = form.distinct || form.perGroup ? writeValue : writeExpression;
  const columns = form.shown.flatMap((each) => (each.kind === 'column' ? [each.info] : []));
  const nameOf = (expression: Expression) => names.unique(expression.kind === 'column' ? names.ofColumn(expression.info, columns) : nameOfDerived(expression));
  const selected: [sql: string, name: string][] = form.shown.map((expression) => [shownAs(expression, scope), nameOf(expression)]);
  const where = writeConditions(form.where, scope);
  const order: string[] = [];
  for (const { expression, desc } of ordering) {
    const sql = writeValue(expression, scope);
    if (!form.shown.some((each) => sameExpression(each, expression))) selected.push([sql, nameOf(expression)]);
    order.push(`${sql}${desc ? ' DESC' : ''} NULLS LAST`);
    // The first of all, or of each group, is one of those that have a value.
    if (form.limit?.withTies || form.perGroup) where.push(`${expression.kind === 'column' ? sql : `(${sql})`} IS NOT NULL`);
  }
  if (form.perGroup) {
    const keys = partition.flatMap((group) => (group.kind === 'column' && group.unit && group.unit !== 'weekday' ? [truncate(scope.column(group.info), group.unit)] : keyColumns(group).map((info) => asComparable(scope.column(info), info))));
    const first = selected.filter(([sql]) => partition.flatMap(shownColumns).some((info) => writeValue({ kind: 'column', info }, scope) === sql)).map(([, name]) => name);
    return firstPerGroup({ selected, source: { from: scope.from, where }, partition: keys, first, order, count: form.limit?.count ?? 1 }, names);
  }
  return statement({ select: selected.map(([sql, name]) => `${sql} AS ${quoteIdentifier(name)}`), distinct: form.distinct, from: scope.from, where, order, limit: form.limit });
}

function keyColumns(group: GroupKey) {
  if (group.kind === 'column') return [group.info];
  return group.table.key.length ? group.table.key : group.table.display;
}

function shownColumns(group: GroupKey) {
  return group.kind === 'column' ? [group.info] : group.table.display;
}
