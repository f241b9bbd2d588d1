import type { DatePart, DateUnit } from '../language/function-words.js';
import { isToOne } from '../joins/distances.js';
import { tableName, type ColumnInfo, type TableInfo } from '../lexicon/schema-model.js';
import type { NounPhrase, Reading } from '../parsing/reading.js';
import { dateColumn } from './dates.js';
import type { Draft } from './draft.js';
import { BindingRefused, type Resolver } from './resolver.js';
import { verbsOf } from './verbs.js';

/**
 * The date by which rows are grouped: the one that a noun or verb of the question names ("hires per year", "loaned each
 * month"), else the usual one of what is measured.
 */
export function groupingDate(resolver: Resolver, reading: Reading, draft: Draft, measured: TableInfo): { info: ColumnInfo; noun?: NounPhrase } {
  for (const noun of [...reading.heads, ...reading.shown, ...reading.mentions]) {
    const best = noun.refs[0];
    if (noun.aggregate || best?.kind !== 'column' || best.info.role !== 'date') continue;
    const value = resolver.value(noun);
    if (value?.kind !== 'column' || value.info.role !== 'date') continue;
    refuseFiner(resolver, draft, measured, value.info);
    return { info: value.info, noun };
  }
  const tables = [measured, draft.subject, ...resolver.anchors];
  const cue = verbsOf(reading).at(-1);
  const info = dateColumn(resolver, tables, cue ? { cue } : {});
  refuseFiner(resolver, draft, measured, info);
  return { info };
}

/** "Books loaned per month": are books counted, or loans? */
function refuseFiner(resolver: Resolver, draft: Draft, measured: TableInfo, { table }: ColumnInfo): void {
  const finer = table !== measured && !isToOne(resolver.model, measured, table) && isToOne(resolver.model, table, measured);
  if (!finer || (draft.measures.length > 0 && !draft.measures.some((measure) => measure.of.kind === 'rows' && measure.of.table === measured))) return;
  throw new BindingRefused(`Is the number of ${tableName(measured)} or of ${tableName(table)} meant?`, [], [`number of ${tableName(measured)}`, `number of ${tableName(table)}`]);
}

/** A calendar unit, or a part of the calendar that comes round again, of a date column. */
export function addDateGroup(draft: Draft, info: ColumnInfo, unit: DateUnit | DatePart): void {
  if (info.role !== 'date') throw new BindingRefused(`${tableName(info.table)}.${info.name} is no date, so that it has no ${unit.replaceAll('-', ' ')}.`);
  if ((unit === 'hour' || unit === 'hour-of-day') && info.column.base_type === 'date') throw new BindingRefused(`${tableName(info.table)}.${info.name} has no time of day.`);
  // "Per month and year": a month of one year is told apart from that of another already.
  const twin = draft.groups.findIndex((group) => group.kind === 'column' && group.info === info && (covers(group.unit, unit) || covers(unit, group.unit)));
  const known = draft.groups[twin];
  if (known?.kind !== 'column') draft.groups.push({ kind: 'column', info, unit });
  else if (covers(unit, known.unit)) draft.groups[twin] = { ...known, unit };
}

/** True when the finer unit says which of the coarser it is in. */
function covers(finer: DateUnit | DatePart | undefined, coarser: DateUnit | DatePart | undefined): boolean {
  const coarse: Readonly<Record<string, readonly string[]>> = { year: ['hour', 'day', 'month', 'quarter'], quarter: ['hour', 'day', 'month'], month: ['hour', 'day'], day: ['hour'], week: ['hour', 'day'] };
  return finer !== undefined && coarser !== undefined && (finer === coarser || (coarse[coarser]?.includes(finer) ?? false));
}
