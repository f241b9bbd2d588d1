import type { ValueIndex } from '../../sql-translator.js';
import { attributeOf } from '../language/attributes.js';
import { functionWordAt, functionWordOf, isRelatingVerb } from '../language/function-words.js';
import { singular, wordForms } from '../language/word-forms.js';
import type { Lexicon, NounRef, ValueRef } from '../lexicon/references.js';
import type { SchemaModel } from '../lexicon/schema-model.js';
import { clockAt } from './clock.js';
import { dateAt, recurringUnitAt, unitOf } from './dates.js';
import { weekdaysOf } from './weekdays.js';
import type { Item } from './items.js';
import { numberInWords, scaleOf } from './number-words.js';
import { tokenize, type Token } from './tokens.js';

/** What tagging looks into. */
export interface TaggingContext {
  readonly model: SchemaModel;
  readonly lexicon: Lexicon;
  readonly values?: ValueIndex;
  readonly now: Date;
}

const LONGEST_NOUN = 5;
const PARTICLES = new Set(['up', 'in', 'out', 'off', 'on', 'over', 'down']);
const GENERIC = new Set(['number', 'address', 'name', 'date', 'value', 'code', 'amount', 'level', 'column', 'field']);
const LONGEST_VALUE = 6;

/**
 * Cuts a question into items: at each position the longest phrase that means anything, and of that phrase all that it may
 * mean. Words that mean nothing are taken for the nearest known word last, and only then.
 */
export function tag(question: string, context: TaggingContext): Item[] {
  const tokens = tokenize(question);
  const lower = tokens.map((token) => token.text.toLowerCase());
  const items: Item[] = [];
  for (let at = 0; at < tokens.length; ) {
    const { item, length } = itemAt(question, tokens, lower, at, context);
    items.push(item);
    at += length;
  }
  return items;
}

function itemAt(question: string, tokens: readonly Token[], lower: readonly string[], at: number, context: TaggingContext): { item: Item; length: number } {
  const token = tokens[at]!;
  const make = (length: number, facets: Partial<Item>): { item: Item; length: number } => {
    const [start, end] = [token.start, tokens[at + length - 1]!.end];
    const text = length === 1 ? token.text : question.slice(start, end);
    return { item: { text, lower: text.toLowerCase(), start, end, ...facets }, length };
  };
  if (token.kind === 'quoted') return make(1, { literal: { text: token.text, quoted: true }, values: valuesOf(token.text, context) });
  if (lower[at] === 'how' && lower[at + 1] === 'long' && lower[at + 2] !== 'ago') {
    const lasting = [...context.lexicon.nouns(['duration']), ...context.lexicon.nouns(['length'])].filter((ref) => ref.score > 0.5 && ref.via !== 'comment');
    if (lasting.length) return make(2, { nouns: lasting });
  }
  const found = dateAt(lower, at, context.now);
  const date = found && 'range' in found ? found : undefined;
  const fixed = functionWordAt(lower, at);
  if (found && 'unclear' in found) return make(found.length, { does: { does: 'uncovered', what: found.unclear } });
  if (date && date.year === undefined && date.length >= (fixed?.length ?? 0) && !(namesYear(lower, at) && context.lexicon.nouns(['year']).some((ref) => ref.score >= 0.9))) return make(date.length, { date: date.range });
  const clock = clockAt(lower, at);
  if (clock) return make(clock.length, { clock: clock.time });
  const recurring = recurringUnitAt(lower, at);
  if (recurring) {
    const nouns = context.lexicon.nouns(lower.slice(at, at + recurring.length).filter((word) => word !== 'the'));
    return make(recurring.length, { unit: recurring.unit, ...(nouns.some((ref) => ref.score >= 0.9) ? { nouns } : {}) });
  }
  if (token.kind === 'number') {
    const scale = scaleOf(lower[at + 1]);
    const number = token.number! * (scale ?? 1);
    return make(scale ? 2 : 1, { number, ...(date ? { date: date.range } : {}), literal: { text: token.text, quoted: false } });
  }
  if (token.kind === 'date') return make(1, { literal: { text: token.text, quoted: false } });
  if (token.text === "'s") return make(1, { punctuation: "'s" });
  if (token.kind === 'symbol' && !fixed) return make(1, { punctuation: token.text });
  // "phone number of": the number is a name for the column before it, and nothing is counted.
  if (lower[at] === 'number' && lower[at + 1] === 'of' && at > 0 && tokens[at - 1]!.kind === 'word' && context.lexicon.nouns([lower[at - 1]!]).some((ref) => ref.kind === 'column' && ref.score > 0.75 && !functionWordOf(lower[at - 1]!))) {
    return make(1, { does: { does: 'filler' } });
  }
  const words = numberInWords(lower, at);
  const counted = lower[at] !== 'one' || ['than', 'least', 'most', 'exactly', 'only', 'to'].includes(lower[at - 1] ?? '');
  if (words && words.length >= (fixed?.length ?? 0) && counted) return make(words.length, { number: words.value });

  const noun = longestNoun(tokens, lower, at, context.lexicon);
  // "new members per year" came to be then; "new copies" are in that condition.
  if (lower[at] === 'new' && namesOthers(tokens, lower, at, context) && tokens.some((each, i) => i > at && (each.kind === 'number' || unitOf(lower[i]!) !== undefined))) return make(1, { does: { does: 'filler' } });
  const value = longestValue(question, tokens, at, context);
  const length = Math.max(fixed?.length ?? 0, noun?.length ?? 0, value?.length ?? 0);
  if (length > 0) {
    const facets = {
      ...(fixed?.length === length ? { does: fixed.word } : {}),
      ...(noun?.length === length ? { nouns: noun.refs } : {}),
      ...(value?.length === length ? { values: value.refs } : {}),
      ...(length === 1 ? single(token.text, context) : {}),
    };
    const weakest = noun?.length === length && !fixed && value?.length !== length && (noun.refs[0]?.score ?? 0) < 0.9;
    // "made" is a form of a verb before it is a column called make; tables and dates keep their say.
    const { verb: infinitive } = wordForms(token.text);
    if (length === 1 && facets.nouns && !facets.does && isRelatingVerb(infinitive) && isInflectedVerb(lower[at]!)) {
      const { nouns, ...rest } = facets;
      const kept = nouns!.filter((ref) => (ref.kind === 'table' && ref.score >= 0.7) || (ref.kind === 'column' && ref.info.role === 'date' && ref.score >= 0.5));
      return make(length, { ...rest, does: { does: 'verb' }, ...(kept.length ? { nouns: kept } : {}) });
    }
    if (length === 1 && facets.nouns && (!facets.does || facets.does.does === 'verb') && isRelatingVerb(infinitive) && relates(tokens, lower, at, facets.nouns)) return make(1, { does: { does: 'verb' } });
    const verb = length === 1 && !facets.does && (weakest || !facets.nouns) ? functionWordOf(wordForms(token.text).verb) : undefined;
    return make(length, verb?.does === 'verb' ? { ...facets, does: verb } : facets);
  }
  // "phone number", "email address": what a column is called may be said once more.
  if (at > 0 && GENERIC.has(singular(lower[at]!)) && context.lexicon.nouns([lower[at - 1]!]).some((ref) => ref.kind === 'column' && ref.score > 0.7)) return make(1, { does: { does: 'filler' } });
  const alone = single(token.text, context);
  if (alone.attribute || alone.unit || alone.weekdays || alone.roles) return make(1, alone);
  if (isRelatingVerb(wordForms(token.text).verb) && isInflectedVerb(lower[at]!)) return make(1, { does: { does: 'verb' } });
  const verb = functionWordOf(wordForms(token.text).verb);
  if (verb && ['verb', 'with', 'filler', 'copula'].includes(verb.does)) return make(1, { does: verb });
  return make(1, unknownWord(token, at, context));
}

