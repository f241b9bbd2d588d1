import { isUnknown, type Item } from '../tagging/items.js';
import { Cursor, isNoun } from './cursor.js';
import { extreme } from './extremes.js';
import { nounPhrase, phraseOf } from './noun-phrase.js';
import { grouping, ordering } from './arrangement.js';
import { bareNumber, betweenTwo, comparison } from './quantities.js';
import { dateRestriction, literalText, namedBy, nullness, textMatch, valueRestriction } from './values.js';
import type { NounPhrase, Reading } from './reading.js';

/**
 * Reads a tagged question from left to right into its constituents. Every item ends in some constituent, or is a word that
 * only holds the sentence together, or is left over: nothing that carries meaning is dropped.
 */
export function parse(items: readonly Item[]): Reading {
  const cursor = new Cursor(items);
  for (const item of items) if (item.corrected) cursor.reading.corrections.push({ from: item.text, to: item.corrected });
  while (!cursor.done) {
    const before = cursor.at;
    if (!constituent(cursor)) {
      leftOver(cursor);
      cursor.at = Math.max(cursor.at, before + 1);
    }
  }
  if (cursor.negated) cursor.reading.leftovers.push('not');
  return cursor.reading;
}

function constituent(cursor: Cursor): boolean {
  const item = cursor.item!;
  if (item.punctuation) return punctuation(cursor);
  if (cursor.does('uncovered') && !isNoun(item)) {
    cursor.reading.uncovered ??= cursor.does('uncovered')!.what;
    cursor.at++;
    return true;
  }
  return (
    opening(cursor) ||
    ordering(cursor) ||
    grouping(cursor) ||
    comparison(cursor) ||
    extreme(cursor) ||
    (cursor.does('between') ? betweenTwo(cursor) : false) ||
    dateRestriction(cursor) ||
    textMatch(cursor) ||
    namedBy(cursor) ||
    nullness(cursor) ||
    bareNumber(cursor) ||
    noun(cursor) ||
    valueRestriction(cursor) ||
    literalText(cursor) ||
    connective(cursor)
  );
}

function punctuation(cursor: Cursor): boolean {
  const { punctuation: mark } = cursor.item!;
  cursor.at++;
  if (mark === ',' && cursor.reading.heads.length > 0) cursor.lead ??= 'and';
  cursor.sentence ||= mark === '.' || mark === '?' || mark === ';' || mark === '!';
  if (mark === '.' || mark === ';' || mark === '?' || mark === ':') cursor.adjacent = cursor.adjacent && mark === ':';
  return true;
}

function opening(cursor: Cursor): boolean {
  const ask = cursor.does('ask');
  if (!ask || (isNoun(cursor.item) && cursor.reading.ask)) return false;
  const { reading } = cursor;
  const started = reading.heads.length > 0 || reading.restrictions.length > 0 || reading.extremes.length > 0 || reading.groups.length > 0;
  const asking = ask.ask === 'list' ? !reading.ask && !(started && cursor.sentence) : !started;
  if (asking) {
    if (!reading.ask || reading.ask === 'list') reading.ask = ask.ask;
  } else if (ask.ask === 'list') {
    // "… Return the name and the total.": what a second sentence lists is shown besides.
    cursor.lead = 'their';
    cursor.adjacent = false;
  }
  else {
    cursor.tail = true;
    cursor.lead = 'relative';
  }
  cursor.at++;
  return true;
}

