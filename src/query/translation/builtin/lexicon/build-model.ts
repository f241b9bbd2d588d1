import type { Column, Relation, SchemaSnapshot } from '../../../../schema/schema.dto.js';
import { declaredEdges, guessKey, holdersByColumn, inferredEdges, sharedKey } from './infer-keys.js';
import { displayColumns } from './display-columns.js';
import type { ColumnInfo, ColumnRole, JoinEdge, SchemaModel, TableInfo } from './schema-model.js';
import { isCryptic, namedByComment, nameParts, rowsByComment, nameWords, sharedLetters, sharedPrefix, withoutAffixes, withoutLetters } from './split-name.js';

/** Reads a snapshot into the model that translation works on. Pure; linear in columns, but for guessed keys. */
export function buildModel(snapshot: SchemaSnapshot): SchemaModel {
  const relations = snapshot.relations.filter((relation) => relation.columns.length > 0);
  const wholeNames = relations.map((relation) => withoutAffixes(nameParts(relation.name)));
  const letters = sharedLetters(wholeNames);
  const tableParts = wholeNames.map((parts) => withoutLetters(parts, letters));
  const vocabulary = schemaVocabulary(relations, tableParts);
  const shared = sharedPrefix(tableParts, 0.8);
  const tables = relations.map((relation, index) => {
    const parts = tableParts[index]!;
    const own = shared.every((part, i) => parts[i] === part) && parts.length > shared.length ? parts.slice(shared.length) : parts;
    return describeTable(relation, index, wordsOf(own, rowsByComment(relation.comment), vocabulary), vocabulary);
  });
  const holders = holdersByColumn(tables);
  for (const table of tables) if (table.key.length === 0) (table as Mutable<TableInfo>).key = sharedKey(table, holders);
  const declared = declaredEdges(tables);
  const edges: JoinEdge[] = [...declared, ...inferredEdges(tables, declared)];
  const references = new Set(edges.flatMap((edge) => edge.childColumns.map((name) => `${edge.child.index}.${name}`)));
  const edgesOf: JoinEdge[][] = tables.map(() => []);
  for (const edge of edges) for (const table of new Set([edge.child, edge.parent])) edgesOf[table.index]!.push(edge);
  for (const table of tables) {
    for (const info of table.columns as Mutable<ColumnInfo>[]) {
      const refers = references.has(`${table.index}.${info.name}`) && info.role !== 'text' && info.role !== 'date';
      info.isKey = refers || isIdentifier(info.name, info.words) || (table.key.length === 1 && table.key[0] === info && info.role !== 'text');
    }
    (table as Mutable<TableInfo>).display = displayColumns(table);
  }
  return { tables, edges, edgesOf };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function describeTable(relation: Relation, index: number, words: string[], vocabulary: ReadonlySet<string>): TableInfo {
  const table: Mutable<TableInfo> = { relation, index, words, columns: [], key: [], display: [] };
  const whole = relation.columns.map((column) => nameParts(column.name));
  const letters = sharedLetters(whole);
  const parts = whole.map((each) => withoutLetters(each, letters));
  const shared = sharedPrefix(parts, 0.6);
  table.columns = relation.columns.map((column, at) => {
    const all = parts[at]!;
    const own = all.length > shared.length && shared.every((part, i) => all[i] === part) ? all.slice(shared.length) : all;
    return { table, column, name: column.name, words: wordsOf(own, namedByComment(column.comment), vocabulary), role: roleOf(column), isKey: false };
  });
  table.key = guessKey(table);
  return table;
}

/** The words of a name; where these are none, what a comment calls the thing. */
function wordsOf(parts: readonly string[], commented: readonly string[] | undefined, vocabulary: ReadonlySet<string>): string[] {
  const words = nameWords(parts, vocabulary);
  return words.some(isCryptic) ? [...(commented ?? words)] : words;
}

function roleOf(column: Column): ColumnRole {
  if (column.enum_labels?.length) return 'enum';
  switch (column.category) {
    case 'N':
      return column.base_type === 'oid' || column.base_type.startsWith('reg') ? 'other' : 'number';
    case 'S':
      return 'text';
    case 'D':
      return column.base_type.startsWith('time') && !column.base_type.startsWith('timestamp') ? 'other' : 'date';
    case 'B':
      return 'boolean';
    default:
      return column.base_type === 'uuid' || column.base_type === 'citext' ? 'text' : 'other';
  }
}

/** True for `id`, `customer_id`, `uuid` …: says which row, and nothing about it. */
function isIdentifier(name: string, words: readonly string[]): boolean {
  return words.at(-1) === 'id' || words.at(-1) === 'uuid' || words.at(-1) === 'guid' || /(^|_)[a-z]{1,3}id$/.test(name) || /[a-z]I[dD]$/.test(name);
}

/** Words of all names, so that `customerorders` comes apart where `customer` and `orders` are names too. */
function schemaVocabulary(relations: readonly Relation[], tableParts: readonly (readonly string[])[]): Set<string> {
  const words = new Set<string>();
  for (const parts of tableParts) for (const part of parts) if (part.length >= 4) words.add(part);
  for (const relation of relations) {
    for (const column of relation.columns) {
      const parts = nameParts(column.name);
      if (parts.length > 1) for (const part of parts) if (part.length >= 4) words.add(part);
    }
  }
  return words;
}
