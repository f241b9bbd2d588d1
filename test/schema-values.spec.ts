import { CATALOGUE, SchemaDatabase, VALUES } from './schema-database.js';
import { assembleSnapshot } from '../src/schema/snapshot.js';
import { exclusionParameters } from '../src/schema/value-exclusion.js';
import { SampledValues } from '../src/schema/value-index.js';

const STRUCTURE = `
  CREATE TYPE mood AS ENUM ('Happy', 'sad');
  CREATE DOMAIN country AS text;
  CREATE TABLE cities (name text, code character(4), country country, mood mood, secret text, note text, population integer);
  INSERT INTO cities
    SELECT 'City ' || n, CASE n % 2 WHEN 0 THEN 'AA' ELSE 'BB' END, CASE n % 3 WHEN 0 THEN 'Germany' ELSE 'Österreich' END, 'sad',
           'classified', CASE n % 2 WHEN 0 THEN repeat('x', 81) WHEN 1 THEN ' brief, "note" ' END, n
      FROM generate_series(1, 120) n;
  CREATE TABLE people (name text);
  INSERT INTO people SELECT 'Person ' || n FROM generate_series(1, 3000) n;
  CREATE TABLE guarded (owner text);
  INSERT INTO guarded SELECT 'somebody' FROM generate_series(1, 50);
  ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
  CREATE TABLE parent (kind text);
  CREATE TABLE child () INHERITS (parent);
  INSERT INTO child SELECT 'inherited' FROM generate_series(1, 50);
  INSERT INTO parent SELECT 'own' FROM generate_series(1, 50);
  ANALYZE cities, people, guarded, parent;
  GRANT SELECT ON ALL TABLES IN SCHEMA public TO :reader;
  REVOKE SELECT ON cities FROM :reader;
  GRANT SELECT (name, code, country, mood, note, population) ON cities TO :reader;
`;

let database: SchemaDatabase;
let values: SampledValues;

beforeAll(async () => {
  database = await SchemaDatabase.create(['reader'], STRUCTURE);
  const snapshot = await assembleSnapshot(await database.read('reader', CATALOGUE), new Date());
  values = await SampledValues.build(snapshot, await database.read('reader', VALUES));
});

afterAll(() => database?.close());

describe('values that columns are known to hold', () => {
  it('finds common values without regard to case and spaces around, as stored', () => {
    expect(values.find(' germany ')).toEqual([{ schema: 'public', table: 'cities', column: 'country', value: 'Germany' }]);
    expect(values.find('ÖSTERREICH')).toEqual([{ schema: 'public', table: 'cities', column: 'country', value: 'Österreich' }]);
    expect(values.find('brief, "note"')).toMatchObject([{ column: 'note', value: ' brief, "note" ' }]);
  });

  it('compares whole values', () => {
    expect(values.find('Germ')).toEqual([]);
    expect(values.find('')).toEqual([]);
  });

  it('finds values without padding', () => {
    expect(values.find('aa')).toEqual([{ schema: 'public', table: 'cities', column: 'code', value: 'AA' }]);
  });

  it('finds every value of a column with few, and no random ones of a column with many', () => {
    const cities = Array.from({ length: 120 }, (_, n) => values.find(`City ${n + 1}`).length);
    const people = Array.from({ length: 3000 }, (_, n) => values.find(`person ${n + 1}`).length);
    // The histogram has a hundred bounds.
    expect(cities.filter((found) => found === 1).length).toBeGreaterThan(100);
    expect(people.every((found) => found === 0)).toBe(true);
  });

  it('finds enum labels, used or not', () => {
    expect(values.find('happy')).toEqual([{ schema: 'public', table: 'cities', column: 'mood', value: 'Happy' }]);
    expect(values.find('SAD')).toHaveLength(1);
  });

  it('knows nothing that the role may not read', () => {
    expect(values.find('classified')).toEqual([]);
    expect(values.find('somebody')).toEqual([]);
  });

  it('leaves out long values and numbers', () => {
    expect(values.find('x'.repeat(81))).toEqual([]);
    expect(values.find('7')).toEqual([]);
  });

  it('samples a parent of other tables once, together with its children', async () => {
    expect(values.find('inherited').filter(({ table }) => table === 'parent')).toHaveLength(1);
    expect(values.find('own')).toHaveLength(1);
    const { rows } = await database.read('reader', VALUES);
    expect(rows.filter(([, table]) => table === 'parent')).toHaveLength(1);
  });
});

describe('columns that are excluded', () => {
  const columnsWith = async (...rules: string[]) => {
    const { rows } = await database.read('reader', VALUES, exclusionParameters(rules));
    return rows.map(([schema, table, column]) => `${schema}.${table}.${column}`);
  };

  it.each([
    ['cities.note', ['public.cities.note']],
    ['*.NOTE', ['public.cities.note']],
    ['public.cities.*', ['public.cities.name', 'public.cities.code', 'public.cities.country', 'public.cities.note']],
    ['other.cities.*', []],
    ['c*s.*o*', ['public.cities.code', 'public.cities.country', 'public.cities.note']],
    ['cit_es.note', []],
    ['*.%', []],
    ['public".cities.\\note,', []],
  ])('%s: their values are not read', async (rule, gone) => {
    const [all, left] = [await columnsWith(), await columnsWith(rule, 'nothing.at_all')];
    expect(all.filter((column) => !left.includes(column)).sort()).toEqual([...gone].sort());
  });
});

describe('limits', () => {
  it('samples 200 values of a column at most, and 20,000 in all, those of columns with the fewest first', async () => {
    await database.run(`
      SET default_statistics_target = 300;
      CREATE TABLE wide (few text, ${Array.from({ length: 120 }, (_, n) => `c${n} text`).join(', ')});
      INSERT INTO wide SELECT n % 3, ${Array.from({ length: 120 }, (_, n) => `'v${n}-' || n % 250`).join(', ')} FROM generate_series(1, 1000) n;
      ANALYZE wide;
      GRANT SELECT ON wide TO :reader;
    `);
    const { rows } = await database.read('reader', VALUES);
    const sizes = rows.filter(([, table]) => table === 'wide').map(([, , column, samples]) => ({ column, size: JSON.parse(samples ?? '').length as number }));
    expect(sizes.find(({ column }) => column === 'few')?.size).toBe(3);
    expect(Math.max(...sizes.map(({ size }) => size))).toBe(200);
    const total = rows.reduce((sum, [, , , samples]) => sum + JSON.parse(samples ?? '').length, 0);
    expect(total).toBeLessThanOrEqual(20_000);
    expect(total).toBeGreaterThan(19_700);
  });

  it('keeps a hundred columns for one value', async () => {
    const columns = Array.from({ length: 150 }, (_, n) => ({ name: `c${n}`, position: n + 1, type: 'yes_no', base_type: 'yes_no', category: 'E', nullable: true, enum_labels: ['yes', 'no'] }));
    const relation = { schema: 'public', name: 'answers', kind: 'table' as const, columns, primary_key: [], unique_keys: [], foreign_keys: [], indexes: [] };
    const snapshot = { database: 'd', fingerprint: '', read_at: '', search_path: [], relations: [relation] };
    const index = await SampledValues.build(snapshot, { columns: [], rows: [], truncated: false });
    expect(index.find('yes')).toHaveLength(100);
  });
});
