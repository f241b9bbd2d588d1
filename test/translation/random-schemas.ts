import type { SeededRandom } from '../support/seeded-random.js';
import { quoteIdentifier, quoteText } from '../../src/query/translation/builtin/sql/quote.js';
import { NASTY_TEXTS, randomColumns, type ColumnPlan } from './random-columns.js';

/** Related tables with a few rows each, in schemas of their own. */
export interface RandomWorld {
  readonly schemas: readonly string[];
  /** SQL that creates everything. */
  readonly structure: string;
}

interface Reference {
  readonly parent: TablePlan;
  readonly columns: readonly string[];
  readonly nullable: boolean;
  readonly declared: boolean;
}

interface TablePlan {
  readonly schema: string;
  readonly name: string;
  readonly key: readonly string[];
  readonly declared: boolean;
  readonly columns: readonly ColumnPlan[];
  readonly references: readonly Reference[];
  readonly rows: Map<string, string>[];
}

const NOUNS = ['customer', 'order', 'product', 'category', 'shipment', 'user', 'group', 'select', 'employee', 'invoice', 'course', 'student', 'city', 'person', 'event', 'device', 'reading', 'ticket', 'table', 'größe', 'a"b', "it's"];
const NAMED = [(noun: string) => noun, (noun: string) => `${noun}s`, (noun: string) => `${noun[0]!.toUpperCase()}${noun.slice(1)}`, (noun: string) => `${noun} list`, (noun: string) => `tbl_${noun}`];

/** A world of 3 to 12 tables: keys declared or not, composite or not; self-references, junctions, one-to-one tables and views. */
export function randomWorld(random: SeededRandom, name: string): RandomWorld {
  const schemas = random.chance(0.3) ? [name, `${name} Second"s`] : [name];
  const enums = new Map<string, readonly string[]>([
    [`${quoteIdentifier(name)}."status"`, ['open', 'closed', 'shipped']],
    [`${quoteIdentifier(name)}."Nasty Kind"`, ["it's", 'a\\b', '日本', 'New']],
  ]);
  const tables: TablePlan[] = [];
  const nouns = [...NOUNS].sort(() => random.fraction() - 0.5).slice(0, random.between(3, 10));
  const naming = random.pick(NAMED);
  for (const noun of nouns) tables.push(randomTable(random, random.pick(schemas), (random.chance(0.8) ? naming : random.pick(NAMED))(noun), noun, tables, enums));
  for (let left = random.between(0, 2); left > 0 && tables.length > 1; left--) {
    const [one, other] = [random.pick(tables), random.pick(tables)];
    if (one === other || [one, other].some(({ key }) => key.length !== 1)) continue;
    const joined = `${one.name}_${other.name}`;
    if (!tables.some((table) => table.name === joined)) tables.push(junction(random, one, other, joined));
  }
  const views = tables.filter((table) => table.schema === name && random.chance(0.1)).map((table) => `CREATE VIEW ${quoteIdentifier(name)}.${quoteIdentifier(`${table.name}_view`)} AS SELECT * FROM ${nameOf(table)}`);
  const types = [...enums].map(([type, labels]) => `CREATE TYPE ${type} AS ENUM (${labels.map(quoteText).join(', ')})`);
  return { schemas, structure: [...schemas.map((schema) => `CREATE SCHEMA ${quoteIdentifier(schema)}`), ...types, ...tables.flatMap(statementsOf), ...views].join(';\n') };
}

function randomTable(random: SeededRandom, schema: string, name: string, noun: string, before: readonly TablePlan[], enums: ReadonlyMap<string, readonly string[]>): TablePlan {
  const parents = before.filter(() => random.chance(1.2 / Math.max(1, before.length))).slice(0, 3);
  const style = random.pick(['id', `${noun}_id`, 'own', 'own', 'composite', 'named', 'parent']);
  const extends_ = style === 'parent' ? parents.find((parent) => parent.key.length === 1) : undefined;
  const key = style === 'composite' ? ['Part', 'line no'] : style === 'named' ? [`${noun}_name`] : style === 'own' ? ['id'] : extends_ ? [] : [style === 'parent' ? 'id' : style];
  const references: Reference[] = parents.map((parent) => {
    const role = parent !== extends_ && random.chance(0.2) ? `${random.pick(['main', 'From', 'billing'])}_` : '';
    return { parent, columns: parent.key.map((column) => `${role}${columnTowards(parent, column)}`), nullable: parent !== extends_ && random.chance(0.4), declared: random.chance(0.7) };
  });
  const free = new Set(key);
  const kept = references.filter(({ parent, columns }) => (parent === extends_ || !columns.some((column) => free.has(column))) && columns.every((column) => free.add(column)));
  const own = extends_ ? references.find(({ parent }) => parent === extends_)!.columns : key;
  const self = random.chance(0.15) && own.length === 1 && !extends_;
  const table: { -readonly [K in keyof TablePlan]: TablePlan[K] } = { schema, name, key: own, declared: random.chance(0.75), columns: [], references: kept, rows: [] };
  if (self) table.references = [...kept, { parent: table, columns: ['parent_id'], nullable: true, declared: true }];
  const taken = new Set([...own, ...table.references.flatMap(({ columns }) => columns)]);
  table.columns = randomColumns(random, enums, taken);
  fill(random, table, style === 'named');
  return table;
}

