import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresUnavailable, type ServerUser } from './postgres-binaries.js';

const ENVIRONMENT = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };

/** A server that lives and holds a data folder, as its own lock file describes it. */
export interface RunningServer {
  pid: number;
  port: number;
  /** It accepts connections; `false` while it starts, recovers or shuts down. */
  ready: boolean;
}

/**
 * The server that lives in the data folder, whoever started it. The number in a lock file is not proof: after a crash
 * it may belong to anyone, in a container quite certainly, so the process must also be running on this very folder.
 */
export async function runningServer(dataFolder: string): Promise<RunningServer | undefined> {
  const lines = (await readFile(lockFile(dataFolder), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 1) || !(await commandLine(pid)).includes(dataFolder)) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/**
 * Removes the lock file of a dead server whose process id another process has got by now: PostgreSQL would take that one
 * for the server and refuse to start. Every other left-over lock file it deals with itself.
 */
export async function removeStaleLock(dataFolder: string): Promise<void> {
  const pid = Number.parseInt(await readFile(lockFile(dataFolder), 'utf8').catch(() => ''), 10);
  if (isAlive(pid) && !(await commandLine(pid)).includes(dataFolder)) await rm(lockFile(dataFolder), { force: true });
}

/** The file by which PostgreSQL claims its data folder: pid, folder, start time, port, socket folder, address, key, state. */
function lockFile(dataFolder: string): string {
  return join(dataFolder, 'postmaster.pid');
}

/** Starts one of the programs, writing to `log` anew. It gets a folder that everybody may enter and nothing of our environment, and ends with us. */
export async function run(program: string, args: string[], log: string, user: ServerUser | undefined): Promise<ChildProcess> {
  const output = await open(log, 'w', 0o600);
  try {
    const child = spawn(program, args, { cwd: '/', detached: true, env: ENVIRONMENT, stdio: ['ignore', output.fd, output.fd], ...user });
    await once(child, 'spawn');
    const stop = () => void child.kill('SIGINT');
    process.once('exit', stop);
    child.once('exit', () => process.off('exit', stop));
    return child;
  } catch (cause) {
    throw new EmbeddedPostgresUnavailable(`${program} cannot be run on this machine (${(cause as Error).message}).`, { cause });
  } finally {
    await output.close();
  }
}

/** The end of a log, for an error message. */
export async function lastLines(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).trimEnd().split('\n').slice(-12).join('\n');
}

/** Fast shutdown: sessions are ended, the data is written, the server exits. Immediate shutdown when that takes too long. */
export async function stopServer(dataFolder: string, pid: number): Promise<void> {
  const lives = async () => (await commandLine(pid)).includes(dataFolder);
  for (const [signal, patienceMs] of [['SIGINT', 15_000], ['SIGQUIT', 5_000], ['SIGKILL', 5_000]] as const) {
    if (await lives()) signalTo(pid, signal);
    for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(10)) {
      if (!(await lives())) return;
    }
  }
  throw new Error(`The PostgreSQL server with process id ${pid} does not stop.`);
}

/** Sends a signal to a process that may be gone already. */
export function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether there is a process with this number, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A TCP port of the loopback interface that nobody listens on at this moment: the one wanted, if it is such a one. */
export async function freePort(wanted = 0): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1');
  const taken = await new Promise<boolean>((resolve) => server.once('listening', () => resolve(false)).once('error', () => resolve(true)));
  if (taken) return freePort();
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The command line of a living process; empty for a dead one, and for one that only waits to be reaped. */
async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return promisify(execFile)('ps', ['-ww', '-p', String(pid), '-o', 'command=']).then(({ stdout }) => stdout, () => '');
}
