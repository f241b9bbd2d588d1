import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, lstat, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgresUnavailable, isReachable, makeFolder, serverUser, type ServerUser } from './postgres-binaries.js';
import { isAlive, lastLines, run } from './server-process.js';

/** Decides which folder and which user to work with: once there is data, they are the folder and the owner it has. */
export async function settle(dataDir: string): Promise<{ home: string; user: ServerUser | undefined }> {
  const user = await serverUser();
  await makeFolder(dataDir, 0o711);
  const asked = await realpath(dataDir);
  let home = asked;
  if (!(await isReachable(asked, user))) {
    home = join(await temporaryFolder(user), `databaseai-${createHash('sha256').update(asked).digest('hex').slice(0, 16)}`);
    await makeFolder(home, 0o711);
    // The name can be guessed, so somebody else could have made the folder to read our data.
    const stat = await lstat(home);
    if (!stat.isDirectory() || stat.uid !== process.getuid?.()) throw new Error(`${home} belongs to somebody else; remove it.`);
  }
  const owner = await lstat(join(home, 'cluster', 'data')).catch(() => undefined);
  if (!owner || owner.uid === process.getuid?.()) return { home, user };
  if (!user) throw new Error(`The data in ${home} was made by another user; run as that user, or remove the folder.`);
  return { home, user: { uid: owner.uid, gid: owner.gid } };
}

async function temporaryFolder(user: ServerUser | undefined): Promise<string> {
  const own = await realpath(tmpdir());
  return (await isReachable(own, user)) ? own : realpath('/tmp');
}

/** Makes the cluster beside its final place and moves it there in one step, so that it is whole or not there at all. */
export async function initialise(bin: string, home: string, user: ServerUser | undefined): Promise<void> {
  const unfinished = join(home, `unfinished-${process.pid}`);
  const passwordFile = join(unfinished, 'password');
  await makeFolder(unfinished, 0o711);
  await writeFile(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  await makeFolder(join(unfinished, 'data'), 0o700, user);
  if (user) await chown(passwordFile, user.uid, user.gid);

  const child = await run(join(bin, 'initdb'), [
    `--pgdata=${join(unfinished, 'data')}`, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256',
    '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions',
  ], join(unfinished, 'log'), user);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  // The server itself needs no password file: it is ours again.
  if (user) await chown(passwordFile, process.getuid!(), process.getgid!());
  if (child.exitCode !== 0) throw new EmbeddedPostgresUnavailable(`initdb failed:\n${await lastLines(join(unfinished, 'log'))}`);
  await rename(unfinished, join(home, 'cluster'));
}

/** Removes what an interrupted `initialise` has left. */
export async function forgetUnfinished(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const pid = Number(/^unfinished-(\d+)$/.exec(name)?.[1]);
    if (pid && (pid === process.pid || !isAlive(pid))) await rm(join(home, name), { recursive: true, force: true });
  }
}
