import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import type { Caller, Identity } from '../../pools/identity.js';
import { PoolManager } from '../../pools/pool-manager.js';
import type { ResultColumn } from '../../pools/read-result.js';
import { Settings } from '../../settings/settings.js';
import type { DatabaseType, DatabaseTypes } from './database-types.js';

const DATABASE_TYPES = readFileSync(new URL('./database-types.sql', import.meta.url), 'utf8');

/** Types with lower OIDs are built in; PostgreSQL never gives such numbers to anything else. */
const FIRST_OWN_OID = 16_384;

/** Types kept for one identity; a database with more of them in its results asks again. */
const MAX_TYPES = 10_000;

/** What the types of each database are that PostgreSQL does not have by itself: enums, domains, composites, extensions' types. */
@Injectable()
export class TypeCatalogue {
  /** Weak: kept for as long as the identity has sessions, and like a schema no longer than its time to live. */
  private readonly known = new WeakMap<Identity, { readonly until: number; readonly types: Map<number, DatabaseType> }>();

  constructor(
    private readonly pools: PoolManager,
    private readonly settings: Settings,
  ) {}

  /**
   * The types of these columns, asked of the database the first time one of its own occurs.
   *
   * @throws {Problem} when the database cannot be asked
   */
  async typesOf(columns: readonly ResultColumn[], identity: Identity, caller: Caller, deadline: number): Promise<DatabaseTypes | undefined> {
    const own = columns.filter(({ type }) => type >= FIRST_OWN_OID).map(({ type }) => type);
    if (own.length === 0) return undefined;
    let entry = this.known.get(identity);
    if (!entry || entry.types.size > MAX_TYPES || entry.until < Date.now()) {
      this.known.set(identity, (entry = { until: Date.now() + this.settings.schemaTtlMinutes * 60_000, types: new Map() }));
    }
    const known = entry.types;
    const unknown = [...new Set(own)].filter((oid) => !known.has(oid));
    if (unknown.length > 0) {
      const limits = { maxRows: MAX_TYPES, maxBytes: 10_000_000, deadline };
      const { rows } = await this.pools.read(identity, caller, { text: DATABASE_TYPES, kind: 'cursor', params: [`{${unknown.join(',')}}`], ...limits });
      for (const row of rows) known.set(Number(row[0]), describe(row));
    }
    return known;
  }
}

function describe([, name, kind, category, element, base, delimiter]: readonly (string | null)[]): DatabaseType {
  if (kind === 'd') return { kind: 'domain', name: name ?? '', base: Number(base) };
  if (category === 'A') return { kind: 'array', name: name ?? '', element: Number(element), delimiter: delimiter ?? ',' };
  return { kind: kind === 'e' ? 'enum' : 'other', name: name ?? '' };
}
