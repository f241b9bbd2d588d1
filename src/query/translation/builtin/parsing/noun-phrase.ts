import type { Aggregate } from '../language/function-words.js';
import { wordForms } from '../language/word-forms.js';
import type { Item } from '../tagging/items.js';
import { isNoun, type Cursor } from './cursor.js';
import { durationBetween } from './durations.js';
import type { NounPhrase } from './reading.js';

/**
 * Reads a noun phrase: aggregates and "different" before it, values as adjectives ("pending orders"), nouns side by side
 * ("product name", "customer's orders") and "of" ("price of the products"). Undefined, and the cursor unmoved, when none starts here.
 */
export function nounPhrase(cursor: Cursor): NounPhrase | undefined {
  cursor.mark();
  let aggregate: Aggregate | undefined;
  let counted = false;
  let distinct = false;
  for (;;) {
    cursor.skip('their');
    const word = cursor.does('aggregate');
    if (word && !standsAsNoun(cursor)) {
      // "total number of" counts; "average total" averages a column called total.
      counted ||= word.fn === 'count';
      if (aggregate === undefined || (word.fn === 'count' && aggregate === 'sum')) aggregate = word.fn;
      cursor.at++;
      if (cursor.does('prep')?.prep === 'of') cursor.at++;
    } else if (cursor.does('distinct')) {
      distinct = true;
      cursor.at++;
    } else break;
  }
  cursor.skip('their');
  const adjectives = leadingValues(cursor);
  const span = durationBetween(cursor);
  const chain: NounPhrase[] = span ? [span] : [];
  const standsForRows = cursor.item?.values?.length && !cursor.item.literal?.quoted && (cursor.item.nouns?.[0]?.score ?? 1) < 0.7;
  while (!span && !standsForRows && isNoun(cursor.item) && !(chain.length > 0 && breaksChain(cursor.item!) && !(cursor.does('aggregate') && standsAsNoun(cursor)))) {
    chain.push(phraseOf(cursor.item!));
    cursor.at++;
    if (cursor.item?.punctuation === "'s") cursor.at++;
    else if (chain.length === 3) break;
  }
  if (chain.length === 0) {
    const rows = rowsOfValue(cursor);
    if (rows) {
      cursor.keep();
      if (aggregate) rows.aggregate = aggregate;
      return rows;
    }
    cursor.back();
    return undefined;
  }
  cursor.keep();
  const [value] = adjectives;
  if (value && chain.length === 1 && cursor.reading.heads.length > 0 && !aggregate) {
    // "on the free plan": the noun only says whose value it is.
    const refs = value.values!.filter((ref) => chain[0]!.refs.some((each) => each.kind === 'column' && each.info === ref.info && each.score > 0.5));
    if (refs.length > 0) {
      cursor.restrict({ kind: 'value', negated: cursor.negated, refs, text: value.text, noun: chain[0]!, ...(cursor.near ? { near: cursor.near } : {}) });
      return { ...chain[0]!, spent: true };
    }
  }
  // "region name", "revenue amount": what a column is called may be said once more.
  if (chain.length > 1 && GENERIC.has(wordForms(chain.at(-1)!.text).noun) && chain.at(-2)!.refs[0]!.kind !== 'table') chain.pop();
  for (let i = 1; i < chain.length; i++) chain[i]!.owner = chain[i - 1];
  const noun = chain.at(-1)!;
  if (!aggregate && cursor.does('aggregate')?.fn === 'count' && ['count', 'counts'].includes(cursor.item!.lower) && !isNoun(cursor.peek())) {
    aggregate = 'count';
    cursor.at++;
  }
  // "How many days between …" asks for the days of each row.
  if (span) {
    aggregate = aggregate === 'count' ? undefined : aggregate;
    counted = false;
  }
  if (aggregate) noun.aggregate = aggregate;
  if (counted && aggregate !== 'count') noun.counted = true;
  if (distinct) noun.distinct = true;
  for (const item of adjectives) {
    // "non-smart meters": only right before it is the adjective itself denied.
    const denied = cursor.negated && isDenial(cursor.items, cursor.items.indexOf(item));
    if (denied) cursor.negated = false;
    cursor.adjectives.push({ kind: 'value', negated: denied, refs: item.values!, text: item.text, near: noun, adjective: true });
  }
  ownerAfter(cursor, noun);
  return noun;
}

const GENERIC = new Set(['name', 'id', 'value', 'amount', 'number', 'code', 'type', 'title', 'date']);

/** The phrase of one item. */
export function phraseOf(item: Item): NounPhrase {
  const { verb, noun, surface } = wordForms(item.corrected ?? item.lower);
  return { text: item.corrected ?? item.text, refs: item.nouns!, verbal: verb !== surface && noun === surface };
}

/** "of the customers" after a noun says whose it is, unless a number, date or value follows. */
function ownerAfter(cursor: Cursor, noun: NounPhrase): void {
  if (cursor.does('prep')?.prep !== 'of') return;
  cursor.mark();
  cursor.at++;
  cursor.skip('their');
  if (cursor.does('every') || cursor.does('group')) return cursor.back();
  if (apposition(cursor, noun)) return cursor.keep();
  // "requests of type sick": what follows is no owner, but a column with its value.
  const { item } = cursor;
  if (isNoun(item) && cursor.peek()?.values?.some((value) => item!.nouns!.some((ref) => ref.kind === 'column' && ref.info === value.info))) return cursor.back();
  const owner = isNoun(cursor.item) || cursor.item?.values?.length || cursor.does('aggregate') || cursor.does('distinct') ? nounPhrase(cursor) : undefined;
  if (!owner) return cursor.back();
  cursor.keep();
  noun.possessed = true;
  let innermost = noun;
  while (innermost.owner) innermost = innermost.owner;
  innermost.owner = owner;
  cursor.near = owner.refs.some((ref) => ref.kind === 'table') ? owner : cursor.near;
}

