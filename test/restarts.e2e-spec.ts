import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { BreakerClosed, BreakerOpened, ConnectionLeased } from '../src/pools/pool-events.js';
import { AppInsides, appInsides } from './support/app-insides.js';
import { hostileServer, message } from './support/hostile-server.js';
import { Ending, MarkedLoad, markedLoad } from './support/marked-load.js';
import { OwnServer } from './support/own-server.js';
import { stallingProxy } from './support/stalling-proxy.js';
import { TestApp, testApp } from './support/test-app.js';
import { eventually as within, TestDatabase, testDatabase } from './support/test-database.js';

const MAX_CONNECTIONS = 6;
const ACQUIRE_TIMEOUT_MS = 2000;
const STATEMENT_TIMEOUT_MS = 5000;
/** What a request may take at most, and as much again for a machine that is busy with other things. */
const PATIENCE_MS = 2 * (ACQUIRE_TIMEOUT_MS + STATEMENT_TIMEOUT_MS);
const ENVIRONMENT = { POOL_MAX_CONNECTIONS: String(MAX_CONNECTIONS), POOL_ACQUIRE_TIMEOUT_MS: String(ACQUIRE_TIMEOUT_MS), STATEMENT_TIMEOUT_MS: String(STATEMENT_TIMEOUT_MS) };

// A server that starts, on a machine that is busy with other things, may take many times as long as it needs.
jest.setTimeout(120_000);
const eventually = <T>(look: () => Promise<T> | T, holds: (value: T) => boolean) => within(look, holds, 40_000);

let server: OwnServer;
let database: TestDatabase;
let app: TestApp;
let insides: AppInsides;
let current: MarkedLoad | undefined;

beforeAll(async () => {
  server = await OwnServer.create();
  process.env.TEST_DATABASE_URL = server.url();
  database = await testDatabase();
});
afterAll(async () => {
  await database?.drop();
  await server?.remove();
});
beforeEach(() => startApp());
afterEach(async () => {
  await current?.stop();
  current = undefined;
  await app.close();
});

async function startApp(more: Record<string, string> = {}): Promise<void> {
  insides = appInsides();
  app = await testApp({ ...ENVIRONMENT, ...more }, { imports: [insides.module] });
}

const startLoad = (sessions: readonly string[]) => (current = markedLoad(app, sessions, PATIENCE_MS));

/** What must hold of every pool once nobody asks any more, looked at from both ends. */
async function expectAtRest(): Promise<void> {
  await eventually(() => insides.pools().map(({ leased, waiting, opening }) => [leased.size, waiting.length, opening.size]), (pools) => pools.flat().every((count) => count === 0));
  const idle = () => insides.pools().reduce((sum, pool) => sum + pool.idle.length, 0);
  await eventually(async () => [(await database.backends()).length, idle()], ([backends, ours]) => backends === ours);
  await eventually(() => insides.pools().map(({ opened, closed, idle: { length } }) => opened - closed - length), (rest) => rest.every((count) => count === 0));
  const { body } = await app.get('/api/v1/stats/pools');
  expect(body.total_pools).toBe(insides.pools().length);
  for (const pool of body.pools) {
    expect(pool).toMatchObject({ active_connections: 0, opening_connections: 0, waiting: 0, max_connections: MAX_CONNECTIONS, stale: false });
    expect(pool.idle_connections).toBeLessThanOrEqual(MAX_CONNECTIONS);
    expect(pool.opened - pool.closed).toBe(pool.idle_connections);
  }
  expect(insides.unreachableServers()).toEqual([]);
}

/** A caller who gets no rows must know that it may try again, and when. */
function expectRetryable(failures: readonly Ending[]): void {
  const shapes = new Set(failures.map(({ code, status, retryable, retryAfter }) => JSON.stringify([code, status, retryable, Number(retryAfter) >= 1])));
  const allowed = ['DATABASE_UNAVAILABLE', 'POOL_EXHAUSTED'].map((code) => JSON.stringify([code, 503, true, true]));
  expect([...shapes].filter((shape) => !allowed.includes(shape))).toEqual([]);
}

