import { isToOne } from '../joins/distances.js';
import type { Lexicon } from '../lexicon/references.js';
import { wordForms } from '../language/word-forms.js';
import { tableName, type ColumnInfo, type JoinEdge, type SchemaModel, type TableInfo } from '../lexicon/schema-model.js';
import { measureTable, sameMeasure, type GroupKey, type LogicalForm, type Measure, type OrderKey } from '../logical-form.js';
import type { Extreme, NounPhrase, Reading } from '../parsing/reading.js';
import { anchorsOf } from './anchors.js';
import { bindRestrictions, type Bound } from './conditions.js';
import { dateColumn } from './dates.js';
import { rank } from './ranking.js';
import { bindMeasure, countOf } from './measures.js';
import { listedColumns } from './listing.js';
import { BindingRefused, Resolver } from './resolver.js';
import { subjectOf } from './subject.js';

/** A logical form with the guesses that went into it. */
export interface Interpretation {
  readonly form: LogicalForm;
  readonly warnings: readonly string[];
}

/** A form while it is put together. */
export interface Draft {
  readonly subject: TableInfo;
  readonly measures: Measure[];
  readonly groups: GroupKey[];
  readonly order: OrderKey[];
  readonly columns: ColumnInfo[];
  limit?: { count: number; withTies: boolean };
}

/**
 * Decides what a reading means in this schema.
 *
 * @throws BindingRefused when a word has no meaning here, or more than one
 */
export function bind(reading: Reading, model: SchemaModel, lexicon: Lexicon, now: Date): Interpretation {
  const resolver = new Resolver(model, lexicon, anchorsOf(reading), now);
  const subject = subjectOf(reading, resolver);
  if (!resolver.anchors.includes(subject)) resolver.anchors.unshift(subject);
  const draft: Draft = { subject, measures: [], groups: [], order: [], columns: [] };
  const listed = bindHeads(reading, resolver, draft);
  if (reading.counted && draft.measures.length === 0 && reading.extremes.length === 0) addMeasure(draft, countOf(resolver, subject));
  bindGroups(reading, resolver, draft);
  const bound = bindRestrictions(resolver, reading.restrictions, subject, draft.measures.map(measureTable));
  if (bound.having.length > 0 && draft.groups.length === 0 && reading.heads.some((head) => head.aggregate)) countRelated(bound, draft);
  for (const having of bound.having) addMeasure(draft, having.measure);
  if (bound.having.length > 0 && draft.groups.length === 0) draft.groups.push({ kind: 'entity', table: subject });
  const extreme = oneExtreme(reading);
  if (extreme) rank(extreme, reading, resolver, draft, listed);
  requireSense(reading, draft);
  arrange(reading, resolver, draft);
  checkMentions(reading, resolver, draft);
  const grouped = draft.measures.length > 0 || draft.groups.length > 0;
  const shown = grouped ? [] : listedColumns(reading, resolver, draft, listed);
  const limit = draft.limit ?? (reading.limit !== undefined ? { count: reading.limit, withTies: false } : undefined);
  return {
    form: {
      subject,
      shown,
      distinct: !grouped && (reading.distinct || reading.heads.some((head) => head.distinct)) ,
      measures: draft.measures,
      groups: draft.groups,
      where: bound.where,
      having: bound.having,
      order: draft.order,
      ...(limit ? { limit } : {}),
      preferred: [...reading.preferred, ...hintedEdges(reading, model)],
    },
    warnings: resolver.warnings,
  };
}

/** "Courses offered in a semester": of several ways to connect them, the one by `course_offering` is meant. */
function hintedEdges(reading: Reading, model: SchemaModel): JoinEdge[] {
  const stems = new Set(reading.verbs.map((verb) => wordForms(verb).stem));
  if (stems.size === 0) return [];
  const hinted = (table: TableInfo) => table.words.some((word) => stems.has(wordForms(word).stem));
  return model.edges.filter((edge) => hinted(edge.child) || hinted(edge.parent));
}

/** Heads are measures, columns to list, or the subject itself; gives back which columns were asked for. */
function bindHeads(reading: Reading, resolver: Resolver, draft: Draft): NounPhrase[] {
  const listed: NounPhrase[] = [];
  for (const [at, head] of reading.heads.entries()) {
    if (reading.ask === 'amount' && at === 0 && !head.aggregate) head.aggregate = head.refs.some((ref) => ref.kind !== 'table') ? 'sum' : 'count';
    if (!head.aggregate && statesAggregate(head, reading, resolver)) head.aggregate = 'sum';
    if (head.aggregate) addMeasure(draft, bindMeasure(resolver, head, draft.subject));
    else listed.push(head);
  }
  return listed;
}

/** "What is the total amount per customer" adds up, although a column of each row is called total amount. */
function statesAggregate(head: NounPhrase, reading: Reading, resolver: Resolver): boolean {
  if (!/^total\b/i.test(head.text) || head.distinct) return false;
  if (reading.groups.length === 0 && !(reading.ask === 'which' && reading.heads.length === 1 && reading.extremes.length === 0)) return false;
  const value = resolver.value(head);
  return value?.kind === 'column' && value.info.role === 'number';
}

