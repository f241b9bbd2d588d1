import { isToOne } from '../joins/distances.js';
import { tableName, type ColumnInfo, type TableInfo } from '../lexicon/schema-model.js';
import type { Reading } from '../parsing/reading.js';
import { BindingRefused, type Resolver } from './resolver.js';

/** A bridge between two tables has two. */
const TWO_KEYS = 3.2;

/** A noun mentioned in passing must be a table that is connected; a column that nothing is said about is not understood. */
export function checkMentions(reading: Reading, resolver: Resolver, subject: TableInfo, shown: readonly ColumnInfo[]): void {
  for (const noun of reading.mentions) {
    const meaning = resolver.resolve(noun);
    if (meaning?.kind === 'table') {
      const belongs = isToOne(resolver.model, subject, meaning.table) || isToOne(resolver.model, meaning.table, subject) || resolver.distance(subject, meaning.table) < TWO_KEYS;
      if (resolver.distance(subject, meaning.table) < Infinity && !belongs) throw new BindingRefused(`${tableName(subject)} and ${tableName(meaning.table)} are only connected through others.`, [noun.text]);
      if (resolver.distance(subject, meaning.table) === Infinity) throw new BindingRefused(`${tableName(meaning.table)} is not connected to ${tableName(subject)}.`, [noun.text]);
      continue;
    }
    const used = noun.refs.some((ref) => ref.kind === 'column' && reading.restrictions.some((each) => each.kind === 'value' && each.refs.some((value) => value.info === ref.info)));
    const harmless = noun.refs.some((ref) => ref.kind === 'column' && ref.score > 0.9 && shown.includes(ref.info));
    if (!used && !harmless) throw new BindingRefused(`It is not clear what "${noun.text}" says about ${tableName(subject)}.`, [noun.text]);
  }
}
