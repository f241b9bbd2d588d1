import postgres from 'postgres';
import type { Identity } from '../src/pools/identity.js';
import { POOLED_MARK, POOLED_RESET } from '../src/pools/pooler.js';
import type { Statement } from '../src/pools/statement.js';
import { isPooled, SESSION_SETTINGS } from '../src/pools/session-settings.js';
import { Problem } from '../src/problems/problem.js';
import { ATTACKED_CONTENT, ATTACKER_GRANTS, ATTACKS, damage, NO_DAMAGE, ODD_SETTINGS, TRACES, VALUES, VALUES_AS_TEXT } from './support/attacks.js';
import { describeWithPgBouncer, identityThrough, PgBouncer, pgbouncer, withPgBouncer } from './support/pgbouncer.js';
import { seededRandom } from './support/seeded-random.js';
import { Ask, debris, nextAsk, Outcome, STORM_CONTENT, strike, Tally, wrongWith } from './support/storm.js';
import { caller, identityOf, statement, TestPools, testPools } from './support/test-pools.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

/** Repeat a storm's choices with STORM_SEED=<the number in the name of the failed test>. */
const SEED = Number(process.env.STORM_SEED ?? Math.floor(Math.random() * 2 ** 31));

type Role = { user: string; password: string };

const SHADOW = "CREATE SCHEMA shadow; CREATE FUNCTION shadow.abs(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 666'; GRANT USAGE ON SCHEMA shadow TO PUBLIC";

describe('a connection through a pooler', () => {
  const asked = { ...SESSION_SETTINGS, backend_pid: '7' };

  it('is known by another process than the one that was named, or by parameters that did not arrive', () => {
    expect(isPooled(asked, 7)).toBe(false);
    expect(isPooled(asked, 8)).toBe(true);
    expect(isPooled({ ...asked, IntervalStyle: 'postgres' }, 7)).toBe(true);
  });
});

