import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

const ADMIN_TOKEN = `token-${randomBytes(12).toString('hex')}`;
const CREDENTIALS_KEYS = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];

describe('what the service tells', () => {
  let database: TestDatabase;
  beforeAll(async () => void (database = await testDatabase('CREATE TABLE secrets (value text); INSERT INTO secrets VALUES (\'a value in a row\')')));
  afterAll(() => database.drop());

  it('has no password, session id, token or key in it, at any level and whatever goes wrong', async () => {
    const role = await database.role(['GRANT SELECT ON secrets TO :role']);
    const standing = await database.role();
    const service = spawn(process.execPath, [join(resolve(process.cwd(), 'dist'), 'main.js')], {
      env: {
        PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'trace', ADMIN_TOKEN, CREDENTIALS_KEY: CREDENTIALS_KEYS.join(','), CONNECT_TIMEOUT_MS: '1000',
        DATABASE_URL: `postgres://${standing.user}:${standing.password}@${database.host}:${database.port}/${database.name}`,
      },
    });
    let log = '';
    for (const stream of [service.stdout, service.stderr]) stream.on('data', (chunk) => (log += chunk));
    await eventually(() => log, (text) => text.includes('listens on'), 20_000);
    const base = /listens on (\S+),/.exec(log)?.[1] ?? '';

    const told: string[] = [];
    const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const response = await fetch(base + path, { method, headers: { ...(text ? { 'content-type': 'application/json' } : {}), ...headers }, body: text });
      const answer = await response.text();
      const wholly = JSON.stringify([...response.headers]) + answer;
      return { status: response.status, answer, wholly };
    };
    const tell = async (...request: Parameters<typeof call>) => {
      const { status, answer, wholly } = await call(...request);
      told.push(wholly);
      return { status, answer };
    };
    const credentials = { host: database.host, port: database.port, database: database.name, username: role.user, password: role.password };
    const connect = (more: object = {}) => call('POST', '/api/v1/database/connect', { ...credentials, ...more });

    // The one answer that has a session id in it is connect's own.
    const id = JSON.parse((await connect()).answer).session_id as string;
    const wrong = `wrong-${randomBytes(8).toString('hex')}`;
    for (const more of [{ password: wrong }, { password: wrong, database: 'no_such_database' }, { password: wrong, port: 1 }, { password: wrong, host: '169.254.169.254' }, { password: wrong, username: 'nobody' }, { password: wrong, ssl: 'verify-full' }, { password: `${wrong}\0` }, { password: [wrong] }, { passwort: 1, password: wrong }]) {
      const { status, wholly } = await connect(more);
      expect(status).toBeGreaterThanOrEqual(400);
      told.push(wholly);
    }
    // A body is not JSON in many ways, and parsers like to quote what they stumble on.
    const text = JSON.stringify({ ...credentials, password: wrong });
    for (const broken of [text.slice(0, -1), text.replace(`"${wrong}"`, wrong), `${text}x`, text.replace(':', ''), `"${wrong}"`, wrong]) expect((await tell('POST', '/api/v1/database/connect', broken)).status).toBe(400);

    const session = { 'x-session-id': id };
    for (const sql of ['SELECT value FROM secrets', 'SELECT 1/0', 'SELEC', 'SELECT * FROM nowhere', 'DELETE FROM secrets', 'SELECT pg_sleep(5)']) await tell('POST', '/api/v1/query/sql', { sql, timeout_ms: 300 }, session);
    await tell('POST', '/api/v1/query', { session_id: id, question: 'How many secrets are there?' });
    await tell('POST', '/api/v1/query', { session_id: id, question: 'What is the weather?' });
    for (const path of ['/api/v1/database/session', '/api/v1/schema', '/api/v1/stats/sessions', '/health/ready', '/metrics']) await tell('GET', path, undefined, session);
    // Where callers put it by mistake.
    for (const path of [`/api/v1/database/session?session_id=${id}`, `/api/v1/database/session/${id}`, `/${id}`, `/api/v1/stats/sessions?cursor=${id}`, `/%zz${id}`]) await tell('GET', path);
    for (const path of ['/api/v1/stats/pools', '/api/v1/stats/sessions', '/metrics']) {
      expect((await tell('GET', path, undefined, { authorization: `Bearer ${ADMIN_TOKEN}` })).status).toBe(200);
      expect((await tell('GET', path, undefined, { authorization: `Bearer ${ADMIN_TOKEN}x` })).status).toBe(403);
    }
    for (const path of ['/openapi.json', '/docs', '/docs/swagger-ui-init.js']) await tell('GET', path);
    await tell('POST', '/api/v1/database/ping', { session_id: id });
    expect((await tell('POST', '/api/v1/database/disconnect', { session_id: id })).status).toBe(200);
    await tell('POST', '/api/v1/database/disconnect', { session_id: id });

    const proc = `/proc/${service.pid}/cmdline`;
    const commandLine = existsSync(proc) ? readFileSync(proc, 'utf8') : '';
    service.kill('SIGTERM');
    await once(service, 'exit');

    // It was listened to.
    for (const word of ['session opened', 'connect refused', 'query executed', 'session closed', 'connection opened', role.user]) expect(log).toContain(word);
    const everything = { log, told: told.join('\n'), commandLine };
    const secrets = { id, password: role.password, wrong, standing: standing.password, ADMIN_TOKEN, first: CREDENTIALS_KEYS[0] ?? '', second: CREDENTIALS_KEYS[1] ?? '' };
    for (const [where, whole] of Object.entries(everything)) {
      for (const [name, secret] of Object.entries(secrets)) {
        for (const form of [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)]) expect([where, name, whole.split('\n').find((line) => line.includes(form))]).toEqual([where, name, undefined]);
      }
    }
    // Of what a query read, and of its text, the log has nothing unless it is asked for.
    for (const value of ['a value in a row', 'FROM secrets', 'the weather']) expect(log).not.toContain(value);
    for (const line of log.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
  });
});
