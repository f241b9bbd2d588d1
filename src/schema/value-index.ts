import type { ReadResult } from '../pools/read-result.js';
import type { SchemaSnapshot } from './schema.dto.js';
import { timeSlices } from './time-slices.js';

/** A value that a column holds, as stored. */
export interface ColumnValue {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly value: string;
}

/** Values kept at most, so that no database decides how much memory its index takes (about 10 MB here). */
const MAX_VALUES = 50_000;

/** Columns kept for one value: what more columns hold than these tells none of them apart. */
const MAX_COLUMNS_PER_VALUE = 100;

const NONE: readonly never[] = [];

/**
 * Which columns hold a value: enum labels, and what `values.sql` sampled. Values are compared as wholes, without regard to
 * case and surrounding spaces. A value that is not found may still be in the database: samples are the common ones.
 */
export class SampledValues {
  private readonly byText = new Map<string, ColumnValue[]>();
  private count = 0;

  private constructor() {}

  /** The values that another index gave as `all()`. */
  static of(entries: Iterable<ColumnValue>): SampledValues {
    const values = new SampledValues();
    for (const entry of entries) values.add(entry);
    return values;
  }

  /**
   * @param snapshot decides which columns may be named; samples of others are dropped
   * @param samples rows of `values.sql`
   */
  static async build(snapshot: SchemaSnapshot, samples: ReadResult): Promise<SampledValues> {
    const values = new SampledValues();
    const pause = timeSlices();
    const sampled = samplesByRelation(samples);
    for (const { schema, name: table, columns } of snapshot.relations) {
      const samplesOf = sampled.get(relationKey(schema, table));
      for (const { name: column, base_type: type, enum_labels: labels } of columns) {
        for (const value of labels ?? NONE) values.add({ schema, table, column, value });
        for (const text of parse(samplesOf?.get(column))) {
          // Statistics show character(n) with its padding, which is no part of the value.
          values.add({ schema, table, column, value: type === 'bpchar' ? text.trimEnd() : text });
        }
      }
      await pause();
    }
    return values;
  }

  /** Columns that hold the text, each with the value as stored; empty when none is known to. */
  find(text: string): readonly ColumnValue[] {
    return this.byText.get(fold(text)) ?? NONE;
  }

  /** Number of entries. */
  get size(): number {
    return this.count;
  }

  *all(): Generator<ColumnValue> {
    for (const entries of this.byText.values()) yield* entries;
  }

  private add(entry: ColumnValue): void {
    const text = fold(entry.value);
    if (text === '' || this.count >= MAX_VALUES) return;
    const entries = this.byText.get(text);
    if (!entries) this.byText.set(text, [entry]);
    else if (entries.length < MAX_COLUMNS_PER_VALUE) entries.push(entry);
    else return;
    this.count += 1;
  }
}

function fold(text: string): string {
  return text.normalize('NFC').trim().toLowerCase();
}

/** Samples as JSON, by relation and column. */
function samplesByRelation({ rows }: ReadResult): Map<string, Map<string, string>> {
  const samples = new Map<string, Map<string, string>>();
  for (const [schema, table, column, texts] of rows) {
    if (!schema || !table || !column || !texts) continue;
    const key = relationKey(schema, table);
    samples.set(key, (samples.get(key) ?? new Map()).set(column, texts));
  }
  return samples;
}

/** No name of PostgreSQL's contains the separator. */
function relationKey(schema: string, table: string): string {
  return `${schema}\0${table}`;
}

function parse(texts: string | undefined): readonly string[] {
  return texts === undefined ? NONE : JSON.parse(texts);
}
