import type { Identity } from '../src/pools/identity.js';
import type { Statement } from '../src/pools/statement.js';
import { ATTACKED_CONTENT, ATTACKER_GRANTS, ATTACKS, damage, NO_DAMAGE, ODD_SETTINGS, TRACES, VALUES, VALUES_AS_TEXT } from './support/attacks.js';
import { caller, identityOf, statement, TestPools, testPools } from './support/test-pools.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

// Below the guard, through the pools' own interface: the guard would refuse most of these and so prove nothing about the
// connections. The pool has one connection, so that the next caller gets the very one that was attacked or a fresh one.

describe('isolation between callers of one connection', () => {
  let database: TestDatabase;
  let identity: Identity;
  let pools: TestPools;
  let clean: unknown;

  beforeAll(async () => {
    database = await testDatabase(ATTACKED_CONTENT);
    const role = await database.role(ATTACKER_GRANTS);
    identity = identityOf(database, role);
  });
  afterAll(() => database.drop());

  beforeEach(async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '1', POOL_ACQUIRE_TIMEOUT_MS: '5000' });
    clean = (await pools.manager.read(identity, caller('innocent'), statement(TRACES))).rows;
  });
  afterEach(() => pools.end());

  it.each(ATTACKS)('%s leaves no trace', async (text, kind) => {
    await pools.manager.read(identity, caller('attacker'), statement(text, { ...kind, deadline: Date.now() + 3000 })).catch(() => {});
    expect((await pools.manager.read(identity, caller('innocent'), statement(TRACES))).rows).toEqual(clean);

    // The answer comes before the reset.
    const [seen] = await eventually(() => damage(database), ([row]) => row?.open_transactions === 0);
    expect(seen).toEqual(NO_DAMAGE);
  });

  it('lets nothing through when BEGIN itself fails', async () => {
    // A backend that dies between two statements makes BEGIN fail; what was written behind it must not run.
    const reads = Array.from({ length: 50 }, async (_, i) => {
      await database.sql`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = ${database.name} AND application_name = 'databaseai'`;
      return pools.manager.read(identity, caller(`s${i}`), statement('UPDATE accounts SET balance = 0')).catch(({ code }) => code);
    });
    for (const outcome of await Promise.all(reads)) expect(typeof outcome).toBe('string');
    const [{ money } = {}] = await database.sql`SELECT sum(balance)::int AS money FROM accounts`;
    expect(money).toBe(NO_DAMAGE.money);
  });
});

describe('settings of roles and databases', () => {
  let database: TestDatabase;
  let pools: TestPools;

  beforeAll(async () => {
    database = await testDatabase("CREATE SCHEMA shadow; CREATE FUNCTION shadow.abs(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 666'; GRANT USAGE ON SCHEMA shadow TO PUBLIC");
    pools = testPools();
  });
  afterAll(async () => {
    pools.end();
    await database.drop();
  });

  it('change no answer', async () => {
    const plainRole = await database.role();
    const oddRole = await database.role([...ODD_SETTINGS.map((setting) => `ALTER ROLE :role SET ${setting}`), 'ALTER ROLE :role SET search_path = shadow, pg_catalog, public']);
    const read = async (role: typeof plainRole) => (await pools.manager.read(identityOf(database, role), caller(), statement(VALUES))).rows;
    const expected = await read(plainRole);
    expect(expected).toEqual([VALUES_AS_TEXT]);
    expect(await read(oddRole)).toEqual(expected);
    for (const setting of ODD_SETTINGS) await database.sql.unsafe(`ALTER DATABASE ${database.name} SET ${setting}`);
    expect(await read(await database.role())).toEqual(expected);
  });

  it('leave the role its own search path, behind the built-in schema', async () => {
    const role = await database.role(['ALTER ROLE :role SET search_path = shadow, pg_catalog']);
    const { rows } = await pools.manager.read(identityOf(database, role), caller(), statement("SELECT current_setting('search_path')"));
    expect(rows).toEqual([['pg_catalog, shadow']]);
  });
});

