import { ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

const SESSIONS = 100;

describe('the heap of the service', () => {
  let database: TestDatabase;
  let service: ChildProcess;
  let base: string;
  const folder = mkdtempSync(join(tmpdir(), 'heap-'));

  beforeAll(async () => {
    database = await testDatabase();
    service = fork(resolve(process.cwd(), 'test/support/heap-process.mjs'), {
      env: { PATH: process.env.PATH, POOL_MAX_CONNECTIONS_PER_SERVER: '20', POOL_IDLE_TIMEOUT_MINUTES: '0.05', CREDENTIALS_RECHECK_SECONDS: '1' },
    });
    const [{ url }] = (await once(service, 'message')) as [{ url: string }];
    base = `${url}/api/v1`;
  });
  afterAll(async () => {
    service.kill();
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  const post = async (path: string, body: object) => {
    const response = await fetch(base + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return (await response.json()) as Record<string, string>;
  };
  const snapshot = async (name: string): Promise<Buffer> => {
    const file = join(folder, `${name}.heapsnapshot`);
    service.send({ file });
    await once(service, 'message');
    return readFileSync(file);
  };
  const found = (heap: Buffer, secrets: readonly string[]) =>
    secrets.filter((secret) => [secret, Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex'), Buffer.from(secret, 'utf16le')].some((form) => heap.includes(form)));

  it('holds no password, with pools in use, after refused ones, and when the sessions are idle', async () => {
    const roles: { user: string; password: string }[] = [];
    for (let i = 0; i < SESSIONS; i++) roles.push(await database.role());
    const credentials = (user: string, password: string) => ({ host: database.host, port: database.port, database: database.name, username: user, password });
    const wrong = roles.slice(0, 5).map(({ password }) => `wrong-${password.slice(1)}`);

    const sessions: string[] = [];
    for (const { user, password } of roles) {
      const { session_id: id } = await post('/database/connect', credentials(user, password));
      expect(id).toEqual(expect.any(String));
      sessions.push(String(id));
    }
    for (const [at, password] of wrong.entries()) expect(await post('/database/connect', credentials(String(roles[at]?.user), password))).toMatchObject({ code: 'AUTHENTICATION_FAILED' });
    for (const id of sessions) expect(await post('/query/sql', { session_id: id, sql: 'SELECT 1' })).toMatchObject({ success: true });
    expect((await database.backends()).length).toBeGreaterThan(0);
    const passwords = [...roles.map(({ password }) => password), ...wrong];

    const busy = await snapshot('busy');
    // What is looked for would be found: the sessions, and whom they are for, are there.
    expect(found(busy, [...sessions, ...roles.map(({ user }) => user)])).toHaveLength(2 * SESSIONS);
    expect(found(busy, passwords)).toEqual([]);

    await eventually(() => database.backends(), (backends) => backends.length === 0, 25_000);
    const idle = await snapshot('idle');
    expect(found(idle, sessions)).toHaveLength(SESSIONS);
    expect(found(idle, passwords)).toEqual([]);
  }, 120_000);
});
