import type { ColumnInfo, JoinEdge, TableInfo } from './schema-model.js';

const DECLARED = 1;
const INFERRED_ID = 1.5;
const INFERRED_NAME = 2.2;

/** Words that many tables have as a column without referring to each other. */
const GENERIC = new Set([
  'id', 'name', 'title', 'type', 'status', 'state', 'date', 'year', 'month', 'day', 'time', 'email', 'phone', 'address', 'code', 'description', 'price',
  'amount', 'total', 'quantity', 'created', 'updated', 'active', 'count', 'number', 'value', 'note', 'comment', 'text', 'url', 'rating', 'city', 'country',
]);

/** The keys the schema declares. */
export function declaredEdges(tables: readonly TableInfo[]): JoinEdge[] {
  const byName = new Map(tables.map((table) => [`${table.relation.schema}.${table.relation.name}`, table]));
  const edges: JoinEdge[] = [];
  const seen = new Set<string>();
  for (const child of tables) {
    for (const key of child.relation.foreign_keys) {
      const parent = byName.get(`${key.references_schema}.${key.references_table}`);
      if (!parent) continue;
      // The same columns may be joined by several constraints, even in both directions.
      const ends = [`${child.index}.${key.columns.join()}`, `${parent.index}.${key.references_columns.join()}`].sort().join('=');
      if (seen.has(ends)) continue;
      seen.add(ends);
      edges.push(makeEdge(child, parent, key.columns, key.references_columns, DECLARED));
    }
  }
  return edges;
}

/**
 * The keys nobody declared: `customer_id` towards `customers`, and a column that another table leads with (`aid`,
 * `city_name`). Tables joined by a declared key are left alone.
 */
export function inferredEdges(tables: readonly TableInfo[], declared: readonly JoinEdge[]): JoinEdge[] {
  const edges: JoinEdge[] = [];
  const taken = new Set(declared.flatMap((edge) => edge.childColumns.map((name) => `${edge.child.index}.${name}`)));
  const joined = new Set(declared.flatMap((edge) => [pair(edge.child, edge.parent), pair(edge.parent, edge.child)]));
  const bySingleKey = new Map<string, TableInfo[]>();
  for (const table of tables) {
    const key = table.key.length === 1 ? table.key[0]! : undefined;
    if (!key) continue;
    const those = bySingleKey.get(key.name.toLowerCase());
    if (those) those.push(table);
    else bySingleKey.set(key.name.toLowerCase(), [table]);
  }
  const byWords = new Map<string, TableInfo>();
  for (const table of tables) if (table.key.length === 1) byWords.set(table.words.join(' '), table);
  for (const child of tables) {
    for (const info of child.columns) {
      if (taken.has(`${child.index}.${info.name}`)) continue;
      const found = targetOf(child, info, bySingleKey, byWords) ?? ownParent(child, info);
      if (!found || joined.has(pair(child, found.parent))) continue;
      const key = found.parent.key[0]!;
      if (key.column.category !== info.column.category) continue;
      edges.push(makeEdge(child, found.parent, [info.name], [key.name], found.cost));
    }
  }
  return edges;
}

/**
 * The columns that tell rows apart. Without a declared key: the first column that is called `id`, `<table>_id`,
 * `<initial>id`, or else the first column when it is named like the table.
 */
export function guessKey(table: TableInfo): ColumnInfo[] {
  const named = (names: readonly string[]) => names.map((name) => table.columns.find((info) => info.name === name)).filter((info) => info !== undefined);
  if (table.relation.primary_key.length) return named(table.relation.primary_key);
  const unique = [...table.relation.unique_keys].sort((a, b) => a.length - b.length)[0];
  if (unique) return named(unique);
  const idLike = (info: ColumnInfo) => /id$/i.test(info.name) || info.words.at(-1) === 'id';
  // Nothing but references: a junction, told apart by all of them.
  if (table.columns.length > 1 && table.columns.every(idLike)) return [...table.columns];
  const glued = table.words.join('');
  for (const info of table.columns.slice(0, 3)) {
    const flat = info.words.join('');
    if (flat === 'id' || flat === `${glued}id` || flat === `${table.words.at(-1)}id` || flat === `${glued}code`) return [info];
  }
  const initialled = table.columns.filter(({ name }) => /^[a-z]{1,3}id$/.test(name) && glued.startsWith(name[0]!) && subsequence(name.slice(0, -2), glued));
  if (initialled.length === 1) return initialled;
  const first = table.columns[0]!;
  if (first.words.length <= 2 && first.words[0] === table.words[0] && (first.words[1] === undefined || ['name', 'code', 'number'].includes(first.words[1]))) return [first];
  return [];
}

