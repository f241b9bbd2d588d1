import { createServer, type AddressInfo, type Server } from 'node:net';
import type { Identity } from '../src/pools/identity.js';
import { BreakerClosed, BreakerOpened, ConnectFailed, ConnectionClosed, ConnectionLeaked, PoolLowered } from '../src/pools/pool-events.js';
import { stallingProxy } from './support/stalling-proxy.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';
import { caller, identityOf, statement, TestPools, testPools } from './support/test-pools.js';

let database: TestDatabase;
let identity: Identity;
let pools: TestPools;

beforeAll(async () => {
  database = await testDatabase();
  identity = identityOf(database, await database.role());
});
afterAll(() => database.drop());
afterEach(() => pools.end());

const read = (text = 'SELECT 1', queue = 'a', who = identity) => pools.manager.read(who, caller(queue), statement(text));
const codeOf = (work: Promise<unknown>) => work.then(() => 'OK', ({ code }) => String(code));
const seen = <T extends object>(type: new (...values: never[]) => T) => pools.events.filter((event): event is T => event instanceof type);

describe('a server that does not answer', () => {
  /** A port that nobody listens on. */
  async function silentPort(): Promise<number> {
    const { server, port } = await listenOn(0);
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  /** Listens, and closes every connection at once. */
  async function listenOn(wanted: number): Promise<{ server: Server; port: number; dials: () => number }> {
    let dials = 0;
    const server = createServer((socket) => {
      dials++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve));
    return { server, port: (server.address() as AddressInfo).port, dials: () => dials };
  }

  it('is not dialled for a moment after three failures, for nobody, and then probed', async () => {
    pools = testPools();
    const port = await silentPort();
    const gone = (user: string) => identityOf(database, { user, password: 'x' }, { port });
    for (let i = 0; i < 3; i++) expect(await codeOf(read('SELECT 1', 'a', gone(`role${i}`)))).toBe('DATABASE_UNAVAILABLE');
    expect(seen(BreakerOpened)).toEqual([{ server: `127.0.0.1 ${port}` }]);
    expect(pools.manager.unreachableServers).toEqual([`127.0.0.1 ${port}`]);

    // Whoever asks now is refused although somebody listens again: nothing was dialled.
    const { server, dials } = await listenOn(port);
    expect(await codeOf(read('SELECT 1', 'a', gone('another')))).toBe('DATABASE_UNAVAILABLE');
    expect(await codeOf(pools.manager.verify(gone('third'), async () => {}))).toBe('DATABASE_UNAVAILABLE');
    expect(dials()).toBe(0);
    await eventually(() => codeOf(read('SELECT 1', 'a', gone('probe'))), () => dials() > 0);
    await new Promise((resolve) => server.close(resolve));
  });

  it('is served again by the first probe that gets through', async () => {
    pools = testPools();
    const port = await silentPort();
    const behind = identityOf(database, { user: identity.target.user, password: identity.password() }, { port });
    for (let i = 0; i < 4; i++) expect(await codeOf(read('SELECT 1', 'a', behind))).toBe('DATABASE_UNAVAILABLE');
    const proxy = await stallingProxy(database.host, database.port, port);
    await eventually(() => codeOf(read('SELECT 1', 'a', behind)), (code) => code === 'OK');
    expect(seen(BreakerClosed).map(({ server }) => server)).toEqual([`127.0.0.1 ${port}`]);
    expect(pools.manager.unreachableServers).toEqual([]);
    proxy.close();
  });

  it('is not taken for gone because of wrong passwords, missing databases or a caller’s TLS', async () => {
    pools = testPools();
    for (let i = 0; i < 5; i++) {
      expect(await codeOf(read('SELECT 1', 'a', identityOf(database, { user: identity.target.user, password: `wrong${i}` })))).toBe('AUTHENTICATION_FAILED');
      expect(await codeOf(read('SELECT 1', 'a', { ...identity, key: `none${i}`, target: { ...identity.target, database: `none${i}` } }))).toBe('DATABASE_NOT_FOUND');
      expect(await codeOf(read('SELECT 1', 'a', { ...identity, key: `tls${i}`, target: { ...identity.target, ssl: 'verify-full' } }))).toBe('DATABASE_UNAVAILABLE');
    }
    expect(await codeOf(read())).toBe('OK');
    expect(seen(BreakerOpened)).toEqual([]);
  });
});

describe('a server without a connection left', () => {
  it('lowers the pool to what it has: who waits is served by that, and no attempt is made for each of them', async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '10', SESSION_MAX_SHARE: '1' });
    const few = identityOf(database, await database.role(['ALTER ROLE :role CONNECTION LIMIT 2']));
    const codes = await Promise.all(Array.from({ length: 40 }, (_, i) => codeOf(read('SELECT pg_sleep(0.01)', `s${i % 4}`, few))));
    expect(new Set(codes)).toEqual(new Set(['OK']));
    expect(seen(PoolLowered).length).toBeGreaterThan(0);
    expect(pools.manager.list()[0]?.effectiveMax).toBe(2);

    const failures = seen(ConnectFailed).length;
    await Promise.all(Array.from({ length: 40 }, (_, i) => read('SELECT 1', `s${i % 4}`, few)));
    expect(seen(ConnectFailed).length).toBe(failures);
  });

  it('is asked for one more from time to time, and the pool grows again when there is', async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '4', SESSION_MAX_SHARE: '1', POOL_ACQUIRE_TIMEOUT_MS: '20000' });
    const few = identityOf(database, await database.role(['ALTER ROLE :role CONNECTION LIMIT 1']));
    const blocker = testPools();
    await blocker.manager.read(few, caller(), statement('SELECT 1'));
    // The one connection of the role is taken: this pool has none at all, and its callers wait.
    const waiting = Promise.all(Array.from({ length: 8 }, (_, i) => codeOf(read('SELECT pg_sleep(0.05)', `s${i}`, few))));
    await eventually(() => seen(PoolLowered).length, (count) => count > 0);
    blocker.end();
    await database.sql.unsafe(`ALTER ROLE ${few.target.user} CONNECTION LIMIT 20`);
    const sweeping = setInterval(() => pools.manager.sweep(Date.now()), 100);
    try {
      expect(new Set(await waiting)).toEqual(new Set(['OK']));
      const load = () => Promise.all(Array.from({ length: 12 }, (_, i) => read('SELECT pg_sleep(0.05)', `s${i}`, few)));
      await eventually(() => load().then(() => pools.manager.list()[0]?.idle.length), (size) => size === 4);
    } finally {
      clearInterval(sweeping);
    }
  });

  it('gives back what the pool had before, without waiting for the next probe', async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '4', SESSION_MAX_SHARE: '1', POOL_ACQUIRE_TIMEOUT_MS: '20000' });
    const few = identityOf(database, await database.role(['ALTER ROLE :role CONNECTION LIMIT 1']));
    const gone = new AbortController();
    const running = codeOf(pools.manager.read(few, caller('a', gone.signal), statement('SELECT pg_sleep(20)', { deadline: Date.now() + 30_000 })));
    await eventually(() => pools.manager.list()[0]?.leased.size, (held) => held === 1);
    const waiting = codeOf(read('SELECT 1', 'b', few));
    await eventually(() => seen(PoolLowered).length, (count) => count > 0);
    gone.abort();
    expect(await running).toBe('QUERY_CANCELLED');
    // The server may still count the connection that went: no sweep comes to ask a second time, but the line does.
    const sweeping = setInterval(() => pools.manager.sweep(Date.now()), 100);
    expect(await waiting.finally(() => clearInterval(sweeping))).toBe('OK');
    expect(pools.manager.list()[0]?.effectiveMax).toBe(1);
  });

  it('makes another pool give up an idle connection', async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '3', SESSION_MAX_SHARE: '1' });
    const rich = identityOf(database, await database.role());
    await Promise.all([1, 2, 3].map(() => read('SELECT pg_sleep(0.05)', 'a', rich)));
    const none = identityOf(database, await database.role(['ALTER ROLE :role CONNECTION LIMIT 0']));
    const waiting = codeOf(pools.manager.read(none, caller(), statement('SELECT 1', { deadline: Date.now() + 1000 })));
    await eventually(() => seen(ConnectionClosed).map(({ reason }) => reason), (reasons) => reasons.includes('budget'));
    expect(await waiting).toBe('STATEMENT_TIMEOUT');
  });
});

