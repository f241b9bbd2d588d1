import { groupTable, type GroupKey, type LogicalForm, type Measure } from '../logical-form.js';
import type { Names } from './names.js';
import type { Scope } from './scope.js';

export interface GroupColumn {
  readonly group: GroupKey;
  readonly sql: string;
  readonly name: string;
  readonly shown: boolean;
}

export function groupColumns(group: GroupKey, scope: Scope, form: LogicalForm, names: Names): GroupColumn[] {
  if (group.kind === 'column') {
    const name = names.unique(group.unit && group.unit !== 'day' ? group.unit : names.ofColumn(group.info, []));
    return [{ group, sql: group.unit ? truncate(scope.column(group.info), group.unit) : scope.column(group.info), name, shown: true }];
  }
  const { display, key } = group.table;
  const shown = display.length ? display : key.length ? key : group.table.columns.slice(0, 1);
  const others = form.groups.flatMap((each) => (each === group ? [] : groupTable(each).display));
  const hidden = key.filter((info) => !shown.includes(info));
  return [...shown, ...hidden].map((info) => ({ group, sql: scope.column(info), name: names.unique(names.ofColumn(info, others)), shown: shown.includes(info) }));
}

export function orderOf(form: LogicalForm, columns: readonly GroupColumn[], sqlOf: (measure: Measure) => string): string[] {
  return form.order.flatMap((key) => {
    const end = `${key.desc ? ' DESC' : ''} NULLS LAST`;
    if (key.by === 'measure') return [`${sqlOf(key.measure)}${end}`];
    if (key.by === 'group') return columns.filter((column) => column.group === key.group && column.shown).map((column) => `${column.sql}${end}`);
    return [];
  });
}

function truncate(column: string, unit: string): string {
  if (unit === 'year') return `EXTRACT(YEAR FROM ${column})::int`;
  return unit === 'hour' ? `date_trunc('hour', ${column})` : `date_trunc('${unit}', ${column})::date`;
}
