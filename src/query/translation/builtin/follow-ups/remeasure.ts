import { isToOne } from '../joins/distances.js';
import { isAdditive, totalOrAverage } from '../binding/grouping.js';
import { bindMeasure, worthOf } from '../binding/measures.js';
import { BindingRefused, type Resolver } from '../binding/resolver.js';
import type { Aggregate } from '../language/function-words.js';
import { isAmount, tableName } from '../lexicon/schema-model.js';
import { measureTable, sameMeasure, type LogicalForm, type Measure } from '../logical-form.js';
import type { NounPhrase } from '../parsing/reading.js';
import { type Ground, isList } from './ground.js';
import { ungroup } from './regroup.js';

/** "And the total?", "the average instead": another aggregate of the same number. */
export function reaggregate(form: LogicalForm, fn: Aggregate, besides: boolean, ground: Ground): LogicalForm {
  const [measure, ...more] = form.measures;
  if (!measure || more.length > 0 || form.computed?.length || form.over || form.changes?.length) {
    throw new BindingRefused(`It is not clear of what the ${name(fn)} is meant: please name it, as in "and the ${name(fn)} …?".`, [], numbersOf(form).map((column) => `${name(fn)} ${column}`));
  }
  // The total of each group's number is that of all.
  if (fn === 'sum' && form.groups.length > 0 && (measure.fn === 'sum' || measure.fn === 'count')) return ungroup(form);
  if (measure.of.kind === 'rows') {
    const worth = fn === 'sum' ? worthOf(ground.resolver(form), measure.of.table) : undefined;
    if (!worth) throw new BindingRefused(`Rows of ${tableName(measure.of.table)} were counted, of which there is no ${name(fn)}: please name the number, as in "and the ${name(fn)} …?".`, [], numbersOf(form).map((column) => `${name(fn)} ${column}`));
    ground.note(`Added up ${tableName(worth.table)}.${worth.name}.`);
    return exchanged(form, { ...measure, fn, of: { kind: 'column', info: worth }, distinct: false }, besides);
  }
  const date = measure.of.kind === 'column' && measure.of.info.role !== 'number';
  if (date && fn !== 'min' && fn !== 'max') throw new BindingRefused(`There is no ${name(fn)} of what was asked for.`);
  return exchanged(form, { ...measure, fn, distinct: false }, besides);
}

/**
 * "And the average price?", "the number of orders instead": another number of the same rows or of finer ones.
 *
 * @returns undefined when it has nothing to do with the question before
 */
export function remeasured(form: LogicalForm, noun: NounPhrase, besides: boolean, ground: Ground): LogicalForm | undefined {
  const resolver = ground.resolver(form);
  const measure = measureMeant(form, noun, resolver);
  if (form.computed?.length || form.over || form.perGroup || form.changes?.length || form.distinct || (isList(form) && form.limit)) throw new BindingRefused('What was asked before cannot be measured in another way: please ask the whole question.');
  const table = measureTable(measure);
  const before = form.measures[0] ? measureTable(form.measures[0]) : form.subject;
  if (table !== before && !isToOne(resolver.model, table, before)) {
    if (form.where.length === 0 && form.groups.length === 0) return undefined;
    throw new BindingRefused(`A number of ${tableName(table)} is not one of the same rows of ${tableName(before)}: please ask the whole question.`, [noun.text]);
  }
  if (isList(form)) return { ...form, shown: [], measures: [measure], order: [] };
  return exchanged(form, measure, besides);
}

function measureMeant(form: LogicalForm, noun: NounPhrase, resolver: Resolver): Measure {
  const last = form.measures.at(-1);
  if (noun.aggregate) return bindMeasure(resolver, noun, form.subject);
  if (last && last.fn !== 'count') return bindMeasure(resolver, { ...noun, aggregate: last.fn }, form.subject);
  if (isAdditive(noun)) return bindMeasure(resolver, { ...noun, aggregate: 'sum' }, form.subject);
  throw totalOrAverage(noun);
}

function exchanged(form: LogicalForm, measure: Measure, besides: boolean): LogicalForm {
  const [old] = form.measures;
  if (besides) return { ...form, measures: [...form.measures.filter((each) => !sameMeasure(each, measure)), measure] };
  if (form.having.length > 0 || form.measures.length !== 1) throw new BindingRefused('What was asked before hangs on its number: please ask the whole question.');
  const swapped = old?.where ? { ...measure, where: old.where } : measure;
  return { ...form, measures: [swapped], order: form.order.map((key) => (key.by === 'measure' ? { ...key, measure: swapped } : key)) };
}

function numbersOf(form: LogicalForm): string[] {
  const { subject } = form;
  return subject.columns.filter(isAmount).slice(0, 3).map((info) => info.words.join(' '));
}

function name(fn: Aggregate): string {
  return { count: 'number', sum: 'total', avg: 'average', min: 'lowest', max: 'highest', median: 'median' }[fn];
}
