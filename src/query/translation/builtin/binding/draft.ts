import { isToOne } from '../joins/distances.js';
import type { Aggregate } from '../language/function-words.js';
import type { ColumnInfo, TableInfo } from '../lexicon/schema-model.js';
import type { Derived } from '../expression.js';
import { sameMeasure, type Change, type Computed, type GroupKey, type Measure, type OrderKey } from '../logical-form.js';
import type { Resolver } from './resolver.js';

/** A form while it is put together. */
export interface Draft {
  readonly subject: TableInfo;
  readonly measures: Measure[];
  readonly groups: GroupKey[];
  readonly order: OrderKey[];
  readonly columns: ColumnInfo[];
  /** Values worked out per row that are shown. */
  readonly derived: Derived[];
  readonly computed: Computed[];
  changes?: Change[];
  perGroup?: GroupKey[];
  keepEmpty?: boolean;
  limit?: { count: number; withTies: boolean };
  /** Aggregate over the groups. */
  over?: Aggregate;
}

export function addMeasure(draft: Draft, measure: Measure): void {
  if (!draft.measures.some((each) => sameMeasure(each, measure))) draft.measures.push(measure);
}

/** True when a table's rows are at most one per row of the subject. */
export function belongsTo(resolver: Resolver, subject: TableInfo, table: TableInfo): boolean {
  return subject === table || isToOne(resolver.model, subject, table);
}
