import { TestApp, testApp } from './support/test-app.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

describe('query/sql', () => {
  let database: TestDatabase;
  let app: TestApp;
  let session: string;
  const sql = (text: string, more: object = {}) => app.sql(session, text, more);

  beforeAll(async () => {
    database = await testDatabase(`
      CREATE TABLE t (id int PRIMARY KEY, name text);
      INSERT INTO t SELECT i, 'name ' || i FROM generate_series(1, 20000) i;
      CREATE TABLE closed (id int);
      CREATE FUNCTION litter() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
        BEGIN
          PERFORM set_config('TimeZone', 'Asia/Tokyo', false), set_config('search_path', 'pg_temp', false), pg_advisory_lock(7);
          RETURN current_setting('TimeZone');
        END $$;
      CREATE TYPE mood AS ENUM ('sad', 'so, so', 'happy');
      CREATE DOMAIN age AS int CHECK (VALUE >= 0);
      CREATE TYPE pair AS (a int, b text)`);
    app = await testApp();
    session = await app.connect(database, await database.role(['GRANT SELECT ON t TO :role']));
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  it('answers with rows, columns, types and what it ran', async () => {
    const { status, headers, body } = await sql('SELECT id, name FROM t ORDER BY id LIMIT 2');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body).toEqual({
      success: true, sql_query: 'SELECT id, name FROM t ORDER BY id LIMIT 2', columns: ['id', 'name'], column_types: ['int4', 'text'],
      results: [{ id: 1, name: 'name 1' }, { id: 2, name: 'name 2' }], row_count: 2, truncated: false, execution_time: expect.any(Number), warnings: [], request_id: expect.any(String),
    });
    expect(body.execution_time).toBeGreaterThan(0);
    expect(body.execution_time).toBeLessThan(10);
  });

  it('gives arrays of values on request, and an empty result its columns', async () => {
    expect((await sql('SELECT id, name FROM t WHERE id = 7', { row_format: 'array' })).body.results).toEqual([[7, 'name 7']]);
    expect((await sql('SELECT id, name FROM t WHERE false')).body).toMatchObject({ columns: ['id', 'name'], results: [], row_count: 0, truncated: false });
  });

  it('names two columns of one name apart', async () => {
    expect((await sql('SELECT a.id, b.id, 3 AS id_2 FROM t a, t b WHERE a.id = 1 AND b.id = 2')).body.columns).toHaveLength(3);
    expect((await sql('SELECT a.id, b.id FROM t a, t b WHERE a.id = 1 AND b.id = 2')).body).toMatchObject({ columns: ['id', 'id_2'], results: [{ id: 1, id_2: 2 }] });
  });

  it('keeps all digits, and warns where a JavaScript number would lose some', async () => {
    const text = "SELECT 9007199254740993::int8 AS big, 12345678901234567890.123456789::numeric AS exact, 0.1::numeric AS short, 1.50::numeric AS scaled";
    const plain = await sql(text);
    expect(plain.text).toContain('"results":[{"big":9007199254740993,"exact":12345678901234567890.123456789,"short":0.1,"scaled":1.50}]');
    expect(plain.body.warnings.map(({ code, column }: { code: string; column: string }) => [code, column])).toEqual([['PRECISION', 'big'], ['PRECISION', 'exact']]);
    const exact = await sql(text, { exact_numbers: true });
    expect(exact.body).toMatchObject({ results: [{ big: '9007199254740993', exact: '12345678901234567890.123456789', short: '0.1', scaled: '1.50' }], warnings: [] });
  });

  it.each([
    ["'NaN'::float8", 'NaN'], ["'-Infinity'::float4", '-Infinity'], ["'NaN'::numeric", 'NaN'], ['1e300::float8', 1e300], ['true', true], ['NULL::int', null],
    [`'{"a": [1, null]}'::json`, { a: [1, null] }], [`'{"b": 1}'::jsonb`, { b: 1 }], ["ARRAY[1, NULL, 3]", [1, null, 3]], ["ARRAY[['a', 'b,\"c'], [NULL, '']]", [['a', 'b,"c'], [null, '']]],
    ["ARRAY['2024-01-02'::date]", ['2024-01-02']], ["'2024-01-02 03:04:05.123456'::timestamp", '2024-01-02T03:04:05.123456'], ["'2024-01-02 03:04:05+02'::timestamptz", '2024-01-02T01:04:05+00:00'],
    ["'infinity'::timestamptz", 'infinity'], ["interval '1 year 2 days 00:00:03'", 'P1Y2DT3S'], ["'\\xdeadbeef'::bytea", '3q2+7w=='], ["int4range(1, 5)", '[1,5)'], ["'10.0.0.1'::inet", '10.0.0.1'],
    ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'], ["point(1, 2)", '(1,2)'], ["'x'::char(3)", 'x  '], ["E'line\\nbreak \"quoted\" \\\\ ü 🙂'", 'line\nbreak "quoted" \\ ü 🙂'], ["''", ''],
  ])('encodes %s', async (expression, value) => expect((await sql(`SELECT ${expression} AS v`)).body.results).toEqual([{ v: value }]));

  it('encodes types of the database’s own, in arrays too, and names them', async () => {
    const { body } = await sql("SELECT 'happy'::mood AS m, ARRAY['sad', NULL, 'so, so']::mood[] AS ms, 5::age AS a, ARRAY[1, 2]::age[] AS ages, (1, 'x')::pair AS p, ARRAY[(1, 'x')::pair] AS ps");
    expect(body.results).toEqual([{ m: 'happy', ms: ['sad', null, 'so, so'], a: 5, ages: [1, 2], p: '(1,x)', ps: ['(1,x)'] }]);
    expect(body.column_types).toEqual(['mood', 'mood[]', 'int4', 'age[]', 'pair', 'pair[]']);
    expect((await sql("SELECT 'sad'::mood AS m")).body.column_types).toEqual(['mood']);
  });

  it('takes parameters of every JSON type', async () => {
    const { body } = await sql('SELECT $1::int AS i, $2::text AS t, $3::bool AS b, $4::int AS n, $5::int[] AS a, $6::jsonb AS j, $7::int8 AS big', { params: [42, "it's; -- fine", true, null, [1, null, 3], { k: 'v' }, '9007199254740993'] });
    expect(body.results[0]).toMatchObject({ i: 42, t: "it's; -- fine", b: true, n: null, a: [1, null, 3], j: { k: 'v' } });
    expect((await sql('SELECT id FROM t WHERE id = $1', { params: [5] })).body.results).toEqual([{ id: 5 }]);
  });

  it('says what is wrong with parameters', async () => {
    expect((await sql('SELECT $1::int', { params: ['abc'] })).body).toMatchObject({ status: 422, code: 'SQL_FAILED', sqlstate: '22P02' });
    expect((await sql('SELECT $1::int, $2::int', { params: [1] })).body).toMatchObject({ status: 422, code: 'SQL_INVALID', detail: expect.stringContaining('params') });
    expect((await sql('SELECT $1::text', { params: ['a\0b'] })).body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', errors: [{ field: 'params' }] });
    expect((await sql('SELECT $1::text', { params: 'x' })).body).toMatchObject({ status: 400, errors: [{ field: 'params' }] });
  });

  it('cuts at the rows asked for, the default and the server’s limit', async () => {
    expect((await sql('SELECT id FROM t', { max_rows: 3 })).body).toMatchObject({ row_count: 3, truncated: true });
    expect((await sql('SELECT id FROM t')).body).toMatchObject({ row_count: 1000, truncated: true });
    expect((await sql('SELECT id FROM t', { max_rows: 10_000 })).body).toMatchObject({ row_count: 10_000, truncated: true });
    expect((await sql('SELECT id FROM t', { max_rows: 10_001 })).body).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ field: 'max_rows', message: 'max_rows must not be greater than 10000' }] });
    expect((await sql('SELECT id FROM t', { timeout_ms: 30_001 })).body).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ field: 'timeout_ms' }] });
  });

  it.each([
    ['SELECT nothing FROM t', 422, 'SQL_INVALID', { sqlstate: '42703', position: 8 }],
    ['SELECT * FROM no_such_table', 422, 'SQL_INVALID', { sqlstate: '42P01' }],
    ['SELEC 1', 422, 'SQL_INVALID', { position: 1 }],
    ["SELECT 'ü', nothing FROM t", 422, 'SQL_INVALID', { position: 13 }],
    ['SELECT 1/0', 422, 'SQL_FAILED', { sqlstate: '22012' }],
    ["SELECT 'x'::int", 422, 'SQL_FAILED', { sqlstate: '22P02' }],
    ['SELECT * FROM closed', 403, 'PERMISSION_DENIED', { sqlstate: '42501' }],
    ['INSERT INTO t VALUES (0)', 403, 'WRITES_NOT_ALLOWED', {}],
    ['SELECT 1; SELECT 2', 403, 'STATEMENT_NOT_ALLOWED', {}],
    ['COMMIT', 403, 'STATEMENT_NOT_ALLOWED', {}],
    ['SET work_mem = 1', 403, 'STATEMENT_NOT_ALLOWED', {}],
    ["SELECT set_config('a.b', 'c', false)", 403, 'STATEMENT_NOT_ALLOWED', {}],
    ['SELECT * INTO copy FROM t', 403, 'WRITES_NOT_ALLOWED', {}],
    ['SELECT * FROM t FOR UPDATE', 403, 'STATEMENT_NOT_ALLOWED', {}],
    ['WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone', 403, 'WRITES_NOT_ALLOWED', {}],
    ['   ', 422, 'SQL_INVALID', {}],
  ])('answers %j with a problem that says why', async (text, status, code, more) => {
    const { body } = await sql(text);
    expect(body).toMatchObject({ success: false, status, code, ...more });
    expect(body.detail.length).toBeGreaterThan(5);
    expect(body.hint.length).toBeGreaterThan(5);
  });

  it.each(['SELECT 1 AS one;', 'SELECT 1 AS one -- comment', '/* a */ SELECT 1 AS one /* b */ ; ', 'VALUES (1)', 'TABLE t LIMIT 1', 'SHOW server_version', 'EXPLAIN SELECT * FROM t', 'WITH x AS (SELECT 1) SELECT * FROM x', '(SELECT 1)'])('runs %j', async (text) =>
    expect((await sql(text)).status).toBe(200));

  it('ends a statement at its time limit', async () => {
    const { body } = await sql('SELECT pg_sleep(20)', { timeout_ms: 150 });
    expect(body).toMatchObject({ status: 504, code: 'STATEMENT_TIMEOUT' });
    await eventually(() => database.backends(), (backends) => backends.every(({ state }) => state !== 'active'));
  });

  it('cuts an answer that grows too long and refuses a row that is too long by itself', async () => {
    const small = await testApp({ MAX_RESPONSE_BYTES: '20000', MAX_ROW_BYTES: '5000' });
    try {
      const id = await small.connect(database, await database.role(['GRANT SELECT ON t TO :role']));
      const cut = await small.sql(id, "SELECT repeat('x', 1000) AS x FROM t", { max_rows: 1000 });
      expect(cut.body).toMatchObject({ truncated: true });
      expect(cut.body.row_count).toBeGreaterThan(10);
      expect(cut.text.length).toBeLessThan(21_000);
      expect((await small.sql(id, "SELECT repeat('x', 10000)")).body).toMatchObject({ status: 422, code: 'RESULT_TOO_LARGE' });
      expect((await small.sql(id, 'SELECT 1 AS x')).body.results).toEqual([{ x: 1 }]);
    } finally {
      await small.close();
    }
  });

  it('refuses a statement that is too long', async () => {
    const small = await testApp({ MAX_SQL_BYTES: '100' });
    try {
      const id = await small.connect(database, await database.role());
      expect((await small.sql(id, `SELECT 1 -- ${'x'.repeat(100)}`)).body).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
    } finally {
      await small.close();
    }
  });

  it('serves 64 at once from a pool of 20 and from a pool of 2', async () => {
    for (const max of ['20', '2']) {
      const sized = await testApp({ POOL_MAX_CONNECTIONS: max });
      try {
        const id = await sized.connect(database, await database.role(['GRANT SELECT ON t TO :role']));
        const answers = await Promise.all(Array.from({ length: 64 }, (_, i) => sized.sql(id, `SELECT name FROM t WHERE id = ${i + 1}`)));
        expect(answers.map(({ body }) => body.results)).toEqual(Array.from({ length: 64 }, (_, i) => [{ name: `name ${i + 1}` }]));
        expect((await database.backends()).length).toBeGreaterThan(0);
        expect((await sized.get('/api/v1/stats/pools')).body.pools[0].opened).toBeLessThanOrEqual(Number(max));
      } finally {
        await sized.close();
      }
    }
  });

  it('answers what is beyond the bounds at once, and hangs nobody', async () => {
    const tight = await testApp({ POOL_MAX_CONNECTIONS: '1', SESSION_MAX_WAITING: '5', POOL_MAX_WAITING: '8', POOL_ACQUIRE_TIMEOUT_MS: '400' });
    try {
      const role = await database.role();
      const [a, b] = [await tight.connect(database, role), await tight.connect(database, role)];
      const slow = tight.sql(a, 'SELECT pg_sleep(4)');
      await eventually(() => database.backends(), (backends) => backends.some(({ state, query }) => state === 'active' && query.startsWith('FETCH')));
      const answers = await Promise.all([...Array.from({ length: 10 }, () => tight.sql(a, 'SELECT 1')), ...Array.from({ length: 10 }, () => tight.sql(b, 'SELECT 1'))]);
      const codes = answers.map(({ body }) => body.code);
      expect(new Set(codes)).toEqual(new Set(['TOO_MANY_REQUESTS', 'POOL_EXHAUSTED']));
      for (const { status, headers } of answers) {
        expect([429, 503]).toContain(status);
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      }
      expect((await slow).status).toBe(200);
      expect((await tight.sql(b, 'SELECT 1 AS x')).body.results).toEqual([{ x: 1 }]);
    } finally {
      await tight.close();
    }
  });

  it('hides from one caller what another’s function did to the connection', async () => {
    const single = await testApp({ POOL_MAX_CONNECTIONS: '1', ALLOW_FUNCTIONS: 'public.litter' });
    try {
      const role = await database.role(['GRANT SELECT ON t TO :role']);
      const [a, b] = [await single.connect(database, role), await single.connect(database, role)];
      expect((await single.sql(a, 'SELECT litter() AS zone')).body.results).toEqual([{ zone: 'Asia/Tokyo' }]);
      const seen = await single.sql(b, "SELECT current_setting('TimeZone') AS zone, (SELECT count(*) FROM t) AS rows");
      expect(seen.body.results).toEqual([{ zone: 'UTC', rows: 20_000 }]);
      const [{ locks } = {}] = await database.sql`SELECT count(*)::int AS locks FROM pg_locks JOIN pg_database ON pg_database.oid = database WHERE locktype = 'advisory' AND datname = current_database()`;
      expect(locks).toBe(0);
    } finally {
      await single.close();
    }
  });

  it('survives the death of every backend with at most one retryable error', async () => {
    await Promise.all(Array.from({ length: 5 }, () => sql('SELECT pg_sleep(0.05)')));
    await database.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${database.name} AND application_name = 'databaseai'`;
    const codes: string[] = [];
    for (let i = 0; i < 10; i++) codes.push((await sql('SELECT 1')).body.code ?? 'OK');
    expect(codes.filter((code) => code !== 'OK').length).toBeLessThanOrEqual(1);
    expect(codes.at(-1)).toBe('OK');
  });
});
