import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const HOST = '127.0.0.1';
const READY_TIMEOUT_MS = 30_000;
/** More than the service's own grace for requests that still run. */
const STOP_TIMEOUT_MS = 25_000;

/** The service itself, in a process of its own, just as `npm start` runs it. */
export class ServiceProcess {
  private constructor(
    private readonly child: ChildProcess,
    /** Where it listens, e.g. `http://127.0.0.1:3000`. */
    readonly baseUrl: string,
  ) {}

  /** Starts the service and waits until it is ready. `signal` gives up waiting. */
  static async start(port: number, settings: Record<string, string>, signal: AbortSignal): Promise<ServiceProcess> {
    const program = fileURLToPath(new URL('../main.js', import.meta.url));
    const preload = new URL('./leave-with-parent.js', import.meta.url).href;
    const child = spawn(process.execPath, ['--import', preload, program], {
      env: { ...process.env, ...settings, HOST, PORT: String(port) },
      // A session of its own keeps Ctrl-C from it: the demo asks it to stop, and stops the database after it.
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const service = new ServiceProcess(child, `http://${HOST}:${port}`);
    try {
      await service.untilReady(signal);
    } catch (error) {
      await service.stop();
      throw error;
    }
    return service;
  }

  /** Resolves when the service has ended by itself or by `stop`. */
  async ended(): Promise<void> {
    if (!this.hasEnded) await once(this.child, 'exit');
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const killed = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    this.child.kill('SIGTERM');
    await this.ended();
    clearTimeout(killed);
  }

  private get hasEnded(): boolean {
    return this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async untilReady(signal: AbortSignal): Promise<void> {
    for (const deadline = Date.now() + READY_TIMEOUT_MS; Date.now() < deadline; await sleep(50, undefined, { signal })) {
      if (this.hasEnded) throw new Error('The service has ended while it was starting; see its messages above.');
      const response = await fetch(`${this.baseUrl}/health/ready`, { signal }).catch(() => undefined);
      if (response?.ok) return;
    }
    throw new Error(`The service is not ready after ${READY_TIMEOUT_MS / 1000} seconds.`);
  }
}

/** The first port from `wanted` on that can be listened on. */
export async function nextFreePort(wanted: number): Promise<number> {
  for (let port = wanted; port <= 65_535; port++) {
    const server = createServer().listen(port, HOST);
    const free = await once(server, 'listening').then(() => true, (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
      return false;
    });
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
  throw new Error(`There is no free port from ${wanted} on.`);
}