describeWithPgBouncer('behind PgBouncer', () => {
  let database: TestDatabase;
  let role: Role;
  let bouncer: PgBouncer;
  let pools: TestPools;

  beforeAll(async () => {
    database = await testDatabase([ATTACKED_CONTENT, STORM_CONTENT, SHADOW].join(';'));
    role = await database.role(ATTACKER_GRANTS);
    bouncer = await pgbouncer(database);
  });
  afterAll(async () => {
    await bouncer?.stop();
    await database.drop();
  });
  afterEach(() => pools?.end());

  const identity = (tenant = 'a', who = role, by = bouncer) => identityThrough(by, database, who, { tenant });
  const read = (text: string, { as = identity(), signal, ...more }: Partial<Statement> & { as?: Identity; signal?: AbortSignal } = {}) =>
    pools.manager.read(as, caller('a', signal), statement(text, more));
  const rowsOf = async (text: string, as = identity()) => (await read(text, { as })).rows;
  const codeOf = (work: Promise<unknown>) => work.then(() => 'OK', (error) => (error instanceof Problem ? error.code : String(error)));
  const connect = (as: Identity) => pools.manager.verify(as, async () => {});
  const busy = async () => (await database.backends()).filter(({ state }) => state !== 'idle').length;
  const expectNoDamage = async () => expect(await eventually(async () => [...(await damage(database))], ([seen]) => seen?.open_transactions === 0)).toEqual([NO_DAMAGE]);
  const pool = () => pools.manager.list()[0];

  /** Reads on both of its connections at once. */
  const onEveryBackend = async (text: string, as = identity()) => {
    const both = () => Promise.all([1, 2].map(() => rowsOf(`SELECT pg_backend_pid(), pg_sleep(0.02), seen.* FROM (${text}) seen`, as)));
    const [one, other] = await eventually(both, ([a, b]) => a?.[0]?.[0] !== b?.[0]?.[0]);
    return [one?.[0]?.slice(2), other?.[0]?.slice(2)];
  };

  describe('that pools by transaction', () => {
    it('shares few connections of the server among many of ours', async () => {
      pools = testPools();
      const rows = await Promise.all(Array.from({ length: 30 }, (_, i) => rowsOf(`SELECT ${i}, pg_backend_pid() FROM pg_sleep(0.01)`)));
      expect(rows.map(([row]) => row?.[0])).toEqual(rows.map((_, i) => String(i)));
      expect(new Set(rows.map(([row]) => row?.[1])).size).toBe(2);
      expect(pool()?.size).toBeGreaterThan(2);
    });

    it('answers as the server itself', async () => {
      pools = testPools();
      const direct = { as: identityOf(database, role) };
      for (const text of ['SELECT 1::int8 AS n, 1.50::numeric AS x, NULL AS y, true AS b', 'SELECT id FROM accounts WHERE false', 'SELECT id FROM accounts ORDER BY id LIMIT 3']) {
        expect(await read(text)).toEqual(await read(text, direct));
      }
      const params = { params: ['40', '2', null] };
      expect(await read('SELECT $1::int + $2::int AS sum, $3::text AS t', params)).toEqual(await read('SELECT $1::int + $2::int AS sum, $3::text AS t', { ...direct, ...params }));
      const plain = { kind: 'plain' } as const;
      for (const text of ['SHOW TimeZone', 'SHOW search_path', 'EXPLAIN (COSTS off) SELECT * FROM accounts']) expect(await read(text, plain)).toEqual(await read(text, { ...direct, ...plain }));
      const failures: [string, object][] = [['SELECT nothing FROM accounts', {}], ['SELECT 1/0', {}], ['SELECT 1; SELECT 2', {}], ['SELECT take_money()', {}], ['SHOW pools', plain], ['SELECT $1::int', { params: ['1', '2'] }]];
      for (const [text, more] of failures) {
        const problemOf = (work: Promise<unknown>) => work.then(() => undefined, ({ code, detail, extensions }: Problem) => ({ code, detail, extensions }));
        const told = await problemOf(read(text, more));
        expect(told).toBeDefined();
        expect(told).toEqual(await problemOf(read(text, { ...more, ...direct })));
      }
    });

    it('keeps its connection after an error of a statement', async () => {
      pools = testPools({ POOL_MAX_CONNECTIONS: '1' });
      for (const text of ['SELECT 1', 'SELECT 1/0', 'SELECT nothing', 'SELECT 1']) await read(text).catch(() => {});
      await eventually(() => pool()?.idle.length, (idle) => idle === 1);
      expect([pool()?.opened, pool()?.closed]).toEqual([1, 0]);
    });

    describe('leaves no trace of', () => {
      let clean: unknown;
      beforeEach(async () => {
        pools = testPools();
        clean = await onEveryBackend(TRACES, identity('innocent'));
      });

      it.each(ATTACKS)('%s', async (text, kind) => {
        await read(text, { as: identity('attacker'), ...kind, deadline: Date.now() + 3000 }).catch(() => {});
        // The answer comes before the reset, and here the next need not wait for the same connection.
        await eventually(busy, (count) => count === 0);
        expect(await onEveryBackend(TRACES, identity('innocent'))).toEqual(clean);
        await expectNoDamage();
      });
    });

    it('keeps locks and prepared statements from the next even if the reset is cancelled', async () => {
      pools = testPools();
      const litter = 'SELECT pg_advisory_lock(7), pg_sleep(0.001)';
      const reads = Array.from({ length: 60 }, async (_, i) => {
        await database.sql`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = ${database.name} AND application_name = 'databaseai'`;
        return codeOf(read(i % 2 ? litter : 'PREPARE theft AS SELECT 1', { kind: i % 2 ? 'cursor' : 'plain', as: identity(`t${i % 3}`) }));
      });
      await Promise.all(reads);
      await eventually(busy, (count) => count === 0);
      await expectNoDamage();
      expect(await onEveryBackend('SELECT count(*) FROM pg_prepared_statements')).toEqual([['0'], ['0']]);
    });

    it.each(['SELECT 1', 'SELECT 1/0'])('has cleared a backend before it gives it up (%s)', async (text) => {
      const sql = postgres({ host: database.host, port: database.port, database: database.name, user: role.user, password: role.password, max: 1, fetch_types: false, onnotice: () => {} });
      try {
        const steps = POOLED_RESET.split('; ');
        await sql.unsafe(`BEGIN READ ONLY; ${POOLED_MARK}; PREPARE theft AS SELECT 1; SELECT pg_advisory_lock(7)`).simple();
        await sql.unsafe(text).catch(() => {});
        for (const step of steps.slice(0, -1)) await sql.unsafe(step);
        expect(await damage(database)).toEqual([{ ...NO_DAMAGE, open_transactions: 1 }]);
        expect(await sql`SELECT * FROM pg_prepared_statements WHERE from_sql`).toEqual([]);
        await sql.unsafe(steps.at(-1) ?? '');
        await expectNoDamage();
      } finally {
        await sql.end();
      }
    });

    it('gives the same values whatever role and database have configured, and whatever other clients have left', async () => {
      pools = testPools();
      const other = await database.role();
      const odd = await database.role([...ODD_SETTINGS.map((setting) => `ALTER ROLE :role SET ${setting}`), 'ALTER ROLE :role SET search_path = shadow, pg_catalog, public', `GRANT ${other.user} TO :role`]);
      const seen = `${VALUES}, current_user, current_setting('search_path'), current_setting('transaction_isolation')`;
      const expected = [...VALUES_AS_TEXT, odd.user, 'pg_catalog, shadow, public', 'read committed'];
      expect(await rowsOf(seen, identityOf(database, odd))).toEqual([expected]);
      expect(await onEveryBackend(seen, identity('a', odd))).toEqual([expected, expected]);

      const sql = postgres({ host: '127.0.0.1', port: bouncer.port, database: database.name, user: odd.user, password: odd.password, max: 2, fetch_types: false });
      const left = `SET search_path = evil, pg_catalog; SET bytea_output = 'escape'; SET xmlbinary = 'hex'; SET IntervalStyle = 'sql_standard'; SET ROLE ${other.user}; SET default_transaction_isolation = 'serializable'`;
      const mess = () => Promise.all([1, 2].map(() => sql.unsafe(`${left}; SELECT pg_backend_pid() AS pid, pg_sleep(0.05)`).simple()));
      await eventually(mess, ([a, b]) => JSON.stringify(a) !== JSON.stringify(b));
      await sql.end();
      expect(await onEveryBackend(seen, identity('a', odd))).toEqual([expected, expected]);
      expect(await onEveryBackend(seen, identity('b', odd))).toEqual([expected, expected]);
    });

    it('cancels the statement of a caller who went away', async () => {
      pools = testPools();
      const { crashes } = bouncer;
      const gone = new AbortController();
      const reading = codeOf(read('SELECT pg_sleep(20)', { signal: gone.signal, deadline: Date.now() + 60_000 }));
      await eventually(() => database.backends(), (backends) => backends.some(({ query }) => query.startsWith('FETCH')));
      gone.abort();
      expect(await reading).toBe('QUERY_CANCELLED');
      await eventually(busy, (count) => count === 0);
      await eventually(() => [pool()?.leased.size, pool()?.idle.length], ([leased, idle]) => leased === 0 && idle === 0);
      expect(await rowsOf('SELECT 1')).toEqual([['1']]);
      // Some of its versions do not survive a cancel request that is hung up on.
      expect(bouncer.crashes).toBe(crashes);
    });

    it('ends a statement at its time limit, on the server and in the queue of the pooler', async () => {
      pools = testPools();
      expect(await codeOf(read('SELECT pg_sleep(20)', { deadline: Date.now() + 200 }))).toBe('STATEMENT_TIMEOUT');
      const occupants = [1, 2].map(() => read('SELECT pg_sleep(2.5)'));
      await eventually(busy, (count) => count === 2);
      expect(await codeOf(read('SELECT 1', { deadline: Date.now() + 300 }))).toBe('STATEMENT_TIMEOUT');
      await Promise.all(occupants);
      await eventually(busy, (count) => count === 0);
      expect(await rowsOf('SELECT 1')).toEqual([['1']]);
    });

    it('survives the death of every connection to the server, idle or not', async () => {
      pools = testPools();
      const kill = () => database.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'databaseai' AND datname = ${database.name}`;
      await onEveryBackend('SELECT 1');
      await kill();
      await eventually(() => codeOf(read('SELECT 1')), (code) => code === 'OK');
      await eventually(busy, (count) => count === 0);
      const reading = codeOf(read('SELECT pg_sleep(20)'));
      await eventually(() => database.backends(), (backends) => backends.some(({ query }) => query.startsWith('FETCH')));
      await kill();
      expect(await reading).toBe('DATABASE_UNAVAILABLE');
      await eventually(() => codeOf(read('SELECT 1')), (code) => code === 'OK');
    });

    it(`lets sessions of different tenants get only what is theirs in a storm (seed ${SEED})`, async () => {
      pools = testPools({ POOL_MAX_CONNECTIONS: '4', POOL_ACQUIRE_TIMEOUT_MS: '25000' });
      const random = seededRandom(SEED);
      const tally = new Tally();
      const wrong: string[] = [];
      const strikes: Promise<void>[] = [];
      const ask = async (tenant: string, { sql, params, kind = 'cursor', maxRows, temper, patienceMs }: Ask): Promise<Outcome> => {
        const gone = new AbortController();
        if (temper === 'fickle') setTimeout(() => gone.abort(), patienceMs);
        const deadline = Date.now() + (temper === 'hurried' ? patienceMs : 25_000);
        try {
          const { rows, columns, truncated } = await read(sql, { as: identity(tenant), signal: gone.signal, params, kind, maxRows, maxBytes: 10_000_000, deadline });
          return { rows, truncated, columns: columns.map(({ name }) => name), text: JSON.stringify([columns, rows]) };
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          return { code: error.code, text: JSON.stringify(error.toBody('id')) };
        }
      };
      const lane = async (tenant: string) => {
        for (let i = 0; i < 75; i++) {
          const next = nextAsk(tenant, random, false);
          const outcome = await ask(tenant, next);
          tally.countOutcome(next, outcome);
          const complaint = wrongWith(next, outcome);
          if (complaint) wrong.push(complaint);
          if (random.chance(0.06)) strikes.push(strike(database, random, tally));
        }
      };
      await Promise.all(['a', 'b'].flatMap((tenant) => [1, 2, 3, 4].map(() => lane(tenant))));
      await Promise.all(strikes);
      expect(wrong).toEqual([]);
      // Without these there was no storm.
      expect(['rows', 'own failures', 'QUERY_CANCELLED', 'STATEMENT_TIMEOUT', 'DATABASE_UNAVAILABLE', 'backends cancelled', 'backends killed'].filter((kind) => !tally.has(kind))).toEqual([]);
      await eventually(() => debris(database), ({ busy: still }) => still === 0);
      expect(await debris(database)).toEqual({ written: 0, locks: 0, busy: 0 });
      expect(await onEveryBackend('SELECT peek()')).toEqual([['|UTC|0'], ['|UTC|0']]);
    }, 60_000);
  });

  it('gives the same values where it ignores start-up parameters', async () => {
    const odd = await database.role(ODD_SETTINGS.map((setting) => `ALTER ROLE :role SET ${setting}`));
    await withPgBouncer(database, { settings: { ignore_startup_parameters: [...Object.keys(SESSION_SETTINGS), 'statement_timeout'].join(',') } }, async (other) => {
      pools = testPools();
      expect(await onEveryBackend(VALUES, identity('a', odd, other))).toEqual([VALUES_AS_TEXT, VALUES_AS_TEXT]);
      expect(other.log).not.toContain('unsupported startup parameter');
    });
  });

  it('works where it pools by session', async () => {
    await withPgBouncer(database, { settings: { pool_mode: 'session', default_pool_size: 4 } }, async (other) => {
      pools = testPools({ POOL_MAX_CONNECTIONS: '4' });
      const as = identity('a', role, other);
      const clean = await onEveryBackend(TRACES, as);
      for (const [text, kind] of ATTACKS) {
        await read(text, { as, ...kind, deadline: Date.now() + 3000 }).catch(() => {});
        await eventually(busy, (count) => count === 0);
        expect([text, await onEveryBackend(TRACES, as)]).toEqual([text, clean]);
      }
      await eventually(busy, (count) => count === 0);
      await expectNoDamage();
    });
  });

  it('writes only where the operator says that it resets its connections, and leaves nothing on them', async () => {
    await withPgBouncer(database, { settings: { server_reset_query_always: '1' } }, async (other) => {
      await database.sql.unsafe('CREATE TABLE kept_rows (id int)');
      const writer = identity('a', await database.role(['GRANT ALL ON kept_rows TO :role']), other);
      const write = (text: string) => pools.manager.write(writer, caller(), statement(text, { kind: 'write' }));
      pools = testPools();
      await expect(write('INSERT INTO kept_rows VALUES (1)')).rejects.toMatchObject({ code: 'WRITES_NOT_ALLOWED' });
      pools.end();
      pools = testPools({ POOLER_RESETS_ALWAYS: 'true' });
      await expect(write('INSERT INTO kept_rows VALUES (2) RETURNING id')).resolves.toMatchObject({ command: 'INSERT', rowsAffected: 1, rows: [['2']] });
      await expect(write('INSERT INTO kept_rows VALUES (3 / 0)')).rejects.toMatchObject({ code: 'SQL_FAILED' });
      await write("INSERT INTO kept_rows SELECT 4 FROM (SELECT set_config('TimeZone', 'Asia/Tokyo', false), pg_advisory_lock(99)) x");
      expect((await database.sql`SELECT id FROM kept_rows ORDER BY id`).map(({ id }) => id)).toEqual([2, 4]);
      await eventually(async () => Number((await database.sql`SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 99`)[0]?.count), (locks) => locks === 0);
      expect((await pools.manager.read(writer, caller(), statement("SELECT current_setting('TimeZone')"))).rows).toEqual([['UTC']]);
    });
  });

  it('says what is wrong where it pools by statement, and runs nothing', async () => {
    await withPgBouncer(database, { settings: { pool_mode: 'statement' } }, async (other) => {
      pools = testPools();
      const as = identity('a', role, other);
      await expect(read('SELECT take_money()', { as })).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', detail: expect.stringContaining('allows no transactions') });
      await expect(connect(as)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', detail: expect.stringContaining('allows no transactions') });
      await eventually(busy, (count) => count === 0);
      await expectNoDamage();
    });
  });
});
