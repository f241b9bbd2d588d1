import type { Identity } from '../src/pools/identity.js';
import { ConnectFailed, PoolClosed } from '../src/pools/pool-events.js';
import { caller, identityOf, statement, TestPools, testPools } from './support/test-pools.js';
import { stallingProxy } from './support/stalling-proxy.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

describe('connection pools', () => {
  let database: TestDatabase;
  let identity: Identity;
  let pools: TestPools;

  beforeAll(async () => {
    database = await testDatabase('CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 5000)');
    identity = identityOf(database, await database.role(['GRANT SELECT ON t TO :role']));
  });
  afterAll(() => database.drop());
  afterEach(() => pools.end());

  const pool = () => pools.manager.list()[0];

  it('returns rows as the text PostgreSQL sent, with names and types', async () => {
    pools = testPools();
    const result = await pools.manager.read(identity, caller(), statement('SELECT 1::int8 AS n, 1.50::numeric AS x, NULL AS y, true AS b'));
    expect(result).toEqual({ columns: [{ name: 'n', type: 20 }, { name: 'x', type: 1700 }, { name: 'y', type: 25 }, { name: 'b', type: 16 }], rows: [['1', '1.50', null, 't']], truncated: false });
  });

  it('describes the columns of an empty result', async () => {
    pools = testPools();
    const result = await pools.manager.read(identity, caller(), statement('SELECT id FROM t WHERE false'));
    expect(result).toEqual({ columns: [{ name: 'id', type: 23 }], rows: [], truncated: false });
  });

  it('stops at the row limit and says that there was more', async () => {
    pools = testPools();
    const cut = await pools.manager.read(identity, caller(), statement('SELECT id FROM t ORDER BY id', { maxRows: 3 }));
    expect([cut.rows, cut.truncated]).toEqual([[['1'], ['2'], ['3']], true]);
    const whole = await pools.manager.read(identity, caller(), statement('SELECT id FROM t ORDER BY id LIMIT 3', { maxRows: 3 }));
    expect([whole.rows.length, whole.truncated]).toEqual([3, false]);
  });

  it('stops at the byte limit and destroys the connection that still sends', async () => {
    pools = testPools();
    const result = await pools.manager.read(identity, caller(), statement("SELECT repeat('x', 1000) FROM t", { maxRows: 5000, maxBytes: 10_000 }));
    expect(result.truncated).toBe(true);
    expect(result.rows.length).toBe(9);
    await eventually(() => pool()?.closed, (closed) => closed === 1);
  });

  it('refuses a single row over the row limit without reading it, and goes on with a new connection', async () => {
    pools = testPools({ MAX_ROW_BYTES: '100000' });
    const huge = pools.manager.read(identity, caller(), statement("SELECT repeat('x', 50000000)"));
    await expect(huge).rejects.toMatchObject({ code: 'RESULT_TOO_LARGE' });
    await expect(pools.manager.read(identity, caller(), statement('SELECT 1'))).resolves.toMatchObject({ rows: [['1']] });
  });

  it('refuses what the protocol has no room for, and leaves the connection as it was', async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '1' });
    const pid = async () => (await pools.manager.read(identity, caller(), statement('SELECT pg_backend_pid()'))).rows[0]?.[0];
    const before = await pid();
    await expect(pools.manager.read(identity, caller(), statement("SELECT 'a\0b'"))).rejects.toMatchObject({ code: 'SQL_INVALID' });
    const many = Array.from({ length: 70_000 }, () => '');
    await expect(pools.manager.read(identity, caller(), statement('SELECT 1', { params: many }))).rejects.toMatchObject({ code: 'SQL_INVALID' });
    expect(pool()?.leased.size).toBe(0);
    expect(await pid()).toBe(before);
  });

  it('keeps no more rows than asked for, however many a plan prints', async () => {
    pools = testPools();
    const cut = await pools.manager.read(identity, caller(), statement('EXPLAIN SELECT * FROM t a JOIN t b ON a.id = b.id ORDER BY a.id + b.id', { kind: 'plain', maxRows: 2 }));
    expect([cut.rows.length, cut.truncated]).toEqual([2, true]);
  });

  it('takes parameters without a second round trip, one statement only', async () => {
    pools = testPools();
    const sum = await pools.manager.read(identity, caller(), statement('SELECT $1::int + $2::int AS sum, $3::text AS t', { params: ['40', '2', null] }));
    expect(sum.rows).toEqual([['42', null]]);
    await expect(pools.manager.read(identity, caller(), statement('SELECT 1; SELECT 2'))).rejects.toMatchObject({ code: 'SQL_INVALID', extensions: { sqlstate: '42601' } });
  });

  it('points at the place in the caller’s own text', async () => {
    pools = testPools();
    await expect(pools.manager.read(identity, caller(), statement('SELECT nothing FROM t'))).rejects.toMatchObject({ code: 'SQL_INVALID', extensions: { sqlstate: '42703', position: 8 } });
  });

  it('keeps one connection for callers who come one after the other, and after an error of theirs', async () => {
    pools = testPools();
    const pid = async () => (await pools.manager.read(identity, caller(), statement('SELECT pg_backend_pid()'))).rows[0]?.[0];
    const first = await pid();
    await expect(pools.manager.read(identity, caller(), statement('SELECT 1/0'))).rejects.toMatchObject({ code: 'SQL_FAILED', extensions: { sqlstate: '22012' } });
    expect(await pid()).toBe(first);
  });

  it('grows to its maximum, queues the rest and serves all of them', async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '2' });
    const reads = Array.from({ length: 64 }, (_, i) => pools.manager.read(identity, caller(`s${i % 4}`), statement(`SELECT ${i}, pg_backend_pid() FROM pg_sleep(0.005)`)));
    const results = await Promise.all(reads);
    expect(results.map(({ rows }) => rows[0]?.[0])).toEqual(Array.from({ length: 64 }, (_, i) => String(i)));
    expect(new Set(results.map(({ rows }) => rows[0]?.[1])).size).toBe(2);
  });

  it('lets no session hold more than its share', async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '4' });
    const gate = await database.gate();
    const flood = Array.from({ length: 12 }, () => pools.manager.read(identity, caller('flood'), statement(gate.statement)));
    await eventually(() => pool()?.leased.size, (held) => held === 3);
    await pools.manager.read(identity, caller('newcomer'), statement('SELECT 1'));
    expect(pool()?.waiting.lengthOf('flood')).toBe(9);
    await gate.open();
    await Promise.all(flood);
  });

  it('serves the lines of the sessions in turn', async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '1' });
    const order: string[] = [];
    const ask = (queue: string) => pools.manager.read(identity, caller(queue), statement('SELECT 1')).then(() => order.push(queue));
    await Promise.all([...Array.from({ length: 6 }, () => ask('a')), ask('b'), ask('c')]);
    expect(order.slice(0, 4)).toEqual(['a', 'b', 'c', 'a']);
  });

  it('gives up waiting after the acquire timeout with a retryable problem', async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '1', POOL_ACQUIRE_TIMEOUT_MS: '100' });
    const gate = await database.gate();
    const slow = pools.manager.read(identity, caller('a'), statement(gate.statement));
    await eventually(() => pool()?.leased.size, (held) => held === 1);
    await expect(pools.manager.read(identity, caller('b'), statement('SELECT 1'))).rejects.toMatchObject({ code: 'POOL_EXHAUSTED', retryAfterSeconds: 1 });
    await gate.open();
    await slow;
    expect(pool()?.timeouts).toBe(1);
  });

  it('bounds each line and all lines together, and sheds from the longest', async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '1', SESSION_MAX_WAITING: '3', POOL_MAX_WAITING: '4' });
    const gate = await database.gate();
    const running = pools.manager.read(identity, caller('a'), statement(gate.statement));
    await eventually(() => pool()?.leased.size, (held) => held === 1);
    const outcome = (queue: string) => pools.manager.read(identity, caller(queue), statement('SELECT 1')).then(() => 'served', ({ code }) => code);
    const own = [outcome('a'), outcome('a'), outcome('a'), outcome('a')];
    const others = [outcome('b'), outcome('c')];
    await gate.open();
    expect(await Promise.all(own)).toEqual(['served', 'served', 'POOL_EXHAUSTED', 'TOO_MANY_REQUESTS']);
    expect(await Promise.all(others)).toEqual(['served', 'served']);
    await running;
  });

  it('closes surplus connections, replaces old ones and closes a pool nobody uses', async () => {
    pools = testPools({ POOL_MIN_CONNECTIONS: '1', POOL_IDLE_TIMEOUT_MINUTES: '10' });
    await Promise.all(Array.from({ length: 4 }, () => pools.manager.read(identity, caller(), statement('SELECT pg_sleep(0.05)'))));
    expect((await database.backends()).length).toBe(4);
    await eventually(() => pool()?.idle.length, (idle) => idle === 4);

    pools.manager.sweep(Date.now() + 61_000);
    expect(pool()?.idle.length).toBe(1);
    await eventually(() => database.backends(), (backends) => backends.length === 1);

    pools.manager.sweep(Date.now() + 11 * 60_000);
    expect(pools.manager.list()).toEqual([]);
    await eventually(() => database.backends(), (backends) => backends.length === 0);
    expect(pools.events.some((event) => event instanceof PoolClosed && event.reason === 'idle')).toBe(true);

    await pools.manager.read(identity, caller(), statement('SELECT 1'));
    expect(pools.manager.list().length).toBe(1);
  });

  it('replaces a connection at the end of its lifetime', async () => {
    pools = testPools({ CONNECTION_MAX_LIFETIME_MINUTES: '0.01' });
    const pid = async () => (await pools.manager.read(identity, caller(), statement('SELECT pg_backend_pid()'))).rows[0]?.[0];
    const first = await pid();
    await eventually(() => pool()?.idle.length, (idle) => idle === 1);
    pools.manager.sweep(Date.now() + 700);
    expect(await pid()).not.toBe(first);
  });

  it('survives the death of every backend between two statements', async () => {
    pools = testPools();
    await Promise.all(Array.from({ length: 3 }, () => pools.manager.read(identity, caller(), statement('SELECT pg_sleep(0.05)'))));
    await database.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'databaseai' AND datname = ${database.name}`;
    await eventually(() => pool()?.idle.length, (idle) => idle === 0);
    await expect(pools.manager.read(identity, caller(), statement('SELECT 1'))).resolves.toMatchObject({ rows: [['1']] });
  });

  it('drops all connections that fell silent when it finds one', async () => {
    const proxy = await stallingProxy(database.host, database.port);
    try {
      pools = testPools();
      const through = { ...identity, target: { ...identity.target, host: '127.0.0.1', port: proxy.port } };
      await Promise.all(Array.from({ length: 4 }, () => pools.manager.read(through, caller(), statement('SELECT pg_sleep(0.05)'))));
      await eventually(() => pool()?.idle.length, (idle) => idle === 4);
      proxy.stall();
      for (const connection of pool()?.idle ?? []) connection.idleSince = 0;
      await expect(pools.manager.read(through, caller(), statement('SELECT 1'))).resolves.toMatchObject({ rows: [['1']] });
      await eventually(() => [pool()?.closed, pool()?.idle.length], (now) => now.join() === '4,1');
    } finally {
      proxy.close();
    }
  });

  it('answers a backend killed under a statement with one retryable problem', async () => {
    pools = testPools();
    const read = pools.manager.read(identity, caller(), statement('SELECT pg_sleep(10)'));
    const [backend] = await eventually(() => database.backends(), (backends) => backends.some(({ query }) => query.startsWith('FETCH')));
    await database.sql`SELECT pg_terminate_backend(${backend?.pid ?? 0})`;
    await expect(read).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await expect(pools.manager.read(identity, caller(), statement('SELECT 1'))).resolves.toMatchObject({ rows: [['1']] });
  });

  it('cancels the statement of a caller who went away, on the server, and destroys the connection', async () => {
    pools = testPools();
    const gone = new AbortController();
    const read = pools.manager.read(identity, caller('a', gone.signal), statement('SELECT pg_sleep(20)'));
    await eventually(() => database.backends(), (backends) => backends.some(({ query }) => query.startsWith('FETCH')));
    gone.abort();
    await expect(read).rejects.toMatchObject({ code: 'QUERY_CANCELLED' });
    await eventually(() => database.backends(), (backends) => backends.length === 0);
    await eventually(() => [pool()?.leased.size, pool()?.idle.length], ([leased, idle]) => leased === 0 && idle === 0);
  });

  it('takes a caller who went away out of the line', async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '1' });
    const gate = await database.gate();
    const running = pools.manager.read(identity, caller('a'), statement(gate.statement));
    await eventually(() => pool()?.leased.size, (held) => held === 1);
    const gone = new AbortController();
    const waiting = pools.manager.read(identity, caller('b', gone.signal), statement('SELECT 1'));
    gone.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'QUERY_CANCELLED' });
    expect(pool()?.waiting.length).toBe(0);
    await gate.open();
    await running;
  });

  it('ends a statement at its time limit on the server, and its connection with it', async () => {
    pools = testPools();
    await pools.manager.read(identity, caller(), statement('SELECT 1'));
    const read = pools.manager.read(identity, caller(), statement('SELECT pg_sleep(20)', { deadline: Date.now() + 200 }));
    await expect(read).rejects.toMatchObject({ code: 'STATEMENT_TIMEOUT' });
    await eventually(() => database.backends(), (backends) => backends.every(({ state }) => state !== 'active'));
    await eventually(() => [pool()?.leased.size, pool()?.closed], (now) => now.join() === '0,1');
  });

  it('never lets another password ride on a live pool', async () => {
    pools = testPools();
    await pools.manager.read(identity, caller(), statement('SELECT 1'));
    const wrong = identityOf(database, { user: identity.target.user, password: 'wrong' });
    await expect(pools.manager.read(wrong, caller(), statement('SELECT 1'))).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED' });
    await expect(pools.manager.read(wrong, caller(), statement('SELECT 1'))).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED' });
    expect(pools.events.filter((event) => event instanceof ConnectFailed).length).toBe(1);
  });

  it('fails what waits and cancels what runs when it shuts down', async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '1', SHUTDOWN_GRACE_SECONDS: '0.1' });
    const running = pools.manager.read(identity, caller('a'), statement('SELECT pg_sleep(20)')).catch(({ code }) => code);
    await eventually(() => pool()?.leased.size, (held) => held === 1);
    const waiting = pools.manager.read(identity, caller('b'), statement('SELECT 1'));
    pools.manager.beforeApplicationShutdown();
    await expect(waiting).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await expect(pools.manager.read(identity, caller('c'), statement('SELECT 1'))).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(await running).toBe('SHUTTING_DOWN');
    await eventually(() => database.backends(), (backends) => backends.length === 0);
  });
});
