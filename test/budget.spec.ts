import type { Identity } from '../src/pools/identity.js';
import { ConnectionClosed } from '../src/pools/pool-events.js';
import { caller, identityOf, statement, TestPools, testPools } from './support/test-pools.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

describe('the connection budget', () => {
  let database: TestDatabase;
  let identities: Identity[];
  let pools: TestPools;

  beforeAll(async () => {
    database = await testDatabase();
    identities = [];
    for (let i = 0; i < 3; i++) identities.push(identityOf(database, await database.role()));
  });
  afterAll(() => database.drop());
  afterEach(() => pools.end());

  const read = (who: number, text = 'SELECT 1', queue = 'a') => pools.manager.read(identities[who] as Identity, caller(queue), statement(text));
  const held = () => pools.manager.list().map(({ idle, leased }) => idle.length + leased.size);
  const sizes = () => pools.manager.list().map(({ idle, leased, opening }) => idle.length + leased.size + opening.size);

  it.each([['in all', 'POOL_MAX_TOTAL_CONNECTIONS'], ['to one server', 'POOL_MAX_CONNECTIONS_PER_SERVER']])('bounds connections %s: the pool used longest ago gives up its idle ones first', async (_, setting) => {
    pools = testPools({ [setting]: '3', SESSION_MAX_SHARE: '1' });
    await Promise.all([read(0, 'SELECT pg_sleep(0.05)'), read(0, 'SELECT pg_sleep(0.05)')]);
    await read(1);
    await eventually(sizes, (now) => now.join() === '2,1');
    await read(2);
    await eventually(sizes, (now) => now.join() === '1,1,1');
    await read(2);
    await eventually(() => database.backends(), (backends) => backends.length === 3);
    expect(pools.events.some((event) => event instanceof ConnectionClosed && event.reason === 'budget')).toBe(true);
  });

  it('lets a pool wait until another one’s statement is over', async () => {
    pools = testPools({ POOL_MAX_TOTAL_CONNECTIONS: '2', SESSION_MAX_SHARE: '1' });
    const gate = await database.gate();
    const busy = [read(0, gate.statement), read(0, gate.statement)];
    await eventually(() => pools.manager.list()[0]?.leased.size, (held) => held === 2);
    const waiting = read(1);
    await gate.open();
    await expect(waiting).resolves.toMatchObject({ rows: [['1']] });
    await Promise.all(busy);
    expect((await database.backends()).length).toBeLessThanOrEqual(2);
  });

  it('never exceeds itself under a burst on many pools', async () => {
    pools = testPools({ POOL_MAX_TOTAL_CONNECTIONS: '4', SESSION_MAX_SHARE: '1', POOL_ACQUIRE_TIMEOUT_MS: '20000', CONNECT_TIMEOUT_MS: '20000' });
    let peak = 0;
    let over = false;
    const watch = (async () => {
      while (!over) peak = Math.max(peak, sizes().reduce((sum, size) => sum + size, 0) - pools.manager.list().reduce((sum, { opening }) => sum + opening.size, 0), (await database.backends()).length);
    })();
    const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => read(i % 3, `SELECT ${i} FROM pg_sleep(0.01)`, `s${i % 7}`)));
    over = true;
    await watch;
    expect(answers.map(({ rows }) => rows[0]?.[0])).toEqual(Array.from({ length: 60 }, (_, i) => String(i)));
    expect(peak).toBeGreaterThan(1);
    // A backend that was told to end may still be listed for a moment when its successor starts.
    expect(peak).toBeLessThanOrEqual(5);
  });

  it('gives places back when connections cannot be opened', async () => {
    pools = testPools({ POOL_MAX_TOTAL_CONNECTIONS: '1' });
    const wrong = identityOf(database, { user: 'nobody_of_this_name', password: 'x' });
    for (let i = 0; i < 3; i++) await expect(pools.manager.read({ ...wrong, key: `wrong ${i}` }, caller(), statement('SELECT 1'))).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED' });
    await expect(read(0)).resolves.toMatchObject({ rows: [['1']] });
  });

  it('takes from a pool that is never idle for one that has nothing', async () => {
    pools = testPools({ POOL_MAX_TOTAL_CONNECTIONS: '3', SESSION_MAX_SHARE: '1' });
    let flooding = true;
    const flood = Array.from({ length: 8 }, async (_, i) => {
      while (flooding) await read(0, 'SELECT pg_sleep(0.01)', `s${i}`);
    });
    try {
      await eventually(held, (now) => now.join() === '3');
      await read(1);
      expect(held().reduce((sum, count) => sum + count)).toBeLessThanOrEqual(3);
      await Promise.all(Array.from({ length: 5 }, () => read(1)));
    } finally {
      flooding = false;
      await Promise.all(flood);
    }
  });

  it('says so when no place comes free in time', async () => {
    pools = testPools({ POOL_MAX_TOTAL_CONNECTIONS: '1', CONNECT_TIMEOUT_MS: '1000' });
    const gate = await database.gate();
    const busy = read(0, gate.statement);
    await eventually(() => pools.manager.list()[0]?.leased.size, (held) => held === 1);
    await expect(read(1)).rejects.toMatchObject({ code: 'POOL_EXHAUSTED' });
    await gate.open();
    await busy;
    await expect(read(1)).resolves.toMatchObject({ rows: [['1']] });
  });
});