/** Tables by the names of their columns. */
export function holdersByColumn(tables: readonly TableInfo[]): Map<string, TableInfo[]> {
  const holders = new Map<string, TableInfo[]>();
  for (const table of tables) {
    for (const { name } of table.columns) {
      const those = holders.get(name);
      if (those) those.push(table);
      else holders.set(name, [table]);
    }
  }
  return holders;
}

/** A name that leads this table and is mentioned in others: `city_name` where cities are described. */
export function sharedKey(table: TableInfo, holders: ReadonlyMap<string, readonly TableInfo[]>): ColumnInfo[] {
  const first = table.columns[0]!;
  if (table.relation.kind !== 'table' || first.role !== 'text' || first.words.length < 2 || !['name', 'code', 'id'].includes(first.words.at(-1)!)) return [];
  const others = holders.get(first.name)!.filter((other) => other !== table);
  return others.length > 0 && others.every((other) => other.columns[0]!.name !== first.name || other.key.length > 0) ? [first] : [];
}

function targetOf(child: TableInfo, info: ColumnInfo, bySingleKey: ReadonlyMap<string, readonly TableInfo[]>, byWords: ReadonlyMap<string, TableInfo>) {
  const name = info.name.toLowerCase();
  const words = info.words;
  const leads = (table: TableInfo) => table !== child && table.key[0] !== undefined;
  const same = (bySingleKey.get(name) ?? []).filter(leads);
  if (same.length === 1 && !GENERIC.has(words.join(' ')) && !(child.key.length === 1 && child.key[0] === info)) {
    return { parent: same[0]!, cost: words.at(-1) === 'id' || /id$/.test(name) ? INFERRED_ID : INFERRED_NAME };
  }
  if ((words.at(-1) === 'id' || words.at(-1) === 'code' || words.at(-1) === 'key') && words.length > 1 && !(child.key.length === 1 && child.key[0] === info)) {
    const stem = words.slice(0, -1);
    for (let from = 0; from < stem.length; from++) {
      const parent = byWords.get(stem.slice(from).join(' '));
      if (parent && (parent !== child || from > 0 || stem.length > 0)) return { parent, cost: INFERRED_ID + from * 0.2 };
    }
    return undefined;
  }
  const parent = byWords.get(words.join(' '));
  if (parent && parent !== child && (info.role === 'number' || parent.key[0]!.role === info.role) && child.key[0] !== info) {
    return { parent, cost: INFERRED_NAME };
  }
  return undefined;
}

/** Roles in which a row refers to another of its own table. */
const OWN_ROLES = new Set(['manager', 'supervisor', 'boss', 'superior', 'mentor', 'parent', 'predecessor', 'successor', 'report to', 'reports to', 'referred by', 'referrer', 'replaced by', 'managed by', 'supervised by']);

/** `manager_id` of employees, where managers are no table of their own. */
function ownParent(child: TableInfo, info: ColumnInfo): { parent: TableInfo; cost: number } | undefined {
  const key = child.key.length === 1 ? child.key[0]! : undefined;
  const role = ['id', 'number', 'code', 'key'].includes(info.words.at(-1)!) ? info.words.slice(0, -1) : info.words;
  return key && key !== info && key.column.category === info.column.category && OWN_ROLES.has(role.join(' ')) ? { parent: child, cost: INFERRED_ID } : undefined;
}

function makeEdge(child: TableInfo, parent: TableInfo, childColumns: readonly string[], parentColumns: readonly string[], cost: number): JoinEdge {
  const infos = childColumns.map((name) => child.columns.find((info) => info.name === name));
  const roleWords = infos.flatMap((info) => info?.words ?? []).filter((word) => word !== 'id' && word !== 'code' && word !== 'key' && word !== 'number' && !parent.words.includes(word));
  const sole = (names: readonly string[]) => names.length === childColumns.length && names.every((name) => childColumns.includes(name));
  const oneToOne = sole(child.relation.primary_key) || child.relation.unique_keys.some(sole);
  return { child, parent, childColumns, parentColumns, cost, oneToOne, roleWords, optional: infos.some((info) => info?.column.nullable !== false) };
}

function pair(a: TableInfo, b: TableInfo): string {
  return `${a.index}>${b.index}`;
}

function subsequence(small: string, large: string): boolean {
  let at = 0;
  for (const letter of large) if (letter === small[at]) at++;
  return at === small.length;
}
