import { columnsOf } from '../expression.js';
import { isToOne } from '../joins/distances.js';
import type { ColumnInfo, SchemaModel, TableInfo } from '../lexicon/schema-model.js';
import type { Condition, Test } from '../logical-form.js';
import type { Comparison } from '../language/function-words.js';
import { describeClock, describeRange } from './dates.js';
import type { ExplainMeasure } from './measures.js';
import { listed, type Naming } from './naming.js';

/** What one explanation is written with. */
export interface Telling {
  readonly model: SchemaModel;
  readonly naming: Naming;
  readonly measure: ExplainMeasure;
}

export const OPS: Readonly<Record<Comparison, string>> = { '=': 'of', '<>': 'other than', '<': 'less than', '<=': 'at most', '>': 'more than', '>=': 'at least' };
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const PLACES = new Set(['city', 'town', 'country', 'region', 'state', 'province', 'borough', 'district', 'county', 'continent', 'location', 'place', 'zone']);
const BARE = /^\p{L}[\p{L} .'-]*$/u;

/**
 * Says which rows of a table are meant, to be put right after its name: " in Berlin (customers.city)". What is required of
 * other tables' rows comes last: " of customers in Berlin", " that have orders in 2024".
 */
export function clauses(conditions: readonly Condition[], table: TableInfo, telling: Telling): string {
  const elsewhere = new Map<TableInfo, Condition[]>();
  const own: string[] = [];
  for (const condition of conditions) {
    const other = soleTable(condition);
    if (other && other !== table) elsewhere.set(other, [...(elsewhere.get(other) ?? []), condition]);
    else own.push(clause(condition, table, telling));
  }
  const others = [...elsewhere].map(([other, each]) => {
    const name = telling.naming.many(other);
    return `${isToOne(telling.model, table, other) ? 'of' : 'that have'} ${name}${clauses(each, other, telling)}`;
  });
  const parts = [...own, ...others];
  return parts.length > 0 ? ` ${listed(parts)}` : '';
}

/** The only table whose columns a condition tests directly; undefined where that is no test, or several tables are spoken of. */
function soleTable(condition: Condition): TableInfo | undefined {
  switch (condition.kind) {
    case 'test':
      return condition.info.table;
    case 'not':
      return soleTable(condition.of);
    case 'any':
    case 'all': {
      const tables = new Set(condition.of.map(soleTable));
      return tables.size === 1 ? [...tables][0] : undefined;
    }
    case 'related':
    case 'count':
      return undefined;
  }
}

function clause(condition: Condition, table: TableInfo, telling: Telling): string {
  const { naming } = telling;
  switch (condition.kind) {
    case 'test':
      return tested(condition, telling, false);
    case 'related':
      return `that have ${naming.many(condition.table)}${clauses(condition.where, condition.table, telling)}`;
    case 'count':
      return `that have ${OPS[condition.op].replace(/^of$/, 'exactly')} ${condition.value} ${naming.many(condition.table)}${clauses(condition.where, condition.table, telling)}`;
    case 'not': {
      const { of } = condition;
      if (of.kind === 'related') return `that have no ${naming.many(of.table)}${clauses(of.where, of.table, telling)}`;
      return of.kind === 'test' ? tested(of, telling, true) : `except those (${clause(of, table, telling)})`;
    }
    case 'any': {
      const values = equalities(condition.of);
      if (values) return equality(values.info, values.values, false, telling);
      return `either ${condition.of.map((each) => inAlternative(each, table, telling)).join(' or ')}`;
    }
    case 'all':
      return listed(condition.of.map((each) => inAlternative(each, table, telling)));
  }
}

function inAlternative(condition: Condition, table: TableInfo, telling: Telling): string {
  return soleTable(condition) ? clause(condition, table, telling) : clauses([condition], table, telling).trimStart();
}

/** Several values of one column. */
function equalities(conditions: readonly Condition[]): { info: ColumnInfo; values: (string | number)[] } | undefined {
  const tests = conditions.map((each) => (each.kind === 'test' && !each.expression && each.test.is === 'compare' && each.test.op === '=' && typeof each.test.value !== 'boolean' ? { info: each.info, value: each.test.value } : undefined));
  const [first] = tests;
  if (!first || !tests.every((each) => each?.info === first.info)) return undefined;
  return { info: first.info, values: tests.flatMap((each) => each?.value ?? []) };
}

/** A test of one column, or its contrary. What has no value passes every contrary, which is said where there may be such rows. */
function tested(condition: Extract<Condition, { kind: 'test' }>, telling: Telling, denied: boolean): string {
  const { info, test, expression } = condition;
  const { naming } = telling;
  if (expression?.kind === 'duration' && test.is === 'compare' && test.op === '>' && test.value === 0 && !denied) {
    const [from, to] = [expression.from, expression.to].map((moment) => (moment === 'now' ? 'now' : moment.name));
    return `where ${to} is after ${from} (${columnsOf(expression).map((each) => naming.dotted(each)).join(', ')})`;
  }
  if (!expression && test.is === 'compare' && test.op === '=') return typeof test.value === 'boolean' ? yesOrNo(info, test.value !== denied, denied, telling) : equality(info, [test.value], denied, telling);
  if (test.is === 'null' || test.is === 'present') return (test.is === 'null') !== denied ? `without ${naming.full(info)}` : `where ${naming.said(info)} is given${naming.real(info)}`;
  const what = expression ? naming.derived(expression) : naming.said(info);
  const real = expression ? '' : realOf(info, denied, naming);
  if (test.is === 'during') {
    const { said, days } = describeRange(test.range);
    const where = [...(days ? [days] : []), ...(real ? [real.slice(2, -1)] : [])].join(', ');
    return `${denied ? 'not ' : ''}${said}${where ? ` (${where})` : ''}`;
  }
  if (test.is === 'weekday' || test.is === 'clock') return `${denied ? 'not ' : ''}${test.is === 'weekday' ? `on a ${listed(test.days.map((day) => DAYS[day - 1]!), 'or')}` : describeClock(test.range)}${real}`;
  return denied ? `except those with ${what} ${describeTest(test, telling)}${real}` : `with ${what} ${describeTest(test, telling)}${real}`;
}

function equality(info: ColumnInfo, values: readonly (string | number)[], denied: boolean, { naming }: Telling): string {
  const place = PLACES.has(info.words.at(-1) ?? '') && values.every((value) => typeof value === 'string');
  const told = listed(values.map((value) => (typeof value === 'string' && !(place && BARE.test(value)) ? `"${value}"` : String(value))), 'or');
  const real = realOf(info, denied, naming);
  if (place) return `${denied ? 'not ' : ''}in ${told}${real}`;
  if (info.table.display.length === 1 && info.table.display[0] === info) return `${denied ? 'not ' : ''}called ${told}${real}`;
  return `with ${naming.said(info)} ${denied ? 'other than ' : ''}${told}${real}`;
}

/** "that are active", "without solar panels". */
function yesOrNo(info: ColumnInfo, yes: boolean, denied: boolean, { naming }: Telling): string {
  const [first, ...rest] = naming.said(info).split(' ');
  const real = realOf(info, denied, naming);
  if (first === 'has' && rest.length > 0) return `${yes ? 'with' : 'without'} ${rest.join(' ')}${real}`;
  const adjective = ['is', 'was', 'are'].includes(first!) && rest.length > 0 ? rest.join(' ') : [first, ...rest].join(' ');
  return `that are ${yes ? '' : 'not '}${adjective}${real}`;
}

function realOf(info: ColumnInfo, denied: boolean, naming: Naming): string {
  const real = naming.real(info);
  if (!denied || !info.column.nullable) return real;
  return real ? `${real.slice(0, -1)}, or none)` : ' (or none)';
}

function describeTest(test: Test, telling: Telling): string {
  switch (test.is) {
    case 'compare':
      return `${OPS[test.op]} ${typeof test.value === 'string' ? `"${test.value}"` : test.value}`;
    case 'between':
      return `between ${test.low} and ${test.high}`;
    case 'compare-to':
      return `${OPS[test.op]} ${test.factor ? `${test.factor} times ` : ''}${telling.measure(test.measure)}${test.measure.where?.length ? '' : ' of all'}`;
    case 'compare-with':
      return `${test.op === '=' ? 'equal to' : OPS[test.op]} ${telling.naming.expression(test.other)}`;
    case 'text':
      return `${{ contains: 'containing', starts: 'starting with', ends: 'ending with' }[test.op]} "${test.text}"`;
    default:
      return '';
  }
}