describe('a server that is stopped and started under load', () => {
  it.each(['fast', 'immediate'] as const)('costs only the requests of its absence, each with a retryable answer, and is back within a second (%s)', async (mode) => {
    const roles = [await database.role(), await database.role()];
    const sessions = await Promise.all(Array.from({ length: 8 }, (_, i) => app.connect(database, roles[i % 2] as never)));
    const load = startLoad(sessions);
    await eventually(() => load.endings.length, (ended) => ended > 100);
    expect(load.failures()).toEqual([]);

    await server.stop(mode);
    const sentBefore = load.sent();
    await eventually(() => load.failures().filter(({ sent }) => sent > sentBefore).length, (failed) => failed > 64);
    expect(insides.seen(BreakerOpened)).toEqual([{ server: `127.0.0.1 ${server.port}` }]);

    const polls: string[] = [];
    let polling = true;
    const poller = (async () => {
      while (polling) {
        polls.push((await app.sql(sessions[0] as string, 'SELECT 1')).body.code ?? 'OK');
        await sleep(50);
      }
    })();
    await server.start();
    const acceptedAt = polls.length;
    await eventually(() => polls.slice(acceptedAt), (later) => later.includes('OK'));
    // Polls are at least 50 ms apart: twenty of them are the second.
    expect(polls.slice(acceptedAt).indexOf('OK')).toBeLessThanOrEqual(20);

    await everyLaneServed(load, sessions.length);
    const sentAfter = load.sent();
    await eventually(() => load.endings.filter(({ sent }) => sent > sentAfter).length, (ended) => ended > 100);
    polling = false;
    await Promise.all([poller, load.stop()]);

    expect(load.endings.filter(({ wrong }) => wrong)).toEqual([]);
    expectRetryable(load.failures());
    expect(load.failures().filter(({ sent }) => sent > sentAfter)).toEqual([]);
    expect(insides.seen(BreakerClosed).map(({ server: name }) => name)).toEqual([`127.0.0.1 ${server.port}`]);
    await expectAtRest();
  });

  it('costs one retryable answer each when one backend crashes and takes all others with it', async () => {
    const role = await database.role();
    const sessions = await Promise.all(Array.from({ length: 8 }, () => app.connect(database, role)));
    const load = startLoad(sessions);
    // By now those that were only there to prove the credentials are gone.
    await eventually(() => load.endings.length, (ended) => ended > 50);
    const [victim] = await eventually(() => database.backends(), (backends) => backends.length > 0);
    process.kill(Number(victim?.pid), 'SIGKILL');
    await eventually(() => load.failures().length, (failed) => failed > 0);
    await everyLaneServed(load, sessions.length);
    await load.stop();
    expect(load.endings.filter(({ wrong }) => wrong)).toEqual([]);
    expectRetryable(load.failures());
    await expectAtRest();
  });

  it('gets the new password when it was changed meanwhile: the old sessions are refused everywhere, a reconnect works', async () => {
    const role = await database.role();
    const old = await app.connect(database, role);
    expect((await app.sql(old, 'SELECT 1')).status).toBe(200);
    await database.sql.unsafe(`ALTER ROLE ${role.user} PASSWORD 'rotated'`);
    // A connection outlives the password it was opened with; the server does not.
    expect((await app.sql(old, 'SELECT 1')).status).toBe(200);
    await server.stop('fast');
    expect((await app.sql(old, 'SELECT 1')).body).toMatchObject({ code: 'DATABASE_UNAVAILABLE', retryable: true });
    await server.start();

    await eventually(() => app.sql(old, 'SELECT 1'), ({ body }) => body.code !== 'DATABASE_UNAVAILABLE');
    const header = { 'x-session-id': old };
    const answers = await Promise.all([
      app.sql(old, 'SELECT 1'),
      app.post('/api/v1/query', { session_id: old, question: 'How many tables are there?' }),
      app.post('/api/v1/query/translate', { session_id: old, question: 'How many tables are there?' }),
      app.get('/api/v1/schema', header),
      app.post('/api/v1/schema/refresh', {}, header),
      app.get('/api/v1/database/session', header),
      app.post('/api/v1/database/ping', {}, header),
    ]);
    expect(answers.map(({ status, body }) => [status, body.code, body.retryable])).toEqual(answers.map(() => [401, 'AUTHENTICATION_FAILED', false]));
    expect((await app.post('/api/v1/database/connect', { host: database.host, port: database.port, database: database.name, username: role.user, password: role.password })).body).toMatchObject({ code: 'AUTHENTICATION_FAILED' });

    const renewed = await app.connect(database, { user: role.user, password: 'rotated' });
    expect((await app.sql(renewed, 'SELECT 1')).status).toBe(200);
    expect((await app.sql(old, 'SELECT 1')).body).toMatchObject({ code: 'AUTHENTICATION_FAILED' });
    expect((await app.post('/api/v1/database/disconnect', { session_id: old })).status).toBe(200);
    expect((await app.sql(renewed, 'SELECT 1')).status).toBe(200);
  });
});

