import { readFileSync } from 'node:fs';
import { Injectable, Logger } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import type { Target } from '../pools/identity.js';
import { PoolManager } from '../pools/pool-manager.js';
import type { ReadResult } from '../pools/read-result.js';
import type { Statement } from '../pools/statement.js';
import { Problem } from '../problems/problem.js';
import type { Access } from '../sessions/session.js';
import { Settings } from '../settings/settings.js';
import { SchemaCache } from './schema-cache.js';
import type { SchemaSnapshot } from './schema.dto.js';
import { SchemaRead } from './schema-events.js';
import { SharedLoad } from './shared-load.js';
import { assembleSnapshot } from './snapshot.js';
import { exclusionParameters } from './value-exclusion.js';
import { SampledValues } from './value-index.js';

const CATALOGUE = readFileSync(new URL('./catalogue.sql', import.meta.url), 'utf8');
const VALUES = readFileSync(new URL('./values.sql', import.meta.url), 'utf8');

/** Up to seven parts for each of 20,000 relations, and their types. */
const MAX_ROWS = 200_000;
/** Far above any real catalogue: 1,000 tables of 20 columns are 2 MB. */
const MAX_BYTES = 256 * 1024 * 1024;

/** 20,000 values of 80 characters are 2 to 6 MB; more there is not. */
const MAX_VALUES_BYTES = 16 * 1024 * 1024;

/** Samples help translation but are not needed for it, so nobody waits longer for them. */
const VALUES_TIMEOUT_MS = 5000;
/** What PostgreSQL says where the statistics are closed to the role or too slow to read. */
const NO_SAMPLES = new Set(['PERMISSION_DENIED', 'SQL_INVALID', 'SQL_FAILED', 'STATEMENT_TIMEOUT']);

/** Columns of all schemas kept together, some 200 bytes each: many identities of one large database must not fill the memory. */
const MAX_COLUMNS = 1_000_000;

/** Whose schema is asked for: what one identity reads is shared by all its sessions and by no other. */
export type SchemaReader = Pick<Access, 'identity' | 'sessionRef'>;

interface Entry {
  readonly snapshot: SchemaSnapshot;
  /** Read only when a question needs them, once for the snapshot. */
  values?: SharedLoad<SampledValues>;
}

/** What a role can read of its database: structure and sample values, read once for each identity and kept for `SCHEMA_TTL_MINUTES`. */
@Injectable()
export class SchemaService {
  private readonly logger = new Logger(SchemaService.name);
  private readonly cache: SchemaCache<Entry>;
  private readonly excluded: readonly string[];

  constructor(
    private readonly pools: PoolManager,
    private readonly events: EventEmitter2,
    private readonly settings: Settings,
  ) {
    this.excluded = exclusionParameters(settings.valuesExclude);
    this.cache = new SchemaCache({
      ttlMs: settings.schemaTtlMinutes * 60_000,
      maxWeight: MAX_COLUMNS,
      weigh: ({ snapshot }) => snapshot.relations.reduce((columns, relation) => columns + relation.columns.length, 1),
    });
  }

  /**
   * The structure as cached, read first if need be. Shared: never modify it.
   *
   * @throws {Problem} when the database cannot be asked
   */
  async snapshot(reader: SchemaReader, signal?: AbortSignal): Promise<SchemaSnapshot> {
    return (await this.entry(reader, signal)).snapshot;
  }

  /**
   * Sample values and enum labels by column, as old as the snapshot.
   *
   * @throws {Problem} when the database cannot be asked
   */
  async values(reader: SchemaReader, signal?: AbortSignal): Promise<SampledValues> {
    const entry = await this.entry(reader, signal);
    if (!entry.values || entry.values.abandoned) {
      const load = new SharedLoad(async (abandoned) => SampledValues.build(entry.snapshot, await this.samples(reader, abandoned)));
      entry.values = load;
      load.result.catch(() => {
        // A failure is not kept: the next one to ask tries again.
        if (entry.values === load) entry.values = undefined;
      });
    }
    return entry.values.join(signal);
  }

  /**
   * Reads the structure again, whatever is cached; other callers are served the old one until then.
   *
   * @throws {Problem} when the database cannot be asked; the cached structure then stays
   */
  async refresh(reader: SchemaReader, signal?: AbortSignal): Promise<SchemaSnapshot> {
    return (await this.cache.refresh(keyOf(reader), (abandoned) => this.load(reader, abandoned), Date.now(), signal)).snapshot;
  }

  /** Forgets what is cached of a database, for all who read it, after a statement that may have changed its structure. */
  invalidate(target: Target): void {
    const database = nameOf(target);
    this.cache.invalidate((key) => key.startsWith(database));
  }

  /** Frees what is older than `SCHEMA_TTL_MINUTES` at `now` (milliseconds since the epoch). */
  prune(now: number): void {
    this.cache.prune(now);
  }

  private entry(reader: SchemaReader, signal?: AbortSignal): Promise<Entry> {
    return this.cache.get(keyOf(reader), (abandoned) => this.load(reader, abandoned), Date.now(), signal);
  }

  private async load(reader: SchemaReader, signal: AbortSignal): Promise<Entry> {
    const readAt = new Date();
    const catalogue = await this.read(reader, { text: CATALOGUE, maxBytes: MAX_BYTES }, this.settings.statementTimeoutMs, signal);
    const snapshot = await assembleSnapshot(catalogue, readAt);
    this.events.emit(SchemaRead.name, new SchemaRead(snapshot));
    return { snapshot };
  }

  private async samples(reader: SchemaReader, signal: AbortSignal): Promise<ReadResult> {
    try {
      return await this.read(reader, { text: VALUES, params: this.excluded, maxBytes: MAX_VALUES_BYTES }, Math.min(VALUES_TIMEOUT_MS, this.settings.statementTimeoutMs), signal);
    } catch (error) {
      if (!(error instanceof Problem) || !NO_SAMPLES.has(error.code)) throw error;
      this.logger.warn(`No sample values of ${reader.identity.target.database} for ${reader.identity.target.user}: ${error.message}`);
      return { columns: [], rows: [], truncated: false };
    }
  }

  /** In a line of its own: others may wait for the result, whatever becomes of the session that asked first. */
  private read({ identity, sessionRef }: SchemaReader, statement: Pick<Statement, 'text' | 'params' | 'maxBytes'>, timeoutMs: number, signal: AbortSignal): Promise<ReadResult> {
    const caller = { queue: 'schema', sessionRef, requestId: 'schema', signal };
    return this.pools.read(identity, caller, { ...statement, kind: 'cursor', maxRows: MAX_ROWS, deadline: Date.now() + timeoutMs });
  }
}

/** By database first, so that all who read one can be found. */
function keyOf({ identity }: SchemaReader): string {
  return nameOf(identity.target) + identity.key;
}

function nameOf({ host, port, database }: Target): string {
  return `${host}:${port}/${database}\n`;
}