/** "The year 2023" is a date, unless a column is called year. */
function namesYear(lower: readonly string[], at: number): boolean {
  return lower[at] === 'year' || (lower[at] === 'the' && lower[at + 1] === 'year');
}

/** A capitalised word in the midst of a sentence is more likely a value than a typing error. */
function unknownWord(token: Token, at: number, context: TaggingContext): Partial<Item> {
  const literal = at > 0 && /^\p{Lu}/u.test(token.text) ? { literal: { text: token.text, quoted: false } } : {};
  const corrected = context.lexicon.correct(token.text);
  if (!corrected) return literal;
  const fixed = functionWordAt([corrected], 0);
  const nouns = context.lexicon.nouns([corrected]);
  const values = context.lexicon.values([corrected]);
  return { corrected, ...(fixed ? { does: fixed.word } : {}), ...(nouns.length ? { nouns } : {}), ...(values.length ? { values } : {}), ...single(corrected, context) };
}

function single(word: string, context: TaggingContext): Partial<Item> {
  const lower = word.toLowerCase();
  const attribute = attributeOf(lower);
  const unit = unitOf(lower);
  const weekdays = weekdaysOf(lower);
  const roles = context.lexicon.roles(lower);
  return { ...(weekdays ? { weekdays } : {}), ...(attribute ? { attribute } : {}), ...(unit ? { unit } : {}), ...(roles.length ? { roles } : {}) };
}

/** True when the next noun's table has no value of this name. */
function namesOthers(tokens: readonly Token[], lower: readonly string[], at: number, context: TaggingContext): boolean {
  const next = longestNoun(tokens, lower, at + 1, context.lexicon)?.refs[0];
  const table = next?.kind === 'table' ? next.table : undefined;
  return table !== undefined && ![...context.lexicon.values([lower[at]!]), ...valuesOf(tokens[at]!.text, context)].some((value) => value.info.table === table);
}

