// Finds one real PostgreSQL for all tests and puts its superuser address into TEST_DATABASE_URL: the server that this
// variable names already, a container where a runtime for them works, the embedded server anywhere else.
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';

const settings = { max_connections: '300', fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export default async function setup() {
  // Tests run from the sources, but for threads and processes of the service's own: a build older than the sources is never used.
  await import('../src/build-if-stale.mjs');
  const server = process.env.TEST_DATABASE_URL ? given() : ((await container()) ?? (await embedded()));
  globalThis.stopTestDatabase = server.stop;
  // Jest leaves without its teardown when it is interrupted.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => void server.stop().finally(() => process.exit(1)));
  }
  const sql = postgres(server.url, { max: 1, connect_timeout: 10 });
  const facts = sql`select current_setting('server_version') as version, current_setting('server_version_num')::int / 10000 as major, (select string_agg(name, ' ') from pg_available_extensions) as extensions`;
  const [{ version, major, extensions }] = await facts.finally(() => sql.end());
  // What a server is too old for is skipped when tests are declared, and nothing can be awaited then.
  Object.assign(process.env, { TEST_DATABASE_URL: server.url, TEST_DATABASE_VERSION: major, TEST_DATABASE_EXTENSIONS: extensions ?? '' });
  console.log(`\nTests run on PostgreSQL ${version} (${server.origin}).`);
}

function given() {
  return { url: process.env.TEST_DATABASE_URL, origin: 'TEST_DATABASE_URL', stop: async () => {} };
}

async function container() {
  try {
    const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const running = await new PostgreSqlContainer('postgres:17-alpine').withCommand(['postgres', ...options]).start();
    return { url: running.getConnectionUri(), origin: 'container', stop: () => running.stop() };
  } catch {
    return undefined; // no runtime, or one that cannot get the image: the embedded server needs neither
  }
}

async function embedded() {
  const { EmbeddedPostgres } = await import('../dist/demo/embedded-postgres.js');
  await removeAbandoned(EmbeddedPostgres);
  const dataDir = await mkdtemp(join(tmpdir(), `databaseai-test-${process.pid}-`));
  await chmod(dataDir, 0o711); // when we are root, the server runs as another user and has to get in
  const server = await EmbeddedPostgres.start({ dataDir, settings });
  const stop = async () => {
    await server.stop();
    for (const folder of [server.home, dataDir]) await rm(folder, { recursive: true, force: true });
  };
  return { url: server.url(), origin: 'embedded', stop };
}

/** A run that was killed had no chance to clean up; the next one does it. */
async function removeAbandoned(EmbeddedPostgres) {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(/^databaseai-test-(\d+)-/.exec(name)?.[1]);
    if (!pid || isAlive(pid)) continue;
    const dataDir = join(tmpdir(), name);
    if ((await stat(dataDir)).uid !== process.getuid?.()) continue;
    await EmbeddedPostgres.stopAbandoned(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