describe('a lease that is never given back', () => {
  it('is taken back and told with its owner, and not with the text of the statement', async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '1' });
    await read();
    const [pool] = pools.manager.list();
    const now = Date.now();
    const leaked = await pool?.lease({ caller: { queue: 'q', sessionRef: 'ref-1', requestId: 'request-1' }, statement: { text: "SELECT 'secret'", deadline: now + 1000 } });
    pools.manager.sweep(now + 5000);
    expect(pool?.leased.size).toBe(1);

    pools.manager.sweep(now + 30_000);
    expect(pool?.leased.size).toBe(0);
    expect(leaked?.dead).toBe(true);
    const [told, ...more] = seen(ConnectionLeaked);
    expect(more).toEqual([]);
    expect(told).toMatchObject({ sessionRef: 'ref-1', requestId: 'request-1', statement: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(JSON.stringify(told)).not.toContain('secret');
    await eventually(() => database.backends(), (backends) => backends.length === 0);

    // Its holder may still come back; the place is another's by then.
    const next = await pool?.lease({ caller: caller(), statement: statement('SELECT 1') });
    if (leaked) pool?.release(leaked, true);
    expect([pool?.leased.size, pool?.idle.length, next?.dead]).toEqual([1, 0, false]);
    if (next) pool?.release(next, true);
  });
});
