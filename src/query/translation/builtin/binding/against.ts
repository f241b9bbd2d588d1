import { expressionTable, type Expression } from '../expression.js';
import { isAmount, tableName, type TableInfo } from '../lexicon/schema-model.js';
import { measureTable, sameConditions, sameMeasure, type Computed, type Condition, type Measure } from '../logical-form.js';
import type { Against, Extreme, NounPhrase, Reading, Restriction } from '../parsing/reading.js';
import { bindRestrictions } from './conditions.js';
import { countRelated } from './counted.js';
import { addMeasure, type Draft } from './draft.js';
import { bindGroups, isAdditive, totalOrAverage } from './grouping.js';
import { checkMentions } from './mentions.js';
import { bindMeasure, countOf } from './measures.js';
import { BindingRefused, type Resolver } from './resolver.js';
import { subjectOf } from './subject.js';

/** Ratios and differences: of two columns per row, of two measures, or of a part and the whole. */
export function bindAgainst(reading: Reading, resolver: Resolver, draft: Draft): void {
  for (const each of reading.against) {
    if (perRow(each, reading, resolver, draft)) continue;
    if (each.average) throw new BindingRefused('An average of ratios is only clear where both are columns of the same rows.');
    const top = bindSide(each.top, resolver);
    if (!each.bottom && top.where.length === 0) share(each, top.measure, reading, draft);
    else add(draft, each, ...sides(each, top, resolver));
  }
}

interface Side {
  readonly measure: Measure;
  readonly where: readonly Condition[];
}

/** What each side takes. A part is taken of the same rows as its whole; what comes last of two alike sides is said of both. */
function sides(each: Against, top: Side, resolver: Resolver): [Measure, Measure] {
  const bottom = each.bottom ? bindSide(each.bottom, resolver) : { measure: top.measure, where: datesBesideOthers(top.where) };
  const alike = measureTable(top.measure) === measureTable(bottom.measure);
  const common = alike && !each.apart ? sharedOf(each, top.where, bottom.where) : [];
  const added = common.filter((condition) => !top.where.some((other) => sameConditions([other], [condition])));
  if (added.length > 0) resolver.note('Took the last condition to hold for both sides.');
  const result: [Measure, Measure] = [withWhere(top.measure, [...top.where, ...added]), withWhere(bottom.measure, bottom.where)];
  if (sameMeasure(...result)) throw new BindingRefused('Both sides are the same, so that there is nothing to compare.');
  return result;
}

function sharedOf({ whole }: Against, top: readonly Condition[], bottom: readonly Condition[]): readonly Condition[] {
  if (whole) return bottom;
  const known = new Set(top.flatMap(columnsIn));
  const parallel = bottom.findLastIndex((condition) => columnsIn(condition).some((info) => known.has(info)));
  return parallel < 0 ? [] : bottom.slice(parallel + 1);
}

function columnsIn(condition: Condition): unknown[] {
  switch (condition.kind) {
    case 'test':
      return [condition.info];
    case 'not':
      return columnsIn(condition.of);
    case 'any':
    case 'all':
      return condition.of.flatMap(columnsIn);
    case 'count':
      return [condition.table];
    case 'related':
      return [condition.table, ...condition.where.flatMap(columnsIn)];
  }
}

/** "The share of cancelled orders in 2024" is one of the orders in 2024. */
function datesBesideOthers(where: readonly Condition[]): readonly Condition[] {
  const dates = where.filter((condition) => condition.kind === 'test' && condition.test.is === 'during');
  return dates.length < where.length ? dates : [];
}

function withWhere({ where: _none, ...measure }: Measure, where: readonly Condition[]): Measure {
  return where.length > 0 ? { ...measure, where } : measure;
}

function add(draft: Draft, { kind, percent }: Against, top: Measure, bottom: Measure): void {
  addMeasure(draft, top);
  addMeasure(draft, bottom);
  draft.computed.push({ kind, percent, of: [top, bottom] });
}

/** "Percentage of orders by status": of all groups together. */
function share({ percent, kind }: Against, measure: Measure, reading: Reading, draft: Draft): void {
  if (kind !== 'ratio' || reading.groups.length === 0 || (measure.fn !== 'count' && measure.fn !== 'sum') || measure.distinct) {
    throw new BindingRefused('It is not clear which part of the whole is meant.');
  }
  addMeasure(draft, measure);
  const computed: Computed = { kind: 'share', percent, of: [measure, measure] };
  draft.computed.push(computed);
}

