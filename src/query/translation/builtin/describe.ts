import type { Derived, Expression, Moment } from './expression.js';
import { nameOfRole, tableName, type ColumnInfo } from './lexicon/schema-model.js';

const SIGNS = { '*': '×', '/': '÷', '-': '−', '+': '+' } as const;

/** "orders.total_amount": a column as a reader knows it. */
export function describeColumn(info: ColumnInfo): string {
  return `${tableName(info.table)}.${info.name}`;
}

/** "quantity × unit_price", "the days from start_date to end_date". */
export function describeDerived(expression: Derived): string {
  switch (expression.kind) {
    case 'arithmetic':
      return `${expression.of[0].name} ${SIGNS[expression.op]} ${expression.of[1].name}`;
    case 'duration':
      return `the ${expression.unit}s from ${describeMoment(expression.from)} to ${describeMoment(expression.to)}`;
    case 'via':
      return `${expression.info.name} of the ${nameOfRole(expression.edge)}`;
    case 'length':
      return `the length of ${expression.info.name}`;
  }
}

/** An expression with its table. */
export function describeExpression(expression: Expression): string {
  return expression.kind === 'column' ? describeColumn(expression.info) : `${tableName(expression.table)}.(${describeDerived(expression)})`;
}

function describeMoment(moment: Moment): string {
  return moment === 'now' ? 'now' : moment.name;
}
