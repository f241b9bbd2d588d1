import { isUnitOfMeasure } from '../language/function-words.js';
import { isToOne } from '../joins/distances.js';
import type { ValueRef } from '../lexicon/references.js';
import { tableName, type ColumnInfo, type TableInfo } from '../lexicon/schema-model.js';
import type { Condition, Having, Measure, Test } from '../logical-form.js';
import type { NounPhrase, Restriction } from '../parsing/reading.js';
import { dateColumn, isYear } from './dates.js';
import { bindMeasure } from './measures.js';
import { BindingRefused, type Resolver } from './resolver.js';

/** What restrictions become: conditions on rows, and on groups. */
export interface Bound {
  readonly where: Condition[];
  readonly having: Having[];
}

/** Binds restrictions in question order; what follows a denied relation ("without orders in 2024") belongs to it. */
export function bindRestrictions(resolver: Resolver, restrictions: readonly Restriction[], subject: TableInfo, measured: readonly TableInfo[]): Bound {
  const bound: Bound = { where: [], having: [] };
  const scene: Scene = { resolver, subject, measured, relations: new Set(restrictions.flatMap((each) => (each.kind === 'related' && each.noun ? [each.noun] : []))) };
  let denied: { noun: NounPhrase; where: Condition[] } | undefined;
  for (const [at, restriction] of restrictions.entries()) {
    if (restriction.kind === 'value' && isCueOf(restriction, restrictions[at + 1])) continue;
    const inside = denied && !restriction.negated && (restriction.near === denied.noun || restriction.noun === denied.noun) ? denied : undefined;
    const before = bound.where.length;
    bindOne(scene, restriction, bound);
    const last = bound.where.at(-1);
    if (inside) inside.where.push(...bound.where.splice(before));
    else if (restriction.kind === 'related' && restriction.negated && bound.where.length > before && last?.kind === 'not' && last.of.kind === 'related') {
      denied = { noun: restriction.noun!, where: last.of.where as Condition[] };
    }
  }
  return { where: mergeValues(resolver, bound.where, subject), having: bound.having };
}

/** What all restrictions of a question are bound in. */
interface Scene {
  readonly resolver: Resolver;
  readonly subject: TableInfo;
  /** Tables of what is counted or added up. */
  readonly measured: readonly TableInfo[];
  /** Nouns that rows must be related to. */
  readonly relations: ReadonlySet<NounPhrase>;
}

function bindOne(scene: Scene, restriction: Restriction, bound: Bound): void {
  const { resolver, subject, measured, relations } = scene;
  const push = (condition: Condition) => bound.where.push(restriction.negated ? { kind: 'not', of: condition } : condition);
  switch (restriction.kind) {
    case 'any': {
      const parts = restriction.of.map((each) => {
        const part: Bound = { where: [], having: [] };
        bindOne(scene, each.noun || restriction.of[0]!.noun === undefined ? each : { ...each, noun: restriction.of[0]!.noun }, part);
        if (part.having.length > 0) throw new BindingRefused('Alternatives of totals or counts are not covered.');
        return part.where.length === 1 ? part.where[0]! : ({ kind: 'all', of: part.where } as const);
      });
      return void push({ kind: 'any', of: parts });
    }
    case 'related':
      return bindRelated(resolver, restriction, subject, bound);
    case 'compare':
    case 'between':
      return bindNumber(resolver, restriction, subject, bound);
    case 'value': {
      const date = restriction.negated ? eventDate(resolver, restriction, subject) : undefined;
      if (date?.table === subject) return void bound.where.push({ kind: 'test', info: date, test: { is: 'null' } });
      if (date) return void bound.where.push({ kind: 'not', of: { kind: 'related', table: date.table, where: [{ kind: 'test', info: date, test: { is: 'present' } }] } });
      const ref = chooseValue(resolver, restriction, subject);
      return void push({ kind: 'test', info: ref.info, test: { is: 'compare', op: '=', value: ref.value } });
    }
    case 'literal':
      return void push(bindLiteral(resolver, restriction, subject));
    case 'text': {
      const info = textColumn(resolver, restriction, subject);
      return void push({ kind: 'test', info, test: { is: 'text', op: restriction.op, text: restriction.text } });
    }
    case 'date': {
      // A date belongs to what is measured or asked for, unless it stands right after a relation: "with orders in 2024".
      const related = restriction.near && relations.has(restriction.near) ? resolver.table(restriction.near) : undefined;
      const last = restriction.near ? resolver.table(restriction.near) : undefined;
      const near = [related, ...measured, subject, last, ...resolver.anchors].filter((table) => table !== undefined);
      const years = wholeYears(restriction.range.from) && wholeYears(restriction.range.to);
      const info = dateColumn(resolver, [...new Set(near)], { ...(restriction.noun ? { noun: restriction.noun } : {}), ...(restriction.cue ? { cue: restriction.cue } : {}), years });
      return void push({ kind: 'test', info, test: isYear(info) ? yearTest(restriction.range) : { is: 'during', range: restriction.range } });
    }
    case 'null': {
      const value = restriction.noun ? resolver.value(restriction.noun) : undefined;
      if (value?.kind !== 'column') throw new BindingRefused('It is not clear which column should be empty.', restriction.noun ? [restriction.noun.text] : []);
      return void push({ kind: 'test', info: value.info, test: { is: 'null' } });
    }
  }
}

