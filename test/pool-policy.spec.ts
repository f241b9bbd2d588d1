import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { Target } from '../src/pools/identity.js';
import { limitsFrom, PoolLimits, PoolPolicy, SettingsPoolPolicy } from '../src/pools/pool-policy.js';
import { loadSettings } from '../src/settings/load-settings.js';
import { Settings } from '../src/settings/settings.js';
import { poolPolicyContract } from './pool-policy.contract.js';
import { AppInsides, appInsides } from './support/app-insides.js';
import { Answer, TestApp, testApp } from './support/test-app.js';
import { eventually as within, TestDatabase, testDatabase } from './support/test-database.js';

const eventually = <T>(look: () => Promise<T> | T, holds: (value: T) => boolean) => within(look, holds, 20_000);

/** The example of the contract's documentation. */
class ReportingPolicy extends PoolPolicy {
  constructor(private readonly settings: Settings) {
    super();
  }

  limitsFor(target: Target): PoolLimits {
    const limits = new SettingsPoolPolicy(this.settings).limitsFor(target);
    return target.database === 'reporting' ? { ...limits, min: 1, max: 5, maxHeldPerQueue: 2 } : limits;
  }
}

const PROFILES = readdirSync(resolve(__dirname, '../config')).map((file) => file.replace(/\.yaml$/, ''));
const REPORTING: Target = { tenant: 'default', host: 'localhost', port: 5432, database: 'reporting', user: 'reader', ssl: 'prefer', exempt: false };

describe.each(PROFILES)('SettingsPoolPolicy with the profile %s', (profile) => {
  const settings = loadSettings({ DATABASEAI_PROFILE: profile });
  poolPolicyContract(() => new SettingsPoolPolicy(settings));
});

describe.each([
  { POOL_MIN_CONNECTIONS: '0', POOL_MAX_CONNECTIONS: '1', SESSION_MAX_SHARE: '0.01' },
  { POOL_MIN_CONNECTIONS: '1000', POOL_MAX_CONNECTIONS: '1000', SESSION_MAX_SHARE: '1' },
  { POOL_IDLE_TIMEOUT_MINUTES: '0.001', POOL_ACQUIRE_TIMEOUT_MS: '1', CONNECTION_IDLE_SECONDS: '0.01', CONNECTION_MAX_LIFETIME_MINUTES: '0.01', POOL_MAX_WAITING: '0', SESSION_MAX_WAITING: '0' },
])('SettingsPoolPolicy with the settings that are allowed at most, %j', (environment) => {
  const settings = loadSettings(environment);
  poolPolicyContract(() => new SettingsPoolPolicy(settings));
});

describe('a pool policy of one’s own, as documented', () => {
  const settings = loadSettings({});
  poolPolicyContract(() => new ReportingPolicy(settings), [['the target it is about', REPORTING]]);

  it('gives its target less and every other one the same as before', () => {
    const usual = new SettingsPoolPolicy(settings).limitsFor(REPORTING);
    expect(new ReportingPolicy(settings).limitsFor(REPORTING)).toEqual({ ...usual, min: 1, max: 5, maxHeldPerQueue: 2 });
    expect(new ReportingPolicy(settings).limitsFor({ ...REPORTING, database: 'shop' })).toEqual(usual);
  });
});

/** Limits by the name of the database. */
const limitsOf = new Map<string, Partial<PoolLimits>>();

@Injectable()
class PerDatabasePolicy extends PoolPolicy {
  constructor(private readonly settings: Settings) {
    super();
  }

  limitsFor(target: Target): PoolLimits {
    return { ...new SettingsPoolPolicy(this.settings).limitsFor(target), ...limitsOf.get(target.database) };
  }
}

