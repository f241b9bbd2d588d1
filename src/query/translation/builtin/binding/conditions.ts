import { singular } from '../language/word-forms.js';
import type { Expression } from '../expression.js';
import { isToOne } from '../joins/distances.js';
import { isAmount, tableName, type ColumnInfo, type TableInfo } from '../lexicon/schema-model.js';
import type { Condition, Measure, Test } from '../logical-form.js';
import type { NounPhrase, Reading, Restriction } from '../parsing/reading.js';
import type { Bound } from './bound.js';
import { bindCompared } from './compared.js';
import { dateCondition, refuseBothDates } from './date-conditions.js';
import { bindMeasure } from './measures.js';
import { bindNumber, numberCondition } from './numbers.js';
import { bindLiteral, chooseValue, eventDate, isCueOf, textColumn } from './texts.js';
import { BindingRefused, type Resolver } from './resolver.js';

/**
 * Binds restrictions in question order. What is said right after a relation is said of the related rows: "without orders in
 * 2024", "who ordered the desk lamp", "from customers in Berlin".
 */
export function bindRestrictions(resolver: Resolver, reading: Pick<Reading, 'restrictions' | 'mentions' | 'both'>, subject: TableInfo, measured: readonly TableInfo[]): Bound {
  const { restrictions } = reading;
  const bound: Bound = { where: [], having: [] };
  const scene: Scene = { resolver, subject, measured, relations: new Set(restrictions.flatMap((each) => (each.kind === 'related' && each.noun ? [each.noun] : []))) };
  const relations = new Map<NounPhrase, Related>();
  for (const [at, restriction] of restrictions.entries()) {
    if (restriction.kind === 'value' && isCueOf(restriction, restrictions[at + 1])) continue;
    const before = bound.where.length;
    bindOne(scene, restriction, bound);
    const fresh = bound.where.slice(before);
    if (restriction.kind === 'related') {
      const last = fresh.at(-1);
      const related = last?.kind === 'not' ? last.of : last;
      if (restriction.noun && related?.kind === 'related') relations.set(restriction.noun, related as Related);
      continue;
    }
    const noun = [restriction.near, restriction.noun].find((each) => each && (relations.has(each) || reading.mentions.includes(each)));
    const related = noun ? relations.get(noun) : undefined;
    const inside = related ?? (noun ? mentioned(resolver, noun, fresh, subject) : undefined);
    if (!inside || (restriction.negated && !(restriction.kind === 'value' && restriction.adjective)) || fresh.some((condition) => speaksOf(condition, subject))) continue;
    bound.where.splice(before);
    // "bought A and B": no single row is both, so that the second is another one.
    const again = inside.where.some((each) => fresh.some((other) => sameEquality(each, other)));
    if (again || !related) bound.where.push({ kind: 'related', table: inside.table, where: fresh });
    else inside.where.push(...fresh);
  }
  const where = mergeValues(resolver, bound.where, subject);
  if (reading.both && where.some((condition) => condition.kind === 'any') && !restrictions.some((each) => each.kind === 'any')) throw new BindingRefused(`No single row of ${tableName(subject)} can be both.`);
  const split = where.find((condition) => condition.kind === 'any' && !bound.where.includes(condition));
  const column = split ? equated(split)?.info : undefined;
  return { where, having: bound.having, ...(column ? { split: column } : {}) };
}

interface Related {
  readonly kind: 'related';
  readonly table: TableInfo;
  readonly where: Condition[];
}

/** A table mentioned on the way, if what follows is at least as near to it as to what is asked for. */
function mentioned(resolver: Resolver, noun: NounPhrase, fresh: readonly Condition[], subject: TableInfo): Related | undefined {
  const table = resolver.table(noun);
  if (!table || table === subject) return undefined;
  const nearer = fresh.every((condition) => condition.kind === 'test' && condition.info.table !== table && resolver.distance(table, condition.info.table) <= resolver.distance(subject, condition.info.table));
  return nearer && fresh.length > 0 ? { kind: 'related', table, where: [] } : undefined;
}

function speaksOf(condition: Condition, table: TableInfo): boolean {
  if (condition.kind === 'test') return condition.info.table === table;
  if (condition.kind === 'not') return speaksOf(condition.of, table);
  return condition.kind === 'any' || condition.kind === 'all' ? condition.of.some((each) => speaksOf(each, table)) : false;
}

