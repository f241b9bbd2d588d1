/** A statement that an analyst sends, and what it must answer. */
export interface Analytic {
  readonly class: string;
  readonly sql: string;
  /** The rows, as arrays of JSON values; a number where only their count is certain. */
  readonly answer: readonly (readonly unknown[])[] | number;
  /** The first major version of PostgreSQL that knows it. */
  readonly since?: number;
  /** The extension it needs. */
  readonly extension?: string;
}

type Case = readonly [sql: string, answer: Analytic['answer'], needs?: Pick<Analytic, 'since' | 'extension'>];

/** Statements by their class. */
export type Cases = Readonly<Record<string, readonly Case[]>>;

export function analyticsOf(cases: Cases): Analytic[] {
  return Object.entries(cases).flatMap(([name, list]) => list.map(([sql, answer, needs]) => ({ class: name, sql, answer, ...needs })));
}
