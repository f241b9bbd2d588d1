import { expressionTable } from '../expression.js';
import { groupTable, measureTable, type GroupKey, type LogicalForm } from '../logical-form.js';
import type { SchemaModel, TableInfo } from '../lexicon/schema-model.js';
import { clauses, type Telling } from './conditions.js';
import { connections } from './connections.js';
import { explainChange, explainComputed, explainGroup, groupNoun, leadingMeasure, measureIn } from './measures.js';
import { listed, Naming } from './naming.js';
import { cutBy, explainOrder } from './order.js';
import { tablesOf } from './tables.js';

/**
 * What was understood, in sentences a reader can check against the question: every table, column, condition, date, limit and
 * way of joining that the SQL uses.
 *
 * @param sql what was written for the form
 */
export function explain(form: LogicalForm, model: SchemaModel, sql: string): string {
  const telling: Telling = { model, naming: new Naming(tablesOf(form)), measure: measureIn(() => telling) };
  const sentence = form.measures.length > 0 || form.groups.length > 0 ? explainGroups(form, telling) : explainList(form, telling);
  return [sentence, ...connections(form, model, sql, telling.naming)].map((each) => `${each[0]!.toUpperCase()}${each.slice(1)}.`).join(' ');
}

/** "Lists name and email of customers in Berlin (customers.city), newest first (customers.created_at)". */
function explainList(form: LogicalForm, telling: Telling): string {
  const { naming } = telling;
  const { subject, limit, perGroup } = form;
  const groups = perGroup && `for each ${listed(perGroup.map((group) => groupNoun(group, telling)))}: `;
  const first = limit ?? (perGroup ? { count: 1, withTies: true } : undefined);
  const rows = first?.count === 1 ? naming.one(subject) : naming.many(subject);
  const which = clauses(form.where, subject, telling);
  const cut = first && cutBy(form, telling);
  const count = first && (first.count > 1 || !cut) ? (cut ? `${first.count} ` : `first ${first.count === 1 ? '' : `${first.count} `}`) : '';
  const columns = shownColumns(form, telling);
  const what = `${columns} of ${first ? 'the ' : ''}${count}${rows}${which}${cut ? ` ${cut.which}` : ''}`;
  const order = form.order.length === 0 || (cut && first.count === 1) ? '' : cut ? `, ${cut.order}` : `, ${explainOrder(form, telling)}`;
  return `${groups ?? ''}${groups ? '' : 'lists '}${form.distinct ? 'once each ' : ''}${what}${order}${ties(form)}`;
}

function shownColumns({ shown, subject, perGroup = [] }: LogicalForm, { naming }: Telling): string {
  const own = shown.filter((each) => expressionTable(each) === subject);
  // What the groups are called by has been said.
  const groups = new Set(perGroup.map(groupTable));
  const others = shown.filter((each) => expressionTable(each) !== subject && !groups.has(expressionTable(each)));
  const all = own.length >= subject.columns.length && own.every((each) => each.kind === 'column');
  const beside = others.map((each) => naming.expression(each));
  return listed([...(all ? ['all columns'] : own.map((each) => (each.kind === 'column' ? naming.own(each.info) : naming.derived(each)))), ...beside]);
}

/** "Counts orders in 2024 (orders.order_date) for each customer (customers.name), highest first". */
function explainGroups(form: LogicalForm, telling: Telling): string {
  const { naming } = telling;
  const { computed = [], changes = [], perGroup } = form;
  const within = perGroup ? `for each ${listed(perGroup.map((group) => groupNoun(group, telling)))}: ` : '';
  const finer = perGroup ? form.groups.filter((group) => !perGroup.includes(group)) : form.groups;
  const base = baseOf(form);
  const dating = finer.flatMap((group) => (group.kind === 'column' && group.unit ? [group.info] : []));
  const late = form.where.filter((each) => each.kind === 'test' && each.test.is === 'during' && dating.includes(each.info));
  const early = form.where.filter((each) => !late.includes(each));
  const plain = form.measures.filter((measure) => !computed.some((each) => each.of.includes(measure)));
  const [only] = plain;
  let what: string;
  if (plain.length === 1 && computed.length + changes.length === 0 && !form.over) {
    what = leadingMeasure(only!, `${naming.many(base)}${clauses(early, base, telling)}`, telling);
  } else {
    const numbers = [...plain.map(telling.measure), ...computed.map((each) => explainComputed(each, telling)), ...changes.map((each) => explainChange(each, telling))];
    const over = form.over ? `takes the ${{ count: 'number', sum: 'total', avg: 'average', min: 'lowest', max: 'highest', median: 'median' }[form.over]} of ` : 'shows ';
    what = `${over}${listed(numbers)}${early.length > 0 ? `, of ${naming.many(base)}${clauses(early, base, telling)},` : ''}`;
  }
  const by = finer.length > 0 ? ` ${groupList(finer, telling)}` : '';
  const dates = clauses(late, base, telling);
  const having = form.having.map(({ measure, op, value }) => `${telling.measure(measure)} is ${{ '=': '', '<>': 'not ', '<': 'less than ', '<=': 'at most ', '>': 'more than ', '>=': 'at least ' }[op]}${value}`);
  const onlyWhere = having.length > 0 ? `, only where ${listed(having)}` : '';
  const empty = form.keepEmpty ? ', those without any included' : '';
  const order = form.order.length > 0 ? `, ${explainOrder(form, telling)}` : '';
  return `${within}${what}${by}${dates}${onlyWhere}${empty}${order}${cutOf(form)}${ties(form)}`;
}

/** The table whose rows the conditions are about: that of all measures, or what is asked for. */
function baseOf(form: LogicalForm): TableInfo {
  const tables = new Set(form.measures.map(measureTable));
  const [table] = tables;
  return tables.size === 1 && table ? table : form.subject;
}

function groupList(groups: readonly GroupKey[], telling: Telling): string {
  return groups.map((group, at) => (at === 0 ? explainGroup(group, telling) : explainGroup(group, telling).replace(/^for each/, 'and'))).join(' ');
}

function cutOf({ limit, perGroup }: LogicalForm): string {
  if (!limit && !perGroup) return '';
  const count = limit?.count ?? 1;
  return `, only the first${count > 1 ? ` ${count}` : ''}`;
}

function ties({ limit, perGroup, order }: LogicalForm): string {
  return perGroup || (limit?.withTies && order.length > 0) ? '; equals are all shown' : '';
}
