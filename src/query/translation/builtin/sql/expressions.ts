import type { Comparison } from '../language/function-words.js';
import type { Derived, DurationUnit, Expression, Moment } from '../expression.js';
import { nameOfRole } from '../lexicon/schema-model.js';
import type { Measure } from '../logical-form.js';
import { asComparable, asNumber } from './readings.js';
import type { Scope } from './scope.js';

/** The aggregate of a measure over what `write` makes of its expression, of the rows for which `filter` holds. */
export function aggregate(measure: Measure, write: (of: Expression) => string, filter?: string): string {
  const only = filter ? ` FILTER (WHERE ${filter})` : '';
  if (measure.of.kind === 'rows') return `count(*)${only}`;
  const value = write(measure.of);
  if (measure.fn === 'median') return `percentile_cont(0.5) WITHIN GROUP (ORDER BY ${value})${only}`;
  return `${measure.fn}(${measure.distinct ? 'DISTINCT ' : ''}${value})${only}`;
}

export function countsRows(measure: Measure): boolean {
  return (!measure.distinct || measure.of.kind === 'rows') && measure.fn !== 'min' && measure.fn !== 'max';
}

export function writeExpression(expression: Expression, scope: Scope): string {
  switch (expression.kind) {
    case 'column':
      return scope.column(expression.info);
    case 'arithmetic': {
      const [a, b] = expression.of.map((info) => asNumber(scope.column(info), info)) as [string, string];
      return expression.op === '/' ? quotient(a, b) : `${a} ${expression.op} ${b}`;
    }
    case 'duration':
      return writeDuration(expression, scope);
    case 'via':
      return scope.via(expression.edge, expression.info);
  }
}

/** The same to be added up, compared or put in order, which not every type can be as it is. */
export function writeValue(expression: Expression, scope: Scope): string {
  const sql = writeExpression(expression, scope);
  return expression.kind === 'column' || expression.kind === 'via' ? asNumber(asComparable(sql, expression.info), expression.info) : sql;
}

/** A division that keeps fractions and has no value, rather than an error, where there is nothing to divide by. */
export function quotient(a: string, b: string, factor = '1.0'): string {
  return `${factor} * ${a} / NULLIF(${b}, 0)`;
}

/** What a derived value is called in an answer. */
export function nameOfDerived(expression: Derived): string {
  switch (expression.kind) {
    case 'arithmetic':
      return expression.op === '/' ? 'ratio' : expression.op === '-' ? 'difference' : 'value';
    case 'duration':
      return `${expression.unit}s`;
    case 'via':
      return `${nameOfRole(expression.edge).replaceAll(' ', '_')}_${expression.info.name}`;
  }
}

const SECONDS: Readonly<Partial<Record<DurationUnit, number>>> = { second: 1, minute: 60, hour: 3600, day: 86_400, week: 604_800 };

type Duration = Extract<Derived, { kind: 'duration' }>;

/** The two ends of a duration, alike enough to be subtracted; whole days where one end has no hour and days are enough. */
function endsOf({ from, to, unit }: Duration, scope: Scope): { start: string; end: string; dates: boolean } {
  const isDate = (moment: Moment) => moment !== 'now' && moment.column.base_type === 'date';
  const daily = !['second', 'minute', 'hour'].includes(unit) && (isDate(from) || isDate(to));
  const dates = daily || [from, to].every((moment) => moment === 'now' || isDate(moment));
  const zoned = [from, to].some((moment) => moment !== 'now' && moment.column.base_type === 'timestamptz');
  const write = (moment: Moment): string => {
    if (moment === 'now') return dates ? 'CURRENT_DATE' : zoned ? 'now()' : 'LOCALTIMESTAMP';
    if (dates && !isDate(moment)) return `${scope.column(moment)}::date`;
    return isDate(moment) && !dates ? `${scope.column(moment)}::${zoned ? 'timestamptz' : 'timestamp'}` : scope.column(moment);
  };
  return { start: write(from), end: write(to), dates };
}

/** A comparison in months or years, which are of different lengths: exact, as the calendar counts. */
export function writeCalendarComparison(expression: Duration, op: Comparison, value: number, scope: Scope): string {
  const { start, end } = endsOf(expression, scope);
  const { unit } = expression;
  return `${end} ${op} ${start} + INTERVAL '${unit === 'quarter' ? value * 3 : value} ${unit === 'quarter' ? 'month' : unit}s'`;
}

function writeDuration(expression: Duration, scope: Scope): string {
  const { start, end, dates } = endsOf(expression, scope);
  const { unit } = expression;
  const seconds = SECONDS[unit];
  if (seconds === undefined) return calendarUnits(start, end, unit);
  if (dates) return seconds === 86_400 ? `(${end} - ${start})` : `(${end} - ${start}) * 86400.0 / ${seconds}`;
  const elapsed = `EXTRACT(EPOCH FROM (${end} - ${start}))`;
  return seconds === 1 ? elapsed : `${elapsed} / ${seconds}`;
}

/** Months and years are of different lengths: whole ones are counted, as people count an age. */
function calendarUnits(start: string, end: string, unit: DurationUnit): string {
  const years = `EXTRACT(YEAR FROM age(${end}, ${start}))`;
  if (unit === 'year') return years;
  const months = `(${years} * 12 + EXTRACT(MONTH FROM age(${end}, ${start})))`;
  return unit === 'quarter' ? `floor(${months} / 3)` : months;
}
