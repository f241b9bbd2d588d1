import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

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

/** The file by which PostgreSQL claims its data folder: pid, folder, start time, port, socket folder, address, key, state. */
export function lockFile(dataFolder: string): string {
  return join(dataFolder, 'postmaster.pid');
}

/** Fast shutdown: sessions are ended, the data is written, the server exits. Immediate shutdown when that takes too long. */
export async function stopServer(dataFolder: string, pid: number): Promise<void> {
  for (const [signal, patienceMs] of [['SIGINT', 15_000], ['SIGQUIT', 5_000], ['SIGKILL', 5_000]] as const) {
    if (!signalTo(pid, signal)) return;
    for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(10)) {
      if (!(await commandLine(pid)).includes(dataFolder)) return;
    }
  }
  throw new Error(`The PostgreSQL server with process id ${pid} does not stop.`);
}

/** Sends a signal; `false` when there is no such process any more. */
export function signalTo(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Whether there is a process with this number, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A TCP port of the loopback interface that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The command line of a living process; empty for a dead one, and for one that only waits to be reaped. */
async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return promisify(execFile)('ps', ['-ww', '-p', String(pid), '-o', 'command=']).then(({ stdout }) => stdout, () => '');
}