/** "with orders", "without orders", "with more than 3 orders", "with an email". */
function bindRelated(resolver: Resolver, restriction: Extract<Restriction, { kind: 'related' }>, subject: TableInfo, bound: Bound): void {
  const noun = restriction.noun!;
  const meaning = resolver.resolve(noun);
  if (!meaning) throw new BindingRefused(`"${noun.text}" is not clear here.`, [noun.text]);
  const { count } = restriction;
  if (meaning.kind === 'table') {
    if (meaning.table === subject && !count) return;
    if (!count) {
      const related: Condition = { kind: 'related', table: meaning.table, where: [] };
      bound.where.push(restriction.negated ? { kind: 'not', of: related } : related);
      return;
    }
    if (restriction.negated) throw new BindingRefused('A denied count is not covered.');
    const measure: Measure = { fn: 'count', of: { kind: 'rows', table: meaning.table }, distinct: false };
    bound.having.push({ measure, op: count.op, value: count.value });
    return;
  }
  const { expression } = meaning;
  if (count) {
    if (noun.distinct && expression.kind === 'column') bound.having.push({ measure: { fn: 'count', of: expression, distinct: true }, op: count.op, value: count.value });
    else if (expression.kind === 'column' && expression.info.role === 'number') {
      if (noun.aggregate) bound.having.push({ measure: bindMeasure(resolver, noun, subject), op: count.op, value: count.value });
      else bound.where.push(numberCondition(expression.info, { is: 'compare', op: count.op, value: count.value }));
    } else throw new BindingRefused(`"${noun.text}" cannot be counted here.`, [noun.text]);
    return;
  }
  if (expression.kind !== 'column') throw new BindingRefused(`"${noun.text}" is not clear here.`, [noun.text]);
  const { info } = expression;
  const yes: Condition = { kind: 'test', info, test: { is: 'compare', op: '=', value: true } };
  if (info.role === 'boolean') bound.where.push(restriction.negated ? { kind: 'not', of: yes } : yes);
  else bound.where.push({ kind: 'test', info, test: { is: restriction.negated ? 'null' : 'present' } });
}