/** A noun: what is asked for, one of the columns to show, or something else that the question mentions. */
function noun(cursor: Cursor): boolean {
  const item = cursor.item!;
  if (cursor.does('their') || (cursor.does('filler') && !item.nouns?.length)) return false;
  const weak = item.does?.does === 'verb' || item.does?.does === 'filler' || item.does?.does === 'with' || item.does?.does === 'ask' || item.does?.does === 'uncovered';
  if (weak && (item.nouns?.[0]?.score ?? 0) < 0.75) return false;
  if (item.values?.length && item.nouns?.length && valueFits(cursor, item)) return false;
  if (item.values?.length && item.literal?.quoted) return false;
  const { reading, lead } = cursor;
  const listed = lead === 'and' && !cursor.tail;
  const phrase = nounPhrase(cursor);
  if (!phrase) return false;
  if (datesItsOwner(cursor, phrase)) return true;
  if (phrase.verbal && !phrase.aggregate && lead !== 'their' && verbal(cursor, phrase)) return true;
  const isHead = !cursor.tail || listed || (reading.heads.length === 0 && lead !== 'relative');
  const next = cursor.after(cursor.at, 'copula', 'not');
  const conditioned = isConditioned(cursor, next);
  if (lead === 'their' && phrase.aggregate) reading.heads.push(phrase);
  else if (lead === 'their') reading.shown.push(phrase);
  else if (isHead) reading.heads.push(phrase);
  else if (conditioned && !phrase.aggregate) {
    /* the comparison, value or text that follows takes it up */
  } else if (conditioned || (phrase.aggregate && reading.extremes.length === 0)) {
    if (conditioned) { /* "whose total amount is over 5": likewise */ } else reading.heads.push(phrase);
  } else if (cursor.negated || lead === 'with' || lead === 'relative' || lead === 'verb') {
    if (lead === 'with' && !cursor.negated && reading.shown.length > 0) reading.shown.push(phrase);
    else {
      cursor.restrict({ kind: 'related', negated: cursor.negated, noun: phrase, ...(cursor.near ? { near: cursor.near } : {}) });
      cursor.remember(phrase);
      return true;
    }
  } else if (lead === 'and' && reading.shown.length > 0) reading.shown.push(phrase);
  else reading.mentions.push(phrase);
  cursor.remember(phrase);
  cursor.lead = lead === 'their' || lead === 'and' ? lead : undefined;
  return true;
}

/** "invoices due before March": the date column says which date is meant, and its owner is what is asked for. */
function datesItsOwner(cursor: Cursor, phrase: NounPhrase): boolean {
  const [best] = phrase.refs;
  const next = cursor.after(cursor.at, 'prep');
  const dated = next?.date || cursor.does('since') || cursor.does('between');
  if (!dated || best?.kind !== 'column' || best.info.role !== 'date' || /date|time|day$/.test(phrase.text.toLowerCase())) return false;
  const { owner } = phrase;
  if (owner?.refs[0]?.kind !== 'table' || cursor.tail || cursor.lead === 'their') return false;
  cursor.reading.heads.push(owner);
  cursor.near = owner;
  cursor.remember({ text: phrase.text, refs: phrase.refs });
  cursor.tail = true;
  return true;
}

/** A verb that names something: measured by "the most", a hint to a date, or a relation to what it names. */
function verbal(cursor: Cursor, phrase: NounPhrase): boolean {
  const next = cursor.after(cursor.at, 'prep');
  const since = cursor.does('since');
  if (cursor.does('extreme', cursor.after(cursor.at))) {
    cursor.remember(phrase);
    return true;
  }
  if ((next?.date || since) && !cursor.negated) {
    cursor.near = phrase.refs[0]!.kind === 'table' && phrase.refs[0]!.score > 0.9 ? phrase : cursor.near;
    cursor.tail = true;
    cursor.adjacent = false;
    cursor.lead = 'verb';
    return true;
  }
  if (cursor.reading.heads.length === 0 && cursor.reading.ask !== 'who') return false;
  if (isConditioned(cursor, cursor.after(cursor.at, 'copula'))) {
    cursor.tail = true;
    cursor.remember(phrase);
    return true;
  }
  if (phrase.refs[0]!.kind !== 'table' && !cursor.negated) return false;
  cursor.restrict({ kind: 'related', negated: cursor.negated, noun: phrase, ...(cursor.near ? { near: cursor.near } : {}) });
  cursor.remember(phrase);
  return true;
}

/** True when what follows a noun is said about it. */
function isConditioned(cursor: Cursor, next: Item | undefined): boolean {
  if (!next) return false;
  const does = next.does?.does;
  if (does === 'compare' || does === 'between' || does === 'text' || does === 'null') return true;
  if (next.attribute?.degree === 'comparative') return true;
  if (next.number !== undefined || next.literal?.quoted) return true;
  return Boolean((next.values?.length || next.literal) && !isNoun(next)) || (does === 'prep' && cursor.after(cursor.at + 1, 'copula')?.number !== undefined && !cursor.after(cursor.at + 1, 'copula')?.date);
}

