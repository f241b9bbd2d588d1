import { describeColumn, describeDerived, describeExpression } from './describe.js';
import { describeClock, describeLater, describeRange } from './describe-dates.js';
import { expressionTable } from './expression.js';
import { nameOfRole, tableName, type TableInfo } from './lexicon/schema-model.js';
import type { Computed, Condition, GroupKey, LogicalForm, Measure, OrderKey, Test } from './logical-form.js';

/** What was understood, in one plain sentence that names every table and column as the schema does. */
export function explain(form: LogicalForm): string {
  const where = form.where.map((condition) => describeCondition(condition, form.subject));
  const having = form.having.map(({ measure, op, value }) => `${describeMeasure(measure)} ${OPS[op]} ${value}`);
  const conditions = [...where, ...having];
  const parts = [whatIsAsked(form)];
  if (conditions.length > 0) parts.push(`where ${conditions.join(' and ')}`);
  if (form.order.length > 0) parts.push(`ordered by ${form.order.map((key) => `${describeKey(key)}${key.desc ? ' (highest first)' : ''}`).join(', ')}`);
  if (form.keepEmpty) parts.push('including those without any');
  if (form.perGroup) parts.push(`taking the first ${form.limit && form.limit.count > 1 ? `${form.limit.count} ` : ''}(and equals) of each ${form.perGroup.map(describeGroup).join(' and ')}`);
  else if (form.limit) parts.push(form.limit.withTies && form.limit.count === 1 ? 'taking the first (and its equals)' : `taking the first ${form.limit.count}`);
  const sentence = parts.join(', ');
  return `${sentence[0]!.toUpperCase()}${sentence.slice(1)}.`;
}

/** "the number of orders", "the average products.price". */
function describeMeasure({ fn, of, distinct, where = [] }: Measure): string {
  const table = of.kind === 'rows' ? of.table : expressionTable(of);
  const only = where.length ? ` (where ${where.map((each) => describeCondition(each, table)).join(' and ')})` : '';
  if (of.kind === 'rows') return `the number of ${tableName(of.table)}${only}`;
  const what = describeExpression(of);
  return `the ${{ count: distinct ? 'number of different' : 'number of', sum: 'total', avg: 'average', min: 'lowest', max: 'highest', median: 'median' }[fn]} ${what}${only}`;
}

function describeComputed({ kind, of, percent }: Computed): string {
  const [a, b] = of.map(describeMeasure) as [string, string];
  if (kind === 'share') return `the ${percent ? 'percentage' : 'share'} of all groups' ${b.replace(/^the /, '')}`;
  if (kind === 'difference') return `the difference of ${a} and ${b}`;
  return percent ? `${a} as a percentage of ${b}` : `the ratio of ${a} to ${b}`;
}

function describeKey(key: OrderKey): string {
  switch (key.by) {
    case 'expression':
      return describeExpression(key.expression);
    case 'measure':
      return describeMeasure(key.measure);
    case 'computed':
      return describeComputed(key.computed);
    case 'group':
      return describeGroup(key.group);
  }
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const OPS = { '=': 'is', '<>': 'is not', '<': 'is less than', '<=': 'is at most', '>': 'is more than', '>=': 'is at least' } as const;

function whatIsAsked(form: LogicalForm): string {
  if (form.measures.length > 0 || form.groups.length > 0) {
    const computed = form.computed ?? [];
    const plain = form.measures.filter((measure) => !computed.some((each) => each.of.includes(measure)));
    const changes = (form.changes ?? []).map(({ measure, percent }) => `the change of ${describeMeasure(measure)} from one to the next${percent ? ' in percent' : ''}`);
    const measures = [...plain.map(describeMeasure), ...computed.map(describeComputed), ...changes].join(' and ');
    const groups = form.groups.map(describeGroup).join(' and ');
    const over = form.over ? `the ${{ count: 'number', sum: 'total', avg: 'average', min: 'lowest', max: 'highest', median: 'median' }[form.over]} of ` : '';
    return `${over}${measures}${groups ? ` for each ${groups}` : ''}`;
  }
  const others = form.shown.filter((each) => expressionTable(each) !== form.subject);
  const own = form.shown.filter((each) => expressionTable(each) === form.subject);
  const all = own.length >= form.subject.columns.length;
  const columns = [...(all ? ['all columns'] : own.map((each) => (each.kind === 'column' ? each.info.name : describeDerived(each)))), ...others.map(describeExpression)];
  return `${form.distinct ? 'the different ' : ''}${columns.join(', ')} of ${tableName(form.subject)}`;
}

function describeGroup(group: GroupKey): string {
  if (group.kind === 'entity') return group.by ? `${nameOfRole(group.by)} of ${tableName(group.by.child)}` : `row of ${tableName(group.table)}`;
  return group.unit ? `${group.unit.replaceAll('-', ' ')} of ${describeColumn(group.info)}` : describeColumn(group.info);
}

function describeCondition(condition: Condition, subject: TableInfo): string {
  switch (condition.kind) {
    case 'test': {
      const later = describeLater(condition);
      if (later) return later;
      return `${condition.expression ? describeDerived(condition.expression) : condition.info.table === subject ? condition.info.name : describeColumn(condition.info)} ${describeTest(condition.test)}`;
    }
    case 'related':
      return `there are ${tableName(condition.table)}${condition.where.length ? ` whose ${condition.where.map((each) => describeCondition(each, condition.table)).join(' and ')}` : ''}`;
    case 'count':
      return `the number of ${tableName(condition.table)}${condition.where.length ? ` whose ${condition.where.map((each) => describeCondition(each, condition.table)).join(' and ')}` : ''} ${OPS[condition.op]} ${condition.value}`;
    case 'not':
      if (condition.of.kind === 'related') return describeCondition(condition.of, subject).replace('there are', 'there are no');
      return `not (${describeCondition(condition.of, subject)})`;
    case 'any':
      return `(${condition.of.map((each) => describeCondition(each, subject)).join(' or ')})`;
    case 'all':
      return `(${condition.of.map((each) => describeCondition(each, subject)).join(' and ')})`;
  }
}

function describeTest(test: Test): string {
  switch (test.is) {
    case 'compare':
      return `${OPS[test.op]} ${typeof test.value === 'string' ? `'${test.value}'` : test.value}`;
    case 'between':
      return `is between ${test.low} and ${test.high}`;
    case 'during':
      return describeRange(test.range);
    case 'compare-to':
      return `${OPS[test.op]} ${test.factor ? `${test.factor} times ` : ''}${describeMeasure(test.measure)} of all`;
    case 'compare-with':
      return `${OPS[test.op]} the ${test.other.kind === 'column' ? test.other.info.name : describeDerived(test.other)}`;
    case 'weekday':
      return `is on ${test.days.map((day) => DAYS[day - 1]).join(' or ')}`;
    case 'clock':
      return describeClock(test.range);
    case 'text':
      return `${{ contains: 'contains', starts: 'starts with', ends: 'ends with' }[test.op]} '${test.text}'`;
    case 'null':
      return 'is empty';
    case 'present':
      return 'is given';
  }
}
