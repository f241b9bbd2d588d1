import type { ColumnInfo } from '../lexicon/schema-model.js';
import { nameOfDerived } from './expressions.js';
import type { Measure } from '../logical-form.js';

/** Names of the answer's columns; no two are the same. */
export class Names {
  private readonly used = new Set<string>();

  /** The column's own name, not yet taken; with its table's before it when another shown column is called the same. */
  ofColumn(info: ColumnInfo, others: readonly ColumnInfo[]): string {
    const clash = others.some((other) => other !== info && other.name === info.name) || this.used.has(info.name);
    return clash ? `${info.table.words.join('_')}_${info.name}` : info.name;
  }

  unique(name: string): string {
    let free = name;
    for (let i = 2; this.used.has(free); i++) free = `${name}_${i}`;
    this.used.add(free);
    return free;
  }
}

const PREFIX = { sum: 'total', avg: 'average', min: 'minimum', max: 'maximum', median: 'median', count: 'count' } as const;

/** What a measure is called in the answer: `order_count`, `average_price`, `total_amount`. */
export function measureName({ fn, of, distinct }: Measure): string {
  if (of.kind === 'rows') return `${of.table.words.join('_')}_count`;
  const what = of.kind === 'column' ? of.info.words.join('_') : nameOfDerived(of);
  if (fn === 'count') return distinct ? `distinct_${what}_count` : `${what}_count`;
  return what.startsWith(PREFIX[fn]) ? what : `${PREFIX[fn]}_${what}`;
}

/** "average", "total" …: how an aggregate is called in a name. */
export function nameOfAggregate(fn: Measure['fn']): string {
  return PREFIX[fn];
}