/** A word that is both value and noun is a value after a noun of its column, or where a noun has no place. */
function valueFits(cursor: Cursor, item: Item): boolean {
  const noun = cursor.adjacent ? cursor.noun : undefined;
  if (noun && item.values!.some((value) => noun.refs.some((ref) => ref.kind === 'column' && ref.info === value.info))) return true;
  const best = item.nouns![0]!;
  if (isNoun(cursor.peek()) || (cursor.reading.heads.length === 0 && !cursor.tail)) return false;
  return best.score < 0.9 || /^\p{Lu}/u.test(item.text);
}

function connective(cursor: Cursor): boolean {
  const item = cursor.item!;
  switch (item.does?.does) {
    case 'and':
      cursor.lead = cursor.lead === 'their' ? 'their' : 'and';
      break;
    case 'or':
      cursor.or = true;
      break;
    case 'not':
      cursor.negated = true;
      break;
    case 'without':
      cursor.negated = true;
      cursor.tail = true;
      cursor.lead = 'with';
      cursor.adjacent = false;
      break;
    case 'with':
      cursor.tail = true;
      cursor.lead = 'with';
      cursor.adjacent = false;
      break;
    case 'their':
      if (cursor.lead === 'with' || cursor.lead === 'and') cursor.lead = 'their';
      break;
    case 'relative':
      cursor.tail = true;
      cursor.lead = 'relative';
      break;
    case 'prep':
      if (item.does.prep !== 'of' || cursor.reading.heads.length > 0) cursor.tail = cursor.reading.heads.length > 0 || cursor.tail;
      if (cursor.lead !== 'verb') cursor.lead = 'prep';
      break;
    case 'since':
      cursor.tail = true;
      cursor.lead = 'prep';
      break;
    case 'verb':
      cursor.reading.verbs.push(item.lower);
      cursor.lead = 'verb';
      cursor.adjacent = false;
      if (cursor.reading.heads.length > 0) cursor.tail = true;
      break;
    case 'copula':
      // "How many orders did our customers place": who does it is not asked for.
      if (/^(do|does|did)$/.test(item.lower) && cursor.reading.heads.length > 0 && !cursor.tail) {
        cursor.tail = true;
        cursor.lead = 'prep';
      }
      break;
    case 'filler':
    case 'ask':
    case 'every':
      break;
    case 'distinct':
      cursor.reading.distinct = true;
      break;
    case 'aggregate':
      return aggregateAlone(cursor, item);
    default:
      return roleOrAttribute(cursor, item);
  }
  cursor.at++;
  return true;
}

/** "in total", "count" at the end: an aggregate for the noun before it, if that has none. */
function aggregateAlone(cursor: Cursor, item: Item): boolean {
  if (item.does?.does !== 'aggregate') return false;
  const last = cursor.reading.heads.at(-1);
  if (item.does.fn === 'count' && (cursor.lead === 'their' || cursor.lead === 'and')) {
    cursor.reading.counted = true;
    cursor.at++;
    return true;
  }
  if (item.does.fn !== 'sum' && last && !last.aggregate) last.aggregate = item.does.fn;
  else if (item.does.fn !== 'sum' && last?.aggregate !== item.does.fn) return false;
  cursor.at++;
  return true;
}

function roleOrAttribute(cursor: Cursor, item: Item): boolean {
  if (item.roles?.length) {
    cursor.reading.preferred.push(...item.roles);
    cursor.at++;
    return true;
  }
  if (item.unit && cursor.lead === 'prep') return false;
  return false;
}

function leftOver(cursor: Cursor): void {
  const item = cursor.item!;
  if (item.nouns?.length && !isUnknown(item)) {
    cursor.reading.mentions.push(phraseOf(item));
    return;
  }
  cursor.reading.leftovers.push(item.text);
}

