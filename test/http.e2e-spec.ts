import { TestApp, testApp } from './support/test-app.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

describe('the HTTP surface', () => {
  let database: TestDatabase;
  let app: TestApp;
  let session: string;

  beforeAll(async () => {
    database = await testDatabase('CREATE TABLE t (id int)');
    app = await testApp();
    session = await app.connect(database, await database.role(['GRANT SELECT ON t TO :role']));
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const json = { 'content-type': 'application/json' };

  it.each([
    ['an unknown route', 'GET', '/api/v1/nothing', {}, undefined, 404, 'ROUTE_NOT_FOUND'],
    ['an unknown root route', 'GET', '/nothing', {}, undefined, 404, 'ROUTE_NOT_FOUND'],
    ['another method', 'GET', '/api/v1/query/sql', {}, undefined, 405, 'METHOD_NOT_ALLOWED'],
    ['another method', 'PUT', '/api/v1/database/connect', json, '{}', 405, 'METHOD_NOT_ALLOWED'],
    ['a body that is no JSON', 'POST', '/api/v1/query/sql', json, '{"sql": ', 400, 'VALIDATION_FAILED'],
    ['an empty JSON body', 'POST', '/api/v1/query/sql', json, '', 400, 'VALIDATION_FAILED'],
    ['no body', 'POST', '/api/v1/query/sql', {}, undefined, 400, 'VALIDATION_FAILED'],
    ['a JSON body that is no object', 'POST', '/api/v1/query/sql', json, '"select 1"', 400, 'VALIDATION_FAILED'],
    ['a JSON array', 'POST', '/api/v1/query/sql', json, '[]', 400, 'VALIDATION_FAILED'],
    ['another media type', 'POST', '/api/v1/query/sql', { 'content-type': 'text/plain' }, 'select 1', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a form', 'POST', '/api/v1/query/sql', { 'content-type': 'application/x-www-form-urlencoded' }, 'sql=select+1', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a body that is too large', 'POST', '/api/v1/query/sql', json, `{"sql":"${'x'.repeat(5_000_000)}"}`, 413, 'BODY_TOO_LARGE'],
    ['a poisoned prototype', 'POST', '/api/v1/query/sql', json, '{"sql":"select 1","__proto__":{"x":1}}', 400, 'VALIDATION_FAILED'],
    ['a bad page', 'GET', '/api/v1/stats/pools?limit=0', {}, undefined, 400, 'VALIDATION_FAILED'],
  ])('answers %s (%s %s) with a problem', async (_, method, path, headers, body, status, code) => {
    const response = await fetch(app.url + path, { method, headers: headers as Record<string, string>, body });
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    const problem = (await response.json()) as Record<string, unknown>;
    expect(problem).toMatchObject({ success: false, status, code, title: expect.any(String), detail: expect.any(String), hint: expect.any(String), retryable: false });
    expect(problem.request_id).toBe(response.headers.get('x-request-id'));
    expect(response.status).toBe(status);
  });

  it('takes over the caller’s request id when it is fit to be logged, and makes one otherwise', async () => {
    const idFor = async (sent: string) => (await app.post('/api/v1/query/sql', { session_id: session, sql: 'SELECT 1' }, { 'x-request-id': sent })).body.request_id;
    expect(await idFor('my-id:42')).toBe('my-id:42');
    expect(await idFor('a b')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idFor('x'.repeat(200))).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('gives statistics and metrics to direct callers on loopback only', async () => {
    for (const path of ['/api/v1/stats/pools', '/api/v1/stats/sessions', '/metrics']) {
      expect((await app.get(path)).status).toBe(200);
      for (const header of ['x-forwarded-for', 'forwarded', 'via', 'x-forwarded-proto']) {
        expect((await app.get(path, { [header]: 'for=127.0.0.1' })).body).toMatchObject({ status: 403, code: 'ADMIN_REQUIRED' });
      }
    }
  });

  it('gives them to the admin token alone where one is set', async () => {
    const guarded = await testApp({ ADMIN_TOKEN: 'a-token-of-sixteen-or-more' });
    try {
      expect((await guarded.get('/api/v1/stats/pools')).status).toBe(403);
      expect((await guarded.get('/api/v1/stats/pools', { authorization: 'Bearer a-token-of-sixteen-or-moro' })).status).toBe(403);
      expect((await guarded.get('/metrics', { authorization: 'Bearer a-token-of-sixteen-or-more', via: '1.1 proxy' })).status).toBe(200);
    } finally {
      await guarded.close();
    }
  });

  it('shows pools as they are', async () => {
    await app.sql(session, 'SELECT 1');
    const { body } = await app.get('/api/v1/stats/pools');
    expect(body).toMatchObject({ total_pools: 1, pools: [{ database: database.name, host: database.host, port: database.port, active_connections: 0, waiting: 0, min_connections: 1, max_connections: 20, timeouts: 0, stale: false }] });
    expect(body.pools[0].opened - body.pools[0].closed).toBe(body.pools[0].idle_connections);
    expect((await app.get('/api/v1/stats/sessions?limit=1')).body.sessions).toHaveLength(1);
  });

  it('is live and ready, and counts what it does', async () => {
    expect((await app.get('/health/live')).body).toEqual({ status: 'ok' });
    expect((await app.get('/health/ready')).body).toMatchObject({ status: 'ok' });
    await app.sql(session, 'SELECT 1/0');
    const { text } = await app.get('/metrics');
    for (const line of [/^databaseai_sessions 1$/m, /^databaseai_pools 1$/m, /^databaseai_pool_connections\{state="idle"\} 1$/m, /^databaseai_connects_total\{outcome="OK"\} 1$/m, /^databaseai_query_duration_seconds_count\{route="sql",outcome="SQL_FAILED"\} 1$/m, /^databaseai_pool_events_total\{kind="connection opened"\} 1$/m]) {
      expect(text).toMatch(line);
    }
  });

  it('is not ready without its default database', async () => {
    const broken = await testApp({ DATABASE_URL: 'postgres://u:p@127.0.0.1:1/d', CONNECT_TIMEOUT_MS: '500' });
    try {
      expect((await broken.get('/health/ready')).status).toBe(503);
      expect((await broken.get('/health/live')).status).toBe(200);
    } finally {
      await broken.close();
    }
  });

  it('cancels the statement of a caller who hangs up', async () => {
    const hangUp = new AbortController();
    const call = fetch(`${app.url}/api/v1/query/sql`, { method: 'POST', headers: json, body: JSON.stringify({ session_id: session, sql: 'SELECT pg_sleep(20)' }), signal: hangUp.signal }).catch(() => 'gone');
    const active = async () => (await database.backends()).filter(({ state }) => state === 'active').length;
    await eventually(active, (count) => count === 1);
    hangUp.abort();
    expect(await call).toBe('gone');
    await eventually(active, (count) => count === 0, 2000);
  });

  it('serves Swagger UI without help from elsewhere', async () => {
    const page = await app.get('/docs');
    expect(page.status).toBe(200);
    expect(page.text).toContain('swagger-ui');
    const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) expect(link).not.toMatch(/^(https?:)?\/\//);
    expect((await app.get('/openapi.json')).body.openapi).toMatch(/^3\./);
  });
});
