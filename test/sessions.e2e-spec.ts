import { Answer, TestApp, testApp } from './support/test-app.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('sessions', () => {
  let database: TestDatabase;
  let role: { user: string; password: string };
  let app: TestApp;

  beforeAll(async () => {
    database = await testDatabase('CREATE TABLE customers (id int PRIMARY KEY, name text); CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE hidden (id int)');
    role = await database.role(['GRANT SELECT ON customers, orders TO :role']);
    app = await testApp();
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const connect = (more: object = {}, on = app): Promise<Answer> =>
    on.post('/api/v1/database/connect', { host: database.host, port: database.port, database: database.name, username: role.user, password: role.password, ...more });

  it('open with the answer of the original, and more', async () => {
    const { status, body, headers } = await connect();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true, message: 'Connection successful', session_id: expect.stringMatching(UUID),
      database_info: { version: expect.stringMatching(/^PostgreSQL \d+/), database: database.name, table_count: 2, user: role.user, superuser: false, encrypted: false, warnings: [] },
    });
    expect(new Date(body.expires_at).getTime()).toBeGreaterThan(Date.now() + 59 * 60_000);
    expect(headers.get('x-request-id')).toBe(body.request_id);
  });

  it('warn of a superuser', async () => {
    const { body } = await connect({ username: database.admin.user, password: database.admin.password });
    expect(body.database_info).toMatchObject({ superuser: true, warnings: [expect.stringContaining('superuser')] });
  });

  it.each([
    ['a wrong password', { password: 'wrong' }, 401, 'AUTHENTICATION_FAILED'],
    ['an unknown role', { username: 'nobody_of_this_name' }, 401, 'AUTHENTICATION_FAILED'],
    ['an unknown database', { database: 'no_such_database' }, 404, 'DATABASE_NOT_FOUND'],
    ['a port where nothing listens', { port: 1025 }, 503, 'DATABASE_UNAVAILABLE'],
    ['a name that does not resolve', { host: 'no-such-host.invalid' }, 503, 'DATABASE_UNAVAILABLE'],
    ['an address the policy refuses', { host: '169.254.169.254' }, 403, 'HOST_NOT_ALLOWED'],
    ['a port the policy refuses', { port: 22 }, 403, 'HOST_NOT_ALLOWED'],
    ['TLS where the server has none', { ssl: 'require' }, 503, 'DATABASE_UNAVAILABLE'],
  ])('do not open with %s', async (_, more, status, code) => {
    const answer = await connect(more);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toMatchObject({ success: false, type: 'about:blank', status, code, detail: expect.any(String), hint: expect.any(String), request_id: expect.any(String) });
    expect(answer.text).not.toContain(role.password);
    expect(answer.body.session_id).toBeUndefined();
  });

  it('take no answer for a server that never answers', async () => {
    const { createServer } = await import('node:net');
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const quick = await testApp({ CONNECT_TIMEOUT_MS: '200' });
    try {
      const answer = await connect({ host: '127.0.0.1', port: (silent.address() as { port: number }).port }, quick);
      expect(answer.body).toMatchObject({ status: 503, code: 'DATABASE_UNAVAILABLE', retryable: true });
      expect(answer.headers.get('retry-after')).toBe('1');
    } finally {
      await quick.close();
      silent.close();
    }
  });

  it('name every bad field', async () => {
    const { status, body } = await app.post('/api/v1/database/connect', { host: 'a,b', port: 0, username: '', password: 'x\0y', colour: 'red', ssl: 'maybe' });
    expect(status).toBe(400);
    expect(body.code).toBe('VALIDATION_FAILED');
    expect([...new Set(body.errors.map(({ field }: { field: string }) => field))].sort()).toEqual(['colour', 'database', 'host', 'password', 'port', 'ssl', 'username']);
  });

  it('share one pool with the same credentials, and never with another password', async () => {
    const sessions = (await Promise.all(Array.from({ length: 10 }, () => connect()))).map(({ body }) => body.session_id);
    await Promise.all(sessions.map((id) => app.sql(id, 'SELECT 1')));
    const ofRole = async () => (await app.get('/api/v1/stats/pools')).body.pools.filter(({ user }: { user: string }) => user === role.user);
    expect(await ofRole()).toHaveLength(1);

    expect((await connect({ password: 'other' })).status).toBe(401);
    expect((await connect({ password: '' })).status).toBe(401);
    expect(await ofRole()).toHaveLength(1);
  });

  it('verify credentials with one handshake within the recheck time', async () => {
    const fresh = await database.role(['GRANT SELECT ON customers TO :role']);
    const as = { username: fresh.user, password: fresh.password };
    await Promise.all(Array.from({ length: 20 }, () => connect(as)));
    await connect(as);
    expect((await database.backends()).filter(({ usename }) => usename === fresh.user)).toHaveLength(1);
  });

  it('end with 401 on every route once the database refuses their password, until one connects with the new one', async () => {
    const rotating = await database.role();
    const as = { username: rotating.user, password: rotating.password };
    const { session_id } = (await connect(as)).body;
    expect((await app.get('/api/v1/schema', { 'x-session-id': session_id })).status).toBe(200);
    await database.sql.unsafe(`ALTER ROLE ${rotating.user} PASSWORD 'changed'`);
    await database.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ${rotating.user}`;
    await eventually(() => app.sql(session_id, 'SELECT 1'), ({ body }) => body.code === 'AUTHENTICATION_FAILED');
    for (const answer of [await app.get('/api/v1/schema', { 'x-session-id': session_id }), await app.post('/api/v1/database/ping', { session_id })]) {
      expect(answer.body).toMatchObject({ status: 401, code: 'AUTHENTICATION_FAILED', retryable: false });
    }
    expect((await connect(as)).status).toBe(401);
    const fresh = (await connect({ ...as, password: 'changed' })).body.session_id;
    expect((await app.sql(fresh, 'SELECT 1 AS x')).body.results).toEqual([{ x: 1 }]);
    expect((await app.post('/api/v1/database/disconnect', { session_id })).status).toBe(200);
  });

  it('open although another server lets everyone wait', async () => {
    const { createServer } = await import('node:net');
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const busy = await testApp({ CONNECT_MAX_CONCURRENT: '2', CONNECT_TIMEOUT_MS: '1500' });
    try {
      const stuck = Array.from({ length: 6 }, () => connect({ host: '127.0.0.1', port: (silent.address() as { port: number }).port, username: Math.random().toString(36) }, busy));
      const good = await Promise.race([connect({}, busy).then(({ status }) => status), Promise.race(stuck).then(() => 'the stuck ones came first')]);
      expect(good).toBe(200);
      for (const { body } of await Promise.all(stuck)) expect(body).toMatchObject({ status: 503, code: 'DATABASE_UNAVAILABLE' });
    } finally {
      await busy.close();
      silent.close();
    }
  });

  it('are told by body or header, are described and kept alive', async () => {
    const { session_id } = (await connect()).body;
    const info = await app.get('/api/v1/database/session', { 'x-session-id': session_id });
    expect(info.body).toMatchObject({ success: true, database: database.name, host: database.host, user: role.user, request_count: 1, read_only: true });
    const ping = await app.post('/api/v1/database/ping', { session_id });
    expect(ping.body).toMatchObject({ success: true, request_count: 2 });
    expect((await app.post('/api/v1/database/ping', undefined, { 'x-session-id': session_id })).body).toMatchObject({ request_count: 3 });
    expect(ping.body.expires_at >= info.body.expires_at).toBe(true);
  });

  it('are unknown after disconnect, and never existed for a made-up id', async () => {
    const { session_id } = (await connect()).body;
    expect((await app.post('/api/v1/database/disconnect', { session_id })).body).toMatchObject({ success: true, message: 'Disconnected' });
    for (const id of [session_id, '00000000-0000-4000-8000-000000000000', 'nonsense']) {
      expect((await app.sql(id, 'SELECT 1')).body).toMatchObject({ status: 404, code: 'SESSION_NOT_FOUND', retryable: false });
    }
  });

  it('are required where there is no default database', async () => {
    expect((await app.post('/api/v1/query/sql', { sql: 'SELECT 1' })).body).toMatchObject({ status: 400, code: 'SESSION_REQUIRED' });
    expect((await app.get('/api/v1/database/session')).body).toMatchObject({ status: 400, code: 'SESSION_REQUIRED' });
  });

  it('cancel what runs when they are disconnected', async () => {
    const { session_id } = (await connect()).body;
    const running = app.sql(session_id, 'SELECT pg_sleep(20)');
    await eventually(() => database.backends(), (backends) => backends.some(({ query, state }) => query.startsWith('FETCH') && state === 'active'));
    await app.post('/api/v1/database/disconnect', { session_id });
    expect((await running).body).toMatchObject({ status: 409, code: 'QUERY_CANCELLED' });
    await eventually(() => database.backends(), (backends) => backends.every(({ state }) => state !== 'active'));
  });

  it('expire after their timeout, and their pool is closed and rebuilt unseen', async () => {
    const quick = await testApp({ SESSION_TIMEOUT_MINUTES: '0.03', POOL_IDLE_TIMEOUT_MINUTES: '0.01' });
    try {
      const { session_id } = (await connect({}, quick)).body;
      await quick.sql(session_id, 'SELECT 1');
      await eventually(() => quick.get('/api/v1/stats/pools'), ({ body }) => body.total_pools === 0);
      expect((await quick.sql(session_id, 'SELECT 2 AS x')).body.results).toEqual([{ x: 2 }]);
      await eventually(() => quick.get('/api/v1/stats/sessions'), ({ body }) => body.total_sessions === 0);
      expect((await quick.sql(session_id, 'SELECT 1')).body).toMatchObject({ status: 404, code: 'SESSION_NOT_FOUND' });
    } finally {
      await quick.close();
    }
  });

  it('are held up to the limit', async () => {
    const small = await testApp({ MAX_SESSIONS: '2' });
    try {
      await connect({}, small);
      await connect({}, small);
      const third = await connect({}, small);
      expect(third.body).toMatchObject({ status: 429, code: 'TOO_MANY_SESSIONS', retryable: true });
      expect(third.headers.get('retry-after')).toBe('1');
    } finally {
      await small.close();
    }
  });

  it('of one tenant are one caller’s only by their id: statistics tell no id and no credential', async () => {
    const { session_id } = (await connect()).body;
    const stats = await app.get('/api/v1/stats/sessions?limit=1000');
    expect(stats.body.sessions.length).toBe(stats.body.total_sessions);
    expect(stats.body.sessions[0]).toEqual({
      session_id: expect.stringMatching(/^ref_[\w-]{22}$/), tenant: 'default', database: database.name, host: database.host, user: expect.any(String),
      created_at: expect.any(String), last_accessed: expect.any(String), expires_at: expect.any(String), request_count: expect.any(Number),
    });
    expect(stats.text).not.toContain(session_id.slice(0, 8));
    expect(stats.text).not.toContain(role.password);
    const reference = stats.body.sessions.at(-1).session_id;
    expect((await app.sql(reference, 'SELECT 1')).status).toBe(404);
  });
});

describe('the default database', () => {
  let database: TestDatabase;
  let app: TestApp;

  beforeAll(async () => {
    database = await testDatabase();
    const { user, password } = await database.role();
    // Configured by the operator: egress rules do not apply to it.
    app = await testApp({ DATABASE_URL: `postgres://${user}:${password}@${database.host}:${database.port}/${database.name}`, EGRESS_DENY: 'loopback,private' });
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  it('serves callers without a session', async () => {
    expect((await app.post('/api/v1/query/sql', { sql: 'SELECT current_database() AS name' })).body.results).toEqual([{ name: database.name }]);
  });

  it('is not what another caller connects to', async () => {
    expect((await app.post('/api/v1/database/connect', { host: database.host, port: database.port, database: database.name, username: 'x', password: 'x' })).body).toMatchObject({ code: 'HOST_NOT_ALLOWED' });
  });
});
