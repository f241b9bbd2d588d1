import { connect as dial, createServer, type AddressInfo, type Server } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../src/create-app.js';
import { hostileServer } from './support/hostile-server.js';
import { testApp } from './support/test-app.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

/** A way to the database that counts how often it is gone. */
interface Front {
  readonly port: number;
  readonly dials: number;
  close(): void;
}

async function front({ host, port }: TestDatabase): Promise<Front> {
  let dials = 0;
  const server: Server = createServer((inner) => {
    dials++;
    const outer = dial(port, host);
    inner.pipe(outer).pipe(inner);
    for (const socket of [inner, outer]) socket.on('error', () => {}).on('close', () => [inner, outer].forEach((each) => each.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get dials() {
      return dials;
    },
    close: () => void server.close(),
  };
}

describe('failed connects', () => {
  let database: TestDatabase;
  let role: { user: string; password: string };
  let app: NestFastifyApplication;
  let way: Front;

  beforeAll(async () => {
    database = await testDatabase();
    role = await database.role();
  });
  afterAll(() => database.drop());

  // Every test begins with nothing counted. So few may fail that none drains away while a test runs: one as one role, three
  // from one network, six as one role over all networks.
  beforeEach(async () => {
    way = await front(database);
    app = await createApp({ environment: { DATABASE_URL: '', CONNECT_FAILURES_PER_MINUTE: '3' } });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });
  afterEach(async () => {
    await app.close();
    way.close();
  });

  const connect = async (more: object = {}, from = '192.0.2.1') => {
    const payload = { host: '127.0.0.1', port: way.port, database: database.name, username: role.user, password: role.password, ...more };
    const { statusCode: status, headers, body } = await app.inject({ method: 'POST', url: '/api/v1/database/connect', remoteAddress: from, payload });
    return { status, headers, body: JSON.parse(body) };
  };
  const wrong = (count: number, more: (index: number) => object = () => ({}), from?: string) =>
    Promise.all(Array.from({ length: count }, (_, index) => connect({ password: `wrong ${index}`, ...more(index) }, from)));
  const count = (answers: { status: number }[], status: number) => answers.filter((answer) => answer.status === status).length;

  it('are refused with 429 once a network has failed as often as it may as one role, and nothing is dialled any more', async () => {
    expect((await connect({ password: 'wrong' })).body.code).toBe('AUTHENTICATION_FAILED');
    const { dials } = way;
    expect(dials).toBeGreaterThan(0);
    const { status, headers, body } = await connect({ password: 'wrong again' });
    expect(body).toMatchObject({ status, success: false, code: 'TOO_MANY_REQUESTS', retryable: true, detail: 'Too many connects from this address as this role have failed.' });
    expect(status).toBe(429);
    expect(Number(headers['retry-after'])).toBeGreaterThan(1);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
    // Even the right password is not looked at.
    expect((await connect()).status).toBe(429);
    expect(way.dials).toBe(dials);

    const metrics = await app.inject({ url: '/metrics', remoteAddress: '127.0.0.1' });
    expect(metrics.body).toContain('databaseai_connects_total{outcome="TOO_MANY_REQUESTS"} 2');
  });

  it('do not hold up another network or another role', async () => {
    const other = await database.role();
    expect(count(await wrong(10), 401)).toBe(1);
    expect((await connect({}, '192.0.2.2')).status).toBe(200);
    expect((await connect({ username: other.user, password: other.password })).status).toBe(200);
  });

  it('of two hundred at once as one role are no more than one, with one handshake', async () => {
    const answers = await wrong(200);
    expect([count(answers, 401), count(answers, 429)]).toEqual([1, 199]);
    expect(way.dials).toBe(1);
  });

  it('of a hundred at once at as many servers are no more than three', async () => {
    const answers = await wrong(100, (index) => ({ host: `host-${index}.invalid`, port: 1024 + index }));
    expect([count(answers, 503), count(answers, 429)]).toEqual([3, 97]);
  });

  it('at addresses that the policy refuses count too', async () => {
    const answers = await wrong(100, (index) => ({ host: `169.254.0.${index}` }));
    expect([count(answers, 403), count(answers, 429)]).toEqual([3, 97]);
  });

  it('lock nobody out who has connected from there before', async () => {
    expect((await connect()).status).toBe(200);
    expect(count(await wrong(10, (index) => ({ username: `nobody_${index}` })), 429)).toBe(7);
    expect((await connect({ username: 'newcomer' })).status).toBe(429);
    expect((await connect()).status).toBe(200);
    // Nor does the exemption tell the right password from others: refused ones count as this role's failures.
    expect(count(await wrong(10), 429)).toBe(10);
    expect((await connect()).status).toBe(429);
  });

  it('of many networks lock nobody out', async () => {
    expect((await connect()).status).toBe(200);
    const attack = await Promise.all(Array.from({ length: 20 }, (_, network) => wrong(1, () => ({}), `198.51.100.${network}`)));
    expect([count(attack.flat(), 401), count(attack.flat(), 429)]).toEqual([6, 14]);
    expect((await connect({}, '192.0.2.2')).status).toBe(429);
    expect((await connect()).status).toBe(200);
  });

  it('are not made up for by successes', async () => {
    const mine = await database.role();
    let failures = 0;
    for (let round = 0; round < 4; round++) {
      expect((await connect({ username: mine.user, password: mine.password })).status).toBe(200);
      failures += count([await connect({ password: `wrong ${round}` })], 401);
    }
    expect(failures).toBe(1);
  });

  it('do not come of many right passwords at once', async () => {
    const roles = await Promise.all(Array.from({ length: 20 }, () => database.role()));
    const answers = await Promise.all(roles.map(({ user, password }) => connect({ username: user, password })));
    expect(count(answers, 200)).toBe(20);
  });

  it('count when the caller has hung up before they were known', async () => {
    const silent = await hostileServer(() => {});
    const quick = await testApp({ CONNECT_TIMEOUT_MS: '300', CONNECT_FAILURES_PER_MINUTE: '3' });
    try {
      const body = { host: '127.0.0.1', port: silent.port, database: 'd', username: 'u', password: 'p' };
      const hangUp = new AbortController();
      const gone = fetch(`${quick.url}/api/v1/database/connect`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal: hangUp.signal });
      await eventually(() => silent.connections, (connections) => connections === 1);
      hangUp.abort();
      await expect(gone).rejects.toThrow();
      expect((await quick.post('/api/v1/database/connect', body)).body).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
      expect(silent.connections).toBe(1);
    } finally {
      await quick.close();
      silent.close();
    }
  });

  it('take the same time whatever the reason', async () => {
    const stranger = await hostileServer(({ socket }) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    try {
      const reasons = { 'closed port': { port: 1025 }, 'no PostgreSQL': { port: stranger.port }, 'no such name': { host: 'no-such-host.invalid' }, 'no TLS': { ssl: 'require' }, 'wrong password': { password: 'wrong' } };
      let addresses = 1;
      for (const [reason, more] of Object.entries(reasons)) {
        const begun = performance.now();
        const { status } = await connect(more, `192.0.2.${addresses++}`);
        expect([reason, status]).toEqual([reason, reason === 'wrong password' ? 401 : 503]);
        // A timer may be a millisecond early.
        expect({ reason, early: performance.now() - begun < 248 }).toEqual({ reason, early: false });
      }
    } finally {
      stranger.close();
    }
  });
});
