import { caller, identityOf, statement, TestPools, testPools } from './support/test-pools.js';
import { TestApp, testApp } from './support/test-app.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

const CONTENT = `
  CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL, tags text[] DEFAULT '{}');
  CREATE TABLE parents (id int PRIMARY KEY);
  CREATE TABLE children (id int PRIMARY KEY, parent int REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
  CREATE SEQUENCE tickets;
  CREATE FUNCTION litter() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
    PERFORM set_config('TimeZone', 'Asia/Tokyo', false), pg_advisory_lock(4711); CREATE TEMP TABLE left_over (a int); RETURN 1; END $$;
  CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO items VALUES (900, 'x'); COMMIT; END $$;`;

let database: TestDatabase;
let app: TestApp;
let role: { user: string; password: string };
let writer: string;
let reader: string;

beforeAll(async () => {
  database = await testDatabase(CONTENT);
  role = await database.role([
    'GRANT ALL ON ALL TABLES IN SCHEMA public TO :role', 'GRANT ALL ON SEQUENCE tickets TO :role', 'GRANT CREATE, TEMPORARY ON DATABASE ":database" TO :role', 'GRANT ALL ON SCHEMA public TO :role',
  ]);
  app = await testApp({ ALLOW_WRITES: 'true', POOL_MAX_CONNECTIONS: '1' });
  writer = await connect(app, { read_only: false });
  reader = await connect(app);
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

async function connect(to: TestApp, more: object = {}, as = role): Promise<string> {
  const { body } = await to.post('/api/v1/database/connect', { host: database.host, port: database.port, database: database.name, username: as.user, password: as.password, ...more });
  return body.session_id ?? body;
}

const count = async (where = 'true') => Number((await database.sql.unsafe(`SELECT count(*) FROM items WHERE ${where}`))[0]?.['count']);

describe('a session that may write', () => {
  it('says so', async () => {
    expect((await app.get('/api/v1/database/session', { 'x-session-id': writer })).body).toMatchObject({ read_only: false });
    expect((await app.get('/api/v1/database/session', { 'x-session-id': reader })).body).toMatchObject({ read_only: true });
  });

  it('changes rows, and tells how many, with those returned', async () => {
    const { body } = await app.sql(writer, 'INSERT INTO items SELECT g, $1 FROM generate_series(1, 3) g RETURNING id, name', { params: ['new'], max_rows: 2 });
    expect(body).toMatchObject({ success: true, command: 'INSERT', rows_affected: 3, row_count: 2, truncated: true, results: [{ id: 1, name: 'new' }, { id: 2, name: 'new' }] });
    expect(await count()).toBe(3);
    expect((await app.sql(writer, "UPDATE items SET name = 'changed' WHERE id < 3")).body).toMatchObject({ command: 'UPDATE', rows_affected: 2, results: [], row_count: 0, columns: [] });
    expect((await app.sql(writer, 'WITH gone AS (DELETE FROM items WHERE id = 3 RETURNING id) SELECT * FROM gone')).body).toMatchObject({ command: 'SELECT', results: [{ id: 3 }] });
    expect(await count("name = 'changed'")).toBe(2);
  });

  it('reads as any other session does what only reads', async () => {
    const { body } = await app.sql(writer, "SELECT current_setting('transaction_read_only') AS read_only, count(*) AS items FROM items");
    expect(body.results).toEqual([{ read_only: 'on', items: 2 }]);
    expect(body.command).toBeUndefined();
  });

  it('takes values from sequences, calls functions and procedures', async () => {
    expect((await app.sql(writer, "SELECT nextval('tickets') AS ticket")).body).toMatchObject({ results: [{ ticket: 1 }] });
    const refused = await app.sql(writer, 'CALL commits()');
    expect(refused.body).toMatchObject({ status: 422, sqlstate: '2D000' });
    expect(await count('id = 900')).toBe(0);
  });

  it('leaves nothing but its rows for the next one on the same connection', async () => {
    expect((await app.sql(writer, 'SELECT litter()')).body).toMatchObject({ success: true, command: 'SELECT' });
    const { body } = await app.sql(reader, "SELECT current_setting('TimeZone') AS zone, to_regclass('left_over') AS temp");
    expect(body.results).toEqual([{ zone: 'UTC', temp: null }]);
    const [{ locks } = {}] = await database.sql`SELECT count(*)::int AS locks FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711`;
    expect(locks).toBe(0);
  });

  it('changes the structure, which its schema shows at once, as do those of others who read the database', async () => {
    const names = async (session: string) => ((await app.get('/api/v1/schema', { 'x-session-id': session })).body.relations as { name: string }[]).map(({ name }) => name);
    const other = await connect(app, {}, await database.role());
    await names(other);
    expect(await names(writer)).not.toContain('made');
    expect((await app.sql(writer, 'CREATE TABLE made (id int)')).body).toMatchObject({ command: 'CREATE TABLE', rows_affected: 0 });
    expect(await names(writer)).toContain('made');
    await app.sql(writer, 'DROP TABLE made');
    expect(await names(reader)).not.toContain('made');
  });

  it('changes what a view does, which the guard heeds at once', async () => {
    await app.sql(writer, 'CREATE VIEW changing AS SELECT 1 AS a');
    expect((await app.sql(reader, 'SELECT a FROM changing')).body.results).toEqual([{ a: 1 }]);
    await app.sql(writer, 'CREATE OR REPLACE VIEW changing AS SELECT litter() AS a');
    expect((await app.sql(reader, 'SELECT a FROM changing')).body).toMatchObject({ code: 'STATEMENT_NOT_ALLOWED', detail: expect.stringContaining('public.litter') });
    await app.sql(writer, 'DROP VIEW changing');
  });

  it.each([
    ["INSERT INTO items VALUES (1, 'twice')", 422, '23505'],
    ["INSERT INTO items VALUES (50, 'a'), (51, NULL)", 422, '23502'],
    ['INSERT INTO children VALUES (1, 77)', 422, '23503'],
    ['DELETE FROM nowhere', 422, '42P01'],
  ])('changes nothing where it fails, at COMMIT too: %s', async (sql, status, sqlstate) => {
    expect((await app.sql(writer, sql)).body).toMatchObject({ status, sqlstate });
    expect(await count('id > 3')).toBe(0);
    expect(await database.sql`SELECT 1 FROM children`).toHaveLength(0);
  });

  it.each([
    'COMMIT', 'BEGIN', 'SAVEPOINT a', 'SET work_mem = 1', 'DISCARD ALL', 'DO $$ BEGIN END $$', "COPY items TO '/tmp/x'", 'VACUUM items', 'CREATE DATABASE x', 'CREATE INDEX CONCURRENTLY i ON items (name)',
    'DROP INDEX CONCURRENTLY i', 'CREATE ROLE x', 'GRANT ALL ON items TO PUBLIC', 'CREATE EXTENSION dblink', 'ALTER SYSTEM SET work_mem = 1', 'CREATE TEMP TABLE x (a int)', 'CREATE TEMP VIEW x AS SELECT 1', 'CREATE TEMP SEQUENCE x', 'CREATE TEMP TABLE x AS SELECT 1', 'SELECT 1 INTO TEMP x', 'CREATE TABLE pg_temp.items (a int)', "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", 'ALTER TABLE items OWNER TO CURRENT_USER', "LISTEN x", 'LOCK items',
    'PREPARE x AS SELECT 1', "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'x'", 'DROP EXTENSION plpgsql', "UPDATE pg_authid SET rolname = 'x'", "INSERT INTO items SELECT 1, pg_read_file('x')",
    "INSERT INTO items VALUES (60, set_config('a.b', 'c', false))", "SELECT pg_terminate_backend(1)", 'EXPLAIN ANALYZE DELETE FROM items', 'INSERT INTO items VALUES (61, $$a$$); COMMIT', 'COMMENT ON DATABASE x IS $$y$$',
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql SET role = postgres AS $$ SELECT 1 $$', 'DELETE FROM pg_catalog.pg_proc',
  ])('still may not send %s', async (sql) => {
    expect((await app.sql(writer, sql)).body).toMatchObject({ status: 403, code: 'STATEMENT_NOT_ALLOWED', hint: expect.stringMatching(/.{10}/) });
    expect(await count('id > 3')).toBe(0);
  });

  it('keeps the change where the rows it returned cannot be shown', async () => {
    const small = await testApp({ ALLOW_WRITES: 'true', MAX_ROW_BYTES: '2000', MAX_RESPONSE_BYTES: '1000000' });
    try {
      const { body } = await small.sql(await connect(small, { read_only: false }), "INSERT INTO items VALUES (70, repeat('x', 1500)) RETURNING name || name AS long, name");
      expect([body.success || body.code, await count('id = 70')]).toEqual(body.success ? [true, 1] : ['RESULT_TOO_LARGE', 0]);
    } finally {
      await small.close();
      await database.sql`DELETE FROM items WHERE id = 70`;
    }
  });
});

describe('a session that may not write', () => {
  it.each(["INSERT INTO items VALUES (80, 'x')", 'DROP TABLE items', 'SELECT * INTO copied FROM items'])('is told why: %s', async (sql) => {
    expect((await app.sql(reader, sql)).body).toMatchObject({ status: 403, code: 'WRITES_NOT_ALLOWED', hint: expect.stringContaining('read_only') });
    expect(await count('id = 80')).toBe(0);
  });

  it('cannot become one where the operator allows no writes', async () => {
    const closed = await testApp();
    try {
      expect(await connect(closed, { read_only: false })).toMatchObject({ status: 403, code: 'WRITES_NOT_ALLOWED' });
    } finally {
      await closed.close();
    }
  });

  it('is what a role gets that its owner lets read only', async () => {
    const careful = await database.role(['ALTER ROLE :role SET default_transaction_read_only = on']);
    expect(await connect(app, { read_only: false }, careful)).toMatchObject({ status: 403, code: 'WRITES_NOT_ALLOWED', detail: expect.stringContaining('default_transaction_read_only') });
    expect(typeof (await connect(app, {}, careful))).toBe('string');
  });
});

it('refuses dangerous roles where the operator wants it', async () => {
  const strict = await testApp({ REFUSE_SUPERUSER: 'true' });
  try {
    expect(await connect(strict, {}, { user: database.admin.user, password: database.admin.password })).toMatchObject({ status: 403, code: 'ROLE_NOT_ALLOWED' });
    expect(await connect(strict, {}, await database.role(['GRANT pg_read_server_files TO :role']))).toMatchObject({ code: 'ROLE_NOT_ALLOWED', detail: expect.stringContaining('pg_read_server_files') });
    expect(await connect(strict, {}, await database.role([`GRANT ${database.admin.user} TO :role`]))).toMatchObject({ code: 'ROLE_NOT_ALLOWED' });
    expect(typeof (await connect(strict))).toBe('string');
  } finally {
    await strict.close();
  }
});

describe('a write that is interrupted', () => {
  let pools: TestPools;
  afterEach(() => pools.end());
  const insert = (id: number, before = '') => statement(`INSERT INTO items SELECT ${id}, 'x' ${before}`, { kind: 'write' });

  /** Ends the backend that is busy with such a statement. */
  const end = async (command: string) => {
    const [backend] = await eventually(async () => (await database.backends()).filter(({ state, query }) => state === 'active' && query.startsWith(command)), (busy) => busy.length > 0);
    await database.sql`SELECT pg_terminate_backend(${Number(backend?.pid)})`;
  };

  it('by its caller leaving is taken back', async () => {
    pools = testPools();
    const gone = new AbortController();
    const writing = pools.manager.write(identityOf(database, role), caller('a', gone.signal), insert(200, 'FROM pg_sleep(20)'));
    await eventually(() => database.backends(), (backends) => backends.some(({ state, query }) => state === 'active' && query.startsWith('INSERT')));
    gone.abort();
    await expect(writing).rejects.toMatchObject({ code: 'QUERY_CANCELLED' });
    await eventually(() => database.backends(), (backends) => backends.every(({ state }) => state !== 'active'));
    expect(await count('id = 200')).toBe(0);
  });

  it('by its time limit is taken back', async () => {
    pools = testPools();
    await expect(pools.manager.write(identityOf(database, role), caller(), { ...insert(201, 'FROM pg_sleep(20)'), deadline: Date.now() + 200 })).rejects.toMatchObject({ code: 'STATEMENT_TIMEOUT' });
    expect(await count('id = 201')).toBe(0);
  });

  it('by the loss of the connection before COMMIT has changed nothing', async () => {
    pools = testPools();
    const writing = pools.manager.write(identityOf(database, role), caller(), insert(202, 'FROM pg_sleep(20)'));
    await end('INSERT');
    await expect(writing).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(await count('id = 202')).toBe(0);
  });

  it('by the loss of the connection during COMMIT has an outcome that nobody knows', async () => {
    pools = testPools();
    // The foreign key is checked at COMMIT, which then waits for whoever holds the parent.
    const holder = await database.sql.reserve();
    await holder`BEGIN`;
    await holder`INSERT INTO parents VALUES (1)`;
    await holder`LOCK TABLE parents IN ACCESS EXCLUSIVE MODE`;
    const writing = pools.manager.write(identityOf(database, role), caller(), statement('INSERT INTO children VALUES (1, 1)', { kind: 'write' })).then(() => 'OK', ({ code }) => code);
    await end('COMMIT');
    expect(await writing).toBe('WRITE_OUTCOME_UNKNOWN');
    await holder`ROLLBACK`;
    holder.release();
    await eventually(() => pools.manager.list()[0]?.leased.size, (held) => held === 0);
  });

  it('is not taken back by its caller leaving while it is committed', async () => {
    pools = testPools();
    const gone = new AbortController();
    const holder = await database.sql.reserve();
    await holder`BEGIN`;
    await holder`INSERT INTO parents VALUES (2)`;
    await holder`LOCK TABLE parents IN ACCESS EXCLUSIVE MODE`;
    const writing = pools.manager.write(identityOf(database, role), caller('a', gone.signal), statement('INSERT INTO children VALUES (2, 2)', { kind: 'write' }));
    await eventually(() => database.backends(), (backends) => backends.some(({ state, query }) => state === 'active' && query.startsWith('COMMIT')));
    gone.abort();
    await holder`COMMIT`;
    holder.release();
    await expect(writing).resolves.toMatchObject({ command: 'INSERT', rowsAffected: 1 });
    expect(await database.sql`SELECT 1 FROM children WHERE id = 2`).toHaveLength(1);
  });
});
