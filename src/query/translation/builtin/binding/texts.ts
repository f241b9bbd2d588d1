import { isToOne } from '../joins/distances.js';
import type { ValueRef } from '../lexicon/references.js';
import { tableName, type ColumnInfo, type TableInfo } from '../lexicon/schema-model.js';
import type { Condition } from '../logical-form.js';
import type { Restriction } from '../parsing/reading.js';
import { BindingRefused, type Resolver } from './resolver.js';

/** Less than two keys away. */
const NEIGHBOUR = 1.8;

/** Where something comes from and goes to, as columns say it. */
const DIRECTIONS: Readonly<Record<string, readonly string[]>> = {
  from: ['from', 'origin', 'source', 'departure', 'start', 'sender', 'pickup'],
  to: ['to', 'destination', 'target', 'arrival', 'end', 'receiver', 'recipient', 'dropoff'],
};

/** The column that holds a known value: the one named beside it, else the one nearest to what is spoken of. */
export function chooseValue(resolver: Resolver, restriction: Extract<Restriction, { kind: 'value' }>, subject: TableInfo): ValueRef {
  const { noun, near } = restriction;
  const named = noun ? restriction.refs.filter((ref) => noun.refs.some((each) => each.kind === 'column' && each.info === ref.info && each.score > 0.5)) : [];
  const ofTable = noun && named.length === 0 ? restriction.refs.filter((ref) => noun.refs.some((each) => each.kind === 'table' && each.table === ref.info.table && each.score > 0.7)) : [];
  const directed = restriction.prep && Object.hasOwn(DIRECTIONS, restriction.prep) ? restriction.refs.filter((ref) => ref.info.words.some((word) => DIRECTIONS[restriction.prep!]!.includes(word))) : [];
  if (restriction.adjective) requireOwn(resolver, restriction, near ? (resolver.table(near) ?? subject) : subject);
  const pool = named.length ? named : directed.length ? directed : ofTable.length ? ofTable : restriction.refs;
  const nearTable = near ? near.refs.find((ref) => ref.kind === 'table') : undefined;
  const close = nearTable?.kind === 'table' ? nearTable.table : subject;
  const scored = pool.map((ref) => {
    const display = ref.info.table.display.includes(ref.info) ? 0.05 : 0;
    const distance = Math.min(resolver.distance(close, ref.info.table), resolver.distance(subject, ref.info.table) + 0.3);
    return { ref, score: display - distance };
  });
  scored.sort((a, b) => b.score - a.score);
  const [first, second] = scored;
  if (!first || first.score === -Infinity) throw new BindingRefused(`"${restriction.text}" is not connected to ${tableName(subject)}.`, [restriction.text]);
  if (second && second.ref.info !== first.ref.info && first.score - second.score < 0.04) {
    const names = [first, second].map(({ ref }) => `${tableName(ref.info.table)}.${ref.info.name}`);
    throw new BindingRefused(`"${restriction.text}" could be a value of ${names[0]} or ${names[1]}: please say which.`, [], names);
  }
  noteValue(resolver, restriction.text, first.ref);
  return first.ref;
}

/** A value that is not written as it is stored; labels of enums are words of the schema. */
function noteValue(resolver: Resolver, text: string, { info, value }: ValueRef): void {
  if (typeof value !== 'string' || value === text || info.role === 'enum') return;
  resolver.note(`Took "${text}" to be the value "${value}" of ${tableName(info.table)}.${info.name}.`, info);
}

/** An adjective says something of its noun: of the row itself or of what it belongs to, or what it is called by elsewhere ("Italian restaurants"). */
function requireOwn(resolver: Resolver, { refs, text }: Extract<Restriction, { kind: 'value' }>, table: TableInfo): void {
  const fits = refs.some(({ info }) => isToOne(resolver.model, table, info.table) || resolver.distance(table, info.table) < NEIGHBOUR || (info.table.display.includes(info) && resolver.distance(table, info.table) < Infinity));
  if (!fits) throw new BindingRefused(`"${text}" is not something that is known of ${tableName(table)}.`, [text]);
}

export function bindLiteral(resolver: Resolver, restriction: Extract<Restriction, { kind: 'literal' }>, subject: TableInfo): Condition {
  const equals = (info: ColumnInfo, value: string): Condition => {
    resolver.note(`Looked for "${value}" in ${tableName(info.table)}.${info.name}, in capital or small letters.`, info);
    return { kind: 'test', info, test: { is: 'compare', op: '=', value, ignoreCase: true } };
  };
  const meaning = restriction.noun ? resolver.resolve(restriction.noun) : undefined;
  const table = meaning?.kind === 'table' ? meaning.table : restriction.named && !restriction.noun ? subject : undefined;
  if (table?.display.length !== 2) return equals(textColumn(resolver, restriction, subject), restriction.text);
  // A person's name in two columns: "Jane Smith" is both, "Smith" either.
  const [first, last] = table.display as [ColumnInfo, ColumnInfo];
  const cut = restriction.text.indexOf(' ');
  if (cut < 0) return { kind: 'any', of: [equals(first, restriction.text), equals(last, restriction.text)] };
  return { kind: 'all', of: [equals(first, restriction.text.slice(0, cut)), equals(last, restriction.text.slice(cut + 1))] };
}

/** The text column a literal belongs to: the one named, or the name of the table that is named. */
export function textColumn(resolver: Resolver, restriction: Restriction & { text: string; named?: boolean }, subject: TableInfo): ColumnInfo {
  const noun = restriction.noun ?? (restriction.named ? restriction.near : undefined);
  const meaning = noun ? resolver.resolve(noun, { roles: ['text', 'enum'], ...(restriction.near ? { near: restriction.near } : {}) }) : undefined;
  if (meaning?.kind === 'value' && meaning.expression.kind === 'column') return meaning.expression.info;
  const table = meaning?.kind === 'table' ? meaning.table : restriction.named ? subject : undefined;
  if (table?.display.length === 1) return table.display[0]!;
  throw new BindingRefused(`It is not clear in which column "${restriction.text}" should be looked for.`, [restriction.text]);
}

/** "not shipped": when the table says when something was shipped, rows without that date are meant. */
function participleDate(restriction: Extract<Restriction, { kind: 'value' }>, subject: TableInfo): ColumnInfo | undefined {
  const word = restriction.text.toLowerCase();
  return subject.columns.find((info) => info.role === 'date' && info.words.length <= 2 && info.words[0] === word);
}

/** The same in a table that has at most one row for each of the subject's: an order's shipment. */
export function eventDate(resolver: Resolver, restriction: Extract<Restriction, { kind: 'value' }>, subject: TableInfo): ColumnInfo | undefined {
  const companions = resolver.model.edgesOf[subject.index]!.filter((edge) => edge.oneToOne && edge.parent === subject).map((edge) => edge.child);
  return [subject, ...companions].map((table) => participleDate(restriction, table)).find((info) => info !== undefined);
}

/** In "shipped in May" the participle says which date is meant, if there is such a date, and not a status. */
export function isCueOf(restriction: Extract<Restriction, { kind: 'value' }>, next: Restriction | undefined): boolean {
  if (next?.kind !== 'date' || next.cue !== restriction.text.toLowerCase()) return false;
  return restriction.refs.some((ref) => participleDate(restriction, ref.info.table));
}
