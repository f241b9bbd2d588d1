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
export function dateColumn(resolver: Resolver, tables: readonly TableInfo[], options: { noun?: NounPhrase; cue?: string; years?: boolean; hinting?: readonly TableInfo[]; clock?: boolean }): ColumnInfo {
  const { noun, cue, years, hinting = [], clock = false } = options;
  const candidatesOf = (table: TableInfo, withYears: boolean) => (clock ? timesOf(table) : datesOf(table, withYears));
  if (noun) {
    const named = namedDate(resolver, noun, years ?? false, clock);
    if (named) return named;
    refuseUnreadable(noun, [...tables, ...hinting]);
  }
  for (const table of [...tables, ...hinting]) {
    const candidates = candidatesOf(table, years ?? false);
    const hinted = cue ? candidates.find((info) => info.words.some((word) => word !== 'date' && sameStem(word, cue))) : undefined;
    if (hinted) return hinted;
  }
  for (const table of tables) {
    const candidates = candidatesOf(table, years ?? false);
    if (candidates.length > 0) {
      const [first, second] = candidates as [ColumnInfo, ColumnInfo?];
      if (second && dateRank(first) >= 2 && dateRank(second) === dateRank(first) && first.role === second.role) {
        throw new BindingRefused(`Is ${tableName(table)}.${first.name} or ${tableName(table)}.${second.name} meant?`, [], [first, second].map((info) => `${tableName(table)}.${info.name}`));
      }
      refuseHidden(table, candidates[0]!);
      if (candidates.length > 1) resolver.note(`Dates are those of ${tableName(table)}.${candidates[0]!.name}.`);
      return candidates[0]!;
    }
  }
  const reachable = (clock ? [] : tables).flatMap((table) =>
    resolver.model.tables
      .filter((other) => other !== table && (isPartOf(table, other) || isCalendar(other)) && isToOne(resolver.model, table, other) && resolver.distance(table, other) < 3.5 && datesOf(other, false).some((info) => isCalendar(other) || dateRank(info) <= 1))
      .map((other) => ({ other, distance: resolver.distance(table, other) })),
  );
  reachable.sort((a, b) => a.distance - b.distance);
  const [first, second] = reachable;
  if (first && (!second || first.distance < second.distance || first.other === second.other)) {
    const chosen = datesOf(first.other, false)[0]!;
    resolver.note(`Dates are those of ${tableName(first.other)}.${chosen.name}.`);
    return chosen;
  }
  for (const table of tables) {
    const hidden = table.columns.find(isUnreadable);
    if (hidden) throw unreadable(hidden);
  }
  throw new BindingRefused(`There is no ${clock ? 'time of day' : 'date'} in ${tables.map(tableName).join(', ') || 'this schema'} that this could be about.`);
}

/** Lines of an order have its date; a product's supplier lends it none. */
function isPartOf(table: TableInfo, whole: TableInfo): boolean {
  return whole.words.some((word) => table.words.includes(word)) || table.key.some((info) => info.isKey && table.key.length > 1);
}

/** A table of days, to which what happened on them refers. */
function isCalendar(table: TableInfo): boolean {
  return table.words.some((word) => word === 'date' || word === 'calendar' || word === 'day');
}

/** The date columns of a table, the usual one first; a year in numbers last, if wanted. */
export function datesOf(table: TableInfo, years: boolean): ColumnInfo[] {
  const dates = defaultDates(table);
  return years ? [...dates, ...table.columns.filter(isYear)] : dates;
}

/** True for an integer column that holds years. */
export function isYear(info: ColumnInfo): boolean {
  return info.role === 'number' && (info.words.at(-1) === 'year' || info.words[0] === 'year') && !info.words.includes('per');
}

function namedDate(resolver: Resolver, noun: NounPhrase, years: boolean, clock: boolean): ColumnInfo | undefined {
  const dated = (info: ColumnInfo) => (clock ? isTime(info) : info.role === 'date');
  const refs = noun.refs.filter((ref) => ref.kind === 'column' && (dated(ref.info) || (years && isYear(ref.info))) && ref.score >= 0.55);
  if (refs.length === 0) return undefined;
  const value = resolver.value({ ...noun, refs });
  return value?.kind === 'column' ? value.info : undefined;
}

/** Columns that tell a time of day: times before timestamps. */
function timesOf(table: TableInfo): ColumnInfo[] {
  const stamps = defaultDates(table).filter(isTime);
  return [...table.columns.filter((info) => info.role === 'other' && isTime(info)), ...stamps];
}

function isTime(info: ColumnInfo): boolean {
  return /^time/.test(info.column.base_type);
}

const TIMELY = new Set(['date', 'datetime', 'time', 'timestamp', 'day']);

/** A moment kept as text or as a number: it cannot be compared with a date. */
function isUnreadable(info: ColumnInfo): boolean {
  return !info.isKey && (info.role === 'text' || info.role === 'number') && TIMELY.has(info.words.at(-1) ?? '');
}

function refuseUnreadable(noun: NounPhrase, tables: readonly TableInfo[]): void {
  const [best] = noun.refs;
  if (best?.kind === 'column' && best.score >= 0.7 && isUnreadable(best.info) && tables.includes(best.info.table)) throw unreadable(best.info);
}

/** The date people mean is there, but cannot be read; when the row was written is no substitute for it. */
function refuseHidden(table: TableInfo, chosen: ColumnInfo): void {
  const hidden = table.columns.find((info) => isUnreadable(info) && info.role === 'text' && dateRank(info) < dateRank(chosen));
  if (hidden) throw unreadable(hidden);
}

function unreadable(info: ColumnInfo): BindingRefused {
  return new BindingRefused(`${tableName(info.table)}.${info.name} holds ${info.role === 'text' ? 'text' : 'numbers'}, which cannot be compared with a date.`, [], [`${tableName(info.table)}.${info.name}`]);
}

function sameStem(a: string, b: string): boolean {
  const [x, y] = [wordForms(a), wordForms(b)];
  return x.stem === y.stem || x.verb === y.verb || x.noun === y.noun;
}
