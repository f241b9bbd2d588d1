import type { Expression, Measure } from '../logical-form.js';
import type { Scope } from './scope.js';

/** The aggregate of a measure over what `write` makes of its expression. */
export function aggregate(measure: Measure, write: (of: Expression) => string): string {
  if (measure.of.kind === 'rows') return 'count(*)';
  const value = write(measure.of);
  if (measure.fn === 'median') return `percentile_cont(0.5) WITHIN GROUP (ORDER BY ${value})`;
  return `${measure.fn}(${measure.distinct ? 'DISTINCT ' : ''}${value})`;
}

export function countsRows(measure: Measure): boolean {
  return !measure.distinct && measure.fn !== 'min' && measure.fn !== 'max';
}

export function writeExpression(expression: Expression, scope: Scope): string {
  return expression.kind === 'column' ? scope.column(expression.info) : `${scope.column(expression.factors[0])} * ${scope.column(expression.factors[1])}`;
}
