import { hash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Problem } from '../problems/problem.js';
import { Settings } from '../settings/settings.js';
import { codeOf, writeAtomically } from './atomic-write.js';
import { NOTHING, type Knowledge } from './knowledge.js';
import { scopeName, type KnowledgeScope } from './knowledge-scope.js';
import { KnowledgeStore, type StoredKnowledge } from './knowledge-store.js';
import { Turns } from './turns.js';

/** Written into each file, so that a later version can tell what it reads. */
const FORMAT = 1;
/** Far above what the rules for glossaries and approved pairs let anybody store. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;
/** Of the files kept in memory together; the one used longest ago goes first. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;

interface Kept {
  /** What tells one state of the file from another. */
  readonly stamp: string;
  readonly bytes: number;
  readonly stored: Promise<StoredKnowledge>;
}

/**
 * Knowledge in files, one for each scope, in `DATA_DIR`. Their names are hashes. A file is written beside the old one, flushed
 * and put in its place, so that a reader or a crash meets the one or the other. Files are read again when they change; of
 * several processes with one `DATA_DIR`, one alone should write, for nothing is locked between them. The folder is made with
 * the first write.
 */
@Injectable()
export class FileKnowledgeStore extends KnowledgeStore {
  private readonly folder: string;
  /** Files in the order of their last use. */
  private readonly kept = new Map<string, Kept>();
  private readonly writes = new Turns();

  constructor({ dataDir }: Settings) {
    super();
    this.folder = resolve(dataDir);
  }

  async read(scope: KnowledgeScope): Promise<StoredKnowledge> {
    const path = this.pathOf(scope);
    const file = await this.look(path);
    if (!file) {
      this.kept.delete(path);
      return { knowledge: NOTHING, version: '' };
    }
    const known = this.kept.get(path);
    const kept = known?.stamp === file.stamp ? known : { ...file, stored: this.load(path, scope) };
    this.keep(path, kept);
    try {
      return await kept.stored;
    } catch (error) {
      if (this.kept.get(path) === kept) this.kept.delete(path);
      throw error;
    }
  }

  async replace(scope: KnowledgeScope, knowledge: Knowledge, version: string): Promise<StoredKnowledge | undefined> {
    const path = this.pathOf(scope);
    return this.writes.take(path, async () => {
      if ((await this.read(scope)).version !== version) return undefined;
      const content = JSON.stringify({ format: FORMAT, version: versionOf(knowledge), scope, knowledge }, null, 1);
      try {
        await writeAtomically(path, content, Date.now());
      } catch (error) {
        throw unavailable('written', path, error);
      }
      return this.read(scope);
    });
  }

  private pathOf(scope: KnowledgeScope): string {
    return join(this.folder, `${scopeName(scope)}.json`);
  }

  private async look(path: string): Promise<Pick<Kept, 'stamp' | 'bytes'> | undefined> {
    try {
      const file = await stat(path, { bigint: true });
      const { ino, ctimeNs, mtimeNs, size } = file;
      // Opening a pipe would wait for ever.
      if (!file.isFile() || size > MAX_FILE_BYTES) throw new Error(`not a file of at most ${MAX_FILE_BYTES} bytes`);
      return { stamp: `${ino} ${ctimeNs} ${mtimeNs} ${size}`, bytes: Number(size) };
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw unavailable('read', path, error);
    }
  }

  private async load(path: string, scope: KnowledgeScope): Promise<StoredKnowledge> {
    try {
      const file = await open(path, 'r');
      try {
        return understood(await file.readFile('utf8'), scope);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw unavailable('read', path, error);
    }
  }

  private keep(path: string, kept: Kept): void {
    this.kept.delete(path);
    this.kept.set(path, kept);
    let bytes = 0;
    for (const each of this.kept.values()) bytes += each.bytes;
    for (const [oldest, each] of this.kept) {
      if (bytes <= MAX_KEPT_BYTES || oldest === path) return;
      this.kept.delete(oldest);
      bytes -= each.bytes;
    }
  }
}

/** Of the content alone, so that a file that was changed by half is found out. */
function versionOf(knowledge: unknown): string {
  return hash('sha256', JSON.stringify(knowledge));
}

function understood(text: string, scope: KnowledgeScope): StoredKnowledge {
  const content: unknown = JSON.parse(text);
  const field = (name: string): unknown => Reflect.get(Object(content), name);
  if (field('format') !== FORMAT) throw new Error(`its format is not ${FORMAT}`);
  if (scopeName(field('scope') as KnowledgeScope) !== scopeName(scope)) throw new Error('it is about another database');
  const version = field('version');
  if (version !== versionOf(field('knowledge'))) throw new Error('its content is not the one it was written with');
  return { knowledge: field('knowledge') as Knowledge, version: String(version) };
}

/** The path is for the log: the problem that is answered has none. */
function unavailable(done: 'read' | 'written', path: string, error: unknown): Problem {
  const code = codeOf(error);
  const why = code ? `DATA_DIR says ${code}` : 'its file in DATA_DIR is damaged or is none of this service’s';
  const hint = code ? 'Let the service read and write DATA_DIR.' : 'Put a copy of the file back, or move it away to begin with nothing; the log names it.';
  const detail = `What was taught about this database cannot be ${done}: ${why}.`;
  return new Problem('STORE_UNAVAILABLE', detail, { hint, cause: new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error }) });
}