function bindNumber(resolver: Resolver, restriction: Extract<Restriction, { kind: 'compare' | 'between' }>, subject: TableInfo, bound: Bound): void {
  const test: Test = restriction.kind === 'between' ? { is: 'between', low: restriction.low, high: restriction.high } : { is: 'compare', op: restriction.op, value: restriction.value };
  const push = (info: ColumnInfo) => {
    if (restriction.kind === 'compare') checkUnit(resolver, info, restriction.unit);
    const condition = numberCondition(info, test);
    bound.where.push(restriction.negated ? { kind: 'not', of: condition } : condition);
  };
  if (restriction.kind === 'compare' && restriction.attribute) {
    const { attribute } = restriction;
    const near = restriction.near ? (resolver.table(restriction.near) ?? subject) : subject;
    const info = resolver.columnByWords(attribute.temporal ? ['age'] : attribute.columns, near, ['number']);
    const born = attribute.temporal && !info ? resolver.columnByWords(['birth date', 'birth'], near, ['date']) : undefined;
    if (born && (restriction.unit === undefined || restriction.unit === 'year')) {
      const limit = new Date(resolver.now);
      limit.setUTCFullYear(limit.getUTCFullYear() - restriction.value);
      const day = limit.toISOString().slice(0, 10);
      const range = attribute.adjective === 'old' ? { to: day, label: `before ${day}` } : { from: day, label: `${day} or later` };
      bound.where.push({ kind: 'test', info: born, test: { is: 'during', range } });
      return;
    }
    if (!info) throw new BindingRefused(`Nothing here says how ${attribute.adjective} a row is.`, [attribute.adjective]);
    resolver.note(`Took "${attribute.adjective}" to be about ${tableName(info.table)}.${info.name}.`);
    // "older than 30": an age grows although a birth date falls.
    checkUnit(resolver, info, restriction.unit);
    const op = attribute.temporal ? (attribute.adjective === 'old' ? '>' : '<') : restriction.op;
    bound.where.push(numberCondition(info, { is: 'compare', op, value: restriction.value }));
    return;
  }
  const { noun } = restriction;
  if (!noun) throw new BindingRefused('It is not clear what the number is compared with.');
  if (noun.aggregate) {
    const measure = bindMeasure(resolver, noun, subject);
    if (restriction.kind === 'between') {
      bound.having.push({ measure, op: '>=', value: restriction.low }, { measure, op: '<=', value: restriction.high });
    } else bound.having.push({ measure, op: restriction.op, value: restriction.value });
    return;
  }
  const meaning = resolver.resolve(noun, { roles: ['number', 'text', 'date'], ...(restriction.near ? { near: restriction.near } : {}) });
  if (meaning?.kind === 'value' && meaning.expression.kind === 'column') return push(meaning.expression.info);
  if (meaning?.kind === 'table') {
    const { table } = meaning;
    const key = table.key.length === 1 ? table.key[0]! : undefined;
    if (restriction.kind === 'compare' && restriction.op === '=' && key?.role === 'number') return push(key);
    const money = resolver.columnByWords(['total', 'amount', 'price', 'cost'], table, ['number']);
    if (money && money.table === table) {
      resolver.note(`Compared ${tableName(table)}.${money.name} with the number.`);
      return push(money);
    }
  }
  throw new BindingRefused(`It is not clear which number of "${noun.text}" is meant.`, [noun.text]);
}

const ALIKE: Readonly<Record<string, string>> = { kilogram: 'kg', kilo: 'kg', centimeter: 'cm', centimetre: 'cm', kilometer: 'km', kilometre: 'km', metre: 'meter', euros: 'eur', euro: 'eur', dollar: 'usd', min: 'minute' };

/** A number's unit must be the column's, where the column's name says one; otherwise it is taken for granted, and told. */
function checkUnit(resolver: Resolver, info: ColumnInfo, unit: string | undefined): void {
  if (unit === undefined) return;
  const plain = (word: string) => ALIKE[word] ?? word;
  const own = info.words.find((word) => isUnitOfMeasure(word) && word !== 'year');
  if (own && plain(own) !== plain(unit)) throw new BindingRefused(`${tableName(info.table)}.${info.name} is not in ${unit}s.`, [unit]);
  if (!own) resolver.note(`Assumed that ${tableName(info.table)}.${info.name} is in ${unit}s.`);
}

/** A year is compared with a date by its start and end; digits with text as text. */
function numberCondition(info: ColumnInfo, test: Test): Condition {
  if (info.role === 'date') {
    if (test.is === 'compare' && typeof test.value === 'number' && Number.isInteger(test.value) && test.value > 1000 && test.value < 3000) {
      const [start, end] = [`${test.value}-01-01`, `${test.value + 1}-01-01`];
      const label = String(test.value);
      const range = { '=': { from: start, to: end, label }, '>': { from: end, label: `after ${label}` }, '>=': { from: start, label: `${label} or later` }, '<': { to: start, label: `before ${label}` }, '<=': { to: end, label: `${label} or earlier` }, '<>': undefined }[test.op];
      if (range) return { kind: 'test', info, test: { is: 'during', range } };
    }
    throw new BindingRefused(`${tableName(info.table)}.${info.name} is a date, not a number.`);
  }
  if (info.role !== 'number') {
    if (test.is === 'compare' && (test.op === '=' || test.op === '<>')) return { kind: 'test', info, test: { ...test, value: String(test.value) } };
    throw new BindingRefused(`${tableName(info.table)}.${info.name} holds text, not numbers.`);
  }
  return { kind: 'test', info, test };
}