function bindGroups(reading: Reading, resolver: Resolver, draft: Draft): void {
  const measured = draft.measures[0] ? measureTable(draft.measures[0]) : draft.subject;
  for (const group of reading.groups) {
    if (group.soft && draft.measures.length === 0) continue;
    const noun = group.noun;
    const meaning = noun ? resolver.resolve(noun) : undefined;
    if (group.unit && !(meaning?.kind === 'value' && meaning.expression.kind === 'column' && meaning.expression.info.role === 'number' && meaning.score > 0.85)) {
      const info = dateColumn(resolver, [measured, draft.subject, ...resolver.anchors], {});
      draft.groups.push({ kind: 'column', info, unit: group.unit });
    } else if (meaning?.kind === 'table') draft.groups.push(entityOf(resolver, measured, meaning.table));
    else if (meaning?.kind === 'value' && meaning.expression.kind === 'column') {
      const { info } = meaning.expression;
      draft.groups.push({ kind: 'column', info, ...(info.role === 'date' && info.column.base_type !== 'date' ? { unit: 'day' as const } : {}) });
    } else throw new BindingRefused(`"${noun?.text}" is not something to group by.`, noun ? [noun.text] : []);
  }
  // "names and number of orders of each customer": what is listed beside a measure is what it is taken for.
  if (draft.measures.length > 0) {
    for (const head of [...reading.heads, ...reading.shown]) {
      if (head.aggregate) continue;
      const meaning = resolver.resolve(head);
      if (!meaning) continue;
      const covered = draft.groups.some((group) => (meaning.kind === 'table' ? group.kind === 'entity' && group.table === meaning.table : meaning.expression.kind === 'column' && (group.kind === 'column' ? group.info === meaning.expression.info : group.table.display.includes(meaning.expression.info))));
      if (covered) continue;
      if (meaning.kind === 'table') draft.groups.push({ kind: 'entity', table: meaning.table });
      else if (meaning.expression.kind === 'column') {
        const { info } = meaning.expression;
        draft.groups.push(info.table.display.includes(info) && info.table.display.length === 1 ? { kind: 'entity', table: info.table } : { kind: 'column', info });
      }
    }
  }
  if (draft.groups.length > 0 && draft.measures.length === 0 && reading.extremes.length === 0) {
    // "products by category": a list in that order shows everything a count would, and more.
    const keys = draft.groups.splice(0);
    if (keys.some((key) => key.kind === 'column' && key.unit)) {
      addMeasure(draft, { fn: 'count', of: { kind: 'rows', table: draft.subject }, distinct: false });
      draft.groups.push(...keys);
      resolver.note(`Counted ${tableName(draft.subject)}.`);
      return;
    }
    for (const key of keys) {
      for (const info of key.kind === 'column' ? [key.info] : key.table.display) {
        draft.columns.push(info);
        draft.order.push({ by: 'expression', expression: { kind: 'column', info }, desc: false });
      }
    }
  }
}

/** One group per row of a table; by the referring column itself where that already is the row's name. */
function entityOf(resolver: Resolver, measured: TableInfo, table: TableInfo): GroupKey {
  const [name] = table.display;
  const edge = name && table.display.length === 1 ? resolver.model.edgesOf[measured.index]!.find((each) => each.child === measured && each.parent === table && each.parentColumns.length === 1 && each.parentColumns[0] === name.name) : undefined;
  const own = edge ? measured.columns.find((info) => info.name === edge.childColumns[0]) : undefined;
  return own ? { kind: 'column', info: own } : { kind: 'entity', table };
}

/** "The top 3 cities with the highest population" ranks once: the first says how many, the second by what. */
function oneExtreme(reading: Reading): Extreme | undefined {
  const [first, second, ...more] = reading.extremes;
  if (!second) return first;
  const [bare, full] = first!.measure || first!.attribute ? [second, first!] : [first!, second];
  if (more.length > 0 || bare.measure || bare.attribute) throw new BindingRefused('Only one ranking at a time is covered.');
  return { ...full, ...(bare.limit !== undefined ? { limit: bare.limit } : {}), word: bare.limit !== undefined || full.limit !== undefined ? full.word : bare.word };
}

/** "How many customers have more than 3 orders in 2024": customers are counted, so that their orders are counted apart. */
function countRelated(bound: Bound, draft: Draft): void {
  for (const { measure, op, value } of bound.having.splice(0)) {
    const { of } = measure;
    if (of.kind !== 'rows' || draft.measures.some((each) => measureTable(each) !== draft.subject)) throw new BindingRefused('Counting or adding up what is itself added up per row is not covered yet.');
    const inner = bound.where.filter((condition) => condition.kind === 'test' && condition.info.table === of.table);
    for (const condition of inner) bound.where.splice(bound.where.indexOf(condition), 1);
    bound.where.push({ kind: 'count', table: of.table, where: inner, op, value });
  }
}