function longestNoun(tokens: readonly Token[], lower: readonly string[], at: number, lexicon: Lexicon): { refs: readonly NounRef[]; length: number } | undefined {
  for (let length = Math.min(LONGEST_NOUN, tokens.length - at); length > 0; length--) {
    const span = tokens.slice(at, at + length);
    if (length === 3 && span[1]!.text === '-') {
      const joined = lexicon.nouns([`${lower[at]!}${lower[at + 2]!}`]);
      if (joined[0] && joined[0].score > 0.7) return { refs: joined, length };
    }
    // "type of food" is a food type.
    if (length === 3 && lower[at + 1] === 'of' && !lexicon.nouns([lower[at + 2]!]).some((ref) => ref.kind === 'table' && ref.score > 0.7)) {
      const turned = lexicon.nouns([lower[at + 2]!, lower[at]!]).filter((ref) => ref.kind === 'column' && ref.via === 'name' && ref.score > 0.95);
      if (turned.length) return { refs: turned, length };
    }
    if (!span.every((token) => token.kind === 'word' || (token.kind === 'number' && length > 1))) continue;
    if (length > 1 && span.some((token) => token.text === "'s")) continue;
    const said = lower.slice(at, at + length);
    // "signed up" is the verb of a signup.
    const glued = length === 2 && PARTICLES.has(lower[at + 1]!) ? lexicon.nouns([`${wordForms(lower[at]!).verb}${lower[at + 1]!}`]) : [];
    if (glued[0] && glued[0].score > 0.45) return { refs: glued, length };
    const refs = length === 1 && isPricing(lower, at) ? pricing(lexicon) : lexicon.nouns(said);
    // "total revenue" adds up a revenue unless a column is called so: no synonym swallows the aggregate.
    const aggregates = length > 1 && functionWordOf(lower[at]!)?.does === 'aggregate';
    const sure = length > 1 ? refs.filter((ref) => ref.score > 0.62 && !(aggregates && ref.via !== 'name' && ref.via !== 'part' && ref.via !== 'glossary')) : refs;
    if (length > 1 && (isPricing(lower, at + length - 1) || (sure[0]?.via === 'synonym' && isInflectedVerb(lower[at + length - 1]!)))) continue;
    if (sure.length) return { refs: sure, length };
  }
  return undefined;
}

/** "Who works in Finance": between those who do it and a preposition, a verb is no noun that only a synonym makes of it. */
function relates(tokens: readonly Token[], lower: readonly string[], at: number, nouns: readonly NounRef[]): boolean {
  const before = lower[at - 1] ?? '';
  const after = lower[at + 1];
  const subject = ['who', 'that', 'which', 'they', 'we'].includes(before) || (tokens[at - 1]?.kind === 'word' && (singular(before) !== before || before === 'people'));
  return subject && (after === undefined || ['in', 'at', 'for', 'on', 'from', 'with', 'to', 'as', 'under', '?', '.', 'either'].includes(after)) && !nouns.some((ref) => ref.via === 'name' || ref.via === 'part');
}

/** "made", "earning": a form of a verb, and no noun. */
function isInflectedVerb(word: string): boolean {
  const { verb, noun } = wordForms(word);
  return verb !== word && noun === word;
}

/** "that cost more than 50": said of goods, the verb is about their price, even where a column says what they cost us. */
function isPricing(lower: readonly string[], at: number): boolean {
  return /^costs?$/.test(lower[at]!) && (['that', 'which', 'who', 'do', 'does', 'to', 'not'].includes(lower[at - 1] ?? '') || /[a-z]s$/.test(lower[at - 1] ?? ''));
}

function pricing(lexicon: Lexicon): NounRef[] {
  const prices = lexicon.nouns(['price']).filter((ref) => ref.score > 0.75);
  return prices.length ? [...prices] : [...lexicon.nouns(['cost'])];
}

function longestValue(question: string, tokens: readonly Token[], at: number, context: TaggingContext): { refs: readonly ValueRef[]; length: number } | undefined {
  for (let length = Math.min(LONGEST_VALUE, tokens.length - at); length > 0; length--) {
    const span = tokens.slice(at, at + length);
    if (span.some((token) => token.kind === 'quoted' || (token.kind === 'symbol' && !'-/.'.includes(token.text)))) continue;
    const labels = context.lexicon.values(span.map((token) => token.text.toLowerCase()));
    const text = question.slice(span[0]!.start, span.at(-1)!.end);
    // "for" is no building called FOR, nor "us" a country.
    if (length === 1 && span[0]!.kind === 'word' && text === text.toLowerCase() && functionWordOf(text) && text.length <= 4) return undefined;
    const exact = text.length > 1 || (at > 0 && /^[A-Z]$/.test(text)) ? valuesOf(text, context) : [];
    // "households" are rows whose kind is household.
    const base = singular(text);
    const refs = [...labels, ...(exact.length || base === text || text.length < 5 ? exact : valuesOf(base, context))];
    if (refs.length) return { refs, length };
  }
  return undefined;
}

function valuesOf(text: string, context: TaggingContext): ValueRef[] {
  const found: ValueRef[] = [];
  for (const hit of context.values?.find(text) ?? []) {
    const table = context.model.tables.find((each) => each.relation.schema === hit.schema && each.relation.name === hit.table);
    const info = table?.columns.find((each) => each.name === hit.column);
    if (info) found.push({ info, value: hit.value });
  }
  return found;
}