/** Where something comes from and goes to, as columns say it. */
const DIRECTIONS: Readonly<Record<string, readonly string[]>> = {
  from: ['from', 'origin', 'source', 'departure', 'start', 'sender', 'pickup'],
  to: ['to', 'destination', 'target', 'arrival', 'end', 'receiver', 'recipient', 'dropoff'],
};

/** The column that holds a known value: the one named beside it, else the one nearest to what is spoken of. */
function chooseValue(resolver: Resolver, restriction: Extract<Restriction, { kind: 'value' }>, subject: TableInfo): ValueRef {
  const { noun, near } = restriction;
  const named = noun ? restriction.refs.filter((ref) => noun.refs.some((each) => each.kind === 'column' && each.info === ref.info && each.score > 0.5)) : [];
  const ofTable = noun && named.length === 0 ? restriction.refs.filter((ref) => noun.refs.some((each) => each.kind === 'table' && each.table === ref.info.table && each.score > 0.7)) : [];
  const directed = restriction.prep && Object.hasOwn(DIRECTIONS, restriction.prep) ? restriction.refs.filter((ref) => ref.info.words.some((word) => DIRECTIONS[restriction.prep!]!.includes(word))) : [];
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
  return first.ref;
}

function bindLiteral(resolver: Resolver, restriction: Extract<Restriction, { kind: 'literal' }>, subject: TableInfo): Condition {
  const equals = (info: ColumnInfo, value: string): Condition => ({ kind: 'test', info, test: { is: 'compare', op: '=', value, ignoreCase: true } });
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
function textColumn(resolver: Resolver, restriction: Restriction & { text: string; named?: boolean }, subject: TableInfo): ColumnInfo {
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
function eventDate(resolver: Resolver, restriction: Extract<Restriction, { kind: 'value' }>, subject: TableInfo): ColumnInfo | undefined {
  const companions = resolver.model.edgesOf[subject.index]!.filter((edge) => edge.oneToOne && edge.parent === subject).map((edge) => edge.child);
  return [subject, ...companions].map((table) => participleDate(restriction, table)).find((info) => info !== undefined);
}

/** In "shipped in May" the participle says which date is meant, if there is such a date, and not a status. */
function isCueOf(restriction: Extract<Restriction, { kind: 'value' }>, next: Restriction | undefined): boolean {
  if (next?.kind !== 'date' || next.cue !== restriction.text.toLowerCase()) return false;
  return restriction.refs.some((ref) => participleDate(restriction, ref.info.table));
}

/** "in Berlin and Paris" of one row's own column means either; of related rows it means that each is there. */
function mergeValues(resolver: Resolver, conditions: readonly Condition[], subject: TableInfo): Condition[] {
  const merged: Condition[] = [];
  for (const condition of conditions) {
    const twin = merged.findIndex((each) => each.kind === 'test' && condition.kind === 'test' && each.info === condition.info && isEquality(each.test) && isEquality(condition.test));
    const other = merged[twin];
    if (other?.kind !== 'test' || condition.kind !== 'test') merged.push(condition);
    else if (isToOne(resolver.model, subject, condition.info.table)) merged[twin] = { kind: 'any', of: [other, condition] };
    else merged.splice(twin, 1, { kind: 'related', table: other.info.table, where: [other] }, { kind: 'related', table: condition.info.table, where: [condition] });
  }
  return merged;
}

function isEquality(test: Test): boolean {
  return test.is === 'compare' && test.op === '=';
}

function wholeYears(iso: string | undefined): boolean {
  return iso === undefined || iso.endsWith('-01-01');
}

function yearTest({ from, to }: { from?: string; to?: string }): Test {
  const [first, last] = [from ? Number(from.slice(0, 4)) : undefined, to ? Number(to.slice(0, 4)) - 1 : undefined];
  if (first !== undefined && last !== undefined) return first === last ? { is: 'compare', op: '=', value: first } : { is: 'between', low: first, high: last };
  return first !== undefined ? { is: 'compare', op: '>=', value: first } : { is: 'compare', op: '<=', value: last! };
}
