import { apart, durationUnit } from './durations.js';
import { isFunctionWord } from '../language/function-words.js';
import { isUnknown, type Item } from '../tagging/items.js';
import { Cursor, isNoun } from './cursor.js';
import { against } from './against.js';
import { extreme } from './extremes.js';
import { connective } from './connectives.js';
import { contrast } from './contrasts.js';
import { phraseOf } from './noun-phrase.js';
import { keepEmpty } from './keep-empty.js';
import { bareAggregates, growth } from './bare-aggregates.js';
import { noun } from './nouns.js';
import { textWithin } from './text-within.js';
import { series } from './series.js';
import { grouping, ordering } from './arrangement.js';
import { bareNumber, betweenTwo, comparison } from './quantities.js';
import { clockRestriction, dateRestriction, weekdayRestriction } from './dates.js';
import { literalText, namedBy, nullness, textMatch, valueRestriction } from './values.js';
import type { Reading } from './reading.js';

/**
 * Reads a tagged question from left to right into its constituents. Every item ends in some constituent, or is a word that
 * only holds the sentence together, or is left over: nothing that carries meaning is dropped.
 */
export function parse(items: readonly Item[]): Reading {
  const cursor = new Cursor(items, parse);
  for (const item of items) if (item.corrected) cursor.reading.corrections.push({ from: item.text, to: item.corrected });
  while (!cursor.done) {
    const before = cursor.at;
    if (!constituent(cursor)) {
      leftOver(cursor);
      cursor.at = Math.max(cursor.at, before + 1);
    }
    cursor.settleAdjectives();
  }
  if (cursor.negated) cursor.reading.leftovers.push('not');
  if (cursor.reading.growth && !cursor.reading.groups.some((group) => group.unit)) {
    const { unit } = cursor.reading.growth;
    if (unit) cursor.reading.groups.push({ unit, per: true });
    else cursor.reading.uncovered ??= 'growth or change over time';
  }
  if (cursor.reading.often) cursor.reading.leftovers.push('how often');
  dropIdleWords(cursor.reading);
  return cursor.reading;
}

/** "How many" is not unknown: it only found no noun because of the words that are. */
function dropIdleWords(reading: Reading): void {
  const unknown = reading.leftovers.filter((word) => !isFunctionWord(word.toLowerCase()));
  if (unknown.length > 0) reading.leftovers.splice(0, reading.leftovers.length, ...unknown);
}

function constituent(cursor: Cursor): boolean {
  const item = cursor.item!;
  if (item.punctuation) return punctuation(cursor);
  if (contrast(cursor) || denialAtEnd(cursor)) return true;
  if (cursor.does('uncovered') && !isNoun(item)) {
    if (!asksHowItVaries(cursor)) cursor.reading.uncovered ??= cursor.does('uncovered')!.what;
    cursor.at++;
    return true;
  }
  return (
    keepEmpty(cursor) ||
    bareAggregates(cursor) ||
    growth(cursor) ||
    opening(cursor) ||
    against(cursor) ||
    series(cursor) ||
    ordering(cursor) ||
    grouping(cursor) ||
    durationUnit(cursor) ||
    apart(cursor) ||
    comparison(cursor) ||
    extreme(cursor) ||
    (cursor.does('between') || spansNumbers(cursor) ? betweenTwo(cursor) : false) ||
    dateRestriction(cursor) ||
    clockRestriction(cursor) ||
    weekdayRestriction(cursor) ||
    textMatch(cursor) ||
    namedBy(cursor) ||
    nullness(cursor) ||
    bareNumber(cursor) ||
    textWithin(cursor) ||
    noun(cursor) ||
    valueRestriction(cursor) ||
    literalText(cursor) ||
    connective(cursor)
  );
}

/** "How many have an exam, and how many do not?" */
function denialAtEnd(cursor: Cursor): boolean {
  if (!cursor.does('and') || cursor.does('aggregate', cursor.peek())?.fn !== 'count' || cursor.reading.restrictions.length === 0) return false;
  const rest = cursor.items.slice(cursor.at + 2).filter((item) => !item.punctuation);
  const denies = rest.some((item) => ['not', 'without'].includes(item.does?.does ?? ''));
  if (!denies || !rest.every((item) => ['not', 'without', 'copula', 'with', 'verb', 'filler'].includes(item.does?.does ?? ''))) return false;
  cursor.reading.contrasted = true;
  cursor.at = cursor.items.length;
  return true;
}

