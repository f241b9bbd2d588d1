import { isToOne } from '../joins/distances.js';
import { columnsOf, expressionTable, type Expression } from '../expression.js';
import { isAmount, tableName, type ColumnInfo, type TableInfo } from '../lexicon/schema-model.js';
import type { Condition, Measure } from '../logical-form.js';
import type { NounPhrase, Restriction } from '../parsing/reading.js';
import { BindingRefused, type Resolver } from './resolver.js';

type ComparedTo = Extract<Restriction, { kind: 'compare-to' }>;

/** "Above the average price", "older than Ann": a column against an aggregate of it, or against what one row has. */
export function bindCompared(resolver: Resolver, restriction: ComparedTo, subject: TableInfo): Condition {
  const { to, op, factor, attribute } = restriction;
  const expression = comparedColumn(resolver, restriction, subject);
  const [info] = columnsOf(expression) as [ColumnInfo];
  // "Older than": the earlier birth date.
  const turned = attribute?.temporal && info.role === 'date' && attribute.adjective === 'old' ? op : attribute?.temporal && info.words.at(-1) === 'age' ? flipped(op) : op;
  if ('role' in to) {
    const through = resolver.through(to.role);
    if (!through || expression.kind !== 'column' || through.edge.parent !== info.table || through.edge.child !== info.table) throw new BindingRefused(`It is not clear what of the ${to.role.text} is compared.`, [to.role.text]);
    return { kind: 'test', info, test: { is: 'compare-with', op: turned, other: { ...through, info } } };
  }
  if ('column' in to) {
    const other = numberOf(resolver, to.column, subject);
    if (other?.kind !== 'column' || expression.kind !== 'column' || !isToOne(resolver.model, info.table, other.info.table)) throw new BindingRefused(`"${to.column.text}" is not kept of the same rows.`, [to.column.text]);
    const { owner } = to.column;
    if (owner && resolver.table(owner) !== other.info.table) throw new BindingRefused(`"${to.column.text}" is not kept of "${owner.text}".`, [to.column.text]);
    if (other.info.table !== info.table) throw new BindingRefused(`Comparing ${tableName(info.table)}.${info.name} with ${tableName(other.info.table)}.${other.info.name} is not covered.`, [to.column.text]);
    return { kind: 'test', info, test: { is: 'compare-with', op, other } };
  }
  if ('fn' in to && info.role === 'date' && expression.kind === 'column' && to.fn !== 'min' && to.fn !== 'max') throw new BindingRefused(`A date is not compared with ${to.fn === 'avg' ? 'an average' : `a ${to.fn}`} of dates.`);
  const measure: Measure = 'fn' in to ? { fn: to.fn, of: expression, distinct: false } : ofRow(resolver, to, expression, turned);
  return { kind: 'test', info, ...(expression.kind === 'column' ? {} : { expression }), test: { is: 'compare-to', op: turned, measure, ...(factor === undefined ? {} : { factor }) } };
}

function flipped(op: ComparedTo['op']): ComparedTo['op'] {
  return ({ '>': '<', '<': '>', '>=': '<=', '<=': '>=', '=': '=', '<>': '<>' } as const)[op];
}

/** The column is named on either side, or meant by the adjective: "longer than average", "above the average length". */
function comparedColumn(resolver: Resolver, { noun, near, attribute, to }: ComparedTo, subject: TableInfo): Expression {
  const named = [noun, 'fn' in to ? to.noun : undefined].map((each) => (each ? numberOf(resolver, each, subject) : undefined)).find((each) => each !== undefined);
  if (named) return named;
  const table = (near ? resolver.table(near) : undefined) ?? subject;
  const columns = attribute?.temporal && ['old', 'young'].includes(attribute.adjective) ? [...attribute.columns, 'year'] : attribute?.columns;
  const info = columns ? resolver.columnByWords(columns, table, attribute!.temporal ? ['date', 'number'] : ['number']) : undefined;
  if (!info || info.table !== table) throw new BindingRefused('It is not clear which numbers are compared here.', noun ? [noun.text] : []);
  resolver.note(`Took "${attribute!.adjective}" to be about ${tableName(info.table)}.${info.name}.`);
  return { kind: 'column', info };
}

function numberOf(resolver: Resolver, noun: NounPhrase, subject: TableInfo): Expression | undefined {
  const { aggregate: _aggregate, ...bare } = noun;
  if (bare.refs[0]?.kind === 'table' && bare.refs[0].score > 0.9) return undefined;
  // Of several, the one that the rows asked for have themselves.
  const meaning = resolver.resolve(resolver.asOwnNumber(bare, subject) ?? bare);
  if (meaning?.kind !== 'value') return undefined;
  const { expression } = meaning;
  return expression.kind !== 'column' || isAmount(expression.info) || (expression.info.role === 'date' && !expression.info.isKey) ? expression : undefined;
}

/** Several rows may have the name: with "more than", each of them is exceeded. */
function ofRow(resolver: Resolver, { refs, text }: Extract<ComparedTo['to'], { text: string }>, of: Expression, op: ComparedTo['op']): Measure {
  const table = expressionTable(of);
  const ref = refs.find(({ info }) => info.table === table && table.display.includes(info));
  if (!ref) throw new BindingRefused(`"${text}" does not name a row of ${tableName(table)} to compare with.`, [text]);
  resolver.note(`Compared with the row of ${tableName(table)} called "${String(ref.value)}".`);
  return { fn: op.startsWith('<') ? 'min' : 'max', of, distinct: false, where: [{ kind: 'test', info: ref.info, test: { is: 'compare', op: '=', value: ref.value } }] };
}
