import { wordForms } from '../language/word-forms.js';
import { expressionTable, isNumeric, sameExpression, type Expression } from '../expression.js';
import { isAmount, tableName, type ColumnInfo, type TableInfo } from '../lexicon/schema-model.js';
import { measureTable, type GroupKey } from '../logical-form.js';
import type { NounPhrase, Reading } from '../parsing/reading.js';
import { addDateGroup, groupingDate } from './date-groups.js';
import { addMeasure, type Draft } from './draft.js';
import { isMoney, worthOf } from './measures.js';
import { BindingRefused, type Meaning, type Resolver } from './resolver.js';

/** GROUP BY as asked; without a measure, rows are counted, added up, or listed in that order. */
export function bindGroups(reading: Reading, resolver: Resolver, draft: Draft): void {
  const dating = askedGroups(reading, resolver, draft);
  if (draft.measures.length > 0) groupsBesideMeasures(reading, resolver, draft, dating);
  if (draft.measures.length > 0 || reading.extremes.length > 0) return;
  if (reading.groups.some((group) => group.leading)) measuresOfGroups(reading, resolver, draft);
  if (draft.groups.length > 0 && draft.measures.length === 0) totalOfGroups(reading, resolver, draft);
  if (draft.groups.length > 0 && draft.measures.length === 0) countOrList(reading, resolver, draft);
}

/** What "per", "by" and "for each" name; gives back the nouns that only said by which date. */
function askedGroups(reading: Reading, resolver: Resolver, draft: Draft): ReadonlySet<NounPhrase> {
  const measured = draft.measures[0] ? measureTable(draft.measures[0]) : draft.subject;
  const dating = new Set<NounPhrase>();
  for (const group of reading.groups) {
    if (group.soft && draft.measures.length === 0) continue;
    const noun = group.noun;
    const meaning = noun ? (group.unit ? unitColumn(noun, resolver) : resolver.resolve(noun)) : undefined;
    const kept = group.unit === 'weekday' ? weekdayColumn(measured) : undefined;
    if (kept) draft.groups.push({ kind: 'column', info: kept });
    else if (group.unit && !meaning) {
      const { info, noun: dated } = groupingDate(resolver, reading, draft, measured);
      if (dated) dating.add(dated);
      addDateGroup(draft, info, group.unit);
    } else if (meaning?.kind === 'table') {
      // "The average distance per leg" is that of all legs.
      const ofEach = draft.measures.length > 0 && draft.measures.every((measure) => measure.fn === 'avg' && measureTable(measure) === meaning.table);
      if (!ofEach) draft.groups.push(entityOf(resolver, measured, meaning.table));
    } else if (meaning?.kind === 'value' && meaning.expression.kind === 'via') {
      const { edge } = meaning.expression;
      if (edge.child !== edge.parent) reading.preferred.push(edge);
      draft.groups.push({ kind: 'entity', table: edge.parent, ...(edge.child === edge.parent ? { by: edge } : {}) });
    } else if (meaning?.kind === 'value' && meaning.expression.kind === 'column') {
      const { info } = meaning.expression;
      draft.groups.push({ kind: 'column', info, ...(info.role === 'date' && info.column.base_type !== 'date' ? { unit: 'day' as const } : {}) });
    } else throw new BindingRefused(`"${noun?.text}" is not something to group by.`, noun ? [noun.text] : []);
  }
  return dating;
}

/** "names and number of orders of each customer": what is listed beside a measure is what it is taken for. */
function groupsBesideMeasures(reading: Reading, resolver: Resolver, draft: Draft, dating: ReadonlySet<NounPhrase>): void {
  for (const head of [...reading.heads, ...reading.shown]) {
    if (head.aggregate || dating.has(head)) continue;
    const meaning = resolver.resolve(head);
    if (!meaning || isMeasured(meaning, draft)) continue;
    if (meaning.kind === 'value' && reading.heads.includes(head) && inherits(meaning.expression, draft)) continue;
    if (isGroup(meaning, draft)) continue;
    if (meaning.kind === 'table') draft.groups.push({ kind: 'entity', table: meaning.table });
    else if (meaning.expression.kind === 'column') {
      const { info } = meaning.expression;
      draft.groups.push(info.table.display.includes(info) && info.table.display.length === 1 ? { kind: 'entity', table: info.table } : { kind: 'column', info });
    }
  }
}

/** True for what the measures tell already; what is counted is not what it is counted for: "visits …, and their count". */
function isMeasured(meaning: Meaning, { measures }: Draft): boolean {
  if (meaning.kind === 'table') return measures.every((measure) => measureTable(measure) === meaning.table);
  return measures.some((measure) => measure.of.kind !== 'rows' && sameExpression(measure.of, meaning.expression));
}

/** True for what the groups show already. */
function isGroup(meaning: Meaning, { groups }: Draft): boolean {
  if (meaning.kind === 'table') return groups.some((group) => group.kind === 'entity' && group.table === meaning.table);
  const { expression } = meaning;
  return expression.kind === 'column' && groups.some((group) => (group.kind === 'column' ? group.info === expression.info : group.table.display.includes(expression.info)));
}

