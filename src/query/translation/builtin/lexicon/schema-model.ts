import type { Column, Relation } from '../../../../schema/schema.dto.js';

/** What a column is good for in a question. */
export type ColumnRole = 'number' | 'text' | 'date' | 'boolean' | 'enum' | 'other';

/** A column with what translation needs to know about it. */
export interface ColumnInfo {
  readonly table: TableInfo;
  readonly column: Column;
  readonly name: string;
  /** The name in words, abbreviations spelt out: `sbCustJoinDate` → customer, join, date without the shared prefix. */
  readonly words: readonly string[];
  readonly role: ColumnRole;
  /** True for keys and references: numbers that must not be summed, and not shown unless asked for. */
  readonly isKey: boolean;
}

/** A relation with what translation needs to know about it. */
export interface TableInfo {
  readonly relation: Relation;
  /** Position in the model, used as the node's number in the join graph. */
  readonly index: number;
  readonly words: readonly string[];
  readonly columns: readonly ColumnInfo[];
  /** Columns that tell one row from another: the declared key, or a guessed one; empty when there is none. */
  readonly key: readonly ColumnInfo[];
  /** What a person would call a row: name, title, first and last name …; empty when nothing fits. */
  readonly display: readonly ColumnInfo[];
}

/** A way to join: the child's columns refer to the parent's. */
export interface JoinEdge {
  readonly child: TableInfo;
  readonly parent: TableInfo;
  readonly childColumns: readonly string[];
  readonly parentColumns: readonly string[];
  /** 1 for a declared key, more for a guessed one. */
  readonly cost: number;
  /** True when a parent row has at most one child over this edge. */
  readonly oneToOne: boolean;
  /** Words of the key's name that are not the parent's name: `sender_id` → sender. Tells parallel keys apart. */
  readonly roleWords: readonly string[];
  /** True when a child row may have no parent. */
  readonly optional: boolean;
}

/** The whole schema, ready for translation. */
export interface SchemaModel {
  readonly tables: readonly TableInfo[];
  readonly edges: readonly JoinEdge[];
  /** Edges by table index, both directions. */
  readonly edgesOf: readonly (readonly JoinEdge[])[];
}

/** True for a number that says something of a row, and not which row it is. */
export function isAmount({ role, isKey }: ColumnInfo): boolean {
  return role === 'number' && !isKey;
}

/** What the parent is to the child: "manager"; the parent's own name where the key says nothing else. */
export function nameOfRole({ roleWords, parent }: JoinEdge): string {
  return roleWords.length > 0 ? roleWords.join(' ') : parent.words.join(' ');
}

/** True for a view: its rows are made from other tables', nobody recorded them. */
export function isDerived({ relation }: TableInfo): boolean {
  return relation.kind === 'view' || relation.kind === 'materialized_view';
}

/** `orders` or, outside the search path's first schema, `sales.orders`: how a table is named to people. */
export function tableName(table: TableInfo): string {
  return table.relation.schema === 'public' ? table.relation.name : `${table.relation.schema}.${table.relation.name}`;
}