describe('what a session keeps outside of transactions', () => {
  /** All settings but those of modules, which appear when the module is loaded, and what else a session of a superuser can hold; its backend too, or a fresh one would pass for a clean one. */
  const STATE = `SELECT name, setting FROM pg_settings WHERE name NOT IN ('statement_timeout', 'cursor_tuple_fraction') AND name NOT LIKE '%.%'
    UNION ALL SELECT 'roles', concat_ws(' ', session_user, current_user) UNION ALL SELECT 'temporary schema', pg_my_temp_schema()::text
    UNION ALL SELECT 'large objects', count(*)::text FROM pg_largeobject_metadata UNION ALL SELECT 'backend', pg_backend_pid()::text UNION ALL SELECT 'channels', count(*)::text FROM pg_listening_channels()
    UNION ALL SELECT 'prepared', count(*)::text FROM pg_prepared_statements UNION ALL SELECT 'money', sum(balance)::text FROM accounts
    UNION ALL SELECT 'advisory locks', count(*)::text FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() ORDER BY 1`;
  const cursor = (text: string) => ['cursor', text] as const;
  const plain = (text: string) => ['plain', text] as const;

  let database: TestDatabase;
  let pools: TestPools;

  beforeAll(async () => {
    database = await testDatabase(`
      CREATE TABLE accounts (balance int); INSERT INTO accounts VALUES (1000); CREATE SEQUENCE numbers;
      CREATE FUNCTION write_anyway() RETURNS int LANGUAGE plpgsql VOLATILE AS $$
        BEGIN PERFORM set_config('transaction_read_only', 'off', false); UPDATE accounts SET balance = 0; RETURN 1; END $$;
      CREATE FUNCTION change_every_setting() RETURNS int LANGUAGE plpgsql VOLATILE AS $$
        DECLARE one record; changed int := 0;
        BEGIN
          FOR one IN SELECT * FROM pg_settings WHERE context IN ('user', 'superuser') AND name !~ '^(transaction_|debug_|trace_|client_min_messages|exit_on_error)' LOOP
            BEGIN
              PERFORM set_config(one.name, CASE WHEN one.vartype = 'bool' THEN CASE one.setting WHEN 'on' THEN 'off' ELSE 'on' END
                WHEN one.vartype = 'enum' THEN (SELECT value FROM unnest(one.enumvals) value WHERE value <> one.setting LIMIT 1)
                WHEN one.vartype IN ('integer', 'real') THEN one.max_val ELSE 'changed' END, false);
              changed := changed + 1;
            EXCEPTION WHEN OTHERS THEN NULL;
            END;
          END LOOP;
          RETURN changed;
        END $$`);
  });
  afterAll(() => database.drop());
  beforeEach(() => (pools = testPools({ POOL_MAX_CONNECTIONS: '1' })));
  afterEach(() => pools.end());

  const read = (as: Identity, text: string, kind: Statement['kind'] = 'cursor') => pools.manager.read(as, caller(), statement(text, { kind, maxRows: 1000 })).then(({ rows }) => rows);
  const backendOf = (state: Awaited<ReturnType<typeof read>>) => state.find(([name]) => name === 'backend')?.[1];
  const withoutBackend = (state: Awaited<ReturnType<typeof read>>) => state.filter(([name]) => name !== 'backend');
  const superuser = () => identityOf(database, database.admin);

  it.each([
    cursor('SELECT change_every_setting()'),
    cursor("SELECT set_config('session_replication_role', 'replica', false), set_config('log_statement', 'all', false), set_config('log_min_duration_statement', '0', false)"),
    cursor("SELECT set_config('client_encoding', 'LATIN1', false), set_config('session_authorization', 'pg_monitor', false)"),
    cursor("SELECT set_config('search_path', 'pg_temp', false), set_config('lc_messages', 'C', false), set_config('standard_conforming_strings', 'off', false)"),
    cursor('SELECT lo_open(lo_creat(-1), 393216), lo_from_bytea(0, \'\\xdead\')'),
    cursor('SELECT write_anyway()'),
    plain('SELECT write_anyway()'),
    plain('EXPLAIN ANALYZE SELECT write_anyway()'),
    plain('SET SESSION AUTHORIZATION pg_monitor'),
    plain('SET ROLE pg_monitor'),
    plain('SET LOCAL work_mem = 64'),
    plain("CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
    plain('CREATE TEMP SEQUENCE s'),
    plain('LISTEN secrets'),
    plain('PREPARE TRANSACTION \'kept\''),
    plain('ROLLBACK'),
  ])('is the next caller’s own, even after a superuser’s %s: %s', async (kind, text) => {
    const before = await read(superuser(), STATE);
    expect(before.length).toBeGreaterThan(300);
    await read(superuser(), text, kind).catch(() => {});
    const after = await read(superuser(), STATE);
    // A backend whose transaction somebody else has ended is not used again.
    const kept = text !== 'ROLLBACK' && !text.startsWith('PREPARE');
    expect(backendOf(after) === backendOf(before)).toBe(kept);
    expect(withoutBackend(after)).toEqual(withoutBackend(before));
  });

  it('is changed for as long as the statement runs, or the tests here would prove nothing', async () => {
    expect(Number((await read(superuser(), 'SELECT change_every_setting()'))[0]?.[0])).toBeGreaterThan(100);
    expect(await read(superuser(), "SELECT set_config('log_statement', 'all', false), current_setting('log_statement')")).toEqual([['all', 'all']]);
  });

  it('holds no value of a sequence and no snapshot', async () => {
    await expect(read(superuser(), "SELECT nextval('numbers')")).rejects.toMatchObject({ code: 'STATEMENT_NOT_ALLOWED' });
    await expect(read(superuser(), 'SELECT lastval()')).rejects.toMatchObject({ extensions: { sqlstate: '55000' } });
    const [[snapshot] = []] = await read(superuser(), 'SELECT pg_export_snapshot()');
    await read(superuser(), 'SELECT 1');
    await expect(database.sql.begin('isolation level repeatable read', (sql) => sql.unsafe(`SET TRANSACTION SNAPSHOT '${snapshot}'`))).rejects.toMatchObject({ message: expect.stringContaining('snapshot') });
  });

  it('hears nothing from other sessions and says nothing to them', async () => {
    const heard: string[] = [];
    const { unlisten } = await database.sql.listen('secrets', (payload) => heard.push(payload));
    const backend = await read(superuser(), 'SELECT pg_backend_pid()');
    await read(superuser(), 'LISTEN secrets', 'plain');
    await read(superuser(), "SELECT pg_notify('secrets', 'stolen')");
    await database.sql.notify('secrets', 'for listeners');
    await eventually(() => heard, ({ length }) => length > 0);
    await unlisten();
    expect(heard).toEqual(['for listeners']);
    expect(await read(superuser(), 'SELECT pg_backend_pid()')).toEqual(backend);
  });
});

describe('connections that a function of the database opens by dblink', () => {
  let database: TestDatabase;
  let identity: Identity;
  let pools: TestPools;

  beforeAll(async () => {
    database = await testDatabase();
    await database.sql.unsafe(`CREATE SCHEMA "Odd Links"; CREATE EXTENSION dblink SCHEMA "Odd Links"; GRANT USAGE ON SCHEMA "Odd Links" TO PUBLIC;
      CREATE FUNCTION open_links(target text) RETURNS text LANGUAGE sql VOLATILE AS 'SELECT "Odd Links".dblink_connect(''named'', target) || "Odd Links".dblink_connect(target)';
      CREATE FUNCTION links() RETURNS text LANGUAGE sql VOLATILE AS 'SELECT "Odd Links".dblink_get_connections()::text';
      CREATE FUNCTION use_unnamed() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT a FROM "Odd Links".dblink(''SELECT 1'') AS t (a int)'`);
    identity = identityOf(database, await database.role());
  });
  afterAll(() => database.drop());
  beforeEach(() => (pools = testPools({ POOL_MAX_CONNECTIONS: '1' })));
  afterEach(() => pools.end());

  const read = async (text: string, queue = 'a') => (await pools.manager.read(identity, caller(queue), statement(text))).rows;

  it('are closed before the next caller, on the same backend', async () => {
    const backend = await read('SELECT pg_backend_pid()');
    const target = `host=${database.host} port=${database.port} dbname=${database.name} user=${identity.target.user} password=${identity.password()}`;
    expect(await read(`SELECT open_links('${target}'), links(), use_unnamed()`, 'attacker')).toEqual([['OKOK', '{named}', '1']]);
    expect(await read('SELECT links()', 'innocent')).toEqual([[null]]);
    expect(await read('SELECT pg_backend_pid()', 'innocent')).toEqual(backend);
    await expect(read('SELECT use_unnamed()', 'innocent')).rejects.toMatchObject({ code: expect.stringMatching(/^SQL_/) });
    const others = () => database.sql`SELECT pid FROM pg_stat_activity WHERE datname = ${database.name} AND usename = ${identity.target.user} AND application_name <> 'databaseai'`;
    await eventually(others, ({ length }) => length === 0);
  });
});
