import postgres from 'postgres';
import type { ReadResult } from '../src/pools/read-result.js';
import { BUILTIN_TYPES } from '../src/query/encoding/builtin-types.js';
import { encodeRows, type RowsEncoding } from '../src/query/encoding/encode-rows.js';
import { InvalidParameter, toParameters } from '../src/query/encoding/parameters.js';
import { RowTooLarge } from '../src/query/encoding/row-too-large.js';
import { seededRandom, typeSamples } from './encoding-samples.js';

let sql: postgres.Sql;

beforeAll(() => {
  sql = postgres(process.env.TEST_DATABASE_URL as string, {
    max: 1,
    prepare: false,
    fetch_types: false,
    onnotice() {},
    types: {
      text: { to: 25, from: [16, 17, 20, 21, 23, 26, 114, 700, 701, 1082, 1114, 1184, 1700, 3802], parse: (x: string) => x, serialize: (x: string) => x },
    },
    connection: { DateStyle: 'ISO', IntervalStyle: 'iso_8601', TimeZone: 'UTC', bytea_output: 'hex', extra_float_digits: '1' } as object,
  });
});

afterAll(() => sql.end());

async function read(text: string, parameters: (string | null)[] = []): Promise<ReadResult> {
  const result = await sql.unsafe(text, parameters as string[]).values();
  const columns = (result as unknown as { columns: { name: string; type: number }[] }).columns;
  return { columns: columns.map(({ name, type }) => ({ name, type })), rows: [...result] as unknown as (string | null)[][], truncated: false };
}

const asObjects: RowsEncoding = { rowFormat: 'object', exactNumbers: false, maxBytes: 10_000_000, maxRowBytes: 10_000_000 };

async function encode(text: string, encoding: Partial<RowsEncoding> = {}) {
  return encodeRows(await read(text), { ...asObjects, ...encoding });
}