function sameEquality(a: Condition, b: Condition): boolean {
  return a.kind === 'test' && b.kind === 'test' && a.info === b.info && isEquality(a.test) && isEquality(b.test);
}

/** What all restrictions of a question are bound in. */
export interface Scene {
  readonly resolver: Resolver;
  readonly subject: TableInfo;
  /** Tables of what is counted or added up. */
  readonly measured: readonly TableInfo[];
  /** Nouns that rows must be related to. */
  readonly relations: ReadonlySet<NounPhrase>;
}

function bindOne(scene: Scene, restriction: Restriction, bound: Bound): void {
  const { resolver, subject } = scene;
  const push = (condition: Condition) => bound.where.push(restriction.negated ? { kind: 'not', of: condition } : condition);
  switch (restriction.kind) {
    case 'any': {
      const parts = restriction.of.map((each) => {
        const part: Bound = { where: [], having: [] };
        bindOne(scene, each.noun || restriction.of[0]!.noun === undefined ? each : { ...each, noun: restriction.of[0]!.noun }, part);
        if (part.having.length > 0) throw new BindingRefused('Alternatives of totals or counts are not covered.');
        return part.where.length === 1 ? part.where[0]! : ({ kind: 'all', of: part.where } as const);
      });
      if (restriction.joined) refuseBothDates(scene, parts);
      return void push({ kind: 'any', of: parts });
    }
    case 'related':
      return bindRelated(resolver, restriction, subject, bound);
    case 'compare':
    case 'between':
      return bindNumber(resolver, restriction, subject, bound);
    case 'compare-to':
      return void push(bindCompared(resolver, restriction, subject));
    case 'value': {
      const date = restriction.negated ? eventDate(resolver, restriction, subject) : undefined;
      if (date?.table === subject) return void bound.where.push({ kind: 'test', info: date, test: { is: 'null' } });
      if (date) return void bound.where.push({ kind: 'not', of: { kind: 'related', table: date.table, where: [{ kind: 'test', info: date, test: { is: 'present' } }] } });
      const through = restriction.noun ? resolver.through(restriction.noun) : undefined;
      if (through) {
        const named = restriction.refs.find(({ info }) => info.table === through.edge.parent);
        if (!named) throw new BindingRefused(`"${restriction.text}" is not known of a ${restriction.noun!.text}.`, [restriction.text]);
        return void push({ kind: 'test', info: named.info, expression: { ...through, info: named.info }, test: { is: 'compare', op: '=', value: named.value } });
      }
      const ref = chooseValue(resolver, restriction, subject);
      return void push({ kind: 'test', info: ref.info, test: { is: 'compare', op: '=', value: ref.value } });
    }
    case 'literal':
      return void push(bindLiteral(resolver, restriction, subject));
    case 'text': {
      const info = textColumn(resolver, restriction, subject);
      return void push({ kind: 'test', info, test: { is: 'text', op: restriction.op, text: restriction.text } });
    }
    case 'date':
    case 'weekday':
    case 'clock':
      return void push(dateCondition(scene, restriction));
    case 'null': {
      const value = restriction.noun ? referring(resolver.value(restriction.noun)) : undefined;
      if (value?.kind !== 'column') throw new BindingRefused('It is not clear which column should be empty.', restriction.noun ? [restriction.noun.text] : []);
      return void push({ kind: 'test', info: value.info, test: { is: 'null' } });
    }
  }
}

