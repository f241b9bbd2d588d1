import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { EmbeddedPostgres } from '../../dist/demo/embedded-postgres.js';
import { isAlive } from '../../dist/demo/server-process.js';

/** Nothing that is measured writes; these only make the preparations quick. `max_connections` stays PostgreSQL's own 100. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
const PREFIX = 'databaseai-bench-';

/**
 * A database with 100,000 accounts and a role that may read them, on the server that TEST_DATABASE_URL names, or else on an
 * embedded one in a temporary folder. Everything made here is removed when the scope closes.
 */
export async function openDatabase(scope) {
  const url = new URL(process.env.TEST_DATABASE_URL || (await startEmbedded(scope)));
  const server = scope.add(postgres(url.href, { max: 1, onnotice: () => {} }), (sql) => sql.end({ timeout: 1 }));
  const unique = `bench_${randomBytes(4).toString('hex')}`;
  const endpoint = { host: url.hostname, port: Number(url.port || 5432) };
  const [{ version }] = await server`select current_setting('server_version') as version`;

  /** A login role with a password. */
  const createRole = async (suffix) => {
    const role = { user: `${unique}_${suffix}`, password: randomBytes(12).toString('hex') };
    await server.unsafe(`create role ${role.user} login password '${role.password}'`);
    return scope.add(role, () => server.unsafe(`drop role ${role.user}`));
  };

  /** Another database on the same server. `statements` run one by one: each is a transaction. @returns where the role finds it */
  const createDatabase = async (suffix, role, statements) => {
    const name = `${unique}_${suffix}`;
    await server.unsafe(`create database ${name}`);
    scope.add(name, () => server.unsafe(`drop database ${name} with (force)`));
    const inside = new URL(url);
    inside.pathname = `/${name}`;
    const sql = postgres(inside.href, { max: 1, onnotice: () => {} });
    try {
      for (const statement of statements) await sql.unsafe(statement);
    } finally {
      await sql.end();
    }
    return { ...endpoint, name, ...role };
  };

  const reader = await createRole('reader');
  const accounts = await createDatabase('accounts', reader, [
    'create table accounts (id integer primary key, balance integer not null, filler text not null)',
    "insert into accounts select i, i % 1000, repeat('x', 80) from generate_series(1, 100000) i",
    `grant select on accounts to ${reader.user}`,
    'vacuum analyze accounts',
  ]);
  return { version, server, accounts, createRole, createDatabase };
}

async function startEmbedded(scope) {
  await removeAbandoned();
  const dataDir = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  scope.add(dataDir, () => rm(dataDir, { recursive: true, force: true }));
  await chmod(dataDir, 0o711); // started by root, the server runs as another user and has to get in
  const server = scope.add(await EmbeddedPostgres.start({ dataDir, settings: SETTINGS }), async (running) => {
    await running.stop();
    await rm(running.home, { recursive: true, force: true });
  });
  return server.url();
}

/** A run that was killed could not clean up; the next one does. */
async function removeAbandoned() {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? parseInt(name.slice(PREFIX.length), 10) : NaN;
    const dataDir = join(tmpdir(), name);
    if (!pid || isAlive(pid) || (await stat(dataDir)).uid !== process.getuid?.()) continue;
    await EmbeddedPostgres.stopAbandoned(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  }
}
