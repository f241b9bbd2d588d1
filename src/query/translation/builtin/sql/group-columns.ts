import type { DatePart, DateUnit } from '../language/function-words.js';
import { groupTable, type Computed, type GroupKey, type LogicalForm, type Measure } from '../logical-form.js';
import { nameOfRole } from '../lexicon/schema-model.js';
import { quotient } from './expressions.js';
import type { Names } from './names.js';
import { asComparable } from './readings.js';
import type { Scope } from './scope.js';

export interface GroupColumn {
  readonly group: GroupKey;
  readonly sql: string;
  readonly name: string;
  readonly shown: boolean;
  /** Set for the column by which the group is put in order, where that is not the one shown: Monday comes before Friday. */
  readonly arranges?: boolean;
  /** Set where the column is part of the key of the grouped row, and so never null. */
  readonly key?: boolean;
}

export function groupColumns(group: GroupKey, scope: Scope, form: LogicalForm, names: Names): GroupColumn[] {
  if (group.kind === 'column') {
    const name = names.unique(group.unit && group.unit !== 'day' ? group.unit.replaceAll('-', '_') : names.ofColumn(group.info, []));
    const column = scope.column(group.info);
    if (group.unit === 'weekday') return [{ group, sql: `to_char(${column}, 'FMDay')`, name, shown: true }, { group, sql: `EXTRACT(ISODOW FROM ${column})::int`, name: names.unique('weekday_number'), shown: false, arranges: true }];
    return [{ group, sql: group.unit ? truncate(column, group.unit) : asComparable(column, group.info), name, shown: true }];
  }
  const { display, key } = group.table;
  const { by } = group;
  if (by) {
    const named = (display.length ? display : key).map((info) => ({ group, sql: asComparable(scope.via(by, info), info), name: names.unique(`${nameOfRole(by).replaceAll(' ', '_')}_${info.name}`), shown: true }));
    return [...named, ...by.childColumns.map((column) => ({ group, sql: scope.named(by.child, column), name: names.unique(column), shown: false, key: true }))];
  }
  const shown = display.length ? display : key.length ? key : group.table.columns.slice(0, 1);
  const others = form.groups.flatMap((each) => (each === group ? [] : groupTable(each).display));
  const hidden = key.filter((info) => !shown.includes(info));
  return [...shown, ...hidden].map((info) => ({ group, sql: asComparable(scope.column(info), info), name: names.unique(names.ofColumn(info, others)), shown: shown.includes(info), key: key.includes(info) }));
}

export function orderOf(form: LogicalForm, columns: readonly GroupColumn[], sqlOf: (measure: Measure) => string): string[] {
  return form.order.flatMap((key) => {
    const end = `${key.desc ? ' DESC' : ''} NULLS LAST`;
    if (key.by === 'measure') return [`${sqlOf(key.measure)}${end}`];
    if (key.by === 'computed') return [`${writeComputed(key.computed, sqlOf)}${end}`];
    if (key.by !== 'group') return [];
    const own = columns.filter((column) => column.group === key.group);
    const arranging = own.filter((column) => column.arranges);
    return (arranging.length ? arranging : own.filter((column) => column.shown)).map((column) => `${column.sql}${end}`);
  });
}

/** A ratio or difference of two measures, each as `sqlOf` writes it. */
export function writeComputed({ kind, of, percent }: Computed, sqlOf: (measure: Measure) => string): string {
  const [a, b] = of.map(sqlOf) as [string, string];
  if (kind === 'difference') return `${a} - ${b}`;
  return quotient(a, kind === 'share' ? `sum(${b}) OVER ()` : b, percent ? '100.0' : '1.0');
}

/** A date cut to the calendar unit, or the part of it that comes round again. */
export function truncate(column: string, unit: DateUnit | Exclude<DatePart, 'weekday'>): string {
  switch (unit) {
    case 'year':
      return `EXTRACT(YEAR FROM ${column})::int`;
    case 'hour':
      return `date_trunc('hour', ${column})`;
    case 'month-of-year':
      return `EXTRACT(MONTH FROM ${column})::int`;
    case 'hour-of-day':
      return `EXTRACT(HOUR FROM ${column})::int`;
    default:
      return `date_trunc('${unit}', ${column})::date`;
  }
}