/** "with orders", "without orders", "with more than 3 orders", "with an email". */
function bindRelated(resolver: Resolver, restriction: Extract<Restriction, { kind: 'related' }>, subject: TableInfo, bound: Bound): void {
  const noun = restriction.noun!;
  const meaning = resolver.resolve(noun, { recorded: true });
  if (!meaning) throw new BindingRefused(`"${noun.text}" is not clear here.`, [noun.text]);
  const { count } = restriction;
  if (meaning.kind === 'table') {
    if (meaning.table === subject && !count) return;
    // "orders with their customer": each has one, which is to be shown.
    if (restriction.shows && !count && !restriction.negated && isToOne(resolver.model, subject, meaning.table)) return;
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
  const expression = referring(meaning.expression)!;
  if (count) {
    if (noun.distinct && expression.kind === 'column') bound.having.push({ measure: { fn: 'count', of: expression, distinct: true }, op: count.op, value: count.value });
    else if (noun.verbal && expression.kind === 'column' && expression.info.role === 'date' && expression.info.table !== subject) {
      // "admitted four times": each row of those is one time.
      bound.having.push({ measure: { fn: 'count', of: { kind: 'rows', table: expression.info.table }, distinct: false }, op: count.op, value: count.value });
    }
    else if (expression.kind === 'column' && expression.info.role === 'number') {
      if (noun.aggregate) bound.having.push({ measure: bindMeasure(resolver, noun, subject), op: count.op, value: count.value });
      else bound.where.push(numberCondition(expression.info, { is: 'compare', op: count.op, value: count.value }));
    } else throw new BindingRefused(`"${noun.text}" cannot be counted here.`, [noun.text]);
    return;
  }
  if (expression.kind !== 'column') throw new BindingRefused(`"${noun.text}" is not clear here.`, [noun.text]);
  const { info } = expression;
  // "customers that never booked": nothing was booked by them.
  if (noun.verbal && info.role === 'date' && info.table !== subject && !isToOne(resolver.model, subject, info.table)) {
    if (restriction.negated && !restriction.never) throw new BindingRefused(`Is a ${tableName(subject)} meant that never was "${noun.text}", or one that is not now?`, [noun.text]);
    const happened: Condition = { kind: 'related', table: info.table, where: [{ kind: 'test', info, test: { is: 'present' } }] };
    bound.where.push(restriction.negated ? { kind: 'not', of: happened } : happened);
    return;
  }
  if (noun.verbal && ['text', 'enum'].includes(info.role) && info.table !== subject) throw new BindingRefused(`It is not clear what "${noun.text}" says of ${tableName(subject)}.`, [noun.text]);
  if (restriction.negated && !isToOne(resolver.model, subject, info.table)) throw new BindingRefused(`It is not clear what "${noun.text}" denies of ${tableName(subject)}.`, [noun.text]);
  const yes: Condition = { kind: 'test', info, test: { is: 'compare', op: '=', value: true } };
  if (info.role === 'boolean') bound.where.push(restriction.negated ? { kind: 'not', of: yes } : yes);
  else if (isAmount(info) && meaning.expression.kind !== 'via' && (isPlural(noun.text) || !info.column.nullable)) {
    resolver.note(`Took "with ${noun.text}" to mean that ${tableName(info.table)}.${info.name} is more than 0.`);
    const some: Condition = { kind: 'test', info, test: { is: 'compare', op: '>', value: 0 } };
    bound.where.push(restriction.negated ? { kind: 'not', of: some } : some);
  } else bound.where.push({ kind: 'test', info, test: { is: restriction.negated ? 'null' : 'present' } });
}

/** "in Berlin and Paris" of one row's own column means either; of related rows it means that each is there. */
function mergeValues(resolver: Resolver, conditions: readonly Condition[], subject: TableInfo): Condition[] {
  const merged: Condition[] = [];
  for (const condition of conditions) {
    const column = equated(condition);
    const twin = column && !column.loose ? merged.findIndex((each) => equated(each)?.info === column.info) : -1;
    const other = merged[twin];
    if (!other || condition.kind !== 'test') merged.push(condition);
    else if (isToOne(resolver.model, subject, condition.info.table)) merged[twin] = { kind: 'any', of: [...(other.kind === 'any' ? other.of : [other]), condition] };
    else if (other.kind === 'test') merged.splice(twin, 1, { kind: 'related', table: other.info.table, where: [other] }, { kind: 'related', table: condition.info.table, where: [condition] });
    else merged.push(condition);
  }
  return merged;
}

/** The column of which a condition names a value, or several. */
function equated(condition: Condition): { info: ColumnInfo; loose?: boolean } | undefined {
  if (condition.kind === 'test') return isEquality(condition.test) ? { info: condition.info } : undefined;
  if (condition.kind !== 'any') return undefined;
  const columns = new Set(condition.of.map((each) => equated(each)?.info));
  const [info] = columns;
  return columns.size === 1 && info ? { info, loose: true } : undefined;
}

/** Whether there is a manager is told by the column that refers to one. */
function referring(expression: Expression | undefined): Expression | undefined {
  if (expression?.kind !== 'via') return expression;
  const info = expression.edge.child.columns.find(({ name }) => name === expression.edge.childColumns[0])!;
  return { kind: 'column', info };
}

function isPlural(text: string): boolean {
  const last = text.toLowerCase().split(' ').at(-1)!;
  return singular(last) !== last;
}

function isEquality(test: Test): boolean {
  return test.is === 'compare' && test.op === '=';
}
