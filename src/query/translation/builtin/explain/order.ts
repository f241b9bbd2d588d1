import type { Expression } from '../expression.js';
import type { LogicalForm, OrderKey } from '../logical-form.js';
import type { Telling } from './conditions.js';

/** "highest first", "newest first (orders.placed_at)", "in order of name (customers.name)". */
export function explainOrder(form: LogicalForm, telling: Telling): string {
  return form.order.map((key) => explainKey(key, form, telling)).join(', then ');
}

function explainKey(key: OrderKey, form: LogicalForm, telling: Telling): string {
  const { naming } = telling;
  const end = key.desc ? 'highest' : 'lowest';
  switch (key.by) {
    case 'measure': {
      const alone = form.measures.length === 1 && !form.computed?.length && !form.changes?.length;
      return alone ? `${end} first` : `${end} ${telling.measure(key.measure).replace(/^the /, '')} first`;
    }
    case 'computed':
      return `${end} ${key.computed.kind === 'difference' ? 'difference' : key.computed.kind === 'share' || key.computed.percent ? 'percentage' : 'ratio'} first`;
    case 'group': {
      const { group } = key;
      if (group.kind === 'column' && (group.unit || group.info.role === 'date')) return key.desc ? 'latest first' : 'in order of time';
      const name = group.kind === 'column' ? naming.full(group.info) : naming.one(group.table);
      return `in ${key.desc ? 'reverse ' : ''}order of ${name}`;
    }
    case 'expression':
      return byExpression(key.expression, key.desc, telling);
  }
}

function byExpression(expression: Expression, desc: boolean, { naming }: Telling): string {
  if (expression.kind === 'column' && expression.info.role === 'date') return `${desc ? 'newest' : 'oldest'} first${naming.real(expression.info)}`;
  if (expression.kind === 'column' && expression.info.role !== 'number') return `in ${desc ? 'reverse ' : ''}order of ${naming.full(expression.info)}`;
  return `${desc ? 'highest' : 'lowest'} ${naming.expression(expression)} first`;
}

/** What a list is cut by, when it is one column: "with the highest price (products.price)", "highest first". */
export function cutBy(form: LogicalForm, { naming }: Telling): { which: string; order: string } | undefined {
  const [key, ...more] = form.order;
  if (key?.by !== 'expression' || more.length > 0) return undefined;
  const { expression, desc } = key;
  if (expression.kind === 'column' && expression.info.role !== 'number' && expression.info.role !== 'date') return undefined;
  const dated = expression.kind === 'column' && expression.info.role === 'date';
  const end = dated ? (desc ? 'latest' : 'earliest') : desc ? 'highest' : 'lowest';
  return { which: `with the ${end} ${naming.expression(expression)}`, order: `${end} first` };
}

