import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** A file of API keys, as an operator writes it. */
export interface KeysFile {
  readonly path: string;
  /** The key of a name, made when first asked for; its headers. */
  bearer(name: string): { authorization: string };
  sha256(name: string): string;
  /** Replaces what is in the file; each entry gets its sha256. */
  write(entries: readonly KeyEntry[]): void;
  writeText(text: string): void;
  remove(): void;
}

export type KeyEntry = { name: string } & Record<string, unknown>;

export function keysFile(entries: readonly KeyEntry[]): KeysFile {
  const folder = mkdtempSync(join(tmpdir(), 'api-keys-'));
  const path = join(folder, 'keys.yaml');
  const keys = new Map<string, string>();
  const keyOf = (name: string) => {
    if (!keys.has(name)) keys.set(name, `dbai_${randomBytes(32).toString('base64url')}`);
    return keys.get(name) as string;
  };
  const file: KeysFile = {
    path,
    bearer: (name) => ({ authorization: `Bearer ${keyOf(name)}` }),
    sha256: (name) => createHash('sha256').update(keyOf(name)).digest('hex'),
    write: (all) => writeFileSync(path, stringify(all.map((entry) => ({ sha256: file.sha256(entry.name), ...entry })))),
    writeText: (text) => writeFileSync(path, text),
    remove: () => rmSync(folder, { recursive: true }),
  };
  file.write(entries);
  return file;
}
