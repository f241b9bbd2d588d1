import type { LogicalForm } from './logical-form.js';
import type { ColumnInfo, JoinEdge, SchemaModel, TableInfo } from './lexicon/schema-model.js';

/** A table by name, a column by its table's and its own, a key by what it joins: the same in any model of the same structure. */
type TableName = readonly [schema: string, table: string];
type Reference =
  | { readonly table: TableName }
  | { readonly column: readonly [...TableName, column: string] }
  | { readonly edge: readonly [child: TableName, childColumns: readonly string[], parent: TableName, parentColumns: readonly string[]] };

/** One value; other values are told by their place in the list. */
type Entry = Reference | { readonly value: string | number | boolean | null } | { readonly list: readonly number[] } | { readonly fields: Readonly<Record<string, number>> };

/**
 * A logical form as plain data: it may be sent to another thread, written as JSON and kept anywhere, and holds no part of the
 * model that it speaks of. What occurs twice stands once, so that it is one object again afterwards.
 */
export interface Memory {
  /** The last one is the form itself. */
  readonly entries: readonly Entry[];
}

/** @throws TypeError when the form holds anything but plain data and parts of the model: a defect */
export function remember(form: LogicalForm, model: SchemaModel): Memory {
  const entries: Entry[] = [];
  const places = new Map<unknown, number>();
  const place = (value: unknown): number => {
    let at = places.get(value);
    if (at === undefined) {
      const entry = describe(value);
      at = entries.push(entry) - 1;
      places.set(value, at);
    }
    return at;
  };
  const describe = (value: unknown): Entry => {
    if (value === null || typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return { value };
    if (Array.isArray(value)) return { list: value.map(place) };
    if (typeof value !== 'object' || Object.getPrototypeOf(Object.getPrototypeOf(value)) !== null) throw new TypeError(`A logical form cannot hold ${String(value)}`);
    return referenceTo(value, model) ?? { fields: Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined).map(([name, field]) => [name, place(field)])) };
  };
  place(form);
  return { entries };
}

/** The form, with the parts of this model in place; undefined when it speaks of something the model does not have, or is no memory. */
export function recall(memory: unknown, model: SchemaModel): LogicalForm | undefined {
  const entries = (memory as Memory | undefined)?.entries;
  if (!Array.isArray(entries)) return undefined;
  const values: unknown[] = [];
  // What an entry refers to stands before it.
  const at = (place: number): unknown => {
    if (!(place < values.length)) throw new Forgotten();
    return values[place];
  };
  try {
    for (const entry of entries as Entry[]) {
      if ('value' in entry) values.push(entry.value);
      else if ('list' in entry) values.push(entry.list.map(at));
      else if ('fields' in entry) values.push(Object.fromEntries(Object.entries(entry.fields).map(([name, place]) => [name, at(place)])));
      else values.push(find(entry, model));
    }
  } catch (error) {
    if (error instanceof Forgotten) return undefined;
    throw error;
  }
  return values.at(-1) as LogicalForm;
}

class Forgotten extends Error {}

/** Models are recognised by what only they have: whatever else is part of a form is data. */
function referenceTo(value: object, model: SchemaModel): Reference | undefined {
  if ('relation' in value) return { table: nameOf(belonging(value as TableInfo, model)) };
  if ('childColumns' in value) {
    const { child, childColumns, parent, parentColumns } = value as JoinEdge;
    return { edge: [nameOf(belonging(child, model)), childColumns, nameOf(parent), parentColumns] };
  }
  if ('column' in value && 'role' in value) {
    const { table, name } = value as ColumnInfo;
    return { column: [...nameOf(belonging(table, model)), name] };
  }
  return undefined;
}

function belonging(table: TableInfo, model: SchemaModel): TableInfo {
  if (model.tables[table.index] !== table) throw new TypeError(`A logical form speaks of another model’s ${table.relation.name}`);
  return table;
}

function nameOf({ relation }: TableInfo): TableName {
  return [relation.schema, relation.name];
}

function find(reference: Reference, model: SchemaModel): TableInfo | ColumnInfo | JoinEdge {
  if ('table' in reference) return tableNamed(reference.table, model);
  if ('column' in reference) {
    const [schema, table, column] = reference.column;
    return known(tableNamed([schema, table], model).columns.find((info) => info.name === column));
  }
  const [child, childColumns, parent, parentColumns] = reference.edge;
  const [from, to] = [tableNamed(child, model), tableNamed(parent, model)];
  return known(model.edgesOf[from.index]!.find((edge) => edge.child === from && edge.parent === to && same(edge.childColumns, childColumns) && same(edge.parentColumns, parentColumns)));
}

function tableNamed([schema, name]: TableName, model: SchemaModel): TableInfo {
  return known(model.tables.find(({ relation }) => relation.name === name && relation.schema === schema));
}

function known<T>(found: T | undefined): T {
  if (found === undefined) throw new Forgotten();
  return found;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}
