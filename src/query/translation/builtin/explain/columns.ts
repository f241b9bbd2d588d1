import { columnsOf, type Expression } from '../expression.js';
import type { ColumnInfo } from '../lexicon/schema-model.js';
import type { Condition, GroupKey, LogicalForm, Measure } from '../logical-form.js';

/** Every column that a form reads by itself; keys over which tables are joined are not among them. */
export function columnsUsed(form: LogicalForm): Set<ColumnInfo> {
  const computed = (form.computed ?? []).flatMap(({ of }) => of);
  const order = form.order.flatMap((key) => {
    if (key.by === 'expression') return columnsOf(key.expression);
    if (key.by === 'group') return ofGroup(key.group);
    return (key.by === 'measure' ? [key.measure] : key.computed.of).flatMap(ofMeasure);
  });
  return new Set([
    ...form.shown.flatMap(columnsOf),
    ...[...form.measures, ...computed, ...form.having.map(({ measure }) => measure)].flatMap(ofMeasure),
    ...[...form.groups, ...(form.perGroup ?? [])].flatMap(ofGroup),
    ...form.where.flatMap(ofCondition),
    ...order,
  ]);
}

function ofMeasure({ of, where = [] }: Measure): readonly ColumnInfo[] {
  return [...(of.kind === 'rows' ? [] : columnsOf(of as Expression)), ...where.flatMap(ofCondition)];
}

function ofGroup(group: GroupKey): readonly ColumnInfo[] {
  if (group.kind === 'column') return [group.info];
  return group.table.display.length > 0 ? group.table.display : group.table.key;
}

function ofCondition(condition: Condition): readonly ColumnInfo[] {
  switch (condition.kind) {
    case 'test': {
      const { info, expression, test } = condition;
      return [...(expression ? columnsOf(expression) : [info]), ...(test.is === 'compare-to' ? ofMeasure(test.measure) : test.is === 'compare-with' ? columnsOf(test.other) : [])];
    }
    case 'related':
    case 'count':
      return condition.where.flatMap(ofCondition);
    case 'not':
      return ofCondition(condition.of);
    case 'any':
    case 'all':
      return condition.of.flatMap(ofCondition);
  }
}
