import pluralize from 'pluralize';
import { expressionTable } from '../expression.js';
import { nameOfRole } from '../lexicon/schema-model.js';
import type { Change, Computed, GroupKey, Measure } from '../logical-form.js';
import { clauses, type Telling } from './conditions.js';

/** "the number of orders", "the average price (products.price)". */
export type ExplainMeasure = (measure: Measure) => string;

/** What a value of many rows is. */
export function measureIn(telling: () => Telling): ExplainMeasure {
  return ({ fn, of, distinct, where = [] }) => {
    const { naming } = telling();
    const table = of.kind === 'rows' ? of.table : expressionTable(of);
    if (of.kind === 'rows') return `the number of ${distinct ? 'different ' : ''}${naming.many(table)}${clauses(where, table, telling())}`;
    const only = where.length > 0 ? ` of ${naming.many(table)}${clauses(where, table, telling())}` : '';
    if (fn === 'count' && of.kind === 'column') return `the number of ${distinct ? 'different ' : ''}${pluralize(naming.said(of.info))}${naming.real(of.info)}${only}`;
    return `the ${aggregateWord({ fn, of })} ${naming.expression(of)}${only}`;
  };
}

/** "average", or for dates "latest". */
export function aggregateWord({ fn, of }: Pick<Measure, 'fn' | 'of'>): string {
  const dated = of.kind === 'column' && of.info.role === 'date';
  return { count: 'number of', sum: 'total', avg: 'average', min: dated ? 'earliest' : 'lowest', max: dated ? 'latest' : 'highest', median: 'median' }[fn];
}

/** What begins the sentence when one measure is all that is asked for: "Counts orders". */
export function leadingMeasure(measure: Measure, rows: string, { naming }: Telling): string {
  const { fn, of, distinct } = measure;
  if (of.kind === 'rows') return `counts ${rows}`;
  if (fn === 'count' && of.kind === 'column') return `counts the ${distinct ? 'different ' : ''}${pluralize(naming.said(of.info))}${naming.real(of.info)} of ${rows}`;
  return `${fn === 'sum' ? 'adds up' : `takes the ${aggregateWord(measure)}`} ${naming.expression(of)} of ${rows}`;
}

/** "the ratio of A to B". */
export function explainComputed({ kind, of, percent }: Computed, { measure }: Telling): string {
  const [a, b] = of.map(measure) as [string, string];
  if (kind === 'share') return `the ${percent ? 'percentage' : 'share'} of all groups' ${b.replace(/^the /, '')}`;
  if (kind === 'difference') return `the difference of ${a} and ${b}`;
  return percent ? `${a} as a percentage of ${b}` : `the ratio of ${a} to ${b}`;
}

/** "the change of the number of orders from one month to the next, in percent". */
export function explainChange({ measure, percent }: Change, { measure: explain }: Telling): string {
  return `the change of ${explain(measure)} from one to the next${percent ? ', in percent' : ''}`;
}

/** "for each customer (customers.name)", "per month of orders.order_date". */
export function explainGroup(group: GroupKey, telling: Telling): string {
  if (group.kind === 'column' && group.unit) return `per ${group.unit.replaceAll('-', ' ')} of ${telling.naming.dotted(group.info)}`;
  return `for each ${groupNoun(group, telling)}`;
}

/** "customer (customers.name)", "city (customers.city)", "month (orders.order_date)". */
export function groupNoun(group: GroupKey, { naming }: Telling): string {
  if (group.kind === 'column') return group.unit ? `${group.unit.replaceAll('-', ' ')}${naming.real(group.info)}` : naming.full(group.info);
  if (group.by) {
    const { by } = group;
    const columns = by.child.columns.filter(({ name }) => by.childColumns.includes(name)).map((info) => naming.dotted(info));
    const shown = (group.table.display.length > 0 ? group.table.display : group.table.key).map((info) => naming.dotted(info));
    return `${nameOfRole(by)} (${columns.join(', ')}, as ${shown.join(', ')})`;
  }
  const { display, key } = group.table;
  const names = (display.length > 0 ? display : key).map((info) => naming.dotted(info));
  return names.length > 0 ? `${naming.oneKnownBy(group.table)} (${names.join(', ')})` : naming.one(group.table);
}
