import type { Server } from 'node:http';
import { connect } from 'node:net';
import { CanActivate, ExecutionContext, ForbiddenException, GoneException, Module, ServiceUnavailableException, UnauthorizedException } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { createApp } from '../src/create-app.js';
import { exchange as raw } from './support/http-line.js';
import { TestApp, testApp } from './support/test-app.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

/** A team's own guard that refuses as Nest's own guards do. */
class ForeignGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    const wish = execution.switchToHttp().getRequest<FastifyRequest>().headers['x-refuse'];
    if (wish === 'unauthorized') throw new UnauthorizedException();
    if (wish === 'forbidden') throw new ForbiddenException();
    if (wish === 'unavailable') throw new ServiceUnavailableException();
    if (wish === 'gone') throw new GoneException();
    return wish !== 'false';
  }
}

@Module({ providers: [{ provide: APP_GUARD, useClass: ForeignGuard }] })
class ForeignModule {}

const rawProblem = (answer: string) => {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return { head: head.toLowerCase(), body: JSON.parse(body) as Record<string, unknown> };
};

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
    ['another method and a query', 'GET', '/api/v1/query/sql?at=12:00', {}, undefined, 405, 'METHOD_NOT_ALLOWED'],
    ['another method', 'PUT', '/api/v1/database/connect', json, '{}', 405, 'METHOD_NOT_ALLOWED'],
    ['a body that is no JSON', 'POST', '/api/v1/query/sql', json, '{"sql": ', 400, 'VALIDATION_FAILED'],
    ['an empty JSON body', 'POST', '/api/v1/query/sql', json, '', 400, 'VALIDATION_FAILED'],
    ['no body', 'POST', '/api/v1/query/sql', {}, undefined, 400, 'VALIDATION_FAILED'],
    ['a JSON body that is no object', 'POST', '/api/v1/query/sql', json, '"select 1"', 400, 'VALIDATION_FAILED'],
    ['a JSON array', 'POST', '/api/v1/query/sql', json, '[]', 400, 'VALIDATION_FAILED'],
    ['another media type', 'POST', '/api/v1/query/sql', { 'content-type': 'text/plain' }, 'select 1', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a form', 'POST', '/api/v1/query/sql', { 'content-type': 'application/x-www-form-urlencoded' }, 'sql=select+1', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a body that is too large', 'POST', '/api/v1/query/sql', json, `{"sql":"${'x'.repeat(5_000_000)}"}`, 413, 'BODY_TOO_LARGE'],
    ['a caller who takes no JSON', 'POST', '/api/v1/query/sql', { ...json, accept: 'text/csv' }, '{"sql":"SELECT 1"}', 406, 'NOT_ACCEPTABLE'],
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

  it('gives statistics and metrics to direct callers on loopback', async () => {
    for (const path of ['/api/v1/stats/pools', '/api/v1/stats/sessions', '/metrics']) expect((await app.get(path)).status).toBe(200);
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
    for (const line of [/^databaseai_sessions 1$/m, /^databaseai_pools 1$/m, /^databaseai_pool_connections\{state="idle"\} [1-9]\d*$/m, /^databaseai_connects_total\{outcome="OK"\} 1$/m, /^databaseai_query_duration_seconds_count\{route="sql",outcome="SQL_FAILED"\} 1$/m, /^databaseai_pool_events_total\{kind="connection opened"\} [1-9]\d*$/m]) {
      expect(text).toMatch(line);
    }
  });

  it('is not ready without its default database', async () => {
    const broken = await testApp({ DATABASE_URL: 'postgres://u:p@127.0.0.1:1/d', CONNECT_TIMEOUT_MS: '500' });
    try {
      const ready = await broken.get('/health/ready');
      expect(ready.status).toBe(503);
      expect(ready.headers.get('content-type')).toContain('application/json');
      expect(ready.body).toMatchObject({ status: 'error', details: { pools: { status: 'up' }, default_database: { status: 'down', message: 'does not answer' } } });
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

  // Each of these is small on the wire, and took the event loop minutes, or its stack, before anything refused it.
  it.each([
    ['200,000 unknown fields', () => JSON.stringify({ sql: 'SELECT 1', ...Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, 1])) }), []],
    ['as many inside a known field', () => JSON.stringify({ sql: Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, 1])) }), []],
    ['a list instead of an object', () => JSON.stringify(new Array(500_000).fill({})), []],
    ['lists inside each other', () => `{"sql":"SELECT 1","params":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, [{ field: 'params', message: 'params must not be nested more than 32 levels deep' }]],
    ['objects inside each other', () => `{"sql":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`, [{ field: 'sql', message: 'sql must not be nested more than 32 levels deep' }]],
    ['more parameters than a statement takes', () => JSON.stringify({ sql: 'SELECT 1', params: new Array(1_000_000).fill({}) }), [{ field: 'params', message: 'params must be a list of at most 65533 values' }]],
    ['parameters that are no list', () => JSON.stringify({ sql: 'SELECT 1', params: Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, 1])) }), [{ field: 'params', message: 'params must be a list of at most 65533 values' }]],
  ])('refuses %s without working through it', async (_, body, errors) => {
    const { status, text, body: problem } = await app.post('/api/v1/query/sql', body());
    expect([status, problem.code, problem.errors]).toEqual([400, 'VALIDATION_FAILED', errors]);
    expect(text.length).toBeLessThan(2000);
  });

  it('tells of twenty bad fields at most, and of long names only the beginning', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${'x'.repeat(10_000)}${i}`, 1]));
    const { text, body } = await app.post('/api/v1/query/sql', { sql: 'SELECT 1', ...unknown });
    expect(body.errors).toHaveLength(20);
    expect(body.detail).toMatch(/; 80 more$/);
    expect(text.length).toBeLessThan(20_000);
  });

  it('passes parameters on as they were sent, however many keys they have', async () => {
    const keys = Object.fromEntries(Array.from({ length: 120_000 }, (_, i) => [`k${i}`, [i, {}]]));
    const { status, body } = await app.sql(session, 'SELECT count(*) AS keys FROM jsonb_object_keys($1::jsonb)', { params: [keys] });
    expect([status, body.results]).toEqual([200, [{ keys: 120_000 }]]);
  });

  it('takes a body as long as MAX_SQL_BYTES asks for', async () => {
    const roomy = await testApp({ MAX_SQL_BYTES: '6000000' });
    try {
      const { body } = await roomy.post('/api/v1/query/sql', { session_id: await roomy.connect(database, await database.role()), sql: `SELECT 1 AS one -- ${'x'.repeat(5_500_000)}` });
      expect(body.results).toEqual([{ one: 1 }]);
    } finally {
      await roomy.close();
    }
  });

  it.each([
    ['headers that are too large', `GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
    ['what is not HTTP', 'HELLO\r\n\r\n', 400, 'REQUEST_REFUSED'],
    ['a way out of the folder of the documentation', 'GET /docs/../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 403, 'FORBIDDEN'],
    ['an encoded way out of it', 'GET /docs/..%2f..%2fetc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 404, 'ROUTE_NOT_FOUND'],
  ])('answers %s with a problem', async (_, text, status, code) => {
    const { head, body } = rawProblem(await raw(app.url, text));
    expect(head).toContain(`http/1.1 ${status} `);
    expect(head).toContain('content-type: application/problem+json; charset=utf-8');
    expect(head).toContain(`x-request-id: ${String(body.request_id)}`);
    expect(body).toMatchObject({ success: false, status, code });
  });

  it('drops a request whose body does not arrive in time', async () => {
    const slow = await createApp({ environment: { PORT: '0', DATABASE_URL: '' } });
    try {
      await slow.listen(0, '127.0.0.1');
      const server = slow.getHttpServer() as Server;
      expect([server.headersTimeout, server.requestTimeout]).toEqual([15_000, 30_000]);
      // The same bound, sooner.
      server.headersTimeout = server.requestTimeout = 50;
      const { head, body } = rawProblem(await raw(await slow.getUrl(), 'POST /api/v1/query/sql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"sql":'));
      expect(head).toContain('http/1.1 408 ');
      expect(body).toMatchObject({ status: 408, code: 'REQUEST_TIMEOUT', retryable: true });
    } finally {
      await slow.close();
    }
  });

  it('answers to names of this machine only while it listens on loopback', async () => {
    const ask = async (target: TestApp, host: string) => (await raw(target.url, `GET /health/live HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).split('\r\n\r\n');
    for (const host of ['localhost', 'LOCALHOST:3000', '127.0.0.1', '127.0.0.1:80', '[::1]:3000', '192.168.1.5']) expect((await ask(app, host))[1]).toBe('{"status":"ok"}');
    for (const host of ['rebound.example', 'rebound.example:3000', 'localhost.rebound.example', '127.0.0.1.rebound.example', '']) {
      expect(JSON.parse((await ask(app, host))[1] ?? '')).toMatchObject({ status: 403, code: 'FORBIDDEN', hint: expect.stringContaining('localhost') });
    }
    const open = await testApp({ HOST: '0.0.0.0', ALLOW_OPEN: 'true' });
    try {
      expect((await ask(open, 'database.example'))[1]).toBe('{"status":"ok"}');
    } finally {
      await open.close();
    }
  });

  it.each(['application/json', 'text/csv, */*;q=0.1', 'application/problem+json', 'APPLICATION/*'])('takes "Accept: %s"', async (accept) => {
    expect((await app.post('/api/v1/query/sql', { session_id: session, sql: 'SELECT 1' }, { accept })).status).toBe(200);
  });

  it('answers /metrics and /docs whatever a caller accepts', async () => {
    for (const path of ['/metrics', '/docs', '/health/live']) expect((await app.get(path, { accept: 'text/plain' })).status).toBe(200);
  });

  it('answers the refusals of a foreign guard with what they are', async () => {
    const guarded = await testApp({}, { imports: [ForeignModule] });
    try {
      const refusal = async (wish: string) => (await guarded.get('/health/live', { 'x-refuse': wish })).body;
      expect(await refusal('false')).toMatchObject({ status: 403, code: 'FORBIDDEN' });
      expect(await refusal('forbidden')).toMatchObject({ status: 403, code: 'FORBIDDEN' });
      expect(await refusal('unauthorized')).toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
      expect(await refusal('unavailable')).toMatchObject({ status: 503, code: 'INTERNAL' });
      expect(await refusal('gone')).toMatchObject({ status: 410, code: 'REQUEST_REFUSED', retryable: false });
    } finally {
      await guarded.close();
    }
  });

  it('cancels all statements of a caller who sent several at once and hangs up', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    const body = JSON.stringify({ session_id: session, sql: 'SELECT pg_sleep(20)' });
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    socket.write(`POST /api/v1/query/sql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`.repeat(12));
    const active = async () => (await database.backends()).filter(({ state }) => state === 'active').length;
    await eventually(active, (count) => count === 12);
    socket.destroy();
    await eventually(active, (count) => count === 0, 5000);
    process.off('warning', note);
    expect(warnings.filter(({ name }) => name === 'MaxListenersExceededWarning')).toEqual([]);
  });
});