/** "products by category": a list in that order shows everything a count would, and more; fragments and "per" are counted. */
function countOrList(reading: Reading, resolver: Resolver, draft: Draft): void {
  const keys = draft.groups.splice(0);
  const counts = reading.heads.length > 0 && reading.shown.length === 0 && reading.heads.every((head) => resolver.resolve(head)?.kind === 'table') && (reading.ask === undefined || reading.groups.some((group) => group.per));
  if (counts || keys.some((key) => key.kind === 'column' && key.unit)) {
    addMeasure(draft, { fn: 'count', of: { kind: 'rows', table: draft.subject }, distinct: false });
    draft.groups.push(...keys);
    addWorth(reading, resolver, draft);
    resolver.note(`Counted ${tableName(draft.subject)}.`);
    return;
  }
  for (const info of keys.flatMap((key) => (key.kind === 'column' ? [key.info] : key.table.display))) {
    draft.columns.push(info);
    draft.order.push({ by: 'expression', expression: { kind: 'column', info }, desc: false });
  }
}

/** "By vehicle: legs, km, litres": rows are counted, amounts added up. */
function measuresOfGroups(reading: Reading, resolver: Resolver, draft: Draft): void {
  if (reading.heads.length < 2) return;
  for (const head of reading.heads) {
    const meaning = resolver.resolve(head);
    if (meaning?.kind === 'table') addMeasure(draft, { fn: 'count', of: { kind: 'rows', table: meaning.table }, distinct: false });
    else if (meaning?.kind === 'value' && isNumeric(meaning.expression) && isAdditive(head)) addMeasure(draft, { fn: 'sum', of: meaning.expression, distinct: false });
    else throw totalOrAverage(head);
  }
}

/** "total gross, tax and net": the aggregate is said once for all numbers. */
function inherits(expression: Expression, draft: Draft): boolean {
  const last = draft.measures.at(-1);
  if (expression.kind !== 'column' || !isAmount(expression.info) || !last || last.fn === 'count' || last.of.kind !== 'column') return false;
  addMeasure(draft, { fn: last.fn, of: expression, distinct: false });
  return true;
}

/** "Payments per month" are counted, and so is what they come to: either may be meant, and both are true. */
function addWorth(reading: Reading, resolver: Resolver, draft: Draft): void {
  const worth = isMoney(draft.subject) ? worthOf(resolver, draft.subject) : undefined;
  if (worth && reading.heads.length === 1) addMeasure(draft, { fn: 'sum', of: { kind: 'column', info: worth }, distinct: false });
}

/** A text column that holds the names of days. */
function weekdayColumn(table: TableInfo): ColumnInfo | undefined {
  const texts = table.columns.filter((info) => info.role === 'text' || info.role === 'enum');
  return texts.find(({ words }) => ['day', 'weekday', 'day of week', 'day of the week', 'dow'].includes(words.join(' ')));
}

/** "By weekday": a column of that name says it; where several do, the calendar is meant. */
function unitColumn(noun: NounPhrase, resolver: Resolver): Meaning | undefined {
  try {
    const meaning = resolver.resolve(noun);
    const named = meaning?.kind === 'value' && meaning.expression.kind === 'column' && meaning.expression.info.role !== 'date' && meaning.score > 0.85;
    return named ? meaning : undefined;
  } catch (error) {
    if (error instanceof BindingRefused) return undefined;
    throw error;
  }
}

/** One group per row of a table; by the referring column itself where that already is the row's name. */
function entityOf(resolver: Resolver, measured: TableInfo, table: TableInfo): GroupKey {
  const [name] = table.display;
  const edge = name && table.display.length === 1 ? resolver.model.edgesOf[measured.index]!.find((each) => each.child === measured && each.parent === table && each.parentColumns.length === 1 && each.parentColumns[0] === name.name) : undefined;
  const own = edge ? measured.columns.find((info) => info.name === edge.childColumns[0]) : undefined;
  return own ? { kind: 'column', info: own } : { kind: 'entity', table };
}

/** "Revenue by category" adds up; of a price or a rating nobody can say whether a total or an average is meant. */
function totalOfGroups(reading: Reading, resolver: Resolver, draft: Draft): void {
  const [head, ...more] = reading.heads;
  if (!head || more.length > 0 || reading.shown.length > 0) return;
  const meaning = resolver.resolve(head, { roles: ['number'], finer: true });
  if (meaning?.kind !== 'value' || (meaning.expression.kind === 'column' && !isAmount(meaning.expression.info))) return;
  const { expression } = meaning;
  const table = expressionTable(expression);
  const perRow = draft.groups.some((group) => group.kind === 'entity' && group.table === table);
  if (perRow) return;
  if (expression.kind !== 'arithmetic' && !isAdditive(head)) throw totalOrAverage(head, head.text);
  addMeasure(draft, { fn: 'sum', of: expression, distinct: false });
}

/** True for what adds up by nature: amounts, not prices or ratings. */
export function isAdditive(noun: NounPhrase): boolean {
  const said = wordForms(noun.text.split(' ').at(-1)!);
  return ADDITIVE.has(said.noun) || ADDITIVE.has(said.verb);
}

/** @param replaceable the words of the question in whose place either may stand */
export function totalOrAverage({ text }: NounPhrase, replaceable?: string): BindingRefused {
  return new BindingRefused(`Is the total or the average of "${text}" meant?`, [], [`total ${text}`, `average ${text}`], replaceable);
}

const ADDITIVE: ReadonlySet<string> = new Set(['revenue', 'sale', 'turnover', 'income', 'earning', 'spending', 'spend', 'amount', 'total', 'profit', 'expense', 'payment', 'quantity', 'volume', 'hour', 'unit', 'passenger', 'point', 'goal', 'visit', 'consumption', 'usage', 'production', 'output', 'mileage', 'minute', 'cost', 'budget', 'tax', 'fee', 'loss', 'traffic', 'downtime', 'km', 'kg', 'litre', 'liter', 'kwh', 'tonne', 'ton', 'm', 'mile', 'kilometer']);