describe('the limits of a policy', () => {
  let narrow: TestDatabase;
  let wide: TestDatabase;
  let app: TestApp;
  let insides: AppInsides;

  beforeAll(async () => {
    [narrow, wide] = [await testDatabase(), await testDatabase()];
    limitsOf.set(narrow.name, { min: 1, max: 2, maxHeldPerQueue: 1, maxWaitingPerQueue: 3, connectionIdleMs: 30_000 });
    limitsOf.set(wide.name, { min: 3, max: 6, maxHeldPerQueue: 4, maxWaitingPerQueue: 100, connectionIdleMs: 30_000 });
    insides = appInsides();
    app = await testApp({ POOL_ACQUIRE_TIMEOUT_MS: '60000', STATEMENT_TIMEOUT_MS: '60000' }, { pools: { policy: PerDatabasePolicy }, imports: [insides.module] });
  });
  afterAll(async () => {
    await app.close();
    for (const database of [narrow, wide]) await database.drop();
  });

  const both = <T>(look: (database: TestDatabase) => T) => Promise.all([look(narrow), look(wide)]);
  const asleep = async ({ name, sql }: TestDatabase) => Number((await sql`SELECT count(*) FROM pg_stat_activity WHERE datname = ${name} AND wait_event = 'PgSleep'`)[0]?.count);
  const sleep = (session: string, count: number, seconds: number): Promise<Answer>[] => Array.from({ length: count }, () => app.sql(session, `SELECT pg_sleep(${seconds})`));
  const codes = async (answers: readonly Promise<Answer>[]) => (await Promise.all(answers)).map(({ status, body }) => (status === 200 ? 'OK' : String(body.code))).sort();
  const twoSessions = async (database: TestDatabase, role: { user: string; password: string }) => [await app.connect(database, role), await app.connect(database, role)] as const;

  it('are those of its target alone: connections in all, of one session, kept, and requests that may wait', async () => {
    const [narrowRole, wideRole] = [await narrow.role(), await wide.role()];
    const [few, fewMore] = await twoSessions(narrow, narrowRole);
    const [many, manyMore] = await twoSessions(wide, wideRole);
    expect((await app.get('/api/v1/stats/pools')).body.pools.map(({ min_connections: min, max_connections: max }: Record<string, number>) => [min, max])).toEqual([[1, 2], [3, 6]]);

    // Longer than the test takes: they end with their sessions.
    const running = [...sleep(few, 2, 50), ...sleep(many, 6, 50)];
    await eventually(() => both(asleep), (now) => now.join() === '1,4');
    running.push(...sleep(fewMore, 2, 50), ...sleep(manyMore, 6, 50));
    await eventually(() => both(asleep), (now) => now.join() === '2,6');
    await eventually(() => insides.pools().map(({ waiting }) => waiting.length), (waiting) => waiting.join() === '2,6');

    // One of this session's waits already, and three of them may.
    let answered = 0;
    const surplus = sleep(few, 10, 50).map((answer) => answer.finally(() => answered++));
    await eventually(() => answered, (count) => count === 8);

    for (const session_id of [few, fewMore, many, manyMore]) await app.post('/api/v1/database/disconnect', { session_id });
    expect(new Set(await codes(running))).toEqual(new Set(['QUERY_CANCELLED']));
    expect(await codes(surplus)).toEqual(['QUERY_CANCELLED', 'QUERY_CANCELLED', ...Array.from({ length: 8 }, () => 'TOO_MANY_REQUESTS')]);

    const again = [...(await twoSessions(narrow, narrowRole)), ...(await twoSessions(wide, wideRole))];
    expect(new Set(await codes(again.flatMap((session) => sleep(session, 2, 0.3))))).toEqual(new Set(['OK']));
    await eventually(() => insides.pools().map(({ leased, opening }) => leased.size + opening.size), (busy) => busy.every((count) => count === 0));
    insides.sweepPools(Date.now() + 31_000);
    await eventually(() => both(async (database) => (await database.backends()).length), (backends) => backends.join() === '1,3');
  });
});

describe('limits that cannot be', () => {
  const usual = new SettingsPoolPolicy(loadSettings({})).limitsFor(REPORTING);
  const answering = (limits: unknown) => new (class extends PoolPolicy { limitsFor = () => limits as PoolLimits; })();

  it.each<[string, object]>([
    ['max = 0', { max: 0 }], ['max = NaN', { max: NaN }], ['max = 2.5', { max: 2.5 }], ['min = 21', { min: 21 }], ['maxHeldPerQueue = 0', { maxHeldPerQueue: 0 }],
    ['maxHeldPerQueue = 30', { maxHeldPerQueue: 30 }], ['idleTimeoutMs = NaN', { idleTimeoutMs: NaN }], ['acquireTimeoutMs = -1', { acquireTimeoutMs: -1 }], ['connectionMaxLifetimeMs = 0', { connectionMaxLifetimeMs: 0 }],
  ])('are refused: %s', (fault, change) => {
    expect(() => limitsFrom(answering({ ...usual, ...change }), REPORTING)).toThrow(expect.objectContaining({ code: 'INTERNAL', cause: expect.objectContaining({ message: expect.stringContaining(fault) }) }));
  });

  it.each([[undefined], [null], [Promise.resolve(usual)]])('are refused: %s', (limits) => {
    expect(() => limitsFrom(answering(limits), REPORTING)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });

  it('are none of those that can', () => expect(limitsFrom(answering(usual), REPORTING)).toBe(usual));
});
