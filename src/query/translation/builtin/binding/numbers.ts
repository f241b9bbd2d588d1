import type { DateRange } from '../tagging/dates.js';
import { columnsOf, type Derived, type DurationUnit } from '../expression.js';
import { timeUnitOf } from '../tagging/relative-dates.js';
import { dateColumn } from './dates.js';
import { comparedIn, isLasting, lastingOf } from './durations.js';
import { isUnitOfMeasure, type DateUnit } from '../language/function-words.js';
import { tableName, type ColumnInfo, type TableInfo } from '../lexicon/schema-model.js';
import type { Condition, Test } from '../logical-form.js';
import type { Restriction } from '../parsing/reading.js';
import type { Bound } from './bound.js';
import { bindMeasure } from './measures.js';
import { nowFrom, shifted, todayFrom } from '../tagging/instants.js';
import { BindingRefused, type Resolver } from './resolver.js';

export function bindNumber(resolver: Resolver, restriction: Extract<Restriction, { kind: 'compare' | 'between' }>, subject: TableInfo, bound: Bound): void {
  const test: Test = restriction.kind === 'between' ? { is: 'between', low: restriction.low, high: restriction.high } : { is: 'compare', op: restriction.op, value: restriction.value };
  const push = (info: ColumnInfo) => {
    checkUnit(resolver, info, restriction.unit);
    checkRate(resolver, info, restriction.rate);
    const condition = numberCondition(info, test);
    bound.where.push(restriction.negated ? { kind: 'not', of: condition } : condition);
  };
  const add = (condition: Condition) => bound.where.push(restriction.negated ? { kind: 'not', of: condition } : condition);
  const pushDuration = (expression: Extract<Derived, { kind: 'duration' }>) => {
    add({ kind: 'test', info: columnsOf(expression)[0]!, expression, test });
  };
  const near = restriction.near ? (resolver.table(restriction.near) ?? subject) : subject;
  if (restriction.kind === 'compare' && restriction.unit && isLasting(restriction) && !keepsTime(near)) {
    const lasting = lastingOf(resolver, near, restriction.unit);
    if (lasting) return pushDuration(lasting);
  }
  if (restriction.kind === 'compare' && restriction.attribute) {
    const { attribute } = restriction;
    const info = resolver.columnByWords(attribute.temporal ? ['age'] : attribute.columns, near, ['number']);
    const born = attribute.temporal && !info ? resolver.columnByWords(['birth date', 'birth'], near, ['date']) : undefined;
    const since = timeUnitOf(restriction.unit ?? 'year');
    const start = born ?? (attribute.adjective === 'old' && !info && since && restriction.unit !== undefined ? dateColumn(resolver, [near], {}) : undefined);
    if (start && since) {
      if (start.column.base_type === 'date' && ['hour', 'minute', 'second'].includes(since)) throw new BindingRefused(`${tableName(start.table)}.${start.name} has no time of day.`);
      if (start !== born) resolver.note(`Took "${attribute.adjective}" to be about ${tableName(start.table)}.${start.name}.`);
      add({ kind: 'test', info: start, test: { is: 'during', range: beforeOrAfter(resolver.now, restriction.value, since, attribute.adjective === 'old') } });
      return;
    }
    if (!info) throw new BindingRefused(`Nothing here says how ${attribute.adjective} a row is.`, [attribute.adjective]);
    resolver.note(`Took "${attribute.adjective}" to be about ${tableName(info.table)}.${info.name}.`);
    // "older than 30": an age grows although a birth date falls.
    checkUnit(resolver, info, restriction.unit);
    const op = attribute.temporal ? (attribute.adjective === 'old' ? '>' : '<') : restriction.op;
    add(numberCondition(info, { is: 'compare', op, value: restriction.value }));
    return;
  }
  const { noun } = restriction;
  if (!noun) throw new BindingRefused('It is not clear what the number is compared with.');
  if (noun.aggregate) {
    // "jobs with an average salary": of their employees; a job's own columns have nothing to average.
    const beyond = noun.refs.filter((ref) => !(ref.kind === 'column' && ref.info.table === subject));
    const others = noun.aggregate !== 'count' && beyond.some((ref) => ref.kind !== 'table' && ref.score > 0.5);
    const measure = bindMeasure(resolver, others ? { ...noun, refs: beyond } : noun, subject);
    if (restriction.kind === 'between') {
      bound.having.push({ measure, op: '>=', value: restriction.low }, { measure, op: '<=', value: restriction.high });
    } else bound.having.push({ measure, op: restriction.op, value: restriction.value });
    return;
  }
  const meaning = resolver.resolve(noun, { roles: ['number', 'text', 'date'], ...(restriction.near ? { near: restriction.near } : {}) });
  if (meaning?.kind === 'value' && meaning.expression.kind === 'column') {
    const { info } = meaning.expression;
    // "the occupation of the tenant of lease 40": the number is not what the occupation is.
    if (noun.possessed && info.role === 'text') throw new BindingRefused(`It is not clear what ${restriction.kind === 'compare' ? restriction.value : restriction.low} says about "${noun.text}".`, [noun.text]);
    return push(info);
  }
  if (meaning?.kind === 'value' && meaning.expression.kind === 'duration') {
    return pushDuration(noun.refs.some((ref) => ref.via === 'name') ? meaning.expression : comparedIn(meaning.expression, restriction.kind === 'compare' ? restriction.unit : undefined));
  }
  if (meaning?.kind === 'table') {
    const { table } = meaning;
    const key = table.key.length === 1 ? table.key[0]! : undefined;
    if (restriction.kind === 'compare' && restriction.op === '=' && key?.role === 'number') return push(key);
    const money = resolver.columnByWords(['total', 'amount', 'price', 'cost'], table, ['number']);
    if (money && money.table === table) {
      resolver.note(`Compared ${tableName(table)}.${money.name} with the number.`);
      return push(money);
    }
  }
  throw new BindingRefused(`It is not clear which number of "${noun.text}" is meant.`, [noun.text]);
}

