import type { Names } from './names.js';
import { quoteIdentifier } from './quote.js';
import { statement, type Statement } from './statement.js';

export interface PerGroup {
  readonly selected: readonly (readonly [sql: string, name: string])[];
  readonly source: Pick<Statement, 'from' | 'where' | 'groupBy' | 'having'>;
  /** What rows compete within. */
  readonly partition: readonly string[];
  /** Names of the columns by which the groups are listed. */
  readonly first: readonly string[];
  readonly order: readonly string[];
  /** Places that win; equals share one. */
  readonly count: number;
}

/** The first rows of each group. */
export function firstPerGroup({ selected, source, partition, first, order, count }: PerGroup, names: Names): string {
  const position = quoteIdentifier(names.unique('position'));
  const select = [...selected.map(([sql, name]) => `${sql} AS ${quoteIdentifier(name)}`), `rank() OVER (PARTITION BY ${partition.join(', ')} ORDER BY ${order.join(', ')}) AS ${position}`];
  const inner = statement({ ...source, select, distinct: false, order: [], limit: undefined });
  const listed = [...first.map((name) => `ranked.${quoteIdentifier(name)}`), `ranked.${position}`];
  return `SELECT ${selected.map(([, name]) => `ranked.${quoteIdentifier(name)}`).join(', ')}\nFROM (${inner}) AS ranked\nWHERE ranked.${position} <= ${count}\nORDER BY ${listed.join(', ')}`;
}