/** One side: what is counted or added up, and of which rows. */
function bindSide(side: Reading, resolver: Resolver): Side {
  const [head, ...more] = side.heads;
  const [extreme] = side.extremes;
  const farthest = head && extreme?.attribute && !extreme.measure && side.heads.length === 1 && side.extremes.length === 1 && side.restrictions.length + side.groups.length === 0 ? endOf(head, extreme, resolver) : undefined;
  if (farthest) return { measure: farthest, where: [] };
  const noun = head ?? (extreme?.measure ? { ...extreme.measure, aggregate: extreme.desc ? ('max' as const) : ('min' as const) } : undefined);
  const beyond = side.groups.length + side.order.length + side.against.length + (head ? side.extremes.length : Math.max(0, side.extremes.length - 1));
  if (!noun || more.length > 0 || beyond > 0 || side.limit !== undefined) throw new BindingRefused('It is not clear what is set against what.');
  const subject = head ? subjectOf(side, resolver) : tableOfNoun(noun, resolver);
  const measure = measureOf(noun, side, resolver, subject);
  // "flights with stops": nothing is shown of a side, so that they are what its rows must have.
  const having = side.shown.map((each): Restriction => ({ kind: 'related', negated: false, noun: each }));
  const bound = bindRestrictions(resolver, { ...side, restrictions: [...side.restrictions, ...having] }, subject, [measureTable(measure)]);
  countRelated(bound, [measure], subject);
  checkMentions(side, resolver, subject, []);
  return { measure, where: bound.where };
}

/** "the longest track": how long it is. */
function endOf(head: NounPhrase, extreme: Extreme, resolver: Resolver): Measure | undefined {
  const table = resolver.table(head);
  const info = table ? resolver.columnByWords(extreme.attribute!.columns, table, ['number']) : undefined;
  if (!table || info?.table !== table) return undefined;
  resolver.note(`Took "${extreme.word}" to be about ${tableName(table)}.${info.name}.`);
  return { fn: extreme.desc ? 'max' : 'min', of: { kind: 'column', info }, distinct: false };
}

function measureOf(noun: NounPhrase, side: Reading, resolver: Resolver, subject: TableInfo): Measure {
  if (noun.aggregate) return bindMeasure(resolver, noun, subject);
  const meaning = resolver.resolve(noun);
  if (meaning?.kind === 'table' && side.ask === 'amount') throw totalOrAverage(noun);
  if (meaning?.kind === 'table') return countOf(resolver, meaning.table);
  if (meaning?.kind !== 'value') throw missing(noun);
  const { expression } = meaning;
  if (expression.kind === 'column' && expression.info.role !== 'number') return { fn: 'count', of: expression, distinct: true };
  if (side.restrictions.length === 0 && !isAdditive(noun)) throw totalOrAverage(noun, noun.text);
  return { fn: 'sum', of: expression, distinct: false };
}

function tableOfNoun(noun: NounPhrase, resolver: Resolver): TableInfo {
  const value = resolver.value(noun, ['number', 'date']);
  if (!value) throw missing(noun);
  return expressionTable(value);
}

function missing(noun: NounPhrase): BindingRefused {
  return new BindingRefused(`"${noun.text}" is not clear here.`, [noun.text]);
}

/** "The ratio of capacity to range for each aircraft": two numbers of one row, told for each row or averaged. */
function perRow({ kind, average, top, bottom }: Against, reading: Reading, resolver: Resolver, draft: Draft): boolean {
  const [a, b] = [top, bottom].map((side) => (side ? bareNumber(side, resolver) : undefined));
  if (!a || !b || a.info.table !== b.info.table || a.info === b.info) return false;
  const table = a.info.table;
  const expression = { kind: 'arithmetic', table, op: kind === 'ratio' ? '/' : '-', of: [a.info, b.info] } as const;
  if (average) {
    addMeasure(draft, { fn: 'avg', of: expression, distinct: false });
    return true;
  }
  if (!perRowOf(table, reading, resolver)) return false;
  draft.derived.push(expression);
  if (reading.groups.length > 0) bindGroups({ ...reading, heads: [], shown: [] }, resolver, draft);
  reading.groups.splice(0);
  draft.order.splice(0);
  return true;
}

/** True when there is one row for each of what the question goes through. */
function perRowOf(table: TableInfo, reading: Reading, resolver: Resolver): boolean {
  return reading.groups.every(({ noun, unit }) => {
    const meaning = noun && !unit ? resolver.resolve(noun) : undefined;
    if (meaning?.kind === 'table') return meaning.table === table;
    if (meaning?.kind !== 'value' || meaning.expression.kind !== 'column') return false;
    const { info } = meaning.expression;
    return info.table === table && (table.key.length === 1 && table.key[0] === info || table.display.length === 1 && table.display[0] === info);
  });
}

function bareNumber(side: Reading, resolver: Resolver): Extract<Expression, { kind: 'column' }> | undefined {
  const [head, ...more] = side.heads;
  if (!head || head.aggregate || more.length + side.restrictions.length + side.extremes.length + side.groups.length > 0) return undefined;
  const meaning = resolver.resolve(head);
  const found = meaning?.kind === 'value' && meaning.expression.kind === 'column' ? meaning.expression : undefined;
  return found && isAmount(found.info) ? found : undefined;
}
