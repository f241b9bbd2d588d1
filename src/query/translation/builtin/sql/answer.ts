import type { Change, LogicalForm, Measure } from '../logical-form.js';
import { sameMeasure } from '../logical-form.js';
import { orderOf, writeComputed, type GroupColumn } from './group-columns.js';
import type { Names } from './names.js';
import { firstPerGroup } from './per-group.js';
import { quoteIdentifier } from './quote.js';
import { statement, type Statement } from './statement.js';

/** A measure with the SQL that gives it where the answer is put together. */
export interface MeasureColumn {
  readonly measure: Measure;
  readonly sql: string;
  readonly name: string;
}

/**
 * Puts the answer of a grouped question together: groups, measures, what is worked out from these, order and limit. `source`
 * says where the columns come from; measures in HAVING are conditions of it.
 */
export function writeAnswer(form: LogicalForm, columns: readonly GroupColumn[], measures: readonly MeasureColumn[], source: Pick<Statement, 'from' | 'where' | 'groupBy' | 'having'>, names: Names): string {
  const sqlOf = (measure: Measure) => measures.find((each) => sameMeasure(each.measure, measure))!.sql;
  const selected: [sql: string, name: string][] = [
    ...columns.filter((column) => column.shown).map(({ sql, name }): [string, string] => [sql, name]),
    ...measures.map(({ sql, name }): [string, string] => [sql, name]),
    ...(form.computed ?? []).map((computed): [string, string] => [writeComputed(computed, sqlOf), names.unique(computed.kind === 'difference' ? 'difference' : computed.percent ? 'percentage' : computed.kind)]),
    ...(form.changes ?? []).map((change): [string, string] => [writeChange(change, form, columns, sqlOf), names.unique(change.percent ? 'change_percent' : 'change')]),
  ];
  const order = orderOf(form, columns, sqlOf);
  if (form.perGroup) {
    const partition = columns.filter((column) => form.perGroup!.includes(column.group));
    return firstPerGroup({ selected, source, partition: partition.map(({ sql }) => sql), first: partition.filter(({ shown }) => shown).map(({ name }) => name), order, count: form.limit?.count ?? 1 }, names);
  }
  return statement({ ...source, select: selected.map(([sql, name]) => `${sql} AS ${quoteIdentifier(name)}`), distinct: false, order, limit: form.limit });
}

/** The difference to the group before, in the order of time, apart for each of the other groups. */
function writeChange({ measure, percent }: Change, form: LogicalForm, columns: readonly GroupColumn[], sqlOf: (measure: Measure) => string): string {
  const time = columns.find(({ group }) => group === form.groups[0])!;
  const others = columns.filter(({ group }) => group !== form.groups[0]).map(({ sql }) => sql);
  const window = `(${others.length ? `PARTITION BY ${others.join(', ')} ` : ''}ORDER BY ${time.sql})`;
  const now = sqlOf(measure);
  const before = `lag(${now}) OVER ${window}`;
  return percent ? `100.0 * (${now} - ${before}) / NULLIF(${before}, 0)` : `${now} - ${before}`;
}
