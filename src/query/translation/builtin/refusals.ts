import { distance } from 'fastest-levenshtein';
import type { NotUnderstood } from '../sql-translator.js';
import { tableName, type ColumnInfo, type SchemaModel, type TableInfo } from './lexicon/schema-model.js';
import type { Lexicon } from './lexicon/references.js';
import { nameParts } from './lexicon/split-name.js';
import { nameOf } from './binding/resolver.js';
import pluralize from 'pluralize';

const MAX_NEAREST = 5;
const MAX_SUGGESTIONS = 3;

/**
 * Builds a refusal: what was not understood, what is near to it, and questions that do work here.
 *
 * @param works says whether the translator itself can translate a question on this schema
 */
export function refuse(reason: string, unknown: readonly string[], choices: readonly string[], topics: readonly TableInfo[], model: SchemaModel, lexicon: Lexicon, works: (question: string) => boolean): NotUnderstood {
  const nearest = [...choices];
  for (const word of unknown) {
    for (const ref of lexicon.nouns([word]).slice(0, 2)) nearest.push(nameOf(ref));
    nearest.push(...similarNames(word, model));
  }
  for (const table of topics) nearest.push(tableName(table));
  if (nearest.length === 0) nearest.push(...central(model).slice(0, 3).map(tableName));
  const about = topics.length > 0 ? topics : central(model);
  const suggestions: string[] = [];
  for (const question of questionsAbout(about)) {
    if (suggestions.length === MAX_SUGGESTIONS) break;
    if (!suggestions.includes(question) && works(question)) suggestions.push(question);
  }
  return { reason, unknown_words: [...new Set(unknown)], nearest: [...new Set(nearest)].slice(0, MAX_NEAREST), suggestions };
}

/** A column's name as one would say it, the table's own prefix left out. */
function spoken(info: ColumnInfo): string {
  const parts = nameParts(info.name);
  return (parts.length > info.words.length ? parts.slice(-info.words.length) : parts).join(' ');
}

function* questionsAbout(tables: readonly TableInfo[]): Generator<string> {
  for (const table of tables.slice(0, 4)) {
    const many = pluralize(table.words.join(' '));
    yield `How many ${many} are there?`;
    const number = table.columns.find((info) => info.role === 'number' && !info.isKey);
    const group = table.columns.find((info) => info.role === 'enum' || (info.role === 'text' && /^(status|type|category|city|country|state)$/.test(info.words.at(-1) ?? '')));
    if (number) yield `What is the average ${spoken(number)} of ${many}?`;
    if (group) yield `How many ${many} are there per ${spoken(group)}?`;
    yield `Show all ${many}`;
  }
}

/** Tables that most others are joined to: what a database is about. */
function central(model: SchemaModel): TableInfo[] {
  return [...model.tables].sort((a, b) => model.edgesOf[b.index]!.length - model.edgesOf[a.index]!.length || a.index - b.index);
}

function similarNames(word: string, model: SchemaModel): string[] {
  if (word.length < 4) return [];
  const lower = word.toLowerCase();
  const limit = Math.max(1, Math.floor(lower.length / 3));
  const near: { name: string; slips: number }[] = [];
  const consider = (words: readonly string[], name: string) => {
    const slips = Math.min(...words.filter((each) => each.length > 3).map((each) => distance(each, lower)));
    if (slips <= limit) near.push({ name, slips });
  };
  for (const table of model.tables) {
    consider(table.words, tableName(table));
    for (const info of table.columns) consider(info.words, `${tableName(table)}.${(info as ColumnInfo).name}`);
  }
  return near.sort((a, b) => a.slips - b.slips).slice(0, 2).map(({ name }) => name);
}
