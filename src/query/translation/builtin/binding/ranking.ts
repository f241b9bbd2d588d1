import { datesOf } from './dates.js';
import { tableName, type ColumnInfo, type TableInfo } from '../lexicon/schema-model.js';
import { expressionTable, type Expression } from '../expression.js';
import { groupTable, sameMeasure, type Measure } from '../logical-form.js';
import type { Attribute } from '../language/attributes.js';
import type { Extreme, NounPhrase, Reading } from '../parsing/reading.js';
import { isLasting, lastingOf } from './durations.js';
import { addMeasure, belongsTo, type Draft } from './draft.js';
import { bindMeasure, countOf } from './measures.js';
import { BindingRefused, type Resolver } from './resolver.js';

/** Without a number, "top products" is cut here, and the reader told so. */
const DEFAULT_TOP = 10;

/** Turns "most", "highest", "top", "cheapest" … into an order with a limit, or into a maximum or minimum. */
export function rank(extreme: Extreme, reading: Reading, resolver: Resolver, draft: Draft, heads: readonly NounPhrase[]): void {
  const { measure, attribute } = extreme;
  if (measure) return rankByMeasure(extreme, measure, reading, resolver, draft, heads);
  if (attribute?.frequency) {
    const column = columnHead(heads, resolver);
    if (!column) throw new BindingRefused(`It is not clear what is counted for "${attribute.adjective}".`, [attribute.adjective]);
    return perSubject(extreme, { fn: 'count', of: { kind: 'rows', table: column.table }, distinct: false }, reading, resolver, draft, heads);
  }
  if (attribute) {
    const stated = resolver.columnByWords(['duration', 'length'], draft.subject, ['number']);
    const lasting = isLasting({ attribute }) && stated?.table !== draft.subject ? lastingOf(resolver, draft.subject, resolver.durationUnit) : undefined;
    if (lasting && draft.groups.length === 0) {
      resolver.durationTold = true;
      return byColumn(extreme, lasting, extreme.desc, reading, resolver, draft);
    }
    const { info, desc } = attributeColumn(resolver, draft.subject, attribute, extreme.desc);
    // A product is rated by many reviews: their average ranks it.
    if (attribute.adjective === 'rated' && !belongsTo(resolver, draft.subject, info.table)) return perSubject(extreme, { fn: 'avg', of: { kind: 'column', info }, distinct: false }, reading, resolver, draft, heads);
    return byColumn(extreme, { kind: 'column', info }, desc, reading, resolver, draft);
  }
  if (draft.measures.length > 0) return byMeasure(extreme, draft.measures.at(-1)!, reading, resolver, draft);
  if (reading.order.length > 0) {
    if (extreme.word === 'first' || extreme.word === 'last' || extreme.word === 'top') draft.limit = { count: extreme.limit ?? DEFAULT_TOP, withTies: false };
    return;
  }
  const [date] = datesOf(draft.subject, true);
  if ((extreme.word === 'first' || extreme.word === 'last') && date && draft.groups.length === 0) {
    resolver.note(`Took "${extreme.word}" to be about ${tableName(date.table)}.${date.name}.`);
    return byColumn(extreme, { kind: 'column', info: date }, extreme.word === 'last', reading, resolver, draft);
  }
  if (extreme.word === 'first' && extreme.limit !== undefined) {
    draft.limit = { count: extreme.limit, withTies: false };
    return;
  }
  throw new BindingRefused(`It is not clear by what "${extreme.word}" is meant: please add "by …".`, [extreme.word]);
}

