import type { JoinStep } from '../joins/join-tree.js';
import type { ColumnInfo, TableInfo } from '../lexicon/schema-model.js';
import { expressionTable } from '../expression.js';
import { compares, measureTable, type Condition, type Test } from '../logical-form.js';
import { aggregate, writeCalendarComparison, writeValue } from './expressions.js';
import { quoteLiteral, quotePattern, quoteText } from './quote.js';
import { asNumber, asText, canHold } from './readings.js';
import { JoinRefused, type Scope } from './scope.js';
import { writeClock, writeDuring } from './write-dates.js';

/**
 * Writes conditions that must all hold. A condition on a table over a to-many key becomes EXISTS, so that no row of the scope
 * is multiplied; conditions that leave the scope by the same key speak of the same related row and share one EXISTS.
 *
 * @param keepAll rows for which a condition has no partner stay in the scope: it only marks them
 */
export function writeConditions(conditions: readonly Condition[], scope: Scope, keepAll = false): string[] {
  const written: string[] = [];
  const outside = new Map<string, { step: JoinStep; parts: Condition[] }>();
  for (const condition of conditions) {
    const away = soleTable(condition);
    const way = away && !scope.has(away) ? scope.wayTo(away) : [];
    if (!away || way.length === 0) written.push(writeCondition(condition, scope));
    else if (way.every((step) => !step.many)) {
      scope.join([away], keepAll);
      written.push(writeCondition(condition, scope));
    } else {
      const step = way[0]!;
      // Related rows with a condition of their own are each looked for separately: "in both A and B".
      const apart = condition.kind === 'related' && condition.where.length > 0 ? ` ${outside.size}` : '';
      const key = `${step.from.index} ${step.edge.child.index} ${step.edge.childColumns.join()} ${step.to.index}${apart}`;
      const group = outside.get(key) ?? { step, parts: [] };
      group.parts.push(condition);
      outside.set(key, group);
    }
  }
  for (const { step, parts } of outside.values()) written.push(exists(step, parts, scope));
  return written.filter((sql) => sql !== 'TRUE');
}

function writeCondition(condition: Condition, scope: Scope): string {
  switch (condition.kind) {
    case 'test':
      if (!scope.has(testedTable(condition))) return exists(scope.wayTo(testedTable(condition))[0]!, [condition], scope);
      return writeTested(condition, scope);
    case 'related':
      if (scope.has(condition.table)) return withinScope(condition, scope);
      return exists(scope.wayTo(condition.table)[0]!, [condition], scope);
    case 'count':
      return countOfRelated(condition, scope);
    case 'not': {
      const { of } = condition;
      // A comparison with NULL is neither true nor false: "not X" includes what has no value at all.
      if (of.kind === 'test' && scope.has(testedTable(of)) && of.test.is !== 'null') {
        if (of.test.is === 'compare' && of.test.op === '=') return compared(operand(of, scope), 'IS DISTINCT FROM', of.test, of.info);
        return `(${writeTested(of, scope)}) IS NOT TRUE`;
      }
      if (of.kind === 'test' && of.test.is === 'null' && scope.has(testedTable(of)) && !scope.presence(testedTable(of))) return `${operand(of, scope)} IS NOT NULL`;
      const written = writeCondition(of, scope);
      return written.startsWith('EXISTS') ? `NOT ${written}` : `(${written}) IS NOT TRUE`;
    }
    case 'any':
      return `(${condition.of.map((each) => writeCondition(each, scope)).join(' OR ')})`;
    case 'all':
      return `(${condition.of.map((each) => writeCondition(each, scope)).join(' AND ')})`;
  }
}

/** Conditions on a table that is there already; what lies beyond it is looked for from it, not from elsewhere. */
function withinScope({ table, where }: Extract<Condition, { kind: 'related' }>, scope: Scope): string {
  const written = where.map((condition) => {
    const away = soleTable(condition);
    const [step] = away && !scope.has(away) ? scope.wayTo(away, table) : [];
    return step ? exists(step, [condition], scope) : writeCondition(condition, scope);
  });
  const presence = scope.presence(table);
  if (presence) written.unshift(`${presence} IS NOT NULL`);
  return written.length > 1 ? `(${written.join(' AND ')})` : (written[0] ?? 'TRUE');
}

/**
 * Rows with a number of related rows, as a list of keys: one pass over the related table, whatever the number of rows. Where
 * no related row at all is enough too, the keys that do not fit are excluded instead.
 */
