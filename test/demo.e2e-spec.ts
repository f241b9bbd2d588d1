import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nextFreePort } from '../src/demo/service-process.js';

describe('npm run demo', () => {
  const program = resolve(__dirname, '../dist/demo/main.js');
  const children: ChildProcess[] = [];
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'databaseai-demo-'));
    await chmod(folder, 0o711); // when we are root, the server runs as another user and has to get in
  });

  afterAll(async () => {
    for (const child of children) child.kill('SIGINT');
    await Promise.all(children.map((child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')));
    await rm(folder, { recursive: true, force: true });
  });

  /** Starts the demo and waits until it has answered its question and invites to ask more. */
  async function start(): Promise<{ demo: ChildProcess; output: string; baseUrl: string }> {
    const port = await nextFreePort(20_000 + (process.pid % 20_000));
    const demo = spawn(process.execPath, [program], {
      env: { ...process.env, DEMO_DIR: folder, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(demo);
    let output = '';
    await new Promise<void>((ready, failed) => {
      for (const stream of [demo.stdout!, demo.stderr!]) {
        stream.on('data', (chunk: Buffer) => {
          output += chunk.toString();
          if (output.includes('Ctrl-C')) ready();
        });
      }
      demo.once('exit', (code, signal) => failed(new Error(`The demo has ended (${code ?? signal}):\n${output}`)));
    });
    return { demo, output, baseUrl: /(http:\S+)\/docs/.exec(output)![1]! };
  }

  async function ask(baseUrl: string, question: string): Promise<{ success: boolean; results: Record<string, unknown>[] }> {
    const response = await fetch(`${baseUrl}/api/v1/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ question }),
    });
    return (await response.json()) as { success: boolean; results: Record<string, unknown>[] };
  }

  async function databasePid(): Promise<number> {
    return Number.parseInt(await readFile(join(folder, 'cluster', 'data', 'postmaster.pid'), 'utf8'), 10);
  }

  /** A process that has ended but is not reaped yet, by a parent that was killed say, is gone too. */
  async function isGone(pid: number): Promise<boolean> {
    try {
      process.kill(pid, 0);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ESRCH';
    }
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'no such file system')) === '';
  }

  async function untilRefused(baseUrl: string): Promise<void> {
    while (await fetch(baseUrl).then(() => true, () => false)) await sleep(50);
  }

  it('fills the shop, answers questions, and leaves no process after Ctrl-C', async () => {
    const { demo, output, baseUrl } = await start();
    expect(output).toContain('Filling the shop');
    expect(output).toMatch(/select/i);
    expect(output).not.toMatch(/postgres:\/\//);
    expect(await ask(baseUrl, 'How many warehouses are there?')).toMatchObject({ success: true, results: [{}] });
    const pid = await databasePid();

    demo.kill('SIGINT');
    expect(await once(demo, 'exit')).toEqual([0, null]);
    expect(await isGone(pid)).toBe(true);
    await expect(fetch(baseUrl)).rejects.toThrow();
  }, 120_000);

  it('finds the shop filled, and takes over the database when the one before was killed', async () => {
    const first = await start();
    expect(first.output).not.toContain('Filling the shop');
    const pid = await databasePid();

    first.demo.kill('SIGKILL');
    await untilRefused(first.baseUrl);
    expect(await isGone(pid)).toBe(false);

    const second = await start();
    expect(await databasePid()).toBe(pid);
    second.demo.kill('SIGTERM');
    expect(await once(second.demo, 'exit')).toEqual([0, null]);
    expect(await isGone(pid)).toBe(true);
  }, 120_000);
});
