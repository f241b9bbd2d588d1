import type { SchemaModel } from '../lexicon/schema-model.js';
import { expressionTable, groupTable, measureTable, sameMeasure, type LogicalForm, type Measure } from '../logical-form.js';
import { aggregate, countsRows, writeExpression } from './expressions.js';
import { groupColumns, orderOf, type GroupColumn } from './group-columns.js';
import { withOneRoot } from './one-root.js';
import { statement } from './statement.js';
import type { Aggregate } from '../language/function-words.js';
import { measureName, nameOfAggregate, Names } from './names.js';
import { quoteIdentifier } from './quote.js';
import { Aliases, Scope } from './scope.js';
import { writeConditions } from './write-conditions.js';

/**
 * Writes the SELECT of a logical form: schema-qualified, every identifier quoted, every value a literal made here.
 *
 * @throws JoinRefused when the tables cannot be joined in one clear way
 */
export function writeSql(form: LogicalForm, model: SchemaModel): string {
  if (form.measures.length === 0 && form.groups.length === 0) return writeRows(form, model);
  if (form.over) return writeOver(form, form.over, model);
  const together = form.groups.length > 0 ? withOneRoot(form, model) : form;
  const [lead] = together.measures;
  const tables = new Set(together.measures.filter((measure) => together === form || !measure.distinct || measure === lead).map(measureTable));
  return tables.size > 1 ? writeSeveral(together, model) : writeGroups(together, model, new Aliases());
}

function writeRows(form: LogicalForm, model: SchemaModel): string {
  const scope = new Scope(model, form.preferred, new Aliases(), form.subject);
  const orderTables = form.order.flatMap((key) => (key.by === 'expression' ? [expressionTable(key.expression)] : []));
  scope.join(form.shown.map((info) => info.table).filter((table) => !orderTables.includes(table)), true);
  scope.join(orderTables);
  const names = new Names();
  const select = form.shown.map((info) => `${scope.column(info)} AS ${quoteIdentifier(names.unique(names.ofColumn(info, form.shown)))}`);
  const where = writeConditions(form.where, scope);
  const order: string[] = [];
  for (const key of form.order) {
    if (key.by !== 'expression') continue;
    const sql = writeExpression(key.expression, scope);
    if (!(key.expression.kind === 'column' && form.shown.includes(key.expression.info))) {
      select.push(`${sql} AS ${quoteIdentifier(names.unique(key.expression.kind === 'column' ? key.expression.info.name : 'value'))}`);
    }
    order.push(`${sql}${key.desc ? ' DESC' : ''} NULLS LAST`);
    if (form.limit?.withTies) where.push(`${sql} IS NOT NULL`);
  }
  return statement({ select, distinct: form.distinct, from: scope.from, where, order, limit: form.limit });
}

/** One FROM for all measures. When joins would repeat the measured rows, each is taken once per group first. */
function writeGroups(form: LogicalForm, model: SchemaModel, aliases: Aliases, asPart?: GroupColumn[]): string {
  const root = form.measures[0] ? measureTable(form.measures[0]) : form.subject;
  const scope = new Scope(model, form.preferred, aliases, root);
  scope.join([...form.groups.map(groupTable), ...form.measures.map(measureTable)]);
  const multiplied = scope.multiplied && form.measures.some(countsRows) && root.key.length > 0;
  const where = writeConditions(form.where, scope);
  const names = new Names();
  const columns = form.groups.flatMap((group) => groupColumns(group, scope, form, names));
  if (asPart) {
    asPart.push(...columns);
    return part(form, columns, scope, where, multiplied);
  }
  if (!multiplied) {
    const measures = form.measures.map((measure) => ({ measure, sql: aggregate(measure, (of) => writeExpression(of, scope)) }));
    return groupStatement(form, columns, measures, scope.from, where, names);
  }
  const inner = [
    ...columns.map((column, i) => `${column.sql} AS g${i + 1}`),
    ...root.key.map((info, i) => `${scope.column(info)} AS k${i + 1}`),
    ...form.measures.flatMap((measure, i) => (measure.of.kind === 'rows' ? [] : [`${writeExpression(measure.of, scope)} AS m${i + 1}`])),
  ];
  const once = statement({ select: inner, distinct: true, from: scope.from, where, order: [], limit: undefined });
  const measures = form.measures.map((measure, i) => ({ measure, sql: aggregate(measure, () => `m${i + 1}`) }));
  return groupStatement(form, columns.map((column, i) => ({ ...column, sql: `g${i + 1}` })), measures, `(${once}) AS once`, [], names);
}

