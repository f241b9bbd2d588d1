import type { Lexicon } from '../lexicon/references.js';
import { columnsUsed } from '../explain/columns.js';
import { tablesOf } from '../explain/tables.js';
import { wordForms } from '../language/word-forms.js';
import type { ColumnInfo, SchemaModel } from '../lexicon/schema-model.js';
import { compares, measureTable, type LogicalForm } from '../logical-form.js';
import type { Extreme, NounPhrase, Reading } from '../parsing/reading.js';
import { isToOne } from '../joins/distances.js';
import { anchorsOf } from './anchors.js';
import type { Bound } from './bound.js';
import { bindAgainst } from './against.js';
import { bindRestrictions } from './conditions.js';
import { arrange } from './arranging.js';
import { countRelated } from './counted.js';
import { addMeasure, type Draft } from './draft.js';
import { bindGroups } from './grouping.js';
import { rank } from './ranking.js';
import { bindMeasure, countOf } from './measures.js';
import { checkDurations } from './durations.js';
import { listedColumns } from './listing.js';
import { checkMentions } from './mentions.js';
import { bareMeasure, changesOf, contrastLast } from './said-apart.js';
import { requireOneDate, requireSense } from './sense.js';
import { BindingRefused, Resolver, type Target } from './resolver.js';
import { subjectOf } from './subject.js';
import { hintedEdges } from './verbs.js';

/** A logical form with the guesses that went into it. */
export interface Interpretation {
  readonly form: LogicalForm;
  readonly warnings: readonly string[];
  /** Choices that could reasonably have been others. */
  readonly contested?: readonly Target[];
}

/**
 * Decides what a reading means in this schema.
 *
 * @throws BindingRefused when a word has no meaning here, or more than one
 */
export function bind(reading: Reading, model: SchemaModel, lexicon: Lexicon, now: Date, avoid?: ReadonlySet<Target>): Interpretation {
  const resolver = new Resolver(model, lexicon, anchorsOf(reading), now, avoid);
  if (reading.durationUnit) resolver.durationUnit = reading.durationUnit;
  const subject = subjectOf(reading, resolver);
  if (!resolver.anchors.includes(subject)) resolver.anchors.unshift(subject);
  const draft: Draft = { subject, measures: [], groups: [], order: [], columns: [], derived: [], computed: [] };
  const listed = bindHeads(reading, resolver, draft);
  if (reading.counted && draft.measures.length === 0 && reading.extremes.length === 0) addMeasure(draft, countOf(resolver, subject));
  for (const fn of reading.bare) addMeasure(draft, bareMeasure(fn, listed, resolver, draft));
  if (reading.against.length > 0) bindAgainst(reading, resolver, draft);
  bindGroups(reading, resolver, draft);
  showCompanions(reading, resolver, draft);
  const bound = bindRestrictions(resolver, reading, subject, draft.measures.map(measureTable));
  if (reading.contrasted) contrastLast(bound, draft);
  // "How many are active and how many expired": told apart.
  if (bound.split && draft.groups.length === 0 && draft.measures.length === 1 && draft.measures[0]!.fn === 'count' && reading.extremes.length === 0) draft.groups.push({ kind: 'column', info: bound.split });
  const perColumn = bound.having.length > 0 && draft.groups.length === 0 && draft.measures.length === 0 ? groupedHead(listed, resolver, bound) : undefined;
  if (perColumn) draft.groups.push({ kind: 'column', info: perColumn });
  if (bound.having.length > 0 && draft.groups.length === 0 && !showsCounts(bound, listed, reading, resolver, draft)) countRelated(bound, draft.measures, draft.subject);
  for (const having of bound.having) addMeasure(draft, having.measure);
  if (bound.having.length > 0 && draft.groups.length === 0) draft.groups.push({ kind: 'entity', table: subject });
  const extreme = oneExtreme(reading);
  if (extreme) rank(extreme, reading, resolver, draft, listed);
  if (reading.keepEmpty) draft.keepEmpty = true;
  if (reading.growth) draft.changes = changesOf(reading.growth.percent, draft);
  requireOneDate(bound, draft);
  requireSense(reading, draft);
  arrange(reading, resolver, draft);
  if (draft.over) overGroups(draft, bound, resolver);
  checkMentions(reading, resolver, draft.subject, draft.columns);
  const grouped = draft.measures.length > 0 || draft.groups.length > 0;
  const shown = grouped ? [] : listedColumns(reading, resolver, draft, listed);
  checkDurations([...draft.measures.map((measure) => measure.of), ...shown], draft.measures, resolver);
  const limit = draft.limit ?? (reading.limit !== undefined ? { count: reading.limit, withTies: false } : undefined);
  const form: LogicalForm = {
    subject,
    shown,
    distinct: !grouped && (reading.distinct || reading.heads.some((head) => head.distinct)) ,
    measures: draft.measures,
    groups: draft.groups,
    where: bound.where,
    having: bound.having,
    order: draft.order,
    ...(limit ? { limit } : {}),
    ...(draft.over ? { over: draft.over } : {}),
    ...(draft.changes ? { changes: draft.changes } : {}),
    ...(draft.computed.length ? { computed: draft.computed } : {}),
    ...(draft.perGroup ? { perGroup: draft.perGroup } : {}),
    ...(draft.keepEmpty ? { keepEmpty: true } : {}),
    preferred: [...reading.preferred, ...hintedEdges(reading, model)],
  };
  return { form, warnings: resolver.warningsFor(new Set([...columnsUsed(form), ...tablesOf(form)])), contested: [...new Set(resolver.contested)] };
}

