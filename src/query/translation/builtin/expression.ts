import type { DateUnit } from './language/function-words.js';
import { isAmount, type ColumnInfo, type JoinEdge, type TableInfo } from './lexicon/schema-model.js';

/** A point in time of one row: a date column, or the moment the question is asked. */
export type Moment = ColumnInfo | 'now';

/** Units in which a stretch of time can be told. */
export type DurationUnit = DateUnit | 'minute' | 'second';

/** A value worked out from the columns of one row. */
export type Derived =
  /** Two numbers of the row: quantity × price, population ÷ area. */
  | { readonly kind: 'arithmetic'; readonly table: TableInfo; readonly op: '*' | '/' | '-' | '+'; readonly of: readonly [ColumnInfo, ColumnInfo] }
  /** The time that passed between two moments, in units, fractions included. */
  | { readonly kind: 'duration'; readonly table: TableInfo; readonly from: Moment; readonly to: Moment; readonly unit: DurationUnit }
  /** A column of the row that this one refers to by one particular key: the name of an employee's manager. */
  | { readonly kind: 'via'; readonly table: TableInfo; readonly edge: JoinEdge; readonly info: ColumnInfo };

/** A value of one row. */
export type Expression = { readonly kind: 'column'; readonly info: ColumnInfo } | Derived;

/** True for a value that can be added up: a number of the row, or one worked out from two. */
export function isNumeric(expression: Expression): boolean {
  return expression.kind === 'arithmetic' || (expression.kind === 'column' && isAmount(expression.info));
}

/** The table of an expression. */
export function expressionTable(expression: Expression): TableInfo {
  return expression.kind === 'column' ? expression.info.table : expression.table;
}

/** True when two expressions have the same value in every row. */
export function sameExpression(a: Expression, b: Expression): boolean {
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'column':
      return a.info === (b as typeof a).info;
    case 'via':
      return a.info === (b as typeof a).info && a.edge === (b as typeof a).edge;
    case 'arithmetic':
      return a.op === (b as typeof a).op && a.of.every((info, i) => info === (b as typeof a).of[i]);
    case 'duration':
      return a.from === (b as typeof a).from && a.to === (b as typeof a).to && a.unit === (b as typeof a).unit;
  }
}

/** The columns an expression reads. */
export function columnsOf(expression: Expression): readonly ColumnInfo[] {
  switch (expression.kind) {
    case 'column':
    case 'via':
      return [expression.info];
    case 'arithmetic':
      return expression.of;
    case 'duration':
      return [expression.from, expression.to].filter((moment) => moment !== 'now');
  }
}
