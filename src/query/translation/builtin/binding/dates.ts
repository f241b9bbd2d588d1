import { wordForms } from '../language/word-forms.js';
import { isToOne } from '../joins/distances.js';
import { dateRank, defaultDates } from '../lexicon/display-columns.js';
import { tableName, type ColumnInfo, type TableInfo } from '../lexicon/schema-model.js';
import type { NounPhrase } from '../parsing/reading.js';
import { BindingRefused, type Resolver } from './resolver.js';

/**
 * The date column that is meant: one that is named, then one that a verb hints at ("shipped in May"), then the usual date of
 * the table at hand or of what it belongs to. Integer years count as dates when `years` is set.
 */
export function dateColumn(resolver: Resolver, tables: readonly TableInfo[], options: { noun?: NounPhrase; cue?: string; years?: boolean; hinting?: readonly TableInfo[] }): ColumnInfo {
  const { noun, cue, years, hinting = [] } = options;
  if (noun) {
    const named = namedDate(resolver, noun, years ?? false);
    if (named) return named;
  }
  for (const table of [...tables, ...hinting]) {
    const candidates = datesOf(table, years ?? false);
    const hinted = cue ? candidates.find((info) => info.words.some((word) => word !== 'date' && sameStem(word, cue))) : undefined;
    if (hinted) return hinted;
  }
  for (const table of tables) {
    const candidates = datesOf(table, years ?? false);
    if (candidates.length > 0) {
      const [first, second] = candidates as [ColumnInfo, ColumnInfo?];
      if (second && dateRank(first) >= 2 && dateRank(second) === dateRank(first) && first.role === second.role) {
        throw new BindingRefused(`Is ${tableName(table)}.${first.name} or ${tableName(table)}.${second.name} meant?`, [], [first, second].map((info) => `${tableName(table)}.${info.name}`));
      }
      if (candidates.length > 1) resolver.note(`Dates are those of ${tableName(table)}.${candidates[0]!.name}.`);
      return candidates[0]!;
    }
  }
  const reachable = tables.flatMap((table) =>
    resolver.model.tables
      .filter((other) => other !== table && isPartOf(table, other) && isToOne(resolver.model, table, other) && resolver.distance(table, other) < 3.5 && datesOf(other, false).some((info) => dateRank(info) <= 1))
      .map((other) => ({ other, distance: resolver.distance(table, other) })),
  );
  reachable.sort((a, b) => a.distance - b.distance);
  const [first, second] = reachable;
  if (first && (!second || first.distance < second.distance || first.other === second.other)) {
    const chosen = datesOf(first.other, false)[0]!;
    resolver.note(`Dates are those of ${tableName(first.other)}.${chosen.name}.`);
    return chosen;
  }
  throw new BindingRefused(`There is no date in ${tables.map(tableName).join(', ') || 'this schema'} that this could be about.`);
}

/** Lines of an order have its date; a product's supplier lends it none. */
function isPartOf(table: TableInfo, whole: TableInfo): boolean {
  return whole.words.some((word) => table.words.includes(word)) || table.key.some((info) => info.isKey && table.key.length > 1);
}

/** The date columns of a table, the usual one first; a year in numbers last, if wanted. */
export function datesOf(table: TableInfo, years: boolean): ColumnInfo[] {
  const dates = defaultDates(table);
  return years ? [...dates, ...table.columns.filter(isYear)] : dates;
}

/** True for an integer column that holds years. */
export function isYear(info: ColumnInfo): boolean {
  return info.role === 'number' && info.words.at(-1) === 'year';
}

function namedDate(resolver: Resolver, noun: NounPhrase, years: boolean): ColumnInfo | undefined {
  const refs = noun.refs.filter((ref) => ref.kind === 'column' && (ref.info.role === 'date' || (years && isYear(ref.info))) && ref.score >= 0.55);
  if (refs.length === 0) return undefined;
  const value = resolver.value({ ...noun, refs });
  return value?.kind === 'column' ? value.info : undefined;
}

function sameStem(a: string, b: string): boolean {
  const [x, y] = [wordForms(a), wordForms(b)];
  return x.stem === y.stem || x.verb === y.verb || x.noun === y.noun;
}
