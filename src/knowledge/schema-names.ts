import { distance } from 'fastest-levenshtein';
import type { Column, Relation, SchemaSnapshot } from '../schema/schema.dto.js';

/** What a name of the glossary stands for in a schema. */
export interface Named {
  readonly relation: Relation;
  readonly column?: Column;
}

/** Why a name stands for nothing, as the end of a sentence that begins with it. */
export class UnknownName extends Error {
  constructor(readonly field: 'table' | 'column', fault: string) {
    super(fault);
  }
}

/** Names much longer or shorter are not looked at for a likeness. */
const MAX_SLIPS = 4;

const indexes = new WeakMap<SchemaSnapshot, Map<string, Relation[]>>();

/**
 * Finds what a term of a glossary names. A table without its schema is that of the search path, else the only one of the name.
 *
 * @throws {UnknownName} telling the nearest name, if one is near
 */
export function findNamed(schema: SchemaSnapshot, table: string, columnName?: string): Named {
  const relation = findRelation(schema, table);
  if (columnName === undefined) return { relation };
  const column = relation.columns.find(({ name }) => name === columnName);
  if (!column) throw new UnknownName('column', `is not a column of ${table}${near(columnName, relation.columns.map(({ name }) => name))}`);
  return { relation, column };
}

function findRelation(schema: SchemaSnapshot, table: string): Relation {
  const names = namesOf(schema);
  const found = names.get(table) ?? [];
  const [relation, other] = found;
  if (!relation) throw new UnknownName('table', `is not a table or view that this role may read${near(table, names.keys())}`);
  if (!other) return relation;
  const onPath = schema.search_path.flatMap((path) => found.filter((each) => each.schema === path))[0];
  if (!onPath) throw new UnknownName('table', `is in several schemas: say which, e.g. ${relation.schema}.${relation.name}`);
  return onPath;
}

/** Relations by their names without and with the schema. */
function namesOf(schema: SchemaSnapshot): Map<string, Relation[]> {
  const known = indexes.get(schema);
  if (known) return known;
  const names = new Map<string, Relation[]>();
  for (const relation of schema.relations) {
    for (const name of [relation.name, `${relation.schema}.${relation.name}`]) {
      const same = names.get(name);
      if (same) same.push(relation);
      else names.set(name, [relation]);
    }
  }
  indexes.set(schema, names);
  return names;
}

function near(wanted: string, names: Iterable<string>): string {
  let nearest: string | undefined;
  let least = Math.min(MAX_SLIPS, Math.ceil(wanted.length / 2)) + 1;
  for (const name of names) {
    if (Math.abs(name.length - wanted.length) >= least) continue;
    const slips = distance(name.toLowerCase(), wanted.toLowerCase());
    if (slips < least) [nearest, least] = [name, slips];
  }
  return nearest === undefined ? '' : `; the nearest is ${nearest}`;
}
