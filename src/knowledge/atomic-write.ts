import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Milliseconds after which a temporary file is one that a crash has left. */
const ABANDONED_AFTER_MS = 60_000;

/**
 * Puts a file in the place of an old one, if there is one: whoever reads, also after a crash, meets the one or the other. When
 * it returns, the new one is on the disk. The folder is made if need be; folder and file are for their owner alone.
 *
 * @param now milliseconds since 1970: temporary files of this path that are much older are removed
 * @throws what the operating system says, with the old file still there
 */
export async function writeAtomically(path: string, content: string, now: number): Promise<void> {
  const folder = dirname(path);
  await makeFolder(folder);
  await removeAbandoned(path, folder, now);
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(folder);
}

/** What the operating system says, e.g. `EACCES`; undefined for errors of another kind. */
export function codeOf(error: unknown): string | undefined {
  const code = String(Reflect.get(Object(error), 'code'));
  return /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}

/** With its parents. Node's own `recursive` never ends where a file system lets nobody make folders, /proc for one. */
async function makeFolder(path: string): Promise<void> {
  // Somebody else may have made it meanwhile.
  const make = () => mkdir(path, { mode: 0o700 }).catch((error) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
  try {
    await make();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await make();
  }
}

async function removeAbandoned(path: string, folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const other = join(folder, name);
    if (!other.startsWith(`${path}.`) || !name.endsWith('.tmp')) continue;
    const { mtimeMs } = await stat(other).catch(() => ({ mtimeMs: now }));
    if (now - mtimeMs > ABANDONED_AFTER_MS) await rm(other, { force: true });
  }
}

/** The new name is on the disk only with its folder. Not every system lets a folder be opened for it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
