import type { SchemaModel } from '../lexicon/schema-model.js';
import { groupTable, measureTable, sameMeasure, type LogicalForm, type Measure } from '../logical-form.js';
import { siblingStep } from '../joins/join-tree.js';
import { writeAnswer } from './answer.js';
import { aggregate, countsRows, writeValue } from './expressions.js';
import { groupColumns, type GroupColumn } from './group-columns.js';
import { measureName, Names } from './names.js';
import { JoinRefused, Scope, type Aliases } from './scope.js';
import { rowIdentity } from './row-identity.js';
import { statement } from './statement.js';
import { writeConditions } from './write-conditions.js';

/** Everything of a grouped SELECT but its clauses' final form. */
interface Prepared {
  readonly scope: Scope;
  readonly columns: readonly GroupColumn[];
  readonly where: readonly string[];
  /** The conditions of the measures' own. */
  readonly filters: readonly (string | undefined)[];
  /** Joins repeat the measured rows. */
  readonly multiplied: boolean;
  readonly names: Names;
}

/** One FROM for all measures. When joins would repeat the measured rows, each is taken once per group first. */
export function writeGroups(form: LogicalForm, model: SchemaModel, aliases: Aliases): string {
  const { scope, columns, where, filters, multiplied, names } = prepare(form, model, aliases);
  const nameOf = (measure: Measure) => names.unique(measureName(measure));
  if (!multiplied) {
    const measures = form.measures.map((measure, i) => ({ measure, sql: aggregate(measure, (of) => writeValue(of, scope), filters[i]), name: nameOf(measure) }));
    return writeAnswer(form, columns, measures, { from: scope.from, where, ...grouped(form, columns, measures) }, names);
  }
  const inner = [
    ...columns.map((column, i) => `${column.sql} AS g${i + 1}`),
    ...rowIdentity(scope).map((sql, i) => `${sql} AS k${i + 1}`),
    ...form.measures.flatMap((measure, i) => (measure.of.kind === 'rows' ? [] : [`${writeValue(measure.of, scope)} AS m${i + 1}`])),
    ...filters.flatMap((filter, i) => (filter === undefined ? [] : [`${filter} AS w${i + 1}`])),
  ];
  const once = statement({ select: inner, distinct: true, from: scope.from, where, order: [], limit: undefined });
  const measures = form.measures.map((measure, i) => ({ measure, sql: aggregate(measure, () => `m${i + 1}`, filters[i] && `w${i + 1}`), name: nameOf(measure) }));
  const outer = columns.map((column, i) => ({ ...column, sql: `g${i + 1}` }));
  return writeAnswer(form, outer, measures, { from: `(${once}) AS once`, where: [], ...grouped(form, outer, measures) }, names);
}

/** A part of a larger statement: groups as g1, g2 … and the only measure as m1. */
export function writePart(form: LogicalForm, model: SchemaModel, aliases: Aliases): { sql: string; columns: readonly GroupColumn[] } {
  const measure = form.measures[0]!;
  const { scope, columns, where, multiplied } = prepare(form, model, aliases);
  const plain = { distinct: false, order: [], limit: undefined };
  const groups = columns.map((column, i) => `${column.sql} AS g${i + 1}`);
  if (!multiplied) {
    const value = aggregate(measure, (of) => writeValue(of, scope));
    return { columns, sql: statement({ ...plain, select: [...groups, `${value} AS m1`], from: scope.from, where, groupBy: columns.map((column) => column.sql) }) };
  }
  const keys = rowIdentity(scope).map((sql, i) => `${sql} AS k${i + 1}`);
  const value = measure.of.kind === 'rows' ? [] : [`${writeValue(measure.of, scope)} AS v`];
  const once = statement({ ...plain, distinct: true, select: [...groups, ...keys, ...value], from: scope.from, where });
  const groupBy = columns.map((_, i) => `g${i + 1}`);
  return { columns, sql: statement({ ...plain, select: [...groupBy, `${aggregate(measure, () => 'v')} AS m1`], from: `(${once}) AS once`, where: [], groupBy }) };
}

function prepare(form: LogicalForm, model: SchemaModel, aliases: Aliases): Prepared {
  const root = form.measures[0] ? measureTable(form.measures[0]) : form.subject;
  const scope = new Scope(model, form.preferred, aliases, root);
  scope.join([...form.groups.map(groupTable), ...form.measures.map(measureTable)]);
  const sibling = siblingStep(scope.steps);
  if (sibling) throw new JoinRefused({ ok: false, why: 'siblings', from: root, to: sibling.to, parent: sibling.from });
  const where = writeConditions(form.where, scope);
  // Who has no manager belongs to no manager's group.
  for (const group of form.groups) if (group.kind === 'entity' && group.by) where.push(...group.by.childColumns.map((column) => `${scope.named(group.by!.child, column)} IS NOT NULL`));
  const filters = form.measures.map((measure) => writeConditions(measure.where ?? [], scope, true).join(' AND ') || undefined);
  const multiplied = scope.multiplied && form.measures.some(countsRows);
  const names = new Names();
  return { scope, columns: form.groups.flatMap((group) => groupColumns(group, scope, form, names)), where, filters, multiplied, names };
}

function grouped(form: LogicalForm, columns: readonly GroupColumn[], measures: readonly { measure: Measure; sql: string }[]) {
  const having = form.having.map((each) => `${measures.find(({ measure }) => sameMeasure(measure, each.measure))!.sql} ${each.op} ${each.value}`);
  return { groupBy: columns.map((column) => column.sql), having };
}