function countOfRelated({ table, where, op, value }: Extract<Condition, { kind: 'count' }>, outer: Scope): string {
  const [step] = outer.wayTo(table);
  if (!step?.many || step.edge.childColumns.length !== 1) throw new JoinRefused({ ok: false, why: 'unconnected', from: outer.root, to: table });
  const { inner } = outer.below(step);
  if (!inner.has(table)) inner.join([table]);
  const [link] = step.edge.childColumns;
  const column = inner.named(step.to, link!);
  const conditions = [`${column} IS NOT NULL`, ...writeConditions(where, inner)];
  const repeated = inner.steps.length > 0;
  if (repeated && table.key.length === 0) throw new JoinRefused({ ok: false, why: 'unconnected', from: outer.root, to: table });
  const counted = repeated ? `count(DISTINCT (${table.key.map((info) => inner.column(info)).join(', ')}))` : 'count(*)';
  const zero = compares(0, op, value);
  const having = zero ? `NOT (${counted} ${op} ${value})` : `${counted} ${op} ${value}`;
  const parent = outer.named(step.from, step.edge.parentColumns[0]!);
  return `${parent} ${zero ? 'NOT IN' : 'IN'} (SELECT ${column} FROM ${inner.from} WHERE ${conditions.join(' AND ')} GROUP BY ${column} HAVING ${having})`;
}

function exists(step: JoinStep, parts: readonly Condition[], outer: Scope): string {
  const { inner, link } = outer.below(step);
  const where: string[] = [link];
  for (const part of parts) {
    if (part.kind === 'related') {
      if (!inner.has(part.table)) inner.join([part.table]);
      where.push(...writeConditions(part.where, inner));
    } else where.push(...writeConditions([part], inner));
  }
  return `EXISTS (SELECT 1 FROM ${inner.from} WHERE ${where.join(' AND ')})`;
}

/** The only table a condition speaks of; undefined when there are several, or when its absence is what counts. */
function soleTable(condition: Condition): TableInfo | undefined {
  if (condition.kind === 'test') return testedTable(condition);
  if (condition.kind === 'related') return condition.table;
  if (condition.kind !== 'any' && condition.kind !== 'all') return undefined;
  const tables = new Set(condition.of.map(soleTable));
  return tables.size === 1 ? [...tables][0] : undefined;
}

function writeTested(condition: Extract<Condition, { kind: 'test' }>, scope: Scope): string {
  const { expression, test } = condition;
  const calendar = expression?.kind === 'duration' && ['month', 'quarter', 'year'].includes(expression.unit);
  if (calendar && test.is === 'compare' && typeof test.value === 'number' && test.op !== '=' && test.op !== '<>') return writeCalendarComparison(expression, test.op, test.value, scope);
  const written = writeTest(operand(condition, scope), test, condition.info, scope);
  // What is not there has no empty column either.
  const presence = test.is === 'null' ? scope.presence(testedTable(condition)) : undefined;
  return presence ? `(${presence} IS NOT NULL AND ${written})` : written;
}

function operand({ info, expression }: Extract<Condition, { kind: 'test' }>, scope: Scope): string {
  return expression ? `(${writeValue(expression, scope)})` : asNumber(scope.column(info), info);
}

/** The table whose rows are tested. */
function testedTable({ info, expression }: Extract<Condition, { kind: 'test' }>): TableInfo {
  return expression ? expressionTable(expression) : info.table;
}

/** "Above the average": the average of all rows, whatever else the question asks for. */
function overall({ measure }: Extract<Test, { is: 'compare-to' }>, scope: Scope): string {
  const inner = scope.apart(measureTable(measure));
  const value = aggregate(measure, (of) => writeValue(of, inner));
  const where = writeConditions(measure.where ?? [], inner);
  return `(SELECT ${value} FROM ${inner.from}${where.length ? ` WHERE ${where.join(' AND ')}` : ''})`;
}

function writeTest(column: string, test: Test, info: ColumnInfo, scope: Scope): string {
  switch (test.is) {
    case 'compare':
      return compared(column, test.op, test, info);
    case 'between':
      return `${column} BETWEEN ${quoteLiteral(test.low)} AND ${quoteLiteral(test.high)}`;
    case 'during':
      return writeDuring(column, test.range, info);
    case 'clock':
      return writeClock(column, test.range, info);
    case 'compare-to':
      return `${column} ${test.op} ${test.factor ? `${quoteLiteral(test.factor)} * ` : ''}${overall(test, scope)}`;
    case 'compare-with':
      return `${column} ${test.op} ${writeValue(test.other, scope)}`;
    case 'weekday':
      return `EXTRACT(ISODOW FROM ${column}) IN (${test.days.join(', ')})`;
    case 'text':
      return `${asText(column, info)} ILIKE ${quotePattern(test.op === 'starts' ? '' : '%', test.text, test.op === 'ends' ? '' : '%')}`;
    case 'null':
      return `${column} IS NULL`;
    case 'present':
      return `${column} IS NOT NULL`;
  }
}

/** What the column cannot hold is no error, but equal to none of its values. */
function compared(column: string, op: string, { value, ignoreCase }: Extract<Test, { is: 'compare' }>, info: ColumnInfo): string {
  if (typeof value !== 'string') return `${column} ${op} ${quoteLiteral(value)}`;
  const left = canHold(info, value) ? column : asText(column, info);
  const fold = ignoreCase && (info.role === 'text' || left !== column);
  return fold ? `lower(${asText(column, info)}) ${op} lower(${quoteText(value)})` : `${left} ${op} ${quoteText(value)}`;
}
