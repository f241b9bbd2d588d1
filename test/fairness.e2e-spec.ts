import { ConnectionLeased } from '../src/pools/pool-events.js';
import type { Pool } from '../src/pools/pool.js';
import { AppInsides, appInsides } from './support/app-insides.js';
import { Answer, TestApp, testApp } from './support/test-app.js';
import { eventually as within, TestDatabase, testDatabase } from './support/test-database.js';

// Slow statements wait at a gate until they are told to go on, so that what is counted, who is served before whom, does not
// depend on how fast this machine is. How long it takes is the benchmark's business.
jest.setTimeout(120_000);
const eventually = <T>(look: () => Promise<T> | T, holds: (value: T) => boolean) => within(look, holds, 60_000);

const MAX_CONNECTIONS = 20;
/** Three quarters of the pool, by default. */
const SHARE = 15;
const PATIENT = { POOL_ACQUIRE_TIMEOUT_MS: '120000', STATEMENT_TIMEOUT_MS: '120000' };
const GATE = "CREATE FUNCTION gate() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1 FROM (SELECT pg_advisory_xact_lock_shared(1)) AS passed'";

describe('sessions that share a pool', () => {
  let database: TestDatabase;
  let role: { user: string; password: string };
  let app: TestApp;
  let insides: AppInsides;
  let openGate: () => Promise<void>;

  beforeAll(async () => {
    database = await testDatabase(GATE);
    role = await database.role();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    const holder = await database.sql.reserve();
    await holder`SELECT pg_advisory_lock(1)`;
    let closed = true;
    openGate = async () => {
      if (!closed) return;
      closed = false;
      await holder`SELECT pg_advisory_unlock(1)`;
      holder.release();
    };
  });
  afterEach(async () => {
    await openGate();
    await app.close();
  });

  const start = async (environment: Record<string, string> = {}) => {
    insides = appInsides();
    app = await testApp({ ...PATIENT, ALLOW_FUNCTIONS: 'public.gate', ...environment }, { imports: [insides.module] });
  };
  const pool = (): Pool => insides.pools()[0] as Pool;
  const codesOf = async (answers: readonly Promise<Answer>[]) => [...new Set((await Promise.all(answers)).map(({ status, body }) => (status === 200 ? 'OK' : body.code)))];
  const atTheGate = async () => Number((await database.sql`SELECT count(*) FROM pg_stat_activity WHERE datname = ${database.name} AND application_name = 'databaseai' AND wait_event = 'advisory'`)[0]?.count);
  const ask = (session: string, count: number): Promise<Answer>[] => Array.from({ length: count }, () => app.sql(session, 'SELECT gate()'));
  /** Resolves when so many of a session's requests hold a connection and so many wait for one. */
  const standing = (session: string, held: number, waiting: number) => {
    const queue = insides.queueOf(session);
    return eventually(() => [pool().leased.heldBy(queue), pool().waiting.lengthOf(queue)], (now) => now.join() === `${held},${waiting}`);
  };
  const atRest = async () => {
    await eventually(() => [pool().leased.size, pool().waiting.length, pool().opening.size], (lists) => lists.join() === '0,0,0');
    await eventually(async () => [(await database.backends()).length, pool().idle.length], ([backends, idle]) => backends === idle);
    expect(pool().idle.length).toBeLessThanOrEqual(MAX_CONNECTIONS);
  };

  it('are served beside one that has 1,000 slow statements, of which no more than its share run', async () => {
    await start();
    const [greedy, modest] = [await app.connect(database, role), await app.connect(database, role)];
    const slow = ask(greedy, 1000);
    await standing(greedy, SHARE, 1000 - SHARE);
    await eventually(atTheGate, (count) => count === SHARE);

    for (let i = 0; i < 50; i++) expect((await app.sql(modest, `SELECT ${i} AS n`, { row_format: 'array' })).body.results).toEqual([[i]]);
    expect(await atTheGate()).toBe(SHARE);
    await standing(greedy, SHARE, 1000 - SHARE);
    expect((await database.backends()).length).toBeLessThanOrEqual(MAX_CONNECTIONS);

    // All that runs or waits goes with its session, and nothing of it is left.
    expect((await app.post('/api/v1/database/disconnect', { session_id: greedy })).status).toBe(200);
    expect(await codesOf(slow)).toEqual(['QUERY_CANCELLED']);
    expect((await app.sql(modest, 'SELECT 1')).status).toBe(200);
    await openGate();
    await atRest();
  });

  it('take turns where one of them may hold every connection', async () => {
    await start({ SESSION_MAX_SHARE: '1' });
    const [greedy, modest] = [await app.connect(database, role), await app.connect(database, role)];
    const many = ask(greedy, 600);
    await standing(greedy, MAX_CONNECTIONS, 600 - MAX_CONNECTIONS);
    const few = ask(modest, 50);
    await standing(modest, 0, 50);

    const before = insides.seen(ConnectionLeased).length;
    await openGate();
    expect(await codesOf([...many, ...few])).toEqual(['OK']);
    const order = insides.seen(ConnectionLeased).slice(before).map(({ sessionRef }) => sessionRef);
    const last = order.lastIndexOf(insides.queueOf(modest));
    // One of the other session's for each of this one's, give or take one for each connection.
    expect(order.slice(0, last).filter((ref) => ref === insides.queueOf(greedy)).length).toBeLessThanOrEqual(50 + MAX_CONNECTIONS);
    await atRest();
  });

  it('may be 512 clients of one session at one time without an error', async () => {
    await start();
    const session = await app.connect(database, role);
    const queue = insides.queueOf(session);
    let held = 0;
    insides.onEvent = () => (held = Math.max(held, pool().leased.heldBy(queue)));
    const clients = ask(session, 512);
    await standing(session, SHARE, 512 - SHARE);
    await openGate();
    expect(await codesOf(clients)).toEqual(['OK']);
    expect(held).toBe(SHARE);
    await atRest();
  });
});