/** "orders with their customer": what each row has one of is shown by its name. */
function showCompanions(reading: Reading, resolver: Resolver, draft: Draft): void {
  for (const restriction of reading.restrictions) {
    if (restriction.kind !== 'related' || !restriction.shows || restriction.count || restriction.negated || !restriction.noun || draft.measures.length > 0) continue;
    const meaning = resolver.resolve(restriction.noun, { recorded: true });
    if (meaning?.kind === 'table' && meaning.table !== draft.subject && isToOne(resolver.model, draft.subject, meaning.table)) draft.columns.push(...(meaning.table.display.length ? meaning.table.display : meaning.table.key));
  }
}

/** "Towns with more than five customers": a town is no row of its own, but a column of those that are counted. */
function groupedHead(listed: readonly NounPhrase[], resolver: Resolver, bound: Bound): ColumnInfo | undefined {
  const meaning = listed.length === 1 ? resolver.resolve(listed[0]!) : undefined;
  if (meaning?.kind !== 'value' || meaning.expression.kind !== 'column') return undefined;
  const { info } = meaning.expression;
  const own = bound.having.every(({ measure }) => measureTable(measure) === info.table);
  return own && !info.isKey && !info.table.key.includes(info) ? info : undefined;
}

/** Heads are measures, columns to list, or the subject itself; gives back which columns were asked for. */
function bindHeads(reading: Reading, resolver: Resolver, draft: Draft): NounPhrase[] {
  const listed: NounPhrase[] = [];
  for (const [at, head] of reading.heads.entries()) {
    if (reading.ask === 'amount' && at === 0 && !head.aggregate) head.aggregate = head.refs.some((ref) => ref.kind !== 'table') ? 'sum' : 'count';
    if (!head.aggregate && statesAggregate(head, reading, resolver)) head.aggregate = 'sum';
    if (head.aggregate && head.counted && reading.groups.length === 1 && reading.heads.length === 1 && reading.extremes.length === 0 && resolver.resolve(head)?.kind === 'table') {
      draft.over = head.aggregate;
      head.aggregate = 'count';
      delete head.counted;
    }
    if (head.aggregate) addMeasure(draft, bindMeasure(resolver, head, draft.subject));
    else if (isKindOfRow(head)) reading.restrictions.push({ kind: 'related', negated: false, noun: head });
    else listed.push(head);
  }
  return listed;
}

/** "Subcontractors": rows for which a yes/no column says so. */
function isKindOfRow({ refs, text }: NounPhrase): boolean {
  const [best] = refs;
  return best?.kind === 'column' && best.info.role === 'boolean' && wordForms(text.split(' ').at(-1)!).noun !== text.split(' ').at(-1)!.toLowerCase();
}

/** "What is the total amount per customer" adds up, although a column of each row is called total amount. */
function statesAggregate(head: NounPhrase, reading: Reading, resolver: Resolver): boolean {
  if (!/^total\b/i.test(head.text) || head.distinct) return false;
  if (reading.groups.length === 0 && !(reading.ask === 'which' && reading.heads.length === 1 && reading.extremes.length === 0)) return false;
  const value = resolver.value(head);
  return value?.kind === 'column' && value.info.role === 'number';
}

/** "The top 3 cities with the highest population" ranks once: the first says how many, the second by what. */
function oneExtreme(reading: Reading): Extreme | undefined {
  const [first, second, ...more] = reading.extremes;
  if (!second) return first;
  const [bare, full] = first!.measure || first!.attribute ? [second, first!] : [first!, second];
  if (more.length > 0 || bare.measure || bare.attribute) throw new BindingRefused('Only one ranking at a time is covered.');
  return { ...full, ...(bare.limit !== undefined ? { limit: bare.limit } : {}), word: bare.limit !== undefined || full.limit !== undefined ? full.word : bare.word };
}

/**
 * "Customers with more than 3 orders" are shown with their number of orders. Not so when only some column is asked for, when
 * customers are counted, or when a customer without any order would do, who has no group.
 */
function showsCounts(bound: Bound, listed: readonly NounPhrase[], reading: Reading, resolver: Resolver, draft: Draft): boolean {
  if (reading.heads.some((head) => head.aggregate) || reading.shown.length > 0) return false;
  if (bound.having.some(({ measure, op, value }) => measure.of.kind === 'rows' && compares(0, op, value))) return false;
  return listed.every((head) => {
    const meaning = resolver.resolve(head);
    return meaning?.kind === 'table' && meaning.table === draft.subject;
  });
}

/** One number is left of all groups; those without a single row are not among them, which the reader is told. */
function overGroups(draft: Draft, bound: Bound, resolver: Resolver): void {
  if (draft.measures.length !== 1 || bound.having.length > 0) throw new BindingRefused('An average over groups beside other numbers is not covered.');
  draft.order.splice(0);
  resolver.note('Groups without any row are not counted in.');
}
