/** One statement and its limits. */
export interface Statement {
  /** Exactly one statement, without a trailing semicolon or comment. */
  readonly text: string;
  /** Values for `$1`, `$2`, … as PostgreSQL text. */
  readonly params?: readonly (string | null)[];
  /** `cursor` for what DECLARE CURSOR takes (SELECT, VALUES, TABLE), `plain` for SHOW and EXPLAIN, `write` for what may change something. */
  readonly kind: 'cursor' | 'plain' | 'write';
  /** Rows to return at most; one more is read to learn whether there are more. */
  readonly maxRows: number;
  /** Characters of row text to return at most; reading stops there and the result is marked truncated. */
  readonly maxBytes: number;
  /** When the statement must be over, milliseconds since 1970; waiting for a connection counts. */
  readonly deadline: number;
}
