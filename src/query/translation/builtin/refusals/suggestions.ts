import pluralize from 'pluralize';
import { isAmount, tableName, type ColumnInfo, type SchemaModel, type TableInfo } from '../lexicon/schema-model.js';
import { nameParts } from '../lexicon/split-name.js';

/** What is known of a question that was not understood. */
export interface Refused {
  readonly question: string;
  readonly unknown: readonly string[];
  /** What is offered instead of an ambiguous word: names of tables and columns, or words. */
  readonly choices: readonly string[];
  readonly ambiguous?: string;
  readonly topics: readonly TableInfo[];
  /** Values near to unknown words. */
  readonly values: readonly { readonly word: string; readonly value: string }[];
  /** Names near to unknown words: `table` or `table.column`. */
  readonly names: readonly { readonly word: string; readonly name: string }[];
}

/** Questions near to the one that was asked, the nearest first; whether they work is not known yet. */
export function* nearQuestions(refused: Refused, model: SchemaModel): Generator<string> {
  const { question, unknown, choices, ambiguous, values, names, topics } = refused;
  for (const choice of ambiguous ? choices : []) for (const said of spokenNames(choice, model)) yield replaced(question, ambiguous!, said);
  for (const { word, value } of values) yield replaced(question, word, value);
  for (const { word, name } of names.slice(0, 2)) yield replaced(question, word, spokenNames(name, model)[0]!);
  if (unknown.length > 0) yield without(question, unknown);
  yield* questionsAbout(topics.length > 0 ? topics : central(model));
}

/** Tables that most others are joined to: what a database is about. */
export function central(model: SchemaModel): TableInfo[] {
  return [...model.tables].sort((a, b) => model.edgesOf[b.index]!.length - model.edgesOf[a.index]!.length || a.index - b.index);
}

function replaced(question: string, word: string, by: string): string {
  const at = question.toLowerCase().indexOf(word.toLowerCase());
  return at < 0 ? '' : question.slice(0, at) + by + question.slice(at + word.length);
}

/** The question without words that mean nothing here, and without the preposition that led to them. */
function without(question: string, unknown: readonly string[]): string {
  let rest = question;
  for (const word of new Set(unknown)) {
    const escaped = word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    rest = rest.replace(new RegExp(`\\s*(?<![\\p{L}\\p{N}])(?:(?:in|from|with|of|for|by|on|at|about|near|the|called|named)\\s+)*["'“]?${escaped}["'”]?(?![\\p{L}\\p{N}])`, 'iu'), '');
  }
  return rest.trim();
}

/** `orders.total_amount` as one would say it: "total amount", or with its table. A text that names nothing stays. */
function spokenNames(name: string, model: SchemaModel): string[] {
  for (const table of model.tables) {
    if (tableName(table) === name) return [pluralize(table.words.join(' '))];
    const info = name.startsWith(`${tableName(table)}.`) ? table.columns.find((each) => `${tableName(table)}.${each.name}` === name) : undefined;
    if (info) return [`${table.words.join(' ')} ${spoken(info)}`, spoken(info)];
  }
  return [name];
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
    const number = table.columns.find(isAmount);
    const group = table.columns.find((info) => info.role === 'enum' || (info.role === 'text' && /^(status|type|category|city|country|state)$/.test(info.words.at(-1) ?? '')));
    if (number) yield `What is the average ${spoken(number)} of ${many}?`;
    if (group) yield `How many ${many} are there per ${spoken(group)}?`;
    yield `Show all ${many}`;
  }
}
