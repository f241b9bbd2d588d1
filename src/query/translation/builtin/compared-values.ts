import type { ComparedValue } from '../sql-translator.js';
import type { Condition, LogicalForm } from './logical-form.js';

/** Texts of the question that a form compares columns with, although no column is known to hold them. */
export function comparedValues(form: LogicalForm): ComparedValue[] {
  return [...form.where, ...form.measures.flatMap(({ where }) => where ?? [])].flatMap(compared);
}

function compared(condition: Condition): ComparedValue[] {
  switch (condition.kind) {
    case 'test': {
      const { info, test } = condition;
      if (test.is !== 'compare' || test.op !== '=' || !test.ignoreCase || typeof test.value !== 'string') return [];
      return [{ schema: info.table.relation.schema, table: info.table.relation.name, column: info.name, value: test.value }];
    }
    // What must not be there empties no answer by being mistyped.
    case 'not':
      return [];
    case 'any':
    case 'all':
      return condition.of.flatMap(compared);
    case 'related':
    case 'count':
      return condition.where.flatMap(compared);
  }
}
