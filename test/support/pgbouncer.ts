import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import postgres from 'postgres';
import type { Identity, Target } from '../../src/pools/identity.js';
import { serverUser } from '../../src/demo/postgres-binaries.js';
import { freePort } from '../../src/demo/server-process.js';
import { eventually, type TestDatabase } from './test-database.js';
import { identityOf } from './test-pools.js';

const PROGRAM = ['/usr/sbin', ...(process.env.PATH ?? '').split(delimiter)].map((folder) => join(folder, 'pgbouncer')).find(existsSync);

/** A PgBouncer of its own in front of a test database. */
export interface PgBouncer {
  readonly port: number;
  /** Everything it has said so far. */
  readonly log: string;
  /** How often it has died by itself; it is started again then. */
  readonly crashes: number;
  /** Runs a command on its console, e.g. `PAUSE`. */
  command(text: string): Promise<unknown>;
  stop(): Promise<void>;
}

export interface PgBouncerOptions {
  /** Settings besides those that make it work, or in their place. */
  readonly settings?: Record<string, string | number>;
  /** Databases as its configuration names them; default: the test database alone. `*` stands for all. */
  readonly databases?: Record<string, string>;
  /** Roles and passwords it knows; default: it asks the database. */
  readonly users?: readonly { readonly user: string; readonly password: string }[];
  readonly port?: number;
}

/** A suite that needs PgBouncer. Where it is not installed the suite is skipped; where everything must be tested it fails. */
export function describeWithPgBouncer(name: string, suite: () => void): void {
  if (PROGRAM) return describe(name, suite);
  const reason = 'PgBouncer is not installed (Debian: apt-get install pgbouncer)';
  if (process.env.CI) return describe(name, () => it('has PgBouncer to run', () => Promise.reject(new Error(reason))));
  process.stderr.write(`${reason}: "${name}" is not tested.\n`);
  describe.skip(name, suite);
}

/** Starts one that pools by transaction and has two connections to the database, unless told otherwise. Stop it in the end. */
export async function pgbouncer(database: TestDatabase, { settings = {}, databases, users, port: wanted }: PgBouncerOptions = {}): Promise<PgBouncer> {
  const port = await freePort(wanted);
  const { admin } = database;
  const folder = await mkdtemp(join(tmpdir(), 'databaseai-pgbouncer-'));
  const server = `host=${database.host} port=${database.port}`;
  const all = {
    listen_addr: '127.0.0.1', listen_port: port, unix_socket_dir: '', auth_file: join(folder, 'users'), auth_type: 'scram-sha-256',
    pool_mode: 'transaction', default_pool_size: 2, server_login_retry: 1, admin_users: admin.user,
    ...(users ? {} : { auth_user: admin.user }), ...settings,
  };
  const sections = [
    '[databases]', ...Object.entries(databases ?? { [database.name]: '' }).map(([name, more]) => `${name} = ${server} ${more}`),
    '[pgbouncer]', ...Object.entries(all).map(([name, value]) => `${name} = ${value}`),
  ];
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const files = { 'pgbouncer.ini': sections, users: [admin, ...(users ?? [])].map(({ user, password }) => `${quoted(user)} ${quoted(password)}`) };
  // It refuses to run as root.
  const owner = await serverUser();
  if (owner) await chown(folder, owner.uid, owner.gid);
  for (const [name, lines] of Object.entries(files)) {
    await writeFile(join(folder, name), `${lines.join('\n')}\n`, { mode: 0o600 });
    if (owner) await chown(join(folder, name), owner.uid, owner.gid);
  }

  let log = '';
  let crashes = 0;
  let stopping = false;
  const launch = async (): Promise<ChildProcess> => {
    const started = spawn(PROGRAM ?? 'pgbouncer', [join(folder, 'pgbouncer.ini')], { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], ...owner });
    for (const output of [started.stdout, started.stderr]) output.on('data', (chunk) => (log += String(chunk)));
    const kill = () => void started.kill('SIGKILL');
    process.once('exit', kill);
    let ended = false;
    started.once('exit', () => {
      ended = true;
      process.off('exit', kill);
    });
    await eventually(() => ended || accepts(port), (settled) => settled);
    if (ended) throw new Error(`PgBouncer does not start:\n${log}`);
    // As whatever runs services would.
    started.once('exit', () => {
      if (stopping) return;
      crashes++;
      running = launch();
    });
    return started;
  };
  let running = launch();
  await running;

  return {
    port,
    get log() {
      return log;
    },
    get crashes() {
      return crashes;
    },
    async command(text) {
      const sql = postgres({ host: '127.0.0.1', port, database: 'pgbouncer', user: admin.user, password: admin.password, max: 1, fetch_types: false });
      try {
        return await sql.unsafe(text).simple();
      } finally {
        await sql.end({ timeout: 1 });
      }
    },
    async stop() {
      stopping = true;
      const child = await running;
      const exit = once(child, 'exit');
      // By any other signal newer versions wait for their clients to leave.
      child.kill('SIGKILL');
      await exit;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs with one that ends with the work. */
export async function withPgBouncer(database: TestDatabase, options: PgBouncerOptions, use: (bouncer: PgBouncer) => Promise<void>): Promise<void> {
  const bouncer = await pgbouncer(database, options);
  try {
    await use(bouncer);
  } finally {
    await bouncer.stop();
  }
}

/** An identity of the database as reached through it. Each tenant has a pool of its own; behind PgBouncer they share connections all the same. */
export function identityThrough({ port }: PgBouncer, database: TestDatabase, role: { user: string; password: string }, target: Partial<Target> = {}): Identity {
  const direct = identityOf(database, role, { host: '127.0.0.1', port, ...target });
  return { ...direct, key: `${direct.target.tenant} ${port} ${direct.key}` };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false)).on('connect', () => socket.destroy());
  });
}
