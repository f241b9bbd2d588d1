import { isDeepStrictEqual } from 'node:util';
import { sameExpression } from '../expression.js';
import { clauses, type Telling } from '../explain/conditions.js';
import { explainGroup, leadingMeasure, measureIn } from '../explain/measures.js';
import { listed, Naming } from '../explain/naming.js';
import { explainOrder } from '../explain/order.js';
import { tablesOf } from '../explain/tables.js';
import type { SchemaModel, TableInfo } from '../lexicon/schema-model.js';
import { measureTable, sameMeasure, type Condition, type LogicalForm } from '../logical-form.js';

/** "Still of the question before: …": everything that a follow-up took over without saying it. */
export function explainKept(before: LogicalForm, now: LogicalForm, model: SchemaModel): string {
  const telling = tellingOf(now, model);
  const where = now.where.filter((condition) => among(condition, before.where));
  const parts: string[] = [];
  const asked = whatIsAsked(before, now, where, telling);
  if (asked) parts.push(asked);
  for (const group of now.groups) if (among(group, before.groups)) parts.push(explainGroup(group, telling));
  for (const having of now.having) if (among(having, before.having)) parts.push(`only where ${telling.measure(having.measure)} is ${having.op} ${having.value}`);
  const order = now.order.filter((key) => among(key, before.order));
  if (order.length > 0) parts.push(explainOrder({ ...now, order }, telling));
  if (now.limit && isDeepStrictEqual(now.limit, before.limit)) parts.push(`only the first${now.limit.count > 1 ? ` ${now.limit.count}` : ''}`);
  return parts.length > 0 ? ` Still of the question before: ${parts.join(', ')}.` : '';
}

/** "orders in Berlin (customers.city)": rows for which the conditions hold. */
export function tellRows(conditions: readonly Condition[], form: LogicalForm, model: SchemaModel): string {
  const telling = tellingOf(form, model);
  return rows(conditions, baseOf(form), telling);
}

function rows(conditions: readonly Condition[], table: TableInfo, telling: Telling): string {
  return `${telling.naming.many(table)}${clauses(conditions, table, telling)}`;
}

/** What is listed or measured, where that is the same, with the conditions that are; else these alone. */
function whatIsAsked(before: LogicalForm, now: LogicalForm, where: readonly Condition[], telling: Telling): string | undefined {
  const which = rows(where, baseOf(now), telling);
  const list = now.measures.length === 0 && now.groups.length === 0;
  const lists = before.measures.length === 0 && before.groups.length === 0;
  const same = before.subject === now.subject && before.over === now.over && list === lists && before.measures.length === now.measures.length && before.measures.every((measure, i) => sameMeasure(measure, now.measures[i]!)) && before.shown.length === now.shown.length && before.shown.every((each, i) => sameExpression(each, now.shown[i]!));
  if (!same) return where.length > 0 ? which : undefined;
  if (list) return `the same columns of ${which}`;
  const [only, ...more] = now.measures;
  if (only && more.length === 0 && !now.over && !now.changes?.length) return leadingMeasure(only, which, telling);
  return `${listed(now.measures.map(telling.measure))}${where.length > 0 ? `, of ${which}` : ''}`;
}

function baseOf(form: LogicalForm): TableInfo {
  const [table, ...more] = new Set(form.measures.map(measureTable));
  return table && more.length === 0 ? table : form.subject;
}

function among(part: object, parts: readonly object[]): boolean {
  return parts.some((each) => isDeepStrictEqual(each, part));
}

function tellingOf(form: LogicalForm, model: SchemaModel): Telling {
  const telling: Telling = { model, naming: new Naming(tablesOf(form)), measure: measureIn(() => telling) };
  return telling;
}
