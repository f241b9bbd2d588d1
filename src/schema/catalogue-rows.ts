import type { ReadResult } from '../pools/read-result.js';
import type { RelationKind } from './schema.dto.js';

/** `pg_class.relkind` of what counts as a relation. */
export const RELATION_KINDS = { r: 'table', p: 'partitioned_table', v: 'view', m: 'materialized_view', f: 'foreign_table' } as const satisfies Record<string, RelationKind>;

/** Bodies of the parts of `catalogue.sql`; each part's own comment there says what is what. Oids are text, column numbers start at 1. */
export interface DatabaseBody {
  name: string;
  search_path: string[];
}

export interface TypeBody {
  name: string;
  category: string;
  domain_of: string | null;
  not_null: boolean;
}

export interface RelationBody {
  schema: string;
  name: string;
  kind: keyof typeof RELATION_KINDS;
  /** False when the role may read some columns only. */
  whole: boolean;
  rows: number | null;
}

export type ColumnBody = [number: number, name: string, type: string, typeOid: string, notNull: boolean, identity: '' | 'a' | 'd', generated: boolean];

/** A text about a column; number 0 is the relation itself. */
export type NotedBody = [number: number, text: string];

export type ForeignKeyBody = [name: string, columns: number[], references: string, referencesColumns: number[]];

/** A column number 0 stands for an expression; `expressions` has one text for every key position. */
export type IndexBody = [name: string, unique: boolean, primary: boolean, partial: boolean, columns: number[], expressions: string[] | null];

interface Bodies {
  database: DatabaseBody;
  type: TypeBody;
  labels: string[];
  relation: RelationBody;
  columns: ColumnBody[];
  defaults: NotedBody[];
  comments: NotedBody[];
  foreign_keys: ForeignKeyBody[];
  indexes: IndexBody[];
  partition_rows: number;
}

/** The rows of `catalogue.sql` by part and subject. Bodies are parsed when they are asked for, so that no step is long. */
export class CatalogueRows {
  private readonly parts = new Map<string, Map<string, string>>();

  constructor({ rows }: ReadResult) {
    for (const [part, subject, body] of rows) {
      if (typeof part !== 'string' || typeof body !== 'string') continue;
      let bodies = this.parts.get(part);
      if (!bodies) this.parts.set(part, (bodies = new Map()));
      bodies.set(subject ?? '', body);
    }
  }

  get database(): DatabaseBody {
    const body = this.of('database', '');
    if (!body) throw new Error('The catalogue has no row for the database');
    return body;
  }

  /** Oids of the relations, in the order they were read. */
  get relations(): Iterable<string> {
    return this.parts.get('relation')?.keys() ?? [];
  }

  /** What one part says about one subject. */
  of<P extends keyof Bodies>(part: P, subject: string): Bodies[P] | undefined {
    const body = this.parts.get(part)?.get(subject);
    return body === undefined ? undefined : JSON.parse(body);
  }
}