/** A part of a larger statement: groups as g1, g2 … and the only measure as m1. */
function part(form: LogicalForm, columns: readonly GroupColumn[], scope: Scope, where: readonly string[], multiplied: boolean): string {
  const measure = form.measures[0]!;
  const groups = columns.map((column, i) => `${column.sql} AS g${i + 1}`);
  const groupBy = columns.map((_, i) => `g${i + 1}`);
  const plain = { distinct: false, order: [], limit: undefined };
  if (!multiplied) {
    const value = aggregate(measure, (of) => writeExpression(of, scope));
    return statement({ ...plain, select: [...groups, `${value} AS m1`], from: scope.from, where, groupBy: columns.map((column) => column.sql) });
  }
  const keys = scope.root.key.map((info, i) => `${scope.column(info)} AS k${i + 1}`);
  const value = measure.of.kind === 'rows' ? [] : [`${writeExpression(measure.of, scope)} AS v`];
  const once = statement({ ...plain, distinct: true, select: [...groups, ...keys, ...value], from: scope.from, where });
  return statement({ ...plain, select: [...groupBy, `${aggregate(measure, () => 'v')} AS m1`], from: `(${once}) AS once`, where: [], groupBy });
}

function groupStatement(form: LogicalForm, columns: readonly GroupColumn[], measures: readonly { measure: Measure; sql: string }[], from: string, where: readonly string[], names: Names): string {
  const withHidden = [...measures];
  const aliases = withHidden.map(({ measure }) => names.unique(measureName(measure)));
  const select = [
    ...columns.filter((column) => column.shown).map((column) => `${column.sql} AS ${quoteIdentifier(column.name)}`),
    ...withHidden.map(({ sql }, i) => `${sql} AS ${quoteIdentifier(aliases[i]!)}`),
  ];
  const sqlOf = (measure: Measure) => withHidden.find((each) => sameMeasure(each.measure, measure))!.sql;
  const order = orderOf(form, columns, sqlOf);
  return statement({
    select,
    distinct: false,
    from,
    where,
    groupBy: columns.map((column) => column.sql),
    having: form.having.map((having) => `${sqlOf(having.measure)} ${having.op} ${having.value}`),
    order,
    limit: form.limit,
  });
}

/** The groups' measures are one more table, of which the aggregate is taken. */
function writeOver(form: LogicalForm, fn: Aggregate, model: SchemaModel): string {
  const [measure] = form.measures;
  const columns: GroupColumn[] = [];
  const groups = writeGroups({ ...form, order: [], having: [], limit: undefined }, model, new Aliases(), columns);
  const value = fn === 'median' ? 'percentile_cont(0.5) WITHIN GROUP (ORDER BY m1)' : `${fn}(m1)`;
  return `SELECT ${value} AS ${quoteIdentifier(`${nameOfAggregate(fn)}_${measureName(measure!)}`)}\nFROM (${groups}) AS per_group`;
}

/** Measures of different tables never share a FROM: each is taken on its own, then set side by side. */
function writeSeveral(form: LogicalForm, model: SchemaModel): string {
  const parts = form.measures.map((measure) => writeGroups({ ...form, measures: [measure], order: [], having: [], limit: undefined }, model, new Aliases()));
  const names = new Names();
  const aliases = form.measures.map((measure) => names.unique(measureName(measure)));
  if (form.groups.length === 0) return `SELECT ${parts.map((sql, i) => `(${sql}) AS ${quoteIdentifier(aliases[i]!)}`).join(', ')}`;
  return besideEachOther(form, model, aliases);
}

/** Joins the grouped parts on their groups; a group that one part lacks is kept. */
function besideEachOther(form: LogicalForm, model: SchemaModel, aliases: readonly string[]): string {
  const names = new Aliases();
  const parts = form.measures.map((measure) => groupedPart({ ...form, measures: [measure], order: [], having: [], limit: undefined }, model, names));
  const [first] = parts;
  const columns = first!.columns.map((column, i) => ({ ...column, sql: `COALESCE(${parts.map((_, at) => `p${at + 1}.g${i + 1}`).join(', ')})` }));
  const from = parts
    .map((part, at) => {
      const source = `(${part.sql}) AS p${at + 1}`;
      const known = columns.map((_, i) => `COALESCE(${parts.slice(0, at).map((__, before) => `p${before + 1}.g${i + 1}`).join(', ')})`);
      return at === 0 ? source : `FULL JOIN ${source} ON ${known.map((sql, i) => `${sql} = p${at + 1}.g${i + 1}`).join(' AND ')}`;
    })
    .join('\n');
  const measures = form.measures.map((measure, i) => ({ measure, sql: `p${i + 1}.m1`, name: aliases[i]! }));
  const sqlOf = (measure: Measure) => measures.find((each) => sameMeasure(each.measure, measure))!.sql;
  return statement({
    select: [...columns.filter((column) => column.shown).map((column) => `${column.sql} AS ${quoteIdentifier(column.name)}`), ...measures.map(({ sql, name }) => `${sql} AS ${quoteIdentifier(name)}`)],
    distinct: false,
    from,
    where: form.having.map((having) => `${sqlOf(having.measure)} ${having.op} ${having.value}`),
    order: orderOf(form, columns, sqlOf),
    limit: form.limit,
  });
}

function groupedPart(form: LogicalForm, model: SchemaModel, aliases: Aliases): { sql: string; columns: readonly GroupColumn[] } {
  const columns: GroupColumn[] = [];
  const sql = writeGroups(form, model, aliases, columns);
  return { sql, columns };
}
