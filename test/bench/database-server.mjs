import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../../dist/demo/embedded-postgres.js';
import { isAlive } from '../../dist/demo/server-process.js';

/** Nothing that is measured writes; these only make the preparations quick. `max_connections` stays PostgreSQL's own 100. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
const PREFIX = 'databaseai-bench-';

/** The address of a superuser on the server that TEST_DATABASE_URL names, or else on an embedded one in a temporary folder, which goes with the scope. */
export async function serverUrl(scope) {
  return new URL(process.env.TEST_DATABASE_URL || (await startEmbedded(scope)));
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