export function addMeasure(draft: Draft, measure: Measure): void {
  if (!draft.measures.some((each) => sameMeasure(each, measure))) draft.measures.push(measure);
}

function requireSense(reading: Reading, draft: Draft): void {
  const nothing = reading.heads.length === 0 && draft.measures.length === 0 && reading.extremes.length === 0 && !reading.ask?.startsWith('wh');
  if (nothing && reading.restrictions.length === 0) throw new BindingRefused('The question does not say what to look for.');
}

/** ORDER BY as asked; without a wish, time runs forward and the largest group comes first. */
function arrange(reading: Reading, resolver: Resolver, draft: Draft): void {
  for (const wish of reading.order) {
    if (!wish.noun) {
      if (draft.order.length > 0) draft.order[0] = { ...draft.order[0]!, desc: wish.desc };
      else if (draft.measures.length > 0) draft.order.push({ by: 'measure', measure: draft.measures.at(-1)!, desc: wish.desc });
      else {
        const info = draft.subject.display[0] ?? draft.subject.key[0];
        if (info) draft.order.push({ by: 'expression', expression: { kind: 'column', info }, desc: wish.desc });
      }
      continue;
    }
    if (draft.measures.length > 0 || draft.groups.length > 0) {
      const group = groupNamed(wish.noun, draft);
      const key = group?.kind === 'entity' ? keyNamed(wish.noun, group.table) : undefined;
      if (key && !wish.noun.aggregate) {
        const shown: GroupKey = { kind: 'column', info: key };
        draft.groups.unshift(shown);
        draft.order.push({ by: 'group', group: shown, desc: wish.desc });
      } else if (group && !wish.noun.aggregate) draft.order.push({ by: 'group', group, desc: wish.desc });
      else {
        const named = draft.measures.find((measure) => measure.of.kind === 'column' && wish.noun!.refs.some((ref) => ref.kind === 'column' && measure.of.kind === 'column' && ref.info === measure.of.info));
        const measure = named ?? bindMeasure(resolver, { ...wish.noun, aggregate: wish.noun.aggregate ?? 'count' }, draft.subject);
        addMeasure(draft, measure);
        draft.order.push({ by: 'measure', measure: draft.measures.find((each) => sameMeasure(each, measure))!, desc: wish.desc });
      }
      continue;
    }
    const expression = resolver.value(wish.noun);
    if (!expression) throw new BindingRefused(`"${wish.noun.text}" is not something to sort by.`, [wish.noun.text]);
    draft.order.push({ by: 'expression', expression, desc: wish.desc });
  }
  if (draft.order.length > 0 || draft.groups.length === 0 || draft.measures.length === 0) return;
  const time = draft.groups.find((group) => group.kind === 'column' && (group.unit || group.info.words.at(-1) === 'year'));
  if (time) draft.order.push({ by: 'group', group: time, desc: false });
  else draft.order.push({ by: 'measure', measure: draft.measures[0]!, desc: true });
}

/** The key column by which an order is asked for, if the noun names that rather than the row. */
function keyNamed(noun: NounPhrase, table: TableInfo): ColumnInfo | undefined {
  return table.key.find((info) => !table.display.includes(info) && noun.refs[0]?.score !== undefined && noun.refs.some((ref) => ref.kind === 'column' && ref.info === info && ref.score >= 0.9));
}

function groupNamed(noun: NounPhrase, draft: Draft): GroupKey | undefined {
  return draft.groups.find((group) =>
    noun.refs.some((ref) => {
      if (ref.score < 0.7) return false;
      if (group.kind === 'entity') return (ref.kind === 'table' && ref.table === group.table) || (ref.kind === 'column' && (group.table.display.includes(ref.info) || group.table.key.includes(ref.info)));
      return ref.kind === 'column' && ref.info === group.info;
    }),
  );
}

/** A noun mentioned in passing must be a table that is connected; a column that nothing is said about is not understood. */
function checkMentions(reading: Reading, resolver: Resolver, draft: Draft): void {
  for (const noun of reading.mentions) {
    const meaning = resolver.resolve(noun);
    if (meaning?.kind === 'table') {
      if (resolver.distance(draft.subject, meaning.table) === Infinity) throw new BindingRefused(`${tableName(meaning.table)} is not connected to ${tableName(draft.subject)}.`, [noun.text]);
      continue;
    }
    const used = noun.refs.some((ref) => ref.kind === 'column' && reading.restrictions.some((each) => each.kind === 'value' && each.refs.some((value) => value.info === ref.info)));
    const harmless = noun.refs.some((ref) => ref.kind === 'column' && ref.score > 0.9 && draft.columns.includes(ref.info));
    if (!used && !harmless) throw new BindingRefused(`It is not clear what "${noun.text}" says about ${tableName(draft.subject)}.`, [noun.text]);
  }
}

/** True when a table's rows are at most one per row of the subject. */
export function belongsTo(resolver: Resolver, subject: TableInfo, table: TableInfo): boolean {
  return subject === table || isToOne(resolver.model, subject, table);
}