function junction(random: SeededRandom, one: TablePlan, other: TablePlan, name: string): TablePlan {
  const references = [one, other].map((parent, at): Reference => ({ parent, columns: [`${columnTowards(parent, parent.key[0]!)}${at === 1 && columnTowards(one, one.key[0]!) === columnTowards(other, other.key[0]!) ? '_2' : ''}`], nullable: false, declared: true }));
  const columns = random.chance(0.4) ? randomColumns(random, new Map([['text', ['a']]]), new Set(references.flatMap((each) => each.columns))).slice(0, 2) : [];
  const table: TablePlan = { schema: one.schema, name, key: references.flatMap((each) => each.columns), declared: random.chance(0.8), columns, references, rows: [] };
  fill(random, table, false);
  return table;
}

function columnTowards(parent: TablePlan, column: string): string {
  return column === 'id' ? `${parent.name.replace(/s$/, '')}_id` : column;
}

/** Rows with nulls, ties and zeros; references hit rows that are there, or nothing. */
function fill(random: SeededRandom, table: TablePlan, named: boolean): void {
  const seen = new Set<string>();
  for (let left = random.pick([0, 1, 3, 5, 7, 7]), at = 1; left > 0; left--, at++) {
    const row = new Map<string, string>();
    table.key.forEach((column, i) => row.set(column, named ? quoteText(`${NASTY_TEXTS[at % NASTY_TEXTS.length]!} ${at}`) : String(i === 0 ? (table.key.length > 1 ? Math.ceil(at / 2) : at) : at)));
    let lost = false;
    for (const { parent, columns, nullable } of table.references) {
      const target = parent.rows.length > 0 && !(nullable && random.chance(0.25)) ? random.pick(parent.rows) : undefined;
      if (!target && !nullable) lost = true;
      columns.forEach((column, i) => row.set(column, target?.get(parent.key[i]!) ?? 'NULL'));
    }
    for (const column of table.columns) row.set(column.name, column.nullable && random.chance(0.3) ? 'NULL' : column.value(random));
    const key = table.key.map((column) => row.get(column)).join();
    if (lost || seen.has(key)) continue;
    seen.add(key);
    table.rows.push(row);
  }
}

function statementsOf(table: TablePlan): string[] {
  const typeOf = (plan: TablePlan, column: string): string => {
    const reference = plan.references.find((each) => each.columns.includes(column));
    const target = reference?.parent.key[reference.columns.indexOf(column)];
    if (reference && target !== column) return typeOf(reference.parent, target!);
    if (reference && reference.parent !== plan) return typeOf(reference.parent, column);
    return /_name$/.test(column) ? 'text' : 'integer';
  };
  const list = (columns: readonly string[]) => columns.map(quoteIdentifier).join(', ');
  const optional = new Set(table.references.flatMap((each) => (each.nullable ? each.columns : [])));
  const keys = [...new Set([...table.key, ...table.references.flatMap(({ columns }) => columns)])];
  const lines = [
    ...keys.map((column) => `${quoteIdentifier(column)} ${typeOf(table, column)}${optional.has(column) ? '' : ' NOT NULL'}`),
    ...table.columns.map(({ name, type, nullable }) => `${quoteIdentifier(name)} ${type}${nullable ? '' : ' NOT NULL'}`),
    ...(table.declared ? [`PRIMARY KEY (${list(table.key)})`] : []),
    ...table.references.filter(({ declared, parent }) => declared && parent.declared).map(({ parent, columns }) => `FOREIGN KEY (${list(columns)}) REFERENCES ${nameOf(parent)} (${list(parent.key)})`),
  ];
  const columns = [...keys, ...table.columns.map(({ name }) => name)];
  const values = table.rows.map((row) => `(${columns.map((column) => row.get(column) ?? 'NULL').join(', ')})`);
  return [
    `CREATE TABLE ${nameOf(table)} (${lines.join(', ')})`,
    ...table.columns.flatMap(({ name, comment }) => (comment ? [`COMMENT ON COLUMN ${nameOf(table)}.${quoteIdentifier(name)} IS ${quoteText(comment)}`] : [])),
    ...(values.length ? [`INSERT INTO ${nameOf(table)} (${list(columns)}) VALUES ${values.join(', ')}`] : []),
  ];
}

function nameOf({ schema, name }: { schema: string; name: string }): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}