function rankByMeasure(extreme: Extreme, noun: NounPhrase, reading: Reading, resolver: Resolver, draft: Draft, heads: readonly NounPhrase[]): void {
  const asked = heads.length > 0 || reading.ask === 'who' || reading.calendar === true;
  const counting = ['most', 'fewest', 'least'].includes(extreme.word);
  // "the lowest stock" is a number where there is one, "the most stock items" are counted.
  const number = noun.aggregate || (counting && !noun.verbal) ? undefined : resolver.resolve(resolver.asOwnNumber(noun, draft.subject) ?? { ...noun, refs: noun.refs.filter((ref) => ref.score > 0.45 && !(ref.kind === 'column' && ref.info.isKey)) }, { kind: 'value', roles: ['number', 'date'], finer: true });
  // "the five biggest plots": a table of that name is no number, whatever a comment says.
  const table = noun.refs.find((ref) => ref.kind === 'table');
  const outdone = number && table && extreme.attribute && !counting && table.score > number.score + 0.15;
  const meaning = noun.aggregate ? undefined : ((outdone ? undefined : number) ?? resolver.resolve(noun, { measured: true }));
  if (!noun.aggregate && !meaning) throw new BindingRefused(`"${noun.text}" is not clear here.`, [noun.text]);
  if (meaning?.kind === 'table') {
    if (!asked || (meaning.table === draft.subject && !reading.calendar)) {
      // "the largest orders", "the highest mountain": the table itself is ranked, by its size.
      if (!extreme.attribute || counting) throw new BindingRefused(`It is not clear by what "${extreme.word} ${noun.text}" is meant.`, [extreme.word]);
      const { info, desc } = attributeColumn(resolver, meaning.table, extreme.attribute, extreme.desc);
      return byColumn(extreme, { kind: 'column', info }, desc, reading, resolver, draft);
    }
    return perSubject(extreme, countOf(resolver, meaning.table), reading, resolver, draft, heads);
  }
  if (noun.aggregate) {
    const measure = bindMeasure(resolver, noun, draft.subject);
    if (!asked && draft.groups.length === 0) throw new BindingRefused(`It is not clear whose ${noun.text} is compared.`);
    return perSubject(extreme, measure, reading, resolver, draft, heads);
  }
  const { expression } = meaning!;
  const numeric = expression.kind !== 'column' || expression.info.role === 'number' || expression.info.role === 'date';
  if (!numeric) {
    if (!counting || !asked || expression.kind !== 'column') throw new BindingRefused(`"${noun.text}" cannot be ranked.`, [noun.text]);
    return perSubject(extreme, { fn: 'count', of: expression, distinct: true }, reading, resolver, draft, heads);
  }
  if (!asked) {
    if (draft.measures.length > 0) throw new BindingRefused(`It is not clear whose ${noun.text} is compared.`, [noun.text]);
    addMeasure(draft, { fn: extreme.desc ? 'max' : 'min', of: expression, distinct: false });
    return;
  }
  const own = belongsTo(resolver, draft.subject, expressionTable(expression));
  const adds = reading.calendar || counting || noun.verbal || extreme.word === 'top' || expression.kind === 'arithmetic';
  if (adds && (!own || reading.calendar || columnHead(heads, resolver))) return perSubject(extreme, { fn: 'sum', of: expression, distinct: false }, reading, resolver, draft, heads);
  if (!own) resolver.note(`Compared single rows of ${tableName(expressionTable(expression))}, not totals per row of ${tableName(draft.subject)}.`);
  byColumn(extreme, expression, extreme.desc, reading, resolver, draft);
}

function perSubject(extreme: Extreme, measure: Measure, reading: Reading, resolver: Resolver, draft: Draft, heads: readonly NounPhrase[]): void {
  addMeasure(draft, measure);
  if (draft.groups.length === 0) {
    const columns = heads.map((head) => columnHead([head], resolver));
    if (columns.length === 0 || columns.includes(undefined)) draft.groups.push({ kind: 'entity', table: draft.subject });
    for (const info of columns) if (info) draft.groups.push({ kind: 'column', info });
  } else if (!reading.calendar && !draft.groups.some((group) => groupTable(group) === draft.subject && !(group.kind === 'column' && heads.length > 0 && columnHead(heads, resolver) !== group.info))) {
    // "Which customer spent the most in each country": customers compete within their country.
    draft.perGroup = [...draft.groups];
    const column = columnHead(heads, resolver);
    draft.groups.push(column ? { kind: 'column', info: column } : { kind: 'entity', table: draft.subject });
  }
  byMeasure(extreme, measure, reading, resolver, draft);
}

/** The first column asked for, unless it only names the rows of its table. */
function columnHead(heads: readonly NounPhrase[], resolver: Resolver): ColumnInfo | undefined {
  const meaning = heads[0] ? resolver.resolve(heads[0]) : undefined;
  if (meaning?.kind !== 'value' || meaning.expression.kind !== 'column') return undefined;
  const { info } = meaning.expression;
  return info.table.display.includes(info) || info.table.key.includes(info) ? undefined : info;
}

function byMeasure(extreme: Extreme, measure: Measure, reading: Reading, resolver: Resolver, draft: Draft): void {
  const same = draft.measures.find((each) => sameMeasure(each, measure))!;
  draft.order.unshift({ by: 'measure', measure: same, desc: extreme.desc });
  // "the most papers, ordered by the number of papers" is the whole list in that order.
  const listed = extreme.limit === undefined && reading.order.length > 0;
  if (listed && reading.order.every((wish) => !wish.noun || wish.noun.aggregate)) reading.order.splice(0);
  else draft.limit = limitOf(extreme, resolver, draft.perGroup !== undefined);
}

