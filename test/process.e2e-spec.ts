import { ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

const DIST = resolve(process.cwd(), 'dist');

/** The built service as its own process, as `npm start` runs it. */
function start(script: string, environment: Record<string, string>, cwd = process.cwd()): { child: ChildProcess; output: () => string; ended: Promise<{ code: number | null; signal: string | null }> } {
  const child = spawn(process.execPath, [join(DIST, script)], { cwd, env: { PATH: process.env.PATH, ...environment } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  const ended = new Promise<{ code: number | null; signal: string | null }>((done) => child.once('exit', (code, signal) => done({ code, signal })));
  return { child, output: () => output, ended };
}

describe('the process', () => {
  let database: TestDatabase;
  let url: string;

  beforeAll(async () => {
    database = await testDatabase();
    const { user, password } = await database.role();
    url = `postgres://${user}:${password}@${database.host}:${database.port}/${database.name}`;
  });
  afterAll(() => database.drop());

  const listening = async (service: ReturnType<typeof start>) => {
    const output = await eventually(service.output, (text) => text.includes('listens on'), 20_000);
    return /listens on (\S+),/.exec(output)?.[1] ?? '';
  };
  const sql = (base: string, text: string) => fetch(`${base}/api/v1/query/sql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ sql: text }) });

  it('stops at a bad setting with exit code 1, naming it and what would be right', async () => {
    const { output, ended } = start('main.js', { POOL_MAX_CONNECTIONS: 'many', ADMIN_TOKEN: 'short' });
    expect(await ended).toEqual({ code: 1, signal: null });
    expect(output()).toContain('POOL_MAX_CONNECTIONS=many must');
    expect(output()).toContain('ADMIN_TOKEN=(hidden) must be at least 16 characters');
    expect(output()).not.toContain('short');
  });

  it('lets a running statement finish after SIGTERM, refuses new ones, and leaves no connection', async () => {
    const service = start('main.js', { PORT: '0', DATABASE_URL: url });
    const base = await listening(service);
    const running = sql(base, 'SELECT pg_sleep(1.5), 42 AS answer').then((response) => response.json() as Promise<{ results: { answer: number }[] }>);
    await eventually(() => database.backends(), (backends) => backends.some(({ query }) => query.startsWith('FETCH')));
    service.child.kill('SIGTERM');
    const refused = await eventually(() => sql(base, 'SELECT 1').then(async (response) => ({ status: response.status, body: await response.json() }), () => ({ status: 0, body: undefined })), ({ status }) => status !== 200);
    if (refused.status !== 0) expect(refused).toMatchObject({ status: 503, body: { code: 'SHUTTING_DOWN', retryable: true } });
    expect((await running).results[0]?.answer).toBe(42);
    expect((await service.ended).signal).toBe('SIGTERM');
    await eventually(() => database.backends(), (backends) => backends.length === 0);
  });

  it('cancels what runs longer than the grace period', async () => {
    const service = start('main.js', { PORT: '0', DATABASE_URL: url, SHUTDOWN_GRACE_SECONDS: '0.2' });
    const base = await listening(service);
    const running = sql(base, 'SELECT pg_sleep(25)').then(async (response) => response.json());
    await eventually(() => database.backends(), (backends) => backends.some(({ query }) => query.startsWith('FETCH')));
    service.child.kill('SIGTERM');
    expect(await running).toMatchObject({ code: 'SHUTTING_DOWN', status: 503 });
    await service.ended;
    await eventually(() => database.backends(), (backends) => backends.length === 0);
  });

  it.each([['a second time', 'SIGTERM'], ['another way', 'SIGINT']] as const)('cancels what runs and ends at once when it is told %s', async (_, again) => {
    const service = start('main.js', { PORT: '0', DATABASE_URL: url, SHUTDOWN_GRACE_SECONDS: '60' });
    const base = await listening(service);
    const running = sql(base, 'SELECT pg_sleep(25)').then(async (response) => response.json());
    await eventually(() => database.backends(), (backends) => backends.some(({ query }) => query.startsWith('FETCH')));
    service.child.kill('SIGTERM');
    await eventually(() => fetch(`${base}/health/ready`).then(({ status }) => status, () => 0), (status) => status !== 200);
    service.child.kill(again);
    expect(await running).toMatchObject({ code: 'SHUTTING_DOWN', status: 503 });
    expect((await service.ended).signal).toMatch(/^SIG(TERM|INT)$/);
    await eventually(() => database.backends(), (backends) => backends.length === 0);
  });

  it('ends after the grace period although a client withholds the rest of its body', async () => {
    const service = start('main.js', { PORT: '0', SHUTDOWN_GRACE_SECONDS: '0.2' });
    const { hostname, port } = new URL(await listening(service));
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.write('POST /api/v1/query/sql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n');
    // The service has read the head when it asks for the body.
    await new Promise((asked) => socket.once('data', asked));
    socket.write('{"sql":');
    service.child.kill('SIGTERM');
    expect(await service.ended).toEqual({ code: null, signal: 'SIGTERM' });
    socket.destroy();
  });

  it('writes the request id into its log, and no password', async () => {
    const service = start('main.js', { PORT: '0', DATABASE_URL: url, LOG_LEVEL: 'debug' });
    const base = await listening(service);
    await fetch(`${base}/api/v1/query/sql`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-request-id': 'find-me' }, body: JSON.stringify({ sql: 'SELECT 1/0' }) });
    const lines = await eventually(() => service.output().split('\n').filter((line) => line.includes('find-me')), (found) => found.length >= 2);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ event: 'query executed', request_id: 'find-me', outcome: 'SQL_FAILED', session_ref: 'default' });
    expect(service.output()).not.toContain(new URL(url).password);
    service.child.kill('SIGTERM');
    await service.ended;
  });

  it('loses nothing that was taught when it is killed between writing and renaming', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'taught-'));
    const dataDir = join(folder, 'data');
    const killer = join(folder, 'killer.mjs');
    writeFileSync(killer, `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module'; fs.promises.rename = async () => process.kill(process.pid, 'SIGKILL'); syncBuiltinESMExports();`);
    const settings = { PORT: '0', DATABASE_URL: url, DATA_DIR: dataDir };
    const approve = (base: string, question: string) => fetch(`${base}/api/v1/query/approve`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ question, sql: 'SELECT 1' }) });
    const approved = async (base: string) => ((await (await fetch(`${base}/api/v1/query/approved`)).json()) as { approved: { question: string }[] }).approved.map(({ question }) => question);
    try {
      const first = start('main.js', settings);
      expect((await approve(await listening(first), 'What was before?')).status).toBe(200);
      first.child.kill('SIGTERM');
      await first.ended;

      const second = start('main.js', { ...settings, NODE_OPTIONS: `--import ${killer}` });
      await expect(approve(await listening(second), 'What comes after?')).rejects.toThrow();
      expect((await second.ended).signal).toBe('SIGKILL');
      expect(readdirSync(dataDir).filter((name) => name.endsWith('.tmp'))).toHaveLength(1);

      const third = start('main.js', settings);
      const base = await listening(third);
      expect(await approved(base)).toEqual(['What was before?']);
      expect((await approve(base, 'What comes after?')).status).toBe(200);
      expect(await approved(base)).toEqual(['What comes after?', 'What was before?']);
      third.child.kill('SIGTERM');
      await third.ended;
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('writes an OpenAPI document in which every route has its body, its errors and no session id in a URL', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
    try {
      const { ended, output } = start('openapi.js', {}, folder);
      expect([await ended, output()]).toEqual([{ code: 0, signal: null }, 'openapi.json written\n']);
      const { paths, components } = JSON.parse(readFileSync(join(folder, 'openapi.json'), 'utf8'));
      expect(Object.keys(paths).sort()).toEqual([
        '/api/v1/database/connect', '/api/v1/database/disconnect', '/api/v1/database/ping', '/api/v1/database/session', '/api/v1/query', '/api/v1/query/approve', '/api/v1/query/approved', '/api/v1/query/approved/{id}', '/api/v1/query/sql', '/api/v1/query/translate',
        '/api/v1/schema', '/api/v1/schema/glossary', '/api/v1/schema/refresh', '/api/v1/stats/pools', '/api/v1/stats/sessions', '/health/live', '/health/ready', '/metrics',
      ]);
      for (const [path, methods] of Object.entries<Record<string, { summary: string; responses: object; requestBody?: { content: object }; parameters?: { name: string; in: string }[] }>>(paths)) {
        for (const [method, operation] of Object.entries(methods)) {
          expect([path, method, operation.summary]).toEqual([path, method, expect.any(String)]);
          if (path.startsWith('/api')) expect(Object.keys(operation.responses).some((status) => Number(status) >= 400)).toBe(true);
          if (method === 'post') expect(JSON.stringify(operation.requestBody)).toContain('$ref');
          for (const parameter of operation.parameters ?? []) if (parameter.in !== 'header') expect(parameter.name).not.toMatch(/session/);
        }
      }
      expect(components.schemas.ConnectDto).toMatchObject({ required: ['host', 'database', 'username', 'password'], properties: { port: { default: 5432, minimum: 1, maximum: 65535 }, host: { description: expect.any(String) } } });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