/** "rate from 35 to 40". */
function spansNumbers(cursor: Cursor): boolean {
  const bare = cursor.item!.number !== undefined && !cursor.item!.date;
  const [first, to, second] = bare ? [cursor.item, cursor.peek(), cursor.peek(2)] : [cursor.peek(), cursor.peek(2), cursor.peek(3)];
  return (bare || cursor.item!.lower === 'from') && cursor.adjacent && first?.number !== undefined && ['to', 'up to', 'through', '-'].includes(to?.lower ?? '') && second?.number !== undefined;
}

/** "How does the ratio vary across …": what is asked for is the ratio of each. */
function asksHowItVaries(cursor: Cursor): boolean {
  if (cursor.at > 0 || !['how do', 'how does', 'how did'].includes(cursor.item!.lower)) return false;
  const varies = cursor.items.some((item) => item.does?.does === 'group' && /^(vary|varies|differ)/.test(item.lower));
  if (varies) cursor.reading.ask = 'which';
  return varies;
}

function punctuation(cursor: Cursor): boolean {
  const { punctuation: mark } = cursor.item!;
  cursor.at++;
  if (mark === ',' && cursor.reading.heads.length > 0) cursor.lead ??= 'and';
  // "vehicles never serviced - plate and type": what is to be shown follows.
  const dash = mark === '-' && cursor.items[cursor.at - 2]?.end !== cursor.items[cursor.at - 1]!.start;
  if ((mark === ':' || dash) && cursor.reading.heads.length > 0 && cursor.item) cursor.lead = 'their';
  if (mark === '(') defined(cursor);
  cursor.sentence ||= mark === '.' || mark === '?' || mark === ';' || mark === '!';
  if (mark === '.' || mark === ';' || mark === '?' || mark === ':') cursor.adjacent = cursor.adjacent && mark === ':';
  return true;
}

/** "positive reviews (rating > 3)": what is in parentheses says what the unknown word means. */
function defined(cursor: Cursor): void {
  const close = cursor.items.findIndex((item, at) => at >= cursor.at && item.punctuation === ')');
  const condition = close > 0 && cursor.items.slice(cursor.at, close).some((item) => ['compare', 'between'].includes(item.does?.does ?? ''));
  const last = cursor.reading.leftovers.at(-1);
  const before = cursor.items.slice(Math.max(0, cursor.at - 4), cursor.at - 1).some((item) => item.text === last);
  if (condition && before) cursor.reading.leftovers.pop();
}

function opening(cursor: Cursor): boolean {
  const ask = cursor.does('ask');
  if (!ask || (isNoun(cursor.item) && cursor.reading.ask)) return false;
  const { reading } = cursor;
  const started = reading.heads.length > 0 || reading.restrictions.length > 0 || reading.extremes.length > 0;
  const asking = ask.ask === 'list' ? !reading.ask && !(started && cursor.sentence) : !started;
  if (asking) {
    if (!reading.ask || reading.ask === 'list') reading.ask = ask.ask;
  } else if (ask.ask === 'list' || (ask.ask === 'which' && cursor.lead !== 'prep' && isNoun(cursor.peek()) && [':', ','].includes(cursor.items[cursor.at - 1]?.punctuation ?? '')) || (ask.ask === 'which' && cursor.reading.shown.length > 0 && cursor.does('and', cursor.items[cursor.at - 1]))) {
    // "… Return the name and the total.": what a second sentence lists is shown besides.
    cursor.lead = 'their';
    cursor.adjacent = false;
  }
  else {
    cursor.tail = true;
    cursor.lead = 'relative';
    cursor.clauseOf = cursor.near;
  }
  cursor.at++;
  return true;
}

function leftOver(cursor: Cursor): void {
  const item = cursor.item!;
  if (item.nouns?.length && !isUnknown(item)) {
    cursor.reading.mentions.push(phraseOf(item));
    return;
  }
  cursor.reading.leftovers.push(item.text);
}
