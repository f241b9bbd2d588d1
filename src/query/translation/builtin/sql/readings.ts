import type { ColumnInfo } from '../lexicon/schema-model.js';

/** Types of which PostgreSQL cannot say whether two values are equal, or which of them is the greater. */
const INCOMPARABLE: ReadonlySet<string> = new Set(['json', 'xml', 'point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle', 'jsonpath', 'refcursor', 'aclitem', 'xid', 'cid', 'pg_snapshot', 'txid_snapshot', 'gtsvector']);

/** A column to calculate with or to compare with numbers, neither of which sums of money can be. */
export function asNumber(sql: string, { column }: ColumnInfo): string {
  return column.base_type === 'money' ? `${sql}::numeric` : sql;
}

/** A column to look into as text: labels and identifiers are texts to people alone. */
export function asText(sql: string, { role, column }: ColumnInfo): string {
  return role === 'enum' || column.base_type === 'uuid' ? `${sql}::text` : sql;
}

/** A column to group by, to order by, or of which different values are wanted: by its text where it has no order of its own. */
export function asComparable(sql: string, { column }: ColumnInfo): string {
  return INCOMPARABLE.has(column.base_type.replace(/^_/, '')) ? `${sql}::text` : sql;
}

/** True when the text can be a value of the column, so that comparing the two is no error. */
export function canHold({ role, column }: ColumnInfo, text: string): boolean {
  if (role === 'enum') return column.enum_labels!.includes(text);
  return column.base_type !== 'uuid' || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
