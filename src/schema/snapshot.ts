import { createHash } from 'node:crypto';
import type { ReadResult } from '../pools/read-result.js';
import { CatalogueRows, type ColumnBody, type ForeignKeyBody, type IndexBody, RELATION_KINDS } from './catalogue-rows.js';
import type { Column, Relation, SchemaSnapshot } from './schema.dto.js';
import { timeSlices } from './time-slices.js';
import { TypeTable } from './type-table.js';

/** Relations kept at most, in order of schema and name; `catalogue.sql` reads one more. */
const MAX_RELATIONS = 20_000;

/** A relation without its keys, and what they are resolved against. */
interface Draft {
  readonly relation: Relation;
  /** False when the role may read some columns only. */
  readonly whole: boolean;
  /** Names of the readable columns by number. */
  readonly names: ReadonlyMap<number, string>;
}

/**
 * Puts the rows of `catalogue.sql` together, in slices that leave the event loop to others.
 *
 * @param result the rows; when it is truncated, relations whose columns were cut off are left out
 * @param readAt when the catalogue was read
 */
export async function assembleSnapshot(result: ReadResult, readAt: Date): Promise<SchemaSnapshot> {
  const rows = new CatalogueRows(result);
  const pause = timeSlices();
  const types = new TypeTable(rows);
  const drafts = new Map<string, Draft>();
  for (const oid of rows.relations) {
    const draft = draftRelation(oid, rows, types);
    if (draft && !(result.truncated && draft.relation.columns.length === 0)) drafts.set(oid, draft);
    await pause();
  }
  for (const [oid, draft] of drafts) {
    addIndexes(draft, rows.of('indexes', oid) ?? []);
    addForeignKeys(draft, rows.of('foreign_keys', oid) ?? [], drafts);
    await pause();
  }

  const found = Array.from(drafts.values(), ({ relation }) => relation).sort(bySchemaAndName);
  const relations = found.slice(0, MAX_RELATIONS);
  const truncated = result.truncated || found.length > MAX_RELATIONS;
  const { name: database, search_path: searchPath } = rows.database;
  const structure = { database, search_path: searchPath.filter((schema) => !schema.startsWith('pg_')), ...(truncated && { truncated }) };
  const hash = createHash('sha256').update(JSON.stringify(structure));
  for (const relation of relations) {
    hash.update(JSON.stringify({ ...relation, row_estimate: undefined }));
    await pause();
  }
  return { ...structure, fingerprint: hash.digest('hex'), read_at: readAt.toISOString(), relations };
}

function draftRelation(oid: string, rows: CatalogueRows, types: TypeTable): Draft | undefined {
  const body = rows.of('relation', oid);
  if (!body) return undefined;
  const columns = (rows.of('columns', oid) ?? []).sort(([a], [b]) => a - b);
  const defaults = new Map(rows.of('defaults', oid));
  const comments = new Map(rows.of('comments', oid));
  const comment = comments.get(0);
  const estimate = rows.of('partition_rows', oid) ?? body.rows;
  return {
    whole: body.whole,
    names: new Map(columns.map(([number, name]) => [number, name])),
    relation: {
      schema: body.schema,
      name: body.name,
      kind: RELATION_KINDS[body.kind],
      ...(comment !== undefined && { comment }),
      ...(estimate !== null && { row_estimate: estimate }),
      columns: columns.map((column) => columnOf(column, types, defaults.get(column[0]), comments.get(column[0]))),
      primary_key: [],
      unique_keys: [],
      foreign_keys: [],
      indexes: [],
    },
  };
}

function columnOf([position, name, text, typeOid, notNull, identity, generated]: ColumnBody, types: TypeTable, expression?: string, comment?: string): Column {
  const type = types.of(typeOid);
  // Built by assignment: on 20,000 columns, spreading optional parts takes three times as long.
  const column: Column = { name, position, type: types.shared(text), base_type: type.name, category: type.category, nullable: !notNull && !type.notNull };
  if (expression !== undefined) column.default = expression;
  if (identity !== '') column.identity = identity === 'a' ? 'always' : 'by_default';
  if (generated) column.generated = true;
  if (type.labels) column.enum_labels = type.labels;
  if (type.domain !== undefined) column.domain = type.domain;
  if (comment !== undefined) column.comment = comment;
  return column;
}

function addIndexes({ relation, names, whole }: Draft, indexes: IndexBody[]): void {
  for (const [name, unique, primary, partial, numbers, expressions] of indexes.sort(byName)) {
    // An expression may mention a column that the role cannot read.
    if (expressions && !whole) continue;
    const columns = named(numbers, (number, at) => (number === 0 ? expressions?.[at] : names.get(number)));
    if (!columns) continue;
    relation.indexes.push({ name, columns, unique, primary });
    if (primary) relation.primary_key = columns;
    else if (unique && !partial && !expressions) relation.unique_keys.push(columns);
  }
}

function addForeignKeys({ relation, names }: Draft, keys: ForeignKeyBody[], drafts: ReadonlyMap<string, Draft>): void {
  for (const [name, numbers, references, referencesNumbers] of keys.sort(byName)) {
    const target = drafts.get(references);
    const columns = named(numbers, (number) => names.get(number));
    const targetColumns = named(referencesNumbers, (number) => target?.names.get(number));
    if (!target || !columns || !targetColumns) continue;
    const { schema, name: table } = target.relation;
    relation.foreign_keys.push({ name, columns, references_schema: schema, references_table: table, references_columns: targetColumns });
  }
}

/** Names of a key's columns, or nothing when one of them is out of the role's reach. */
function named(numbers: readonly number[], name: (number: number, at: number) => string | undefined): string[] | undefined {
  const names = numbers.map(name);
  return names.every((each) => each !== undefined) ? names : undefined;
}

function byName([a]: [string, ...unknown[]], [b]: [string, ...unknown[]]): number {
  return a < b ? -1 : 1;
}

function bySchemaAndName(a: Relation, b: Relation): number {
  return a.schema === b.schema ? (a.name < b.name ? -1 : 1) : a.schema < b.schema ? -1 : 1;
}
