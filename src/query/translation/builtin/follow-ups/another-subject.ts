import { dateColumn } from '../binding/dates.js';
import { listedColumns } from '../binding/listing.js';
import { BindingRefused, type Resolver } from '../binding/resolver.js';
import type { Expression } from '../expression.js';
import { isToOne } from '../joins/distances.js';
import { tableName, type ColumnInfo, type TableInfo } from '../lexicon/schema-model.js';
import { type Condition, type GroupKey, type LogicalForm, type Measure, type OrderKey } from '../logical-form.js';
import type { Reading } from '../parsing/reading.js';
import { type Ground, isList } from './ground.js';

/**
 * "And for suppliers?": the same asked of other rows. Each condition, group and column must have its like there: a column of
 * the same name, or the usual date; what is said of other tables must hold of the new rows as well.
 */
export function ofAnother(form: LogicalForm, subject: TableInfo, reading: Reading, ground: Ground): LogicalForm {
  const old = form.subject;
  if (subject === old) throw new BindingRefused(`The question before is about ${tableName(subject)} already.`);
  const plain = form.measures.every((measure) => !measure.where && (measure.of.kind === 'rows' ? measure.of.table === old : measure.of.kind === 'column' && measure.of.info.table === old));
  if (!plain || form.having.length > 0 || form.computed?.length || form.over || form.perGroup || form.changes?.length || form.keepEmpty) throw new BindingRefused(`The question before cannot be turned into one about ${tableName(subject)}: please ask the whole question.`);
  const resolver = ground.resolver({ ...form, subject, measures: [], groups: [] });
  const like = (info: ColumnInfo) => likeOf(info, old, subject, resolver, ground);
  const measures = form.measures.map((measure): Measure => (measure.of.kind === 'rows' ? { ...measure, of: { kind: 'rows', table: subject } } : { ...measure, of: moved(measure.of, like) }));
  const groups = form.groups.map((group): GroupKey => {
    if (group.kind === 'column') return { ...group, info: like(group.info) };
    if (group.table === old || !isToOne(ground.vocabulary.model, subject, group.table)) throw unlike(tableName(group.table), subject);
    return group;
  });
  const order = form.order.map((key): OrderKey => {
    switch (key.by) {
      case 'measure':
        return { ...key, measure: measures[form.measures.indexOf(key.measure)] ?? measures[0]! };
      case 'group':
        return { ...key, group: groups[form.groups.indexOf(key.group)] ?? groups[0]! };
      case 'expression':
        return { ...key, expression: moved(key.expression, like) };
      case 'computed':
        throw unlike('a ratio', subject);
    }
  });
  const whole = isList(form) && form.shown.length >= old.columns.length;
  const known = !whole && form.shown.every((each) => each.kind === 'column' && each.info.table === old && old.display.includes(each.info));
  const shown = !isList(form) ? [] : whole || known ? listedColumns({ ...reading, ask: known ? 'which' : 'list', heads: [] }, resolver, { subject, measures: [], groups: [], order: [], columns: [], derived: [], computed: [] }, []) : form.shown.map((each) => moved(each, like));
  return { ...form, subject, measures, groups, order, shown, where: form.where.map((condition) => movedCondition(condition, like, subject)), preferred: [] };
}

function moved(expression: Expression, like: (info: ColumnInfo) => ColumnInfo): Expression {
  if (expression.kind !== 'column') throw new BindingRefused('What is worked out from several columns has no like elsewhere: please ask the whole question.');
  return { kind: 'column', info: like(expression.info) };
}

function movedCondition(condition: Condition, like: (info: ColumnInfo) => ColumnInfo, subject: TableInfo): Condition {
  switch (condition.kind) {
    case 'test': {
      if (condition.expression || condition.test.is === 'compare-to') throw unlike(condition.info.name, subject);
      const info = like(condition.info);
      const { test } = condition;
      const labels = info.column.enum_labels;
      if (test.is === 'compare' && labels && !labels.includes(String(test.value))) throw new BindingRefused(`'${String(test.value)}' is no ${info.name} of ${tableName(subject)}: please ask the whole question.`);
      return { ...condition, info };
    }
    case 'not':
      return { ...condition, of: movedCondition(condition.of, like, subject) };
    case 'any':
    case 'all':
      return { ...condition, of: condition.of.map((each) => movedCondition(each, like, subject)) };
    case 'related':
    case 'count':
      throw unlike(tableName(condition.table), subject);
  }
}

function likeOf(info: ColumnInfo, old: TableInfo, subject: TableInfo, resolver: Resolver, ground: Ground): ColumnInfo {
  if (info.table !== old) {
    if (info.table === subject || isToOne(ground.vocabulary.model, subject, info.table)) return info;
    throw unlike(`${tableName(info.table)}.${info.name}`, subject);
  }
  const same = subject.columns.find((each) => each.name === info.name && each.role === info.role && !each.isKey);
  if (same) return same;
  if (info.role !== 'date') throw unlike(info.name, subject);
  const date = dateColumn(resolver, [subject], {});
  if (date.table !== subject) throw unlike(info.name, subject);
  ground.note(`Took ${tableName(subject)}.${date.name} in the place of ${tableName(old)}.${info.name}.`);
  return date;
}

function unlike(what: string, subject: TableInfo): BindingRefused {
  return new BindingRefused(`The question before speaks of ${what}, of which ${tableName(subject)} has no like: please ask the whole question.`);
}