function byColumn(extreme: Extreme, expression: Expression, desc: boolean, reading: Reading, resolver: Resolver, draft: Draft): void {
  if (draft.measures.length > 0) throw new BindingRefused('A ranking beside a total is not covered yet.');
  if (draft.groups.length > 0) {
    withinGroups(draft, resolver);
    draft.columns.push(...draft.subject.display);
  }
  draft.order.unshift({ by: 'expression', expression, desc });
  // "the longest rivers, from longest to shortest" is the whole list in that order.
  if (extreme.limit === undefined && reading.order.length > 0 && reading.order.every((wish) => !wish.noun || sameColumn(resolver.value(wish.noun), expression))) reading.order.splice(0);
  else draft.limit = limitOf(extreme, resolver, draft.perGroup !== undefined);
}

/** "The most expensive product of each category": rows compete within what they belong to, which is shown with them. */
function withinGroups(draft: Draft, resolver: Resolver): void {
  const groups = draft.groups.splice(0);
  for (const group of groups) {
    const table = groupTable(group);
    if (group.kind === 'entity' && group.by) throw new BindingRefused(`The first of each ${tableName(table)} by another of them is not covered.`);
    if (table === draft.subject && group.kind === 'entity') throw new BindingRefused(`Each row of ${tableName(table)} is a group of its own here.`);
    if (!belongsTo(resolver, draft.subject, table)) throw new BindingRefused(`A row of ${tableName(draft.subject)} may belong to several of ${tableName(table)}.`);
    draft.columns.push(...(group.kind === 'column' ? [group.info] : table.display.length ? table.display : table.key));
  }
  draft.perGroup = groups;
}

function sameColumn(a: Expression | undefined, b: Expression): boolean {
  return a?.kind === 'column' && b.kind === 'column' && a.info === b.info;
}

/** One, with all that are equal to it; or as many as asked for. */
function limitOf(extreme: Extreme, resolver: Resolver, perGroup = false): { count: number; withTies: boolean } {
  if (extreme.limit !== undefined) return { count: extreme.limit, withTies: false };
  if (perGroup) return { count: 1, withTies: true };
  if (extreme.word !== 'top' && extreme.word !== 'bottom') return { count: 1, withTies: true };
  resolver.note(`Took the first ${DEFAULT_TOP}, as the question does not say how many.`);
  return { count: DEFAULT_TOP, withTies: false };
}

/** "The longest legs": in distance or in time? */
function bothLengths(resolver: Resolver, subject: TableInfo): void {
  const own = (words: string[]) => words.map((word) => resolver.columnByWords([word], subject, ['number'])).find((info) => info?.table === subject);
  const [space, time] = [own(['distance', 'length']), own(['duration', 'time'])];
  const lasts = resolver.lexicon.nouns(['duration']).some((ref) => ref.kind === 'derived' && ref.table === subject);
  if (space && (time ?? lasts) && space !== time) throw new BindingRefused(`Is ${tableName(subject)}.${space.name} or how long it took meant?`, [], [`${tableName(subject)}.${space.name}`, 'duration']);
}

/** The column an adjective is about, and which end of it is meant: "oldest" is the earliest birth date but the highest age. */
export function attributeColumn(resolver: Resolver, subject: TableInfo, attribute: Attribute, desc: boolean): { info: ColumnInfo; desc: boolean } {
  if (attribute.adjective === 'long' || attribute.adjective === 'short') bothLengths(resolver, subject);
  const named = resolver.columnByWords(attribute.columns, subject, attribute.temporal ? ['date', 'number'] : ['number']);
  const dated = attribute.temporal && !['old', 'young'].includes(attribute.adjective) ? datesOf(subject, true)[0] : undefined;
  const own = named && (attribute.adjective === 'rated' || belongsTo(resolver, subject, named.table)) && !(attribute.temporal && named.table !== subject) ? named : undefined;
  const info = dated ?? own ?? (attribute.temporal ? datesOf(subject, true)[0] : undefined);
  if (!info) throw new BindingRefused(`Nothing here says how ${attribute.adjective} a row of ${tableName(subject)} is.`, [attribute.adjective]);
  resolver.note(`Took "${attribute.adjective}" to be about ${tableName(info.table)}.${info.name}.`);
  return { info, desc: info.words.at(-1) === 'age' ? !desc : desc };
}
