import type { Identity } from '../src/pools/identity.js';
import { Problem } from '../src/problems/problem.js';
import { HttpLine, postText } from './support/http-line.js';
import { seededRandom } from './support/seeded-random.js';
import { Ask, debris, nextAsk, Outcome, STORM_CONTENT, strike, Tally, wrongWith } from './support/storm.js';
import { breakLine, TcpFront, tcpFront } from './support/tcp-front.js';
import { TestApp, testApp } from './support/test-app.js';
import { caller, identityOf, statement, TestPools, testPools } from './support/test-pools.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

// The runner fails a test on any stray rejection or exception of the process, so nothing here listens for them.

/** Repeat a run's choices with STORM_SEED=<the number in the name of the failed test>; what they meet is never quite the same. */
const SEED = Number(process.env.STORM_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Of each pool: few enough that every session meets the others' connections all the time. */
const MAX_CONNECTIONS = 3;

/** Visits of one session at one time. */
const LANES = 10;

/** Seconds on an idle machine; on one that shares its cores, many times that. */
const TIMEOUT_MS = 180_000;

const SETTINGS = { POOL_MAX_CONNECTIONS: String(MAX_CONNECTIONS), POOL_ACQUIRE_TIMEOUT_MS: '25000' };

/** A session's one visit: one statement, or several at once. One outcome for each. */
type Visit = (session: string, asks: readonly Ask[]) => Promise<readonly Outcome[]>;

describe('sessions in a storm of cancels, timeouts, hang-ups and killed backends', () => {
  const random = seededRandom(SEED);
  let database: TestDatabase;
  let front: TcpFront;
  let stormy = false;
  let tally: Tally;

  beforeAll(async () => {
    database = await testDatabase(STORM_CONTENT);
    front = await tcpFront(database, (line) => {
      if (stormy && random.chance(0.35)) breakLine(line, random, () => tally.count('lines broken'));
    });
  });
  beforeEach(() => (tally = new Tally()));
  afterAll(async () => {
    front.close();
    await database.drop();
  });

  /** Runs so many statements of each session, all sessions at once. @returns what went wrong */
  const weather = async (statements: Readonly<Record<string, number>>, guarded: boolean, atOnce: number, visit: Visit): Promise<string[]> => {
    const wrong: string[] = [];
    const strikes: Promise<void>[] = [];
    const noting = (work: Promise<void>) => work.catch((error) => void wrong.push(String(error.stack)));
    const lane = async (session: string, left: { count: number }) => {
      while (left.count > 0) {
        const asks = Array.from({ length: Math.min(left.count, random.between(1, atOnce)) }, () => nextAsk(session, random, guarded));
        left.count -= asks.length;
        const outcomes = await visit(session, asks);
        asks.forEach((ask, i) => {
          const outcome = outcomes[i] as Outcome;
          tally.countOutcome(ask, outcome);
          const complaint = wrongWith(ask, outcome);
          if (complaint) wrong.push(complaint);
          // By statements, not by time: the storm is as strong on a slow machine as on a fast one.
          if (random.chance(0.03)) strikes.push(noting(strike(database, random, tally)));
        });
      }
    };
    stormy = true;
    await Promise.all(
      Object.entries(statements).flatMap(([session, count]) => {
        const left = { count };
        return Array.from({ length: LANES }, () => noting(lane(session, left)));
      }),
    );
    await Promise.all(strikes);
    stormy = false;
    return wrong;
  };

  /** Without these there was no storm. */
  const expectStorm = (...kinds: string[]) => {
    const missing = ['rows', 'own failures', 'STATEMENT_TIMEOUT', 'DATABASE_UNAVAILABLE', 'backends cancelled', 'backends killed', 'lines broken', ...kinds].filter((kind) => (tally.get(kind) ?? 0) === 0);
    expect({ missing, tally: Object.fromEntries(tally) }).toMatchObject({ missing: [] });
    // Most statements must come through, or little was compared.
    expect(tally.get('rows')).toBeGreaterThan(800);
  };

  const expectNoDebris = async (connections: () => number | Promise<number>) => {
    await eventually(() => debris(database), ({ busy }) => busy === 0);
    expect(await debris(database)).toEqual({ written: 0, locks: 0, busy: 0 });
    await eventually(async () => [(await database.backends()).length, await connections()], ([there, known]) => there === known);
  };

  it(`get only what is theirs through the pools (seed ${SEED})`, async () => {
    const pools: TestPools = testPools(SETTINGS);
    try {
      const through = { host: '127.0.0.1', port: front.port };
      const shared = identityOf(database, await database.role(), through);
      const identities: Record<string, Identity> = { a: shared, b: shared, c: identityOf(database, await database.role(), through), d: identityOf(database, await database.role(), through) };
      const read = async (session: string, { sql, params, kind = 'cursor', maxRows, temper, patienceMs }: Ask): Promise<Outcome> => {
        const gone = new AbortController();
        const leave = temper === 'fickle' ? setTimeout(() => gone.abort(), patienceMs) : undefined;
        const limits = { maxRows, maxBytes: 10_000_000, deadline: Date.now() + (temper === 'hurried' ? patienceMs : 28_000) };
        try {
          const { rows, columns, truncated } = await pools.manager.read(identities[session] as Identity, caller(session, gone.signal), statement(sql, { params, kind, ...limits }));
          return { rows, truncated, columns: columns.map(({ name }) => name), text: JSON.stringify([columns, rows]) };
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          return { code: error.code, text: JSON.stringify([error.toBody('id'), String(error.cause), Object(error.cause)]) };
        } finally {
          clearTimeout(leave);
        }
      };

      expect(await weather({ a: 1000, b: 1000, c: 150, d: 150 }, false, 1, async (session, asks) => Promise.all(asks.map((ask) => read(session, ask))))).toEqual([]);

      expectStorm('QUERY_CANCELLED');
      await eventually(() => pools.manager.list().map(({ leased, waiting, opening }) => leased.size + waiting.length + opening.size), (busy) => busy.join() === '0,0,0');
      await expectNoDebris(() => pools.manager.list().reduce((sum, { idle }) => sum + idle.length, 0));
      for (const { idle } of pools.manager.list()) expect(idle.length).toBeLessThanOrEqual(MAX_CONNECTIONS);
      for (const identity of Object.values(identities)) {
        expect((await pools.manager.read(identity, caller('later'), statement('SELECT peek()'))).rows).toEqual([['|UTC|0']]);
      }
    } finally {
      pools.end();
    }
  }, TIMEOUT_MS);

  it(`get only what is theirs through HTTP (seed ${SEED})`, async () => {
    const app: TestApp = await testApp({ ...SETTINGS, ALLOW_FUNCTIONS: 'public.*' });
    try {
      const through = { ...database, host: '127.0.0.1', port: front.port };
      const [shared, other, another] = [await database.role(), await database.role(), await database.role()];
      const sessions: Record<string, string> = { a: await app.connect(through, shared), b: await app.connect(through, shared), c: await app.connect(through, other), d: await app.connect(through, another) };
      const text = (sessionId: string, { marker, sql, params, maxRows, temper, patienceMs }: Ask) =>
        postText(app.url, '/api/v1/query/sql', { session_id: sessionId, sql, params, max_rows: maxRows, row_format: 'array', timeout_ms: temper === 'hurried' ? patienceMs : undefined }, marker);
      const outcome = (answer: string): Outcome => {
        const { success, code, results, columns, truncated } = JSON.parse(answer);
        return success ? { rows: results, columns, truncated, text: answer } : { code, text: answer };
      };

      /** All of a visit's requests go out at once on one connection. One fickle ask among them makes the whole client go away early. */
      const visit: Visit = async (session, asks) => {
        if (session === 'e') return Promise.all(asks.map(briefSession));
        const fickle = asks.find(({ temper }) => temper === 'fickle');
        const how = random.pick(['reset', 'close'] as const);
        const when = fickle && random.pick(['before the answer', 'within the request', 'within the answer'] as const);
        const line = new HttpLine(app.url, () => when === 'within the answer' && line.hangUp(how));
        const requests = asks.map((ask) => text(sessions[session] as string, ask)).join('');
        line.send(when === 'within the request' ? requests.slice(0, random.between(1, requests.length - 1)) : requests);
        if (fickle) {
          tally.count(`hung up ${when}`);
          if (when !== 'within the answer') setTimeout(() => line.hangUp(how), fickle.patienceMs);
        }
        await line.until(asks.length);
        line.hangUp(how);
        const unseen: Outcome = { code: fickle ? 'UNSEEN' : 'CLOSED BY THE SERVICE', text: '' };
        return asks.map((_, i) => (line.answers[i] === undefined ? unseen : outcome(line.answers[i])));
      };

      /** A session of the same identity that ends while its statement runs. */
      const briefSession = async (ask: Ask): Promise<Outcome> => {
        const { host, port, name } = through;
        const { session_id } = (await app.post('/api/v1/database/connect', { host, port, database: name, username: shared.user, password: shared.password })).body;
        if (!session_id) return { code: 'UNSEEN', text: '' };
        const line = new HttpLine(app.url);
        line.send(text(session_id, ask));
        await new Promise((resolve) => setTimeout(resolve, ask.patienceMs));
        await app.post('/api/v1/database/disconnect', { session_id });
        await line.until(1);
        line.hangUp('close');
        const ended = outcome(line.answers[0] ?? '{"code":"CLOSED BY THE SERVICE"}');
        if (!('code' in ended) || !['QUERY_CANCELLED', 'SESSION_NOT_FOUND'].includes(ended.code)) return ended;
        tally.count('sessions ended');
        return { ...ended, code: 'UNSEEN' };
      };

      expect(await weather({ a: 1000, b: 1000, c: 100, d: 100, e: 60 }, true, 4, visit)).toEqual([]);

      expectStorm('UNSEEN', 'hung up before the answer', 'hung up within the request', 'hung up within the answer', 'sessions ended');
      const { body } = await eventually(() => app.get('/api/v1/stats/pools'), ({ body: { pools } }) => pools.every(({ active_connections, waiting }: Record<string, number>) => active_connections === 0 && waiting === 0));
      expect(body.total_pools).toBe(3);
      await expectNoDebris(async () => (await app.get('/api/v1/stats/pools')).body.pools.reduce((sum: number, { idle_connections }: Record<string, number>) => sum + (idle_connections ?? 0), 0));
      expect((await app.get('/metrics')).text).toMatch(/databaseai_query_duration_seconds_count\{[^}]*outcome="QUERY_CANCELLED"[^}]*\} [1-9]/);
      for (const session of Object.values(sessions)) expect((await app.sql(session, 'SELECT peek() AS seen')).body.results).toEqual([{ seen: '|UTC|0' }]);
    } finally {
      await app.close();
    }
  }, TIMEOUT_MS);
});
