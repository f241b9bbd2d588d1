import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

const MAIN = join(resolve(process.cwd(), 'dist'), 'main.js');

/** Text that is more than text to a browser, a terminal, a log reader or a header. */
const TEXTS: readonly [string, string][] = [
  ['HTML', '<script>alert(document.domain)</script><img src=x onerror=alert(1)>'],
  ['an escape sequence', '\u001b]0;owned\u0007\u001b[2J\u001b[31mred'],
  ['a C1 control', '\u009b2J\u0085next'],
  ['line ends', 'first\r\n{"level":"info","event":"session opened","session_ref":"forged"}\nlast'],
  ['a header', 'x\r\nSet-Cookie: a=b\r\n\r\n<html>'],
  ['quotes and backslashes', '"}],"success":true,"\\u0022\\'],
  ['other line ends', 'before\u2028after\u2029end'],
  ['turned writing', 'user\u202enimda\u2066x\u2069\u200f'],
  ['half a character', 'emoji 😀 and zero\u200bwidth\ufeff'],
];

describe('what a database server says', () => {
  let database: TestDatabase;
  let service: ChildProcess;
  let base = '';
  let log = '';

  beforeAll(async () => {
    database = await testDatabase("CREATE FUNCTION say(text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '%', $1 USING HINT = $1, DETAIL = $1; END $$");
    const { user, password } = await database.role();
    service = spawn(process.execPath, [MAIN], { env: { PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'trace', ALLOW_FUNCTIONS: 'public.say', DATABASE_URL: `postgres://${user}:${password}@${database.host}:${database.port}/${database.name}` } });
    service.stdout?.on('data', (chunk) => (log += chunk));
    base = /listens on (\S+),/.exec(await eventually(() => log, (text) => text.includes('listens on'), 20_000))?.[1] ?? '';
  });
  afterAll(async () => {
    service.kill();
    await once(service, 'exit');
    await database.drop();
  });

  const sql = (statement: string, params: unknown[], id: string) =>
    fetch(`${base}/api/v1/query/sql`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-request-id': id }, body: JSON.stringify({ sql: statement, params }) });

  it.each(TEXTS)('is data to callers and to the log: %s', async (name, text) => {
    const id = `id-${name.replaceAll(' ', '-')}`;
    const response = await sql('SELECT say($1)', [text], id);
    const problem = (await response.json()) as Record<string, unknown>;
    expect(problem).toMatchObject({ status: 422, code: 'SQL_FAILED', detail: text, hint: text, server_detail: text });
    expect([response.headers.get('content-type'), response.headers.get('x-content-type-options')]).toEqual(['application/problem+json; charset=utf-8', 'nosniff']);
    const ours = ['cache-control', 'connection', 'content-length', 'content-security-policy', 'content-type', 'cross-origin-resource-policy', 'date', 'keep-alive', 'referrer-policy', 'x-content-type-options', 'x-frame-options', 'x-request-id'];
    expect([...response.headers.keys()].sort()).toEqual(ours);

    // A tool that takes any Unicode line end for one sees the same lines.
    const lines = await eventually(() => log.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/).filter((line) => line.includes(id)), (found) => found.some((line) => line.includes('SQL_FAILED') && line.includes('detail')));
    for (const line of lines) {
      // eslint-disable-next-line no-control-regex
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
      expect(JSON.parse(line)).toMatchObject({ request_id: id });
    }
    expect(lines.map((line) => JSON.parse(line).detail).filter(Boolean)).toEqual([text]);
    expect(log.split('\n').filter((line) => line.startsWith('{"level":"info","event"'))).toEqual([]);
  });

  it('is data in rows and column names too', async () => {
    const evil = '<script>alert(1)</script>';
    const response = await sql(`SELECT $1::text AS "${evil}"`, [evil], 'rows');
    expect([response.headers.get('content-type'), response.headers.get('x-content-type-options')]).toEqual(['application/json; charset=utf-8', 'nosniff']);
    expect(await response.json()).toMatchObject({ results: [{ [evil]: evil }] });
  });
});

describe('a log that cannot be written', () => {
  const outputs: [string, string][] = [['a reader that has gone away', 'pipe'], ['a full disk', '/dev/full']];

  it.each(outputs.filter(([, output]) => output === 'pipe' || existsSync(output)))('does not end the service: %s', async (_, output) => {
    const file = output === 'pipe' ? undefined : openSync(output, 'w');
    // Nobody reads which port it would choose.
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    await new Promise((closed) => probe.close(closed));
    const service = spawn(process.execPath, [MAIN], { env: { PATH: process.env.PATH, PORT: String(port), LOG_LEVEL: 'trace' }, stdio: ['ignore', file ?? 'pipe', 'inherit'] });
    try {
      service.stdout?.destroy();
      const live = () => fetch(`http://127.0.0.1:${port}/health/live`).then(({ status }) => status, () => 0);
      await eventually(live, (status) => status === 200, 20_000);
      for (let i = 0; i < 50; i++) expect((await fetch(`http://127.0.0.1:${port}/nothing`)).status).toBe(404);
      expect(await live()).toBe(200);
      expect(service.exitCode).toBeNull();
    } finally {
      service.kill();
      if (service.exitCode === null && service.signalCode === null) await once(service, 'exit');
      if (file !== undefined) closeSync(file);
    }
  });
});
