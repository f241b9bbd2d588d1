import { isDeepStrictEqual } from 'node:util';
import { expressionTable, sameExpression, type Derived, type Expression } from './expression.js';
import type { Aggregate, Comparison, DatePart, DateUnit } from './language/function-words.js';
import type { ColumnInfo, JoinEdge, TableInfo } from './lexicon/schema-model.js';
import type { ClockRange } from './tagging/clock.js';
import type { DateRange } from './tagging/dates.js';

/** A value of many rows. Counted are the rows of a table, or the (distinct) values of a column. */
export interface Measure {
  readonly fn: Aggregate;
  readonly of: Expression | { readonly kind: 'rows'; readonly table: TableInfo };
  /** Different values only; of rows: each once, among the rows of a finer measure beside it. */
  readonly distinct: boolean;
  /** Only these rows are taken, on top of what holds for the whole question: one side of a ratio. */
  readonly where?: readonly Condition[];
}

/** A number worked out from two measures of the same group, shown beside them. */
export interface Computed {
  /** A share is the part that the group has in all groups together: the second measure is the first. */
  readonly kind: 'ratio' | 'difference' | 'share';
  readonly of: readonly [Measure, Measure];
  /** Told in hundredths. */
  readonly percent?: boolean;
}

/** The change of a measure from the group before to this one, in the order of time. */
export interface Change {
  readonly measure: Measure;
  readonly percent: boolean;
}

/** What rows are grouped by: a column, a calendar unit of a date column, or one group per row of a table. */
export type GroupKey =
  | { readonly kind: 'column'; readonly info: ColumnInfo; readonly unit?: DateUnit | DatePart }
  /** With `by`, the row that this key of its own table refers to: employees by their manager. */
  | { readonly kind: 'entity'; readonly table: TableInfo; readonly by?: JoinEdge };

/** What must be true of one column's value. */
export type Test =
  | { readonly is: 'compare'; readonly op: Comparison; readonly value: string | number | boolean; readonly ignoreCase?: boolean }
  | { readonly is: 'between'; readonly low: number; readonly high: number }
  | { readonly is: 'during'; readonly range: DateRange }
  /** Compared with an aggregate over a whole table, or that many times it: "above the average price". */
  | { readonly is: 'compare-to'; readonly op: Comparison; readonly measure: Measure; readonly factor?: number }
  /** Compared with another value of the same row. */
  | { readonly is: 'compare-with'; readonly op: Comparison; readonly other: Expression }
  /** On these days of the week, 1 for Monday to 7. */
  | { readonly is: 'weekday'; readonly days: readonly number[] }
  /** At this time of day. */
  | { readonly is: 'clock'; readonly range: ClockRange }
  | { readonly is: 'text'; readonly op: 'contains' | 'starts' | 'ends'; readonly text: string }
  | { readonly is: 'null' }
  | { readonly is: 'present' };

/** A restriction of rows. */
export type Condition =
  | { readonly kind: 'test'; readonly info: ColumnInfo; readonly test: Test; /** Tested instead of the column itself, which it is worked out from. */ readonly expression?: Derived }
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
  | { readonly by: 'group'; readonly group: GroupKey; readonly desc: boolean }
  | { readonly by: 'computed'; readonly computed: Computed; readonly desc: boolean };

/**
 * What a question asks for, free of its wording and of SQL. Rows of `subject` are listed when there is neither a measure nor
 * a group; else the measures are taken per group (over everything without groups). Joins are not part of it: they follow
 * from the tables that it mentions. Follow-up questions edit the form of the question before.
 */
export interface LogicalForm {
  readonly subject: TableInfo;
  /** What is listed of each row; for groups and measures nothing. */
  readonly shown: readonly Expression[];
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
  readonly computed?: readonly Computed[];
  /** How the measures change from one calendar unit to the next; the first group is one. */
  readonly changes?: readonly Change[];
  /** Of each of these groups, the first `limit` rows (or finer groups) in the given order: "the most expensive product of each category". */
  readonly perGroup?: readonly GroupKey[];
  /** Groups without any row are kept, and count as zero. */
  readonly keepEmpty?: boolean;
  /** Taken over the groups' only measure: "the average number of orders per customer". One row, without groups or order. */
  readonly over?: Aggregate;
  /** Keys that the question's own words single out ("sender"): joins take these first. */
  readonly preferred: readonly JoinEdge[];
}

/** The table whose rows a measure adds up. */
export function measureTable(measure: Measure): TableInfo {
  return measure.of.kind === 'rows' ? measure.of.table : expressionTable(measure.of);
}

/** The table of a group key. */
export function groupTable(group: GroupKey): TableInfo {
  return group.kind === 'entity' ? (group.by?.child ?? group.table) : group.info.table;
}

/** True when two measures are the same. */
export function sameMeasure(a: Measure, b: Measure): boolean {
  const rows = a.of.kind === 'rows' && b.of.kind === 'rows';
  if (a.fn !== b.fn || (a.distinct !== b.distinct && !rows) || !sameConditions(a.where ?? [], b.where ?? [])) return false;
  return a.of.kind === 'rows' || b.of.kind === 'rows' ? measureTable(a) === measureTable(b) : sameExpression(a.of, b.of);
}

/** True when the same is asked of rows, in the same order. */
export function sameConditions(a: readonly Condition[], b: readonly Condition[]): boolean {
  return a.length === b.length && a.every((condition, i) => isDeepStrictEqual(condition, b[i]));
}

/** Whether a comparison of two numbers holds. */
export function compares(left: number, op: Comparison, right: number): boolean {
  return { '=': left === right, '<>': left !== right, '<': left < right, '<=': left <= right, '>': left > right, '>=': left >= right }[op];
}
