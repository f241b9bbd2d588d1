import { distance } from 'fastest-levenshtein';
import type { ColumnValue } from '../../../../schema/value-index.js';
import { nearValues } from '../../near-values.js';
import type { NotUnderstood, ValueIndex } from '../../sql-translator.js';
import { isFunctionWord } from '../language/function-words.js';
import { isEnglishWord } from '../language/word-forms.js';
import { nameOf } from '../binding/resolver.js';
import type { Vocabulary } from '../lexicon/lexicon-cache.js';
import { tableName, type SchemaModel, type TableInfo } from '../lexicon/schema-model.js';
import { kindOf } from './kinds.js';
import { central, nearQuestions } from './suggestions.js';

const MAX_NEAREST = 5;
const MAX_SUGGESTIONS = 3;
/** Suggestions tried: each costs as much as a question. */
const MAX_TRIED = 10;
/** Unknown words for which something near is looked for. */
const MAX_WORDS = 4;

/** What came of a question that was not understood. */
export interface Refusal {
  readonly reason: string;
  readonly unknown: readonly string[];
  /** What the asker should choose from, instead of a word of the question if that is given. */
  readonly choices: readonly string[];
  readonly ambiguous?: string;
  /** Tables that the question names for certain. */
  readonly topics: readonly TableInfo[];
}

/**
 * Builds a refusal: what was not understood, what is near to it, and questions that do work here.
 *
 * @param works says whether the translator itself can translate a question on this schema
 */
export function refuse(question: string, { reason, unknown, choices, ambiguous, topics }: Refusal, { model, lexicon }: Vocabulary, values: ValueIndex | undefined, works: (question: string) => boolean): NotUnderstood {
  const kind = kindOf(question);
  const words = kind ? [] : [...new Set(unknown)].slice(0, MAX_WORDS);
  const names = words.flatMap((word) => [...lexicon.nouns([word]).slice(0, 2).map(nameOf), ...similarNames(word, model)].map((name) => ({ word, name })));
  const meant = values ? words.filter(mayBeValue).flatMap((word) => meantBy(word, values, topics).map((near) => ({ word, ...near }))) : [];
  const nearest = [...choices, ...meant.map(({ schema, table, column }) => (schema === 'public' ? `${table}.${column}` : `${schema}.${table}.${column}`)), ...names.map(({ name }) => name), ...topics.map(tableName)];
  if (nearest.length === 0) nearest.push(...central(model).slice(0, MAX_SUGGESTIONS).map(tableName));
  return {
    reason: [kind ?? reason, ...didYouMean(meant)].join(' '),
    unknown_words: [...new Set(unknown)],
    nearest: [...new Set(nearest)].slice(0, MAX_NEAREST),
    suggestions: working([...take(nearQuestions({ question, unknown: words, choices, ambiguous, topics, values: meant, names }, model), question)], works),
  };
}

/** Values near to a word: of the tables that the question names, or else of any. */
function meantBy(word: string, values: ValueIndex, topics: readonly TableInfo[]): ColumnValue[] {
  const all = [...values.all()];
  const named = topics.length > 0 ? all.filter(({ schema, table }) => topics.some(({ relation }) => relation.name === table && relation.schema === schema)) : [];
  const near = nearValues(word, named, ({ value }) => value, 2);
  return near.length > 0 ? near : nearValues(word, all, ({ value }) => value, 2);
}

/** Names are capitalised or no English words; "after" is not mistyped. */
function mayBeValue(word: string): boolean {
  return /^\p{Lu}/u.test(word) || !word.split(' ').every((each) => isEnglishWord(each) || isFunctionWord(each.toLowerCase()));
}

function didYouMean(meant: readonly { word: string; table: string; column: string; value: string }[]): string[] {
  return [...new Set(meant.map(({ word }) => word))].map((word) => {
    const near = meant.filter((each) => each.word === word).map(({ table, column, value }) => `"${value}" (${table}.${column})`);
    return `No value "${word}" is known; did you mean ${near.join(' or ')}?`;
  });
}

/** The first candidates, each once, the question itself left out. */
function* take(candidates: Iterable<string>, question: string): Generator<string> {
  const seen = new Set(['', question]);
  for (const candidate of candidates) {
    if (seen.size >= MAX_TRIED + 2) return;
    if (seen.has(candidate)) continue;
    seen.add(candidate);
    yield candidate;
  }
}

function working(candidates: readonly string[], works: (question: string) => boolean): string[] {
  const found: string[] = [];
  for (const candidate of candidates) {
    if (found.length === MAX_SUGGESTIONS) break;
    if (works(candidate)) found.push(candidate);
  }
  return found;
}

function similarNames(word: string, model: SchemaModel): string[] {
  if (word.length < 4) return [];
  const lower = word.toLowerCase();
  const limit = Math.max(1, Math.floor(lower.length / 3));
  const near: { name: string; slips: number }[] = [];
  const consider = (words: readonly string[], name: string) => {
    const slips = Math.min(...words.filter((each) => each.length > 3 && Math.abs(each.length - lower.length) <= limit).map((each) => distance(each, lower)));
    if (slips <= limit) near.push({ name, slips });
  };
  for (const table of model.tables) {
    consider(table.words, tableName(table));
    for (const info of table.columns) consider(info.words, `${tableName(table)}.${info.name}`);
  }
  return near.sort((a, b) => a.slips - b.slips).slice(0, 2).map(({ name }) => name);
}
