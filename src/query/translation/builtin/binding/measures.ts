import { isAmount, tableName, type ColumnInfo, type TableInfo } from '../lexicon/schema-model.js';
import type { Expression } from '../expression.js';
import type { Measure } from '../logical-form.js';
import type { NounPhrase } from '../parsing/reading.js';
import { isUnitOfMeasure } from '../language/function-words.js';
import { BindingRefused, type Resolver } from './resolver.js';

/** Things that are sums of money: their total is not their number. */
const MONEY_NOUNS: ReadonlySet<string> = new Set(['payment', 'sale', 'invoice', 'expense', 'refund', 'fee', 'donation', 'deposit', 'withdrawal', 'transfer', 'fine', 'bill', 'cost', 'fare', 'income', 'debt', 'loan', 'salary', 'tip', 'purchase']);

const AMOUNTS = ['total', 'amount', 'revenue', 'value', 'price', 'cost'];

/**
 * The measure a noun with an aggregate stands for. Tables are counted; columns added up, averaged …; a column that itself
 * records a number of things ("number of citations" in `citation_num`) is added up when it is counted.
 */
export function bindMeasure(resolver: Resolver, noun: NounPhrase, subject: TableInfo | undefined): Measure {
  const fn = noun.aggregate ?? 'sum';
  if (fn === 'count') return bindCount(resolver, noun);
  if (noun.counted) {
    const number = resolver.resolve(noun);
    if (number?.kind !== 'value' || number.expression.kind !== 'column' || number.expression.info.role !== 'number') throw new BindingRefused(`The ${fn === 'avg' ? 'average' : fn} of a number of ${noun.text} is not covered yet.`);
  }
  const wanted = fn === 'min' || fn === 'max' ? (['number', 'date'] as const) : (['number'] as const);
  // Prices per piece do not add up: only called by their own name are they taken for a sum.
  const refs = fn === 'sum' ? noun.refs.filter((ref) => !(ref.kind === 'column' && ref.via !== 'name' && ref.info.words.some((word) => ['per', 'rate', 'unit'].includes(word)))) : noun.refs;
  const meaning = resolver.resolve({ ...noun, refs }, { kind: 'value', roles: wanted, finer: true });
  // A table that only a synonym reaches does not stand in the way of a number.
  const named = meaning ? { ...noun, refs: noun.refs.filter((ref) => ref.kind !== 'table' || ref.via === 'name' || ref.via === 'part') } : noun;
  const table = resolver.resolve(named, { kind: 'table' });
  if (meaning?.kind === 'value' && !(table && table.score > meaning.score + 0.1)) {
    refuseKey(meaning.expression, fn, noun);
    return { fn, of: meaning.expression, distinct: false };
  }
  if (table?.kind === 'table') {
    resolver.forget(noun);
    // "total orders" counts them; "total sales" or "average order" is about what they are worth.
    const worth = worthOf(resolver, table.table);
    const money = isMoney(table.table) && worth !== undefined;
    const counts = fn === 'sum' && !money && !noun.refs.some((ref) => ref.kind === 'derived' || (ref.kind === 'column' && ref.score > 0.6));
    if (counts) return { fn: 'count', of: { kind: 'rows', table: table.table }, distinct: false };
    if (worth) {
      resolver.note(`Took "${noun.text}" to be about ${tableName(worth.table)}.${worth.name}.`);
      return { fn, of: { kind: 'column', info: worth }, distinct: false };
    }
  }
  throw new BindingRefused(`There is no number called "${noun.text}"${subject ? ` near ${tableName(subject)}` : ''} to take the ${fn === 'avg' ? 'average' : fn} of.`, [noun.text]);
}

/** True for a table whose rows are sums of money; "payments received" are payments. */
export function isMoney(table: TableInfo): boolean {
  return MONEY_NOUNS.has(table.words.findLast((word) => !word.endsWith('ed')) ?? '');
}

/** The column that says what a row of the table comes to. */
export function worthOf(resolver: Resolver, table: TableInfo): ColumnInfo | undefined {
  const found = resolver.columnByWords(AMOUNTS, table, ['number']);
  return found?.table === table ? found : undefined;
}

function bindCount(resolver: Resolver, noun: NounPhrase): Measure {
  // A verb's events are rows: "played" counts plays, not the seconds they took.
  const events = noun.verbal ? resolver.resolve(noun, { kind: 'table' }) : undefined;
  const meaning = events && events.score > 0.55 ? events : resolver.resolve(noun);
  if (!meaning) throw new BindingRefused(`"${noun.text}" is not clear here.`, [noun.text]);
  if (meaning.kind === 'table') return { ...countOf(resolver, meaning.table), ...(noun.distinct ? { distinct: true } : {}) };
  const { expression } = meaning;
  // "How many leaves": rows, where the word is only part of what their kind is called.
  const rows = expression.kind === 'column' && meaning.score < 0.9 && !noun.distinct && expression.info.role !== 'number' ? noun.refs.find((ref) => ref.kind === 'table' && ref.table === expression.info.table) : undefined;
  if (rows?.kind === 'table') {
    resolver.forget(noun);
    return countOf(resolver, rows.table);
  }
  if (expression.kind === 'column' && isAmount(expression.info) && !noun.distinct) {
    if (!recordsNumber(expression.info)) throw new BindingRefused(`"${noun.text}" cannot be counted here: ${tableName(expression.info.table)}.${expression.info.name} is an amount.`, [noun.text]);
    resolver.note(`Added up ${tableName(expression.info.table)}.${expression.info.name}.`);
    return { fn: 'sum', of: expression, distinct: false };
  }
  // The same name or city on many rows is one name or city.
  return { fn: 'count', of: expression, distinct: true };
}

const INTEGERS = new Set(['int2', 'int4', 'int8']);

/** True for a column that says how many of something there are: whole numbers, and no measure of size, time or money. */
function recordsNumber({ words, column }: ColumnInfo): boolean {
  return INTEGERS.has(column.base_type) && !words.some((word) => MEASURES.has(word) || isUnitOfMeasure(word));
}

const MEASURES = new Set(['size', 'price', 'cost', 'amount', 'rating', 'score', 'age', 'year', 'length', 'height', 'weight', 'width', 'depth', 'distance', 'duration', 'salary', 'fee', 'rate', 'percent', 'population', 'area']);

/** Rows of a table; where each row already records a count, the sum of these. */
export function countOf(resolver: Resolver, table: TableInfo): Measure {
  const recorded = table.columns.find((info) => info.role === 'number' && info.words.length === 1 && info.words[0] === 'count');
  if (!recorded) return { fn: 'count', of: { kind: 'rows', table }, distinct: false };
  resolver.note(`Added up ${tableName(table)}.${recorded.name}.`);
  return { fn: 'sum', of: { kind: 'column', info: recorded }, distinct: false };
}

function refuseKey(expression: Expression, fn: Measure['fn'], noun: NounPhrase): void {
  if (expression.kind === 'column' && expression.info.isKey && fn !== 'min' && fn !== 'max') {
    throw new BindingRefused(`"${noun.text}" is an identifier, of which a ${fn} says nothing.`, [noun.text]);
  }
}
