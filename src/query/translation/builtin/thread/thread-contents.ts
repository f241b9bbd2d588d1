import type { Glossary } from '../../../../knowledge/glossary.js';
import type { SchemaSnapshot } from '../../../../schema/schema.dto.js';
import { timeSlices } from '../../../../schema/time-slices.js';
import type { ValueIndex } from '../../sql-translator.js';
import { structureOf } from '../lexicon/structure.js';
import type { TranslationThread } from './translation-thread.js';

/** Estimates from above of what a column takes in the thread (1.1 KB of words and model, as the benchmark measures, and the column itself), and a value. */
const COLUMN_BYTES = 2000;
const VALUE_BYTES = 250;

/** Copied at one time: a millisecond or two. */
const COLUMNS_PER_PART = 500;
const VALUES_PER_PART = 2000;

/** Building a lexicon takes half a second for 20,000 columns; what takes so much longer does not end. */
const LEXICON_LIMIT_MS = 60_000;

/**
 * What one thread has been told: schemas, taught words and values, least recently used first to be forgotten when they weigh
 * more than they may. What one question needs is there together, even where it weighs more than that.
 */
export class ThreadContents {
  /** Bytes by key, least recently used first. */
  private readonly held = new Map<string, number>();
  /** What the present job has brought, not to be forgotten before it ends. */
  private readonly inUse = new Set<string>();

  constructor(
    private readonly thread: TranslationThread,
    private readonly maxBytes: number,
  ) {}

  get bytes(): number {
    return [...this.held.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** True when the schema is there, or would fit without another one being forgotten for it. */
  hasRoomFor(schema: SchemaSnapshot): boolean {
    return this.held.has(schemaKey(schema)) || this.bytes + schemaBytes(schema) <= this.maxBytes;
  }

  /** Called before each job. */
  begin(): void {
    this.inUse.clear();
  }

  /** Sees to it that the thread has the lexicon of a schema, with the words of the glossary if there is one. @returns the lexicon's key */
  async bringLexicon(schema: SchemaSnapshot, glossary?: Glossary): Promise<string> {
    const plain = await this.bringSchema(schema);
    if (!glossary) return plain;
    return this.bring(`${plain} ${glossary.version}`, schemaBytes(schema), async (key) => {
      await this.thread.ask({ ask: 'taught lexicon', key, schema: plain, glossary }, LEXICON_LIMIT_MS);
    });
  }

  private bringSchema(schema: SchemaSnapshot): Promise<string> {
    const { relations, ...snapshot } = schema;
    return this.bring(schemaKey(schema), schemaBytes(schema), async (key) => {
      this.thread.tell({ tell: 'schema', key, snapshot: { ...snapshot, relations: [] } });
      const pause = timeSlices();
      for (const part of parts(relations, ({ columns }) => columns.length, COLUMNS_PER_PART)) {
        // Translation has no use for indexes.
        this.thread.tell({ tell: 'relations', key, relations: part.map((relation) => ({ ...relation, indexes: [] })) });
        await pause();
      }
      await this.thread.ask({ ask: 'lexicon', key }, LEXICON_LIMIT_MS);
    });
  }

  /** Sees to it that the thread has the values. They belong to an identity: no other one's questions see them. @returns their key */
  async bringValues(values: ValueIndex): Promise<string> {
    return this.bring(valuesKey(values), values.size * VALUE_BYTES, async (key) => {
      const pause = timeSlices();
      for (const part of parts(values.all(), () => 1, VALUES_PER_PART)) {
        this.thread.tell({ tell: 'values', key, entries: part });
        await pause();
      }
    });
  }

  private async bring(key: string, bytes: number, send: (key: string) => Promise<void>): Promise<string> {
    this.inUse.add(key);
    if (this.held.has(key)) {
      // Used now, so the last to go.
      this.held.delete(key);
    } else {
      this.makeRoom(bytes);
      try {
        await send(key);
      } catch (error) {
        this.thread.tell({ tell: 'forget', key });
        throw error;
      }
    }
    this.held.set(key, bytes);
    return key;
  }

  private makeRoom(bytes: number): void {
    for (const oldest of this.held.keys()) {
      if (this.bytes + bytes <= this.maxBytes) return;
      if (this.inUse.has(oldest)) continue;
      this.held.delete(oldest);
      this.thread.tell({ tell: 'forget', key: oldest });
    }
  }
}

/** Bytes of a schema in the thread, about. */
export function schemaBytes({ relations }: SchemaSnapshot): number {
  return relations.reduce((columns, relation) => columns + relation.columns.length, 1) * COLUMN_BYTES;
}

function schemaKey(schema: SchemaSnapshot): string {
  return `schema ${structureOf(schema)}`;
}

let valuesSeen = 0;
const valuesKeys = new WeakMap<ValueIndex, string>();

function valuesKey(values: ValueIndex): string {
  let key = valuesKeys.get(values);
  if (key === undefined) valuesKeys.set(values, (key = `values ${++valuesSeen}`));
  return key;
}

function* parts<T>(all: Iterable<T>, weigh: (one: T) => number, most: number): Generator<T[]> {
  let part: T[] = [];
  let weight = 0;
  for (const one of all) {
    part.push(one);
    weight += weigh(one);
    if (weight < most) continue;
    yield part;
    part = [];
    weight = 0;
  }
  if (part.length > 0) yield part;
}
