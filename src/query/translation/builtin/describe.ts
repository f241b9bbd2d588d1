import type { Derived, Moment } from './expression.js';
import { nameOfRole } from './lexicon/schema-model.js';

const SIGNS = { '*': '×', '/': '÷', '-': '−', '+': '+' } as const;

/** "quantity × unit_price", "the days from start_date to end_date". */
export function describeDerived(expression: Derived): string {
  switch (expression.kind) {
    case 'arithmetic':
      return `${expression.of[0].name} ${SIGNS[expression.op]} ${expression.of[1].name}`;
    case 'duration':
      return `the ${expression.unit}s from ${describeMoment(expression.from)} to ${describeMoment(expression.to)}`;
    case 'via':
      return `${expression.info.name} of the ${nameOfRole(expression.edge)}`;
  }
}

function describeMoment(moment: Moment): string {
  return moment === 'now' ? 'now' : moment.name;
}
