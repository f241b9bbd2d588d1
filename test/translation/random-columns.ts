import type { SeededRandom } from '../support/seeded-random.js';

/** A column to be created, and how its values are made. */
export interface ColumnPlan {
  readonly name: string;
  /** Type as written in CREATE TABLE. */
  readonly type: string;
  readonly nullable: boolean;
  readonly comment?: string;
  /** A literal, never null. */
  value(random: SeededRandom): string;
}

/** Texts that break what is quoted, matched or folded carelessly; few, so that rows share them. */
export const NASTY_TEXTS = ['Berlin', 'berlin', "O'Hara", 'a\\b', '50%', 'a_b', '"quoted"', '日本', "'; DROP TABLE x; --", 'two words', '', '$1', 'E\'\\n\'', '42', 'null'];

const quote = (text: string) => (text.includes('\\') ? `E'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'` : `'${text.replaceAll("'", "''")}'`);
const two = (value: number) => String(value).padStart(2, '0');
const day = (random: SeededRandom) => `${random.pick([2023, 2024])}-${two(random.pick([1, 2, 3, 12]))}-${two(random.pick([1, 15, 28]))}`;
const moment = (random: SeededRandom) => `${day(random)} ${two(random.pick([0, 9, 23]))}:${random.pick(['00', '30'])}:00`;

interface Kind {
  readonly type: string;
  readonly names: readonly string[];
  value(random: SeededRandom): string;
}

/** Numbers are multiples of a quarter, small enough for exact sums whatever computes them. */
const KINDS: readonly Kind[] = [
  { type: 'integer', names: ['quantity', 'stock', 'Score', 'limit', 'year', 'count'], value: (random) => String(random.pick([0, 0, 1, 2, 3, 3, -4, 2024])) },
  { type: 'bigint', names: ['views', 'bytes sent', 'population'], value: (random) => String(random.pick([0, 1, 5, 5, 1000])) },
  { type: 'smallint', names: ['age', 'rank'], value: (random) => String(random.pick([0, 1, 18, 18, 70])) },
  { type: 'numeric(10,2)', names: ['price', 'amount', 'total', 'unit "price"'], value: (random) => String(random.pick([0, 0.25, 1.5, 1.5, 20, -3.75])) },
  { type: 'double precision', names: ['weight', 'ratio', 'Grösse'], value: (random) => String(random.pick([0, 0.5, 2.25, 2.25, 100])) },
  { type: 'money', names: ['cost', 'salary', 'fee'], value: (random) => quote(String(random.pick([0, 1.25, 1.25, 30]))) },
  { type: 'text', names: ['name', 'title', 'City', 'status', 'group', 'note\'s', 'back\\slash', 'description'], value: (random) => quote(random.pick(NASTY_TEXTS)) },
  { type: 'character varying(40)', names: ['code', 'email', 'country', 'first_name', 'last_name'], value: (random) => quote(random.pick(NASTY_TEXTS)) },
  { type: 'public.citext', names: ['login', 'Nick Name'], value: (random) => quote(random.pick(['ann', 'Ann', 'BOB'])) },
  { type: 'boolean', names: ['active', 'is_paid', 'default'], value: (random) => random.pick(['true', 'false']) },
  { type: 'date', names: ['date', 'birth_date', 'due', 'Start Date'], value: (random) => quote(day(random)) },
  { type: 'time', names: ['opens', 'time'], value: (random) => quote(random.pick(['00:00', '09:30', '23:59'])) },
  { type: 'timestamp', names: ['created_at', 'shipped at', 'end'], value: (random) => quote(moment(random)) },
  { type: 'timestamp with time zone', names: ['updated_at', 'delivered_at'], value: (random) => quote(`${moment(random)}+00`) },
  { type: 'uuid', names: ['token', 'trace'], value: (random) => quote(`00000000-0000-0000-0000-00000000000${random.between(0, 3)}`) },
  { type: 'text[]', names: ['tags'], value: (random) => random.pick(["'{}'", "'{a,b}'"]) },
  { type: 'integer[]', names: ['points'], value: () => "'{1,2}'" },
  { type: 'json', names: ['payload', 'meta'], value: () => `'{"a": 1}'` },
  { type: 'jsonb', names: ['settings'], value: () => `'{"a": 1}'` },
  { type: 'xml', names: ['document'], value: () => "'<a/>'" },
  { type: 'point', names: ['position'], value: () => "'(1,2)'" },
  { type: 'bytea', names: ['photo', 'hash'], value: () => "'\\x00ff'" },
  { type: 'interval', names: ['duration', 'runtime'], value: (random) => quote(random.pick(['1 hour', '2 days', '0'])) },
  { type: 'inet', names: ['address', 'ip'], value: () => "'10.0.0.1'" },
  { type: 'regclass', names: ['relation'], value: () => "'pg_catalog.pg_class'" },
];

/** Plain columns of all kinds under names that fit them, none twice; `enums` are types of this world with their labels. */
export function randomColumns(random: SeededRandom, enums: ReadonlyMap<string, readonly string[]>, taken: ReadonlySet<string>): ColumnPlan[] {
  const columns: ColumnPlan[] = [];
  const used = new Set(taken);
  for (let left = random.between(1, 7); left > 0; left--) {
    const labelled = random.chance(0.15) ? random.pick([...enums]) : undefined;
    // The first half of the kinds is what questions are mostly about.
    const kind: Kind = labelled ? { type: labelled[0], names: ['state', 'kind', 'Order'], value: (each) => quote(each.pick(labelled[1])) } : random.chance(0.6) ? random.pick(KINDS.slice(0, 14)) : random.pick(KINDS);
    const name = random.pick(kind.names);
    if (used.has(name)) continue;
    used.add(name);
    const comment = random.chance(0.1) ? { comment: random.pick(['what it is worth', "the customer's own words: free text", 'café "menu"']) } : {};
    columns.push({ name, type: kind.type, nullable: random.chance(0.5), value: kind.value, ...comment });
  }
  return columns;
}
