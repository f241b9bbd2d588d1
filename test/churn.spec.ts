import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RequestContext } from '../src/access/request-context.js';
import { createApp } from '../src/create-app.js';
import type { Identity } from '../src/pools/identity.js';
import { ConnectionClosed, ConnectionOpened, PoolClosed, PoolOpened } from '../src/pools/pool-events.js';
import { PoolManager } from '../src/pools/pool-manager.js';
import { CredentialsVault } from '../src/sessions/credentials-vault.js';
import { SessionStore } from '../src/sessions/session-store.js';
import { SessionsService } from '../src/sessions/sessions.service.js';
import { heapInUse, liveResources } from './support/heap.js';
import { eventually as within, TestDatabase, testDatabase } from './support/test-database.js';
import { caller, identityOf, statement, TestPools, testPools } from './support/test-pools.js';

// Each handshake is a real one and takes tens of milliseconds on a machine that is busy with other things.
jest.setTimeout(120_000);
const eventually = <T>(look: () => Promise<T> | T, holds: (value: T) => boolean) => within(look, holds, 40_000);

const HOUR_MS = 3_600_000;

/** Bytes that each session or pool gone by may have left: less than half of what one is, and twice what the heap wavers by. */
const NOTHING = 256;

let database: TestDatabase;
let before: ReturnType<typeof liveResources>;

beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  // Two at one time: our own connections are all there before anything is counted.
  await Promise.all([database.backends(), database.backends()]);
  before = liveResources();
});
afterAll(() => database.drop());

const expectNothingLeft = async () => {
  await eventually(() => database.backends(), (backends) => backends.length === 0);
  await eventually(liveResources, ({ sockets, timers }) => sockets <= before.sockets && timers <= before.timers);
};

describe('10,000 sessions that come and expire', () => {
  const ROUNDS = 40;
  const SESSIONS = 250;

  it('leave no session, credential, pool, socket or memory behind', async () => {
    const app = await createApp({ environment: { DATABASE_URL: '' } });
    await app.init();
    try {
      await comeAndExpire(app);
    } finally {
      await app.close();
    }
    await expectNothingLeft();
  });

  const comeAndExpire = async (app: NestFastifyApplication) => {
    const [sessions, store, vault, pools] = [app.get(SessionsService), app.get(SessionStore), app.get(CredentialsVault), app.get(PoolManager)];
    const role = await database.role();
    const request = { host: database.host, port: database.port, database: database.name, username: role.user, password: role.password };
    const context: RequestContext = { requestId: 'churn', address: '127.0.0.1', tenant: 'default', role: 'guest', signal: new AbortController().signal };
    let now = Date.now() + HOUR_MS;
    const references = ({ target }: Identity): number => {
      const record = vault.hold(target, request.password);
      vault.release(record);
      return record.references;
    };

    // The first connect of a round makes a real handshake: with its last session a credential's proof is gone too.
    const round = async () => {
      const { session: { identity } } = await sessions.connect(request, context);
      for (let i = 1; i < SESSIONS; i++) await sessions.connect(request, context);
      expect([await store.count(), references(identity)]).toEqual([SESSIONS, SESSIONS]);
      now += HOUR_MS;
      while (await sessions.expire(now, 500));
      expect([await store.count(), references(identity)]).toEqual([0, 0]);
    };
    for (let i = 0; i < ROUNDS / 2; i++) await round();
    const half = await heapInUse();
    for (let i = 0; i < ROUNDS / 2; i++) await round();
    expect((await heapInUse()) - half).toBeLessThan((NOTHING * ROUNDS * SESSIONS) / 2);

    const [pool] = pools.list();
    expect(pool?.opened).toBeGreaterThanOrEqual(20);
    expect([pool?.leased.size, pool?.waiting.length, pool?.opening.size]).toEqual([0, 0, 0]);
    pools.sweep(Date.now() + HOUR_MS);
    expect(pools.list()).toEqual([]);
    await eventually(() => database.backends(), (backends) => backends.length === 0);
  };
});

describe('10,000 identities that come and go', () => {
  let pools: TestPools;
  let role: { user: string; password: string };

  beforeEach(async () => {
    role = await database.role();
    pools = testPools({ POOL_MAX_CONNECTIONS_PER_SERVER: '12', POOL_ACQUIRE_TIMEOUT_MS: '60000', CONNECT_TIMEOUT_MS: '60000' });
  });
  afterEach(() => pools.end());

  const identity = (key: string): Identity => ({ ...identityOf(database, role), key });
  /** Makes a pool for each name, by callers who go away before a connection is opened. */
  const idlePools = async (names: readonly string[]) => {
    const gone = AbortSignal.abort();
    for (const name of names) await expect(pools.manager.read(identity(name), caller('a', gone), statement('SELECT 1'))).rejects.toMatchObject({ code: 'QUERY_CANCELLED' });
  };
  const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix} ${i}`);
  const seen = (type: new (...values: never[]) => object) => pools.events.filter((event) => event instanceof type).length;

  it('leave no pool, connection, timer or memory behind', async () => {
    const [rounds, connected, idle] = [5, 20, 1980];
    const heaps: number[] = [];
    for (let i = 0; i < rounds; i++) {
      await Promise.all(names(`connected ${i}`, connected).map((name) => pools.manager.read(identity(name), caller(), statement('SELECT 1', { deadline: Date.now() + 60_000 }))));
      await eventually(() => database.backends(), (backends) => backends.length === 12);
      await idlePools(names(`idle ${i}`, idle));
      expect(pools.manager.list()).toHaveLength(connected + idle);
      pools.manager.sweep(Date.now() + HOUR_MS);
      expect(pools.manager.list()).toEqual([]);
      await eventually(() => database.backends(), (backends) => backends.length === 0);
      await eventually(() => seen(ConnectionClosed), (closed) => closed >= connected);
      expect([seen(PoolOpened), seen(PoolClosed), seen(ConnectionOpened), seen(ConnectionClosed)]).toEqual([connected + idle, connected + idle, connected, connected]);
      pools.events.length = 0;
      heaps.push(await heapInUse());
    }
    const [first = 0] = heaps;
    expect((heaps.at(-1) ?? Infinity) - first).toBeLessThan(NOTHING * (rounds - 1) * (connected + idle));
    // The places of all of them are free again, or twelve more would have to wait.
    await Promise.all(names('again', 12).map((name) => pools.manager.read(identity(name), caller(), statement('SELECT 1', { deadline: Date.now() + 60_000 }))));
    pools.end();
    await expectNothingLeft();
  });

  it('cost at most 4 KB each while they have no connection', async () => {
    const count = 10_000;
    await idlePools(names('warm up', 500));
    pools.manager.sweep(Date.now() + HOUR_MS);
    pools.events.length = 0;
    const empty = await heapInUse();
    await idlePools(names('idle', count));
    pools.events.length = 0;
    const full = await heapInUse();
    expect(pools.manager.list()).toHaveLength(count);
    expect((full - empty) / count).toBeLessThanOrEqual(4096);
    pools.manager.sweep(Date.now() + HOUR_MS);
    expect(pools.manager.list()).toEqual([]);
  });
});
