/** A column of a result, as PostgreSQL described it. */
export interface ResultColumn {
  /** Name as PostgreSQL returned it; several columns may share one. */
  readonly name: string;
  /** Type OID (`pg_type.oid`). */
  readonly type: number;
}

/** Rows in PostgreSQL's own text form: each value is the text the server sent, or null. */
export interface ReadResult {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** True when there were more rows than were asked for, or more text than may be; what is beyond is not in `rows`. */
  readonly truncated: boolean;
}

/** What a statement that may write came to. */
export interface WriteResult extends ReadResult {
  /** What was done, as PostgreSQL names it: `INSERT`, `CREATE TABLE`, … */
  readonly command: string;
  /** Rows inserted, changed, deleted or returned; 0 for statements about structure. */
  readonly rowsAffected: number;
}