/** The value of a one-column, one-row query as it stands in the JSON text. */
async function encodedValue(expression: string, encoding: Partial<RowsEncoding> = {}): Promise<string> {
  const { json } = await encode(`select ${expression}`, { ...encoding, rowFormat: 'array' });
  return json.slice(2, -2);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

describe('values of every built-in type', () => {
  it('knows every type of pg_catalog that a column can have, with its name, array and delimiter', async () => {
    const { rows } = await read(`
      select t.oid, t.typname, coalesce(e.oid, 0), coalesce(e.typname, ''), coalesce(e.typdelim, ',')
      from pg_type t left join pg_type e on e.typarray = t.oid
      where t.typnamespace = 'pg_catalog'::regnamespace and t.typtype in ('b', 'r', 'm')
        and coalesce(e.typtype, 'b') <> 'c' and t.oid < 10000`);
    expect(rows.length).toBeGreaterThan(140);
    for (const [oid, name, element, elementName, delimiter] of rows) {
      expect([oid, BUILTIN_TYPES.get(Number(oid))]).toEqual([
        oid,
        element === '0'
          ? expect.objectContaining({ kind: 'scalar', name })
          : { kind: 'array', name: `${elementName}[]`, element: Number(element), delimiter },
      ]);
    }
  });

  it.each(typeSamples(seededRandom(20240229)))('come back from JSON as they were: $type', async ({ type, samples, fromJson }) => {
    const values = `unnest(array[${samples.map(quote).join(',')}]::text[]) with ordinality as u(text, n), lateral (select u.text::${type} as v) s`;
    const { json } = await encode(`select v, array[v, null, v] as a, array[[v, v], [null, v]] as m from ${values} order by n`);
    expect(JSON.parse(json)).toHaveLength(samples.length);

    // PostgreSQL reads the JSON back: the texts of the original and of the returned value must be the same.
    const get = /^jsonb?$/.test(type) ? '->' : '->>';
    const differs = (parent: string, key: string) => `(${fromJson.replace('$', `(${parent}${get}${key})`)})::text is distinct from v::text`;
    const { rows } = await read(`
      select n, v::text, r->>'v', r->>'a', r->>'m'
      from ${values}, lateral (select ${quote(json)}::json->(n - 1)::int as r) j
      where ${differs('r', "'v'")}
         or ${differs("r->'a'", '0')} or r->'a'->>1 is not null or ${differs("r->'a'", '2')}
         or ${differs("r->'m'->0", '0')} or ${differs("r->'m'->0", '1')} or r->'m'->1->>0 is not null or ${differs("r->'m'->1", '1')}
         or json_array_length(r->'a') <> 3 or json_array_length(r->'m') <> 2`);
    expect(rows).toEqual([]);
  });

  it('agree with PostgreSQL’s own to_json for arrays of every shape', async () => {
    const expressions = [
      `'{}'::int[]`, `'[2:3]={7,8}'::int[]`, `'[0:1][-1:0]={{1,2},{3,NULL}}'::int8[]`, `array[null]::text[]`, `array['NULL', 'null', '', ' ', ',', '{}', '"', '\\', E'\\n']`,
      `array['(1,2),(3,4)', '(5,6),(7,8)']::box[]`, `array[array['(1,2),(3,4)'::box], array[null::box]]`, `array['{"a": [1, "}"]}', 'null', '"x,y"']::json[]`,
      `array['{"a": {"b": null}}']::jsonb[]`, `'{{{1,2},{3,4}},{{5,6},{7,8}}}'::numeric[]`, `array[true, false, null]`, `array['NaN', '-Infinity', '1e300']::float8[]`,
      `array['2024-01-02 03:04:05.000001'::timestamp, 'infinity']`, `array['2024-01-02 03:04:05+05:30'::timestamptz]`, `array['[1,5)'::int4range]`, `'1 2 3'::int2vector`, `''::oidvector`,
      `array['P1Y2M3DT4H'::interval]`, `array['a'::"char", 'b']`, `array['{(,1],[3,)}'::int8multirange]`,
    ];
    for (const expression of expressions) {
      const mine = await encodedValue(expression);
      const { rows } = await read(`select ${quote(mine)}::jsonb = to_jsonb(${expression}), to_jsonb(${expression})`);
      expect([expression, mine, rows[0]]).toEqual([expression, mine, ['t', rows[0]?.[1]]]);
    }
  });

  it.each([
    [`9223372036854775807::int8`, '9223372036854775807'],
    [`-0.00::numeric(9,2)`, '0.00'],
    [`1.10::numeric`, '1.10'],
    [`123456789012345678901234567890.123456789::numeric`, '123456789012345678901234567890.123456789'],
    [`'NaN'::numeric`, '"NaN"'],
    [`'-Infinity'::float8`, '"-Infinity"'],
    [`'Infinity'::float4`, '"Infinity"'],
    [`1e20::float8`, '1e+20'],
    [`1e-7::float8`, '1e-07'],
    [`'-0'::float8`, '-0'],
    [`0.1::float4`, '0.1'],
    [`4294967295::oid`, '4294967295'],
    [`'2024-01-02 03:04:05.123456'::timestamp`, '"2024-01-02T03:04:05.123456"'],
    [`'2024-01-02 03:04:05.123456+02'::timestamptz`, '"2024-01-02T01:04:05.123456+00:00"'],
    [`'0044-03-15 12:00 BC'::timestamp`, '"0044-03-15 12:00:00 BC"'],
    [`'0044-03-15 12:00+00 BC'::timestamptz`, '"0044-03-15 12:00:00+00 BC"'],
    [`'-infinity'::timestamptz`, '"-infinity"'],
    [`'infinity'::date`, '"infinity"'],
    [`'2024-02-29'::date`, '"2024-02-29"'],
    [`'03:04:05.5'::time`, '"03:04:05.5"'],
    [`'03:04:05+00'::timetz`, '"03:04:05+00:00"'],
    [`'03:04:05-03:30'::timetz`, '"03:04:05-03:30"'],
    [`'1 year 2 mons -3 days 04:05:06.789'::interval`, '"P1Y2M-3DT4H5M6.789S"'],
    [`'\\x00ff10'::bytea`, '"AP8Q"'],
    [`''::bytea`, '""'],
    [`'{"a":1, "a":2}'::json`, '{"a":1, "a":2}'],
    [`E'[1,\\n 2]'::json`, '[1,\n 2]'],
    [`'null'::jsonb`, 'null'],
    [`null::json`, 'null'],
    [`(1, 'x y')`, String.raw`"(1,\"x y\")"`],
    [`array[row(1, 'a,"b')]`, String.raw`["(1,\"a,\"\"b\")"]`],
    [`pg_sleep(0)`, '""'],
  ])('writes %s as %s', async (expression, json) => {
    const written = await encodedValue(expression);
    expect(written).toBe(json);
    JSON.parse(written);
  });

  it('are not changed by an array text that is none', () => {
    const result: ReadResult = { columns: [{ name: 'a', type: 1007 }], rows: [['7']], truncated: false };
    expect(encodeRows(result, asObjects).json).toBe('[{"a":7}]');
  });
});

describe('types of the database asked', () => {
  beforeAll(async () => {
    await sql.unsafe(`
      create type pg_temp.mood as enum ('sad', 'so, so', 'null');
      create domain pg_temp.positive as int8 check (value > 0);
      create type pg_temp.pair as (a int, b text)`).simple();
  });

  it('are strings named by their OID until they are made known', async () => {
    const { json, columnTypes } = await encode(`select 'sad'::pg_temp.mood as m, array['sad', 'so, so']::pg_temp.mood[] as a`);
    expect(JSON.parse(json)).toEqual([{ m: 'sad', a: '{sad,"so, so"}' }]);
    expect(columnTypes).toEqual([expect.stringMatching(/^oid:\d+$/), expect.stringMatching(/^oid:\d+$/)]);
  });

  it('are encoded by what they are once they are known', async () => {
    const oids = await read(`select 'pg_temp.mood'::regtype::oid, 'pg_temp.mood[]'::regtype::oid, 'pg_temp.positive'::regtype::oid, 'pg_temp.positive[]'::regtype::oid, 'pg_temp.pair'::regtype::oid`);
    const [mood = 0, moods = 0, positive = 0, positives = 0, pair = 0] = (oids.rows[0] ?? []).map(Number);
    const types = new Map([
      [mood, { kind: 'enum', name: 'mood' } as const],
      [moods, { kind: 'array', name: 'mood[]', element: mood } as const],
      [positive, { kind: 'domain', name: 'positive', base: 20 } as const],
      [positives, { kind: 'array', name: 'positive[]', element: positive } as const],
      [pair, { kind: 'other', name: 'pair' } as const],
    ]);
    const query = `select 'sad'::pg_temp.mood as m, array['so, so', 'null', null]::pg_temp.mood[] as a, 3::pg_temp.positive as d, array[9007199254740993]::pg_temp.positive[] as p, row(1, 'x')::pg_temp.pair as c`;
    const { json, columnTypes, warnings } = await encode(query, { types });
    expect(json).toBe('[{"m":"sad","a":["so, so","null",null],"d":3,"p":[9007199254740993],"c":"(1,x)"}]');
    expect(columnTypes).toEqual(['mood', 'mood[]', 'int8', 'positive[]', 'pair']);
    expect(warnings.map(({ column }) => column)).toEqual(['p']);
    expect(JSON.parse((await encode(query, { types, exactNumbers: true })).json)[0].p).toEqual(['9007199254740993']);
  });

  it('cannot make the encoder recurse for ever', () => {
    const types = new Map([[99999, { kind: 'array', name: 'x[]', element: 99999 } as const]]);
    const result: ReadResult = { columns: [{ name: 'a', type: 99999 }], rows: [['{"{1}"}']], truncated: false };
    expect(JSON.parse(encodeRows(result, { ...asObjects, types }).json)).toEqual([{ a: expect.anything() }]);
  });
});

describe('numbers that a double cannot hold', () => {
  const precise = [
    '9007199254740992::int8', '-9007199254740992::int8', '999999999999999::int8', '0.1::numeric', '1.50000000000000000000::numeric', '1e30::numeric', '-0.000000000000000000000000000000000000012::numeric',
    '1234567890.12345::numeric', `'NaN'::numeric`, `'Infinity'::numeric`, `'-Infinity'::numeric`, '0.00000000000000000000::numeric', 'array[1,2]::int8[]', '0.1::float8', '1.7976931348623157e308::float8', '123456789012345.6::numeric',
  ];
  const imprecise = [
    '9007199254740993::int8', "'-9007199254740993'::int8", '9223372036854775807::int8', "'-9223372036854775808'::int8", '9007199254740993::numeric', '0.12345678901234567890::numeric', '1e400::numeric',
    '1e-400::numeric', 'array[1, 9007199254740993]::int8[]', 'array[[0.5], [0.12345678901234567890]]::numeric[]', '10000000000000001.5::numeric',
  ];

  it.each(precise)('%s needs no warning', async (expression) => {
    expect((await encode(`select ${expression} as n`)).warnings).toEqual([]);
  });

  it.each(imprecise)('%s is warned about, and exact as a string', async (expression) => {
    const { warnings } = await encode(`select ${expression} as n from generate_series(1, 3)`);
    expect(warnings).toEqual([{ code: 'PRECISION', column: 'n', message: expect.stringContaining('exact_numbers') }]);

    const exact = await encode(`select ${expression} as n`, { exactNumbers: true });
    expect(exact.warnings).toEqual([]);
    // As strings, every digit that PostgreSQL prints is there.
    const { rows } = await read(`select ${quote(exact.json)}::jsonb->0->'n' = to_jsonb(${expression.replace(/::(numeric|int8)(\[\])?$/, '::$1$2::text$2')})`);
    expect(rows).toEqual([['t']]);
  });

  it('decides numerics of 100,000 digits at once', async () => {
    const { warnings } = await encode(`select (repeat('1' || repeat('0', 999), 100) || '1')::numeric as n`);
    expect(warnings).toHaveLength(1);
  });

  it('warns for the column by the name it has in the answer', async () => {
    const { warnings } = await encode('select 1::int8 as id, 9007199254740993::int8 as id');
    expect(warnings.map(({ column }) => column)).toEqual(['id_2']);
  });
});

describe('rows', () => {
  it('are objects by name, or arrays in the order of the columns', async () => {
    const query = `select n as "a""b", 'é\u{1F600}' as "c\\d", null as e from generate_series(1, 2) n`;
    expect((await encode(query)).json).toBe('[{"a\\"b":1,"c\\\\d":"é\u{1F600}","e":null},{"a\\"b":2,"c\\\\d":"é\u{1F600}","e":null}]');
    expect((await encode(query, { rowFormat: 'array' })).json).toBe('[[1,"é\u{1F600}",null],[2,"é\u{1F600}",null]]');
  });

  it('give equal columns names of their own, never one that PostgreSQL gave', async () => {
    const { columns, json } = await encode('select 1 as id, 2 as id, 3 as id_2, 4 as id, 5 as id_2, 6, 7');
    expect(columns).toEqual(['id', 'id_3', 'id_2', 'id_4', 'id_2_2', '?column?', '?column?_2']);
    expect(JSON.parse(json)).toEqual([{ id: 1, id_3: 2, id_2: 3, id_4: 4, id_2_2: 5, '?column?': 6, '?column?_2': 7 }]);
  });

  it('keep a column called __proto__', async () => {
    const { json } = await encode(`select '{"x": 1}'::json as "__proto__", 2 as constructor`);
    expect(json).toBe('[{"__proto__":{"x": 1},"constructor":2}]');
  });

  it('may have no columns, and results no rows', async () => {
    expect(await encode('select from generate_series(1, 2)')).toMatchObject({ json: '[{},{}]', rowCount: 2, columns: [] });
    expect(await encode('select 1 as a where false')).toMatchObject({ json: '[]', rowCount: 0, columns: ['a'], columnTypes: ['int4'] });
  });

  it('stop before the answer would be over its bytes, counted as UTF-8', async () => {
    const query = `select repeat('é', 10) as t from generate_series(1, 5)`; // {"t":"…"} is 28 bytes
    const all = await encode(query);
    expect(Buffer.byteLength(all.json)).toBe(2 + 5 * 28 + 4);
    expect(await encode(query, { maxBytes: 2 + 5 * 28 + 4 })).toMatchObject({ rowCount: 5, truncated: false });
    const cut = await encode(query, { maxBytes: 2 + 5 * 28 + 3 });
    expect(cut).toMatchObject({ rowCount: 4, truncated: true });
    expect(JSON.parse(cut.json)).toHaveLength(4);
  });

  it('fail when one alone is too large, naming the row and its largest column', async () => {
    const query = `select n, repeat('x', n * 10) as big from generate_series(1, 5) n`;
    await expect(encode(query, { maxRowBytes: 50 })).rejects.toEqual(expect.objectContaining({ name: 'RowTooLarge', row: 4, bytes: 56, limit: 50, largestColumn: 'big' }));
    await expect(encode(query, { maxBytes: 20 })).rejects.toBeInstanceOf(RowTooLarge);
  });
});

describe('parameters', () => {
  async function received(value: unknown, type: string): Promise<string | null | undefined> {
    return (await read(`select ($1::${type})::text`, toParameters([value]))).rows[0]?.[0];
  }

  it.each([
    [null, 'int4', null],
    [true, 'bool', 'true'],
    [false, 'json', 'false'],
    [0.1, 'numeric', '0.1'],
    [-0, 'int4', '0'],
    [1e-7, 'float8', '1e-07'],
    ['9007199254740993', 'int8', '9007199254740993'],
    ["it's \\ \"é\u{1F600}\"", 'text', "it's \\ \"é\u{1F600}\""],
    [{ a: [1, null], b: 'x"y\u0001' }, 'json', '{"a":[1,null],"b":"x\\"y\\u0001"}'],
    [[], 'int4[]', '{}'],
    [[1, null, -2.5], 'numeric[]', '{1,NULL,-2.5}'],
    [[true, false], 'bool[]', '{t,f}'],
    [[[1, 2], [3, 4]], 'int4[]', '{{1,2},{3,4}}'],
    [[{ a: 'x"y' }, null], 'jsonb[]', '{"{\\"a\\": \\"x\\\\\\"y\\"}",NULL}'],
  ])('%j arrives as %s %s', async (value, type, text) => {
    expect(await received(value, type)).toBe(text);
  });

  it('strings of an array arrive one by one, whatever is in them', async () => {
    const strings = ['', 'NULL', 'null', '{}', ',', '"', '\\', '\\"', ' a ', 'a\nb', '\u{1F600}', '\u0001'];
    const { rows } = await read('select * from unnest($1::text[])', toParameters([strings]));
    expect(rows.map(([text]) => text)).toEqual(strings);
  });

  it.each([
    ['a\0b', 'NUL'],
    [['a', '\0'], 'NUL'],
    ['\ud800', 'surrogate'],
    [2 ** 53, 'digits'],
    [[[[[[[[1]]]]]]], 'deep'],
    [nested(20_000), 'deep'],
  ])('%# is refused, naming the parameter', (value, reason) => {
    expect(() => toParameters([1, value])).toThrow(InvalidParameter);
    expect(() => toParameters([1, value])).toThrow(expect.objectContaining({ position: 2, reason: expect.stringContaining(reason), hint: expect.any(String) }));
  });

  function nested(depth: number): object {
    let value: object = {};
    for (let level = 0; level < depth; level += 1) value = { value };
    return value;
  }
});
