import type { Aggregate, Comparison, DateUnit } from './language/function-words.js';
import type { ColumnInfo, JoinEdge, TableInfo } from './lexicon/schema-model.js';
import type { DateRange } from './tagging/dates.js';

/** A value of one row: a column, or the product of two (quantity × price). */
export type Expression =
  | { readonly kind: 'column'; readonly info: ColumnInfo }
  | { readonly kind: 'product'; readonly table: TableInfo; readonly factors: readonly [ColumnInfo, ColumnInfo] };

/** A value of many rows. Counted are the rows of a table, or the (distinct) values of a column. */
export interface Measure {
  readonly fn: Aggregate;
  readonly of: Expression | { readonly kind: 'rows'; readonly table: TableInfo };
  readonly distinct: boolean;
}

/** What rows are grouped by: a column, a calendar unit of a date column, or one group per row of a table. */
export type GroupKey =
  | { readonly kind: 'column'; readonly info: ColumnInfo; readonly unit?: DateUnit }
  | { readonly kind: 'entity'; readonly table: TableInfo };

/** What must be true of one column's value. */
export type Test =
  | { readonly is: 'compare'; readonly op: Comparison; readonly value: string | number | boolean; readonly ignoreCase?: boolean }
  | { readonly is: 'between'; readonly low: number; readonly high: number }
  | { readonly is: 'during'; readonly range: DateRange }
  | { readonly is: 'text'; readonly op: 'contains' | 'starts' | 'ends'; readonly text: string }
  | { readonly is: 'null' }
  | { readonly is: 'present' };

/** A restriction of rows. */
export type Condition =
  | { readonly kind: 'test'; readonly info: ColumnInfo; readonly test: Test }
  | { readonly kind: 'related'; readonly table: TableInfo; readonly where: readonly Condition[] }
  /** As many rows of the table belong to it; `where` says which of them count. */
  | { readonly kind: 'count'; readonly table: TableInfo; readonly where: readonly Condition[]; readonly op: Comparison; readonly value: number }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'all'; readonly of: readonly Condition[] };

/** A restriction of groups. */
export interface Having {
  readonly measure: Measure;
  readonly op: Comparison;
  readonly value: number;
}

/** What the answer is ordered by. */
export type OrderKey =
  | { readonly by: 'expression'; readonly expression: Expression; readonly desc: boolean }
  | { readonly by: 'measure'; readonly measure: Measure; readonly desc: boolean }
  | { readonly by: 'group'; readonly group: GroupKey; readonly desc: boolean };

/**
 * What a question asks for, free of its wording and of SQL. Rows of `subject` are listed when there is neither a measure nor
 * a group; else the measures are taken per group (over everything without groups). Joins are not part of it: they follow
 * from the tables that it mentions. Follow-up questions edit the form of the question before.
 */
export interface LogicalForm {
  readonly subject: TableInfo;
  /** Columns listed; for groups and measures none. */
  readonly shown: readonly ColumnInfo[];
  /** List each combination of the shown columns once. */
  readonly distinct: boolean;
  readonly measures: readonly Measure[];
  readonly groups: readonly GroupKey[];
  /** All must hold. */
  readonly where: readonly Condition[];
  /** All must hold. */
  readonly having: readonly Having[];
  readonly order: readonly OrderKey[];
  readonly limit?: { readonly count: number; readonly withTies: boolean };
  /** Taken over the groups' only measure: "the average number of orders per customer". One row, without groups or order. */
  readonly over?: Aggregate;
  /** Keys that the question's own words single out ("sender"): joins take these first. */
  readonly preferred: readonly JoinEdge[];
}

/** The table of an expression. */
export function expressionTable(expression: Expression): TableInfo {
  return expression.kind === 'column' ? expression.info.table : expression.table;
}

/** The table whose rows a measure adds up. */
export function measureTable(measure: Measure): TableInfo {
  return measure.of.kind === 'column' ? measure.of.info.table : measure.of.table;
}

/** The table of a group key. */
export function groupTable(group: GroupKey): TableInfo {
  return group.kind === 'entity' ? group.table : group.info.table;
}

/** True when two measures are the same. */
export function sameMeasure(a: Measure, b: Measure): boolean {
  if (a.fn !== b.fn || a.distinct !== b.distinct || a.of.kind !== b.of.kind) return false;
  if (a.of.kind === 'column') return b.of.kind === 'column' && a.of.info === b.of.info;
  return measureTable(a) === measureTable(b);
}

/** Whether a comparison of two numbers holds. */
export function compares(left: number, op: Comparison, right: number): boolean {
  return { '=': left === right, '<>': left !== right, '<': left < right, '<=': left <= right, '>': left > right, '>=': left >= right }[op];
}