describe('a server that is starting up', () => {
  const STARTING_UP = message('E', 'SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0');

  it('is asked again, ever more seldom, until it lets somebody in', async () => {
    let refusals = 0;
    let ready = true;
    const front = await hostileServer(async (victim) => {
      if (ready) return letThrough(victim.socket);
      refusals++;
      await victim.start();
      victim.socket.end(STARTING_UP);
    });
    try {
      const role = await database.role();
      const through = { ...database, host: '127.0.0.1', port: front.port };
      const sessions = await Promise.all([1, 2, 3].map(() => app.connect(through, role)));
      ready = false;
      await database.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ${role.user}`;
      const load = startLoad(sessions);
      await eventually(() => [refusals, load.failures().length], ([asked = 0, failed = 0]) => asked >= 4 && failed > 48);
      expect(insides.seen(BreakerOpened)).toEqual([{ server: `127.0.0.1 ${front.port}` }]);
      // Three to open the breaker and what was under way then, and one each half second: no request asks for itself.
      expect(refusals).toBeLessThan(load.failures().length / 2);
      const refused = await app.post('/api/v1/database/connect', { host: '127.0.0.1', port: front.port, database: database.name, username: role.user, password: role.password, ssl: 'disable' });
      expect([refused.status, refused.body.code, refused.body.retryable, refused.headers.get('retry-after')]).toEqual([503, 'DATABASE_UNAVAILABLE', true, '1']);
      ready = true;
      await everyLaneServed(load, sessions.length);
      await load.stop();
      expect(load.endings.filter(({ wrong }) => wrong)).toEqual([]);
      expectRetryable(load.failures());
      expect(insides.seen(BreakerClosed).length).toBe(1);
      await expectAtRest();
    } finally {
      front.close();
    }
  });
});

describe('a network that drops packets in silence', () => {
  it('holds nobody up beyond the time limit of the request, and no connection after that', async () => {
    const proxy = await stallingProxy(database.host, database.port);
    try {
      const role = await database.role();
      const sessions = await Promise.all(Array.from({ length: 8 }, () => app.connect({ ...database, host: '127.0.0.1', port: proxy.port }, role)));
      const load = startLoad(sessions);
      await eventually(() => load.endings.length, (ended) => ended > 50);
      proxy.stall();
      await eventually(() => load.failures().length, (failed) => failed > 0);
      await everyLaneServed(load, sessions.length);
      await load.stop();
      expect(load.endings.filter(({ wrong }) => wrong)).toEqual([]);
      // From here a silent network looks like a slow statement: what was under way ends at its time limit, and only that.
      const [timedOut, others] = [load.failures().filter(({ code }) => code === 'STATEMENT_TIMEOUT'), load.failures().filter(({ code }) => code !== 'STATEMENT_TIMEOUT')];
      expect(timedOut.length).toBeLessThanOrEqual(MAX_CONNECTIONS);
      expectRetryable(others);
    } finally {
      proxy.close();
    }
    await expectAtRest();
  });
});

describe('a client that does not read its answer', () => {
  it('holds no connection of the database, and gets all of it when it reads', async () => {
    // Seven answers of 10 MB take their time on a busy machine.
    await app.close();
    await startApp({ POOL_ACQUIRE_TIMEOUT_MS: '60000', STATEMENT_TIMEOUT_MS: '60000' });
    const session = await app.connect(database, await database.role());
    // What the statement mentions is looked up once.
    await app.sql(session, "SELECT repeat('x', 1) FROM generate_series(1, 1)");
    const leasesBefore = insides.seen(ConnectionLeased).length;
    const body = JSON.stringify({ session_id: session, sql: "SELECT repeat('x', 1000) FROM generate_series(1, 9900)", max_rows: 9900, row_format: 'array' });
    const request = `POST /api/v1/query/sql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
    const clients = Array.from({ length: MAX_CONNECTIONS + 1 }, () => connect(Number(new URL(app.url).port), '127.0.0.1').on('error', () => {}).pause());
    for (const client of clients) client.write(request);
    try {
      await eventually(() => [insides.seen(ConnectionLeased).length - leasesBefore, insides.pools()[0]?.leased.size], ([leases, leased]) => leases === clients.length && leased === 0);
      await expectAtRest();
      expect((await app.sql(session, 'SELECT 1')).status).toBe(200);
      expect(clients.map(({ bytesRead }) => bytesRead)).toEqual(clients.map(() => 0));

      let text = '';
      for await (const chunk of clients[0] ?? []) text += chunk;
      const [head = '', answer = ''] = text.split('\r\n\r\n');
      expect(head).toContain('200 OK');
      expect(JSON.parse(answer)).toMatchObject({ row_count: 9900, truncated: false });
    } finally {
      for (const client of clients) client.destroy();
    }
  });
});

function letThrough(client: Socket): void {
  const upstream = connect(database.port, database.host);
  client.pipe(upstream).pipe(client);
  const pair = [client, upstream];
  for (const socket of pair) socket.on('error', () => {}).on('close', () => pair.forEach((each) => each.destroy()));
}

/** Waits until as many requests as there are lanes, and then some, have come to rows without a failure between them. */
async function everyLaneServed(load: MarkedLoad, sessions: number): Promise<void> {
  await eventually(() => load.endings.slice(-8 * sessions).filter(({ code }) => code !== 'OK').length, (failed) => failed === 0);
}