/** "Older than 30 days" lies before the day 30 days ago, "younger" after it. */
function beforeOrAfter(now: Date, count: number, unit: DurationUnit, old: boolean): DateRange {
  const label = `${count} ${unit}s ago`;
  if (['hour', 'minute', 'second'].includes(unit)) {
    const moment = shifted(nowFrom(now), -count, unit);
    return old ? { to: moment, label: `before ${label}` } : { from: moment, label: `after ${label}` };
  }
  const day = shifted(todayFrom(now), -count, unit);
  return old ? { to: day, label: `before ${label}` } : { from: shifted(day, 1, 'day'), label: `after ${label}` };
}

/** True for a table that has a column for how long something took. */
function keepsTime(table: TableInfo): boolean {
  return table.columns.some((info) => info.role === 'number' && info.words.some((word) => word === 'duration' || word === 'runtime' || timeUnitOf(word) !== undefined));
}

const ALIKE: Readonly<Record<string, string>> = { kilogram: 'kg', kilo: 'kg', centimeter: 'cm', centimetre: 'cm', kilometer: 'km', kilometre: 'km', metre: 'meter', euros: 'eur', euro: 'eur', dollar: 'usd', min: 'minute' };

/** A number's unit must be the column's, where the column's name says one; otherwise it is taken for granted, and told. */
function checkUnit(resolver: Resolver, info: ColumnInfo, unit: string | undefined): void {
  if (unit === undefined) return;
  const plain = (word: string) => ALIKE[word] ?? word;
  const own = info.words.find((word) => isUnitOfMeasure(word) && word !== 'year');
  if (own && plain(own) !== plain(unit)) throw new BindingRefused(`${tableName(info.table)}.${info.name} is not in ${unit}s.`, [unit]);
  if (!own) resolver.note(`Assumed that ${tableName(info.table)}.${info.name} is in ${unit}s.`);
}

const RATES: Readonly<Record<DateUnit, readonly string[]>> = { hour: ['hour', 'hourly'], day: ['day', 'daily'], week: ['week', 'weekly'], month: ['month', 'monthly'], quarter: ['quarter', 'quarterly'], year: ['year', 'yearly', 'annual'] };

/** "20 a month" compares what is kept by the month. */
function checkRate(resolver: Resolver, info: ColumnInfo, rate: DateUnit | undefined): void {
  if (rate === undefined || info.words.some((word) => RATES[rate].includes(word))) return;
  const other = Object.values(RATES).flat().find((word) => info.words.includes(word));
  if (other) throw new BindingRefused(`${tableName(info.table)}.${info.name} is not kept per ${rate}.`, [rate]);
  resolver.note(`Assumed that ${tableName(info.table)}.${info.name} is per ${rate}.`);
}

/** A year is compared with a date by its start and end; digits with text as text. */
export function numberCondition(info: ColumnInfo, test: Test): Condition {
  if (info.role === 'date') {
    if (test.is === 'compare' && typeof test.value === 'number' && Number.isInteger(test.value) && test.value > 1000 && test.value < 3000) {
      const [start, end] = [`${test.value}-01-01`, `${test.value + 1}-01-01`];
      const label = String(test.value);
      const range = { '=': { from: start, to: end, label }, '>': { from: end, label: `after ${label}` }, '>=': { from: start, label: `${label} or later` }, '<': { to: start, label: `before ${label}` }, '<=': { to: end, label: `${label} or earlier` }, '<>': undefined }[test.op];
      if (range) return { kind: 'test', info, test: { is: 'during', range } };
    }
    throw new BindingRefused(`${tableName(info.table)}.${info.name} is a date, not a number.`);
  }
  if (info.role !== 'number') {
    if (test.is === 'compare' && (test.op === '=' || test.op === '<>')) return { kind: 'test', info, test: { ...test, value: String(test.value) } };
    throw new BindingRefused(`${tableName(info.table)}.${info.name} holds text, not numbers.`);
  }
  return { kind: 'test', info, test };
}

export function yearTest({ from, to }: { from?: string; to?: string }): Test {
  const [first, last] = [from ? Number(from.slice(0, 4)) : undefined, to ? Number(to.slice(0, 4)) - 1 : undefined];
  if (first !== undefined && last !== undefined) return first === last ? { is: 'compare', op: '=', value: first } : { is: 'between', low: first, high: last };
  return first !== undefined ? { is: 'compare', op: '>=', value: first } : { is: 'compare', op: '<=', value: last! };
}