/** "the city of Berlin", "a status of shipped": the noun only says what kind of value follows. */
function apposition(cursor: Cursor, noun: NounPhrase): boolean {
  const item = cursor.item;
  const refs = item?.values?.filter((value) => noun.refs.some((ref) => ref.kind === 'column' && ref.info === value.info && ref.score > 0.5)) ?? [];
  const { near } = cursor;
  const surroundings = { negated: cursor.negated, noun: { ...noun }, ...(near ? { near } : {}) };
  if (noun.aggregate || (cursor.reading.heads.length === 0 && !cursor.tail)) return false;
  if (refs.length > 0) cursor.restrict({ kind: 'value', refs, text: item!.text, ...surroundings });
  // No such city is known, and still no other thing of that name is meant.
  else if (cursor.lead === 'prep' && (item?.values?.length || item?.literal) && !isNoun(item) && noun.refs.some((ref) => ref.kind === 'column' && ref.score > 0.9 && ['text', 'enum'].includes(ref.info.role))) cursor.restrict({ kind: 'literal', text: item.literal?.text ?? item.text, op: '=', ...surroundings });
  else return false;
  cursor.at++;
  noun.spent = true;
  return true;
}

function isDenial(items: readonly Item[], at: number): boolean {
  const before = items[at - 1]?.punctuation === '-' ? at - 2 : at - 1;
  return ['non', 'not'].includes(items[before]?.lower ?? '');
}

/** Known values directly before a noun are its adjectives. */
function leadingValues(cursor: Cursor): Item[] {
  let ahead = 0;
  while (cursor.peek(ahead)?.values?.length && !cursor.peek(ahead)!.literal?.quoted && (!strongNoun(cursor.peek(ahead)!) || affirms(cursor.peek(ahead)!))) {
    ahead++;
    if (cursor.peek(ahead)?.does?.does === 'and') ahead++;
  }
  const upTo = cursor.at + ahead;
  if (ahead === 0 || !isNoun(cursor.items[upTo])) return [];
  const items = cursor.items.slice(cursor.at, upTo).filter((item) => item.values?.length);
  // "transaction statuses": a table before one of its columns is no value.
  const owns = items.some((item) => item.nouns?.some((ref) => ref.kind === 'table' && ref.score >= 0.5 && cursor.items[upTo]!.nouns!.some((next) => next.kind === 'column' && next.info.table === ref.table)));
  if (owns) return [];
  if (items.length > 1) return [];
  cursor.at = upTo;
  return items;
}

/** "How many dogs", "Rex": where a noun is due, a value stands for the rows that have it. */
function rowsOfValue(cursor: Cursor): NounPhrase | undefined {
  const { item, reading } = cursor;
  if (!item?.values?.length || cursor.tail || reading.ask === 'who' || reading.heads.length > 0 || reading.restrictions.length > 0) return undefined;
  const tables = [...new Set(item.values.map((ref) => ref.info.table))];
  if (tables.length !== 1) return undefined;
  cursor.at++;
  if (cursor.item?.punctuation === "'s") cursor.at++;
  const noun: NounPhrase = { text: item.text, refs: [{ kind: 'table', table: tables[0]!, score: 0.95, via: 'name' }], ofValue: true };
  cursor.restrict({ kind: 'value', negated: cursor.negated, refs: item.values, text: item.text, near: noun });
  cursor.tail = false;
  return noun;
}

/** A yes/no column is an adjective before the noun it describes: "neutered pets". */
function affirms(item: Item): boolean {
  return item.values!.some((ref) => typeof ref.value === 'boolean');
}

function strongNoun(item: Item): boolean {
  return (item.nouns?.[0]?.score ?? 0) >= 0.9;
}

/** An aggregate word is a noun when no noun follows that it could belong to: "orders by total". */
function standsAsNoun(cursor: Cursor): boolean {
  const item = cursor.item!;
  if (!item.nouns?.length) return false;
  let ahead = 1;
  while (cursor.peek(ahead)?.does && ['filler', 'their', 'aggregate', 'distinct'].includes(cursor.peek(ahead)!.does!.does)) ahead++;
  const next = cursor.peek(ahead);
  if (isNoun(next) || next?.values?.length) return false;
  return !(next?.does?.does === 'prep' && next.does.prep === 'of' && item.does?.does === 'aggregate' && item.does.fn !== 'count' && isNoun(cursor.after(cursor.at + ahead + 1, 'their')));
}

function isParticiple(word: string): boolean {
  const { verb, noun } = wordForms(word);
  return verb !== word && noun === word;
}

/** Words that may be nouns but more likely start the next part when a noun stands before them. */
function breaksChain(item: Item): boolean {
  if (/^(is|are|was|were|has|have|had|in|on|out of) /.test(item.lower)) return true;
  return (item.nouns![0]?.score ?? 0) < (item.nouns![0]?.via === 'comment' ? 0.6 : 0.5) || item.does?.does === 'aggregate' || item.does?.does === 'order' || (item.does?.does === 'verb' && (item.nouns![0]?.score ?? 0) < 0.9) || isParticiple(item.corrected ?? item.lower);
}
