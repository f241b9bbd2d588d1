import { ConnectionLeased } from '../src/pools/pool-events.js';
import type { Pool } from '../src/pools/pool.js';
import { AppInsides, appInsides } from './support/app-insides.js';
import { Answer, TestApp, testApp } from './support/test-app.js';
import { eventually as within, TestDatabase, testDatabase } from './support/test-database.js';

// What is counted is who is served before whom; how long it takes is the benchmark's business.
jest.setTimeout(120_000);
const eventually = <T>(look: () => Promise<T> | T, holds: (value: T) => boolean) => within(look, holds, 60_000);

const MAX_CONNECTIONS = 20;
/** Three quarters of the pool, by default. */
const SHARE = 15;
const PATIENT = { POOL_ACQUIRE_TIMEOUT_MS: '120000', STATEMENT_TIMEOUT_MS: '120000' };

describe('sessions that share a pool', () => {
  let database: TestDatabase;
  let role: { user: string; password: string };
  let app: TestApp;
  let insides: AppInsides;

  beforeAll(async () => {
    database = await testDatabase();
    role = await database.role();
  });
  afterAll(() => database.drop());
  afterEach(() => app.close());

  const start = async (environment: Record<string, string> = {}) => {
    insides = appInsides();
    app = await testApp({ ...PATIENT, ...environment }, { imports: [insides.module] });
  };
  const pool = (): Pool => insides.pools()[0] as Pool;
  const codesOf = async (answers: readonly Promise<Answer>[]) => [...new Set((await Promise.all(answers)).map(({ status, body }) => (status === 200 ? 'OK' : body.code)))];
  const backendsAsleep = async () => Number((await database.sql`SELECT count(*) FROM pg_stat_activity WHERE datname = ${database.name} AND wait_event = 'PgSleep'`)[0]?.count);

  /** Slow statements of one session, as many at once; resolves when all of them have arrived. */
  const flood = async (session: string, count: number, seconds: number): Promise<Promise<Answer>[]> => {
    let answered = 0;
    const answers = Array.from({ length: count }, () => app.sql(session, `SELECT pg_sleep(${seconds})`).finally(() => answered++));
    const queue = insides.queueOf(session);
    await eventually(() => answered + pool().leased.heldBy(queue) + pool().waiting.lengthOf(queue), (arrived) => arrived >= count);
    return answers;
  };

  it('are served beside one that has 1,000 slow statements waiting and never holds more than its share', async () => {
    await start();
    const [greedy, modest] = [await app.connect(database, role), await app.connect(database, role)];
    const queue = insides.queueOf(greedy);
    let held = 0;
    insides.onEvent = () => (held = Math.max(held, pool().leased.heldBy(queue)));
    // Two seconds each: for the test's own time they stay as good as all of them.
    const slow = await flood(greedy, 1000, 2);
    await eventually(backendsAsleep, (asleep) => asleep === SHARE);

    for (let i = 0; i < 50; i++) {
      expect((await app.sql(modest, `SELECT ${i} AS n`, { row_format: 'array' })).body.results).toEqual([[i]]);
      if (i % 10 === 0) expect(await backendsAsleep()).toBeLessThanOrEqual(SHARE);
    }
    expect(pool().waiting.lengthOf(queue)).toBeGreaterThanOrEqual(900);
    expect(held).toBe(SHARE);
    expect((await database.backends()).length).toBeLessThanOrEqual(MAX_CONNECTIONS);

    // All that still waits goes with its session, and nothing of it is left.
    expect((await app.post('/api/v1/database/disconnect', { session_id: greedy })).status).toBe(200);
    expect((await codesOf(slow)).sort()).toEqual(['OK', 'QUERY_CANCELLED']);
    expect((await app.sql(modest, 'SELECT 1')).status).toBe(200);
    await eventually(() => [pool().leased.size, pool().waiting.length, pool().opening.size], (lists) => lists.join() === '0,0,0');
    await eventually(backendsAsleep, (asleep) => asleep === 0);
  });

  it('take turns where one of them may hold every connection', async () => {
    await start({ SESSION_MAX_SHARE: '1' });
    const [greedy, modest] = [await app.connect(database, role), await app.connect(database, role)];
    const [first, second] = [insides.queueOf(greedy), insides.queueOf(modest)];
    const slow = await flood(greedy, 600, 0.2);
    await eventually(() => pool().leased.heldBy(first), (held) => held === MAX_CONNECTIONS);

    // Who is taken out of the line, and whether the other had somebody in it then.
    const turns: { queue: string; modestWaits: boolean }[] = [];
    const { waiting } = pool();
    const take = waiting.take.bind(waiting);
    const spy = jest.spyOn(waiting, 'take').mockImplementation((mayServe) => {
      const modestWaits = waiting.lengthOf(second) > 0;
      const waiter = take(mayServe);
      if (waiter) turns.push({ queue: waiter.queue, modestWaits });
      return waiter;
    });
    expect(await codesOf(Array.from({ length: 50 }, () => app.sql(modest, 'SELECT 1 FROM pg_sleep(0.05)')))).toEqual(['OK']);
    expect(waiting.lengthOf(first)).toBeGreaterThan(0);
    spy.mockRestore();

    expect(turns.filter(({ queue }) => queue === second)).toHaveLength(50);
    const contested = turns.filter(({ modestWaits }) => modestWaits).map(({ queue }) => queue);
    for (let i = 1; i < contested.length; i++) expect(contested.slice(i - 1, i + 1)).toContain(second);
    await app.post('/api/v1/database/disconnect', { session_id: greedy });
    await Promise.all(slow);
  });

  it('are each 512 clients at one time without an error', async () => {
    await start();
    const session = await app.connect(database, role);
    const queue = insides.queueOf(session);
    let [waiting, held] = [0, 0];
    insides.onEvent = (event) => {
      if (!(event instanceof ConnectionLeased)) return;
      waiting = Math.max(waiting, pool().waiting.length);
      held = Math.max(held, pool().leased.heldBy(queue));
    };
    // The first ones sleep until all the others are there.
    const first = await flood(session, SHARE, 1);
    const others = Array.from({ length: 512 - SHARE }, () => app.sql(session, 'SELECT 1 FROM pg_sleep(0.01)'));
    expect(await codesOf([...first, ...others])).toEqual(['OK']);
    expect(waiting).toBeLessThanOrEqual(512 - SHARE);
    expect(waiting).toBeGreaterThan(0);
    expect(held).toBe(SHARE);
    expect(pool().opened).toBeLessThanOrEqual(MAX_CONNECTIONS);
    await eventually(() => [pool().leased.size, pool().waiting.length, pool().opening.size], (lists) => lists.join() === '0,0,0');
    expect((await database.backends()).length).toBe(pool().idle.length);
  });
});
