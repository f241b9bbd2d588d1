import { describeDerived } from '../describe.js';
import type { Derived, DurationUnit, Expression, Moment } from '../expression.js';
import type { Measure } from '../logical-form.js';
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
      const [a, b] = expression.of.map((info) => scope.column(info)) as [string, string];
      return expression.op === '/' ? quotient(a, b) : `${a} ${expression.op} ${b}`;
    }
    case 'duration':
      return writeDuration(expression, scope);
    case 'length':
      return `length(${scope.column(expression.info)})`;
  }
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
    case 'length':
      return describeDerived(expression).split(' ').slice(1).join('_').replace('length_of', 'length');
  }
}

const SECONDS: Readonly<Partial<Record<DurationUnit, number>>> = { second: 1, minute: 60, hour: 3600, day: 86_400, week: 604_800 };

function writeDuration({ from, to, unit }: Extract<Derived, { kind: 'duration' }>, scope: Scope): string {
  const dates = [from, to].every((moment) => moment === 'now' || moment.column.base_type === 'date');
  const zoned = [from, to].some((moment) => moment !== 'now' && moment.column.base_type === 'timestamptz');
  const write = (moment: Moment): string => {
    if (moment === 'now') return dates ? 'CURRENT_DATE' : zoned ? 'now()' : 'LOCALTIMESTAMP';
    return moment.column.base_type === 'date' && !dates ? `${scope.column(moment)}::${zoned ? 'timestamptz' : 'timestamp'}` : scope.column(moment);
  };
  const [start, end] = [write(from), write(to)];
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
