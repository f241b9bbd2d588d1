import type { Item } from '../tagging/items.js';
import { isNoun, type Cursor } from './cursor.js';
import { tellsApart } from './durations.js';
import { nounPhrase, phraseOf } from './noun-phrase.js';
import type { NounRef } from '../lexicon/references.js';
import type { NounPhrase } from './reading.js';
import { singular } from '../language/word-forms.js';

/** A noun: what is asked for, one of the columns to show, or something else that the question mentions. */
export function noun(cursor: Cursor): boolean {
  const item = cursor.item!;
  if (cursor.does('their') || (cursor.does('filler') && !item.nouns?.length)) return false;
  const weak = item.does?.does === 'verb' || item.does?.does === 'filler' || item.does?.does === 'with' || item.does?.does === 'ask' || item.does?.does === 'uncovered';
  if (weak && (item.nouns?.[0]?.score ?? 0) < 0.75) return false;
  if (item.values?.length && item.nouns?.length && valueFits(cursor, item)) return false;
  if (item.values?.length && item.literal?.quoted) return false;
  if (calendarHead(cursor, item)) return true;
  const { reading, lead } = cursor;
  const listed = lead === 'and' && !cursor.tail;
  const phrase = nounPhrase(cursor);
  if (!phrase) return false;
  if (phrase.spent) return true;
  // "Give the name and the number": of what is counted.
  if (!phrase.owner && !phrase.aggregate && /^(numbers?|counts?)$/i.test(phrase.text) && reading.heads.some((head) => head.aggregate === 'count')) return true;
  if (datesItsOwner(cursor, phrase) || restrictsItsOwner(cursor, phrase)) return true;
  if (reading.often && phrase.refs.some((ref) => ref.kind === 'table' && ref.score > 0.55)) {
    // "How often was it played": the events are what is counted.
    reading.often = false;
    reading.heads.push({ ...phrase, aggregate: 'count' });
    cursor.remember(phrase);
    return true;
  }
  if (phrase.verbal && !phrase.aggregate && lead !== 'their' && verbal(cursor, phrase)) return true;
  if (phrase.verbal && !phrase.owner && reading.heads.length === 0 && reading.ask !== 'when' && phrase.refs[0]!.kind === 'column' && !phrase.aggregate) {
    // "shipped but not delivered orders": a participle without its noun.
    reading.leftovers.push(phrase.text);
    return true;
  }
  if (affirms(phrase) && reading.heads.length > 0 && (['with', 'verb', 'relative'].includes(lead ?? '') || AFFIRMING.test(phrase.text) || (lead === 'and' && cursor.tail && continues(cursor)) || (lead === undefined && !cursor.tail && cursor.adjacent))) {
    cursor.relate(phrase);
    return true;
  }
  const role = phrase.refs[0]!.kind === 'derived' && phrase.refs[0]!.expression.kind === 'via';
  if (role && reading.ask === 'who' && reading.heads.length === 0) {
    // "Who supervises Ann": the one whom Ann's row refers to.
    reading.heads.push(phrase);
    cursor.tail = true;
    cursor.adjacent = false;
    return true;
  }
  if (clauseOfOthers(cursor, phrase)) {
    cursor.relate(phrase, { negated: false });
    cursor.remember(phrase);
    return true;
  }
  const isHead = !(reading.ask === 'who' && lead === 'verb' && phrase.refs[0]!.kind === 'table') && (!cursor.tail || listed || (reading.heads.length === 0 && lead !== 'relative')) && !(lead === 'with' && reading.heads.length === 0 && (reading.ask === 'who' || conditionedWith(cursor)));
  const next = cursor.after(cursor.at, 'copula', 'not');
  const conditioned = isConditioned(cursor, next, phrase);
  const totals = lead === 'and' && cursor.tail && /^total\b/i.test(phrase.text) && reading.heads.some((head) => head.aggregate) && phrase.refs[0]!.kind === 'column' && phrase.refs[0]!.info.role === 'number';
  if (totals) reading.heads.push({ ...phrase, aggregate: 'sum' });
  else if (lead === 'their' && phrase.aggregate) reading.heads.push(phrase);
  else if (lead === 'their') reading.shown.push(phrase);
  else if (isHead) reading.heads.push(phrase);
  else if (conditioned && !phrase.aggregate) {
    /* the comparison, value or text that follows takes it up */
  } else if (conditioned || (phrase.aggregate && reading.extremes.length === 0)) {
    if (conditioned) { /* "whose total amount is over 5": likewise */ } else reading.heads.push(phrase);
  } else if (cursor.negated || (lead === 'and' && continues(cursor) && phrase.refs[0]!.kind === 'table') || lead === 'with' || lead === 'relative' || lead === 'verb') {
    if (lead === 'with' && !cursor.negated && (reading.shown.length > 0 || addsColumns(phrase, cursor))) reading.shown.push(phrase);
    else {
      const article = cursor.items.slice(Math.max(0, cursor.at - 3), cursor.at).some((each) => ['a', 'an', 'any', 'no'].includes(each.lower));
      const shows = (lead === 'with' || lead === 'and') && !article && reading.heads.every((head) => !head.aggregate);
      cursor.relate(phrase, shows ? { shows } : {});
      cursor.remember(phrase);
      return true;
    }
  } else if (lead === 'and' && (reading.shown.length > 0 || listsColumn(cursor, phrase))) reading.shown.push(phrase);
  else reading.mentions.push(phrase);
  cursor.remember(phrase);
  cursor.lead = lead === 'their' || lead === 'and' ? lead : undefined;
  return true;
}

const AFFIRMING = /^(is|are|was|were|has|have|had)\b/i;

/** "anything with a moisture above 18": what is compared is not what is asked for. */
function conditionedWith(cursor: Cursor): boolean {
  return cursor.does('compare', cursor.after(cursor.at, 'copula')) !== undefined;
}

/** A yes/no column: said of rows, it is what they are or have. */
function affirms({ refs, aggregate }: NounPhrase): boolean {
  return !aggregate && refs[0]?.kind === 'column' && refs[0].info.role === 'boolean';
}

/** "methods our tenants have used": a noun right after another begins a clause about who does something with it. */
function clauseOfOthers(cursor: Cursor, phrase: NounPhrase): boolean {
  const { reading } = cursor;
  if (reading.heads.length === 0 || cursor.tail || cursor.lead !== undefined || !cursor.adjacent || phrase.aggregate || phrase.refs[0]!.kind !== 'table') return false;
  return ['with', 'copula', 'verb'].includes(cursor.item?.does?.does ?? '');
}

/** "Which month had the most orders": rows are grouped by it. */
function calendarHead(cursor: Cursor, item: Item): boolean {
  const { reading } = cursor;
  const before = cursor.items[cursor.at - 1];
  if (!item.unit || reading.ask !== 'which' || reading.heads.length > 0 || before?.does?.does !== 'ask' || reading.groups.length > 0) return false;
  cursor.at++;
  reading.groups.push({ unit: item.unit, ...(item.nouns ? { noun: phraseOf(item) } : {}) });
  reading.calendar = true;
  cursor.tail = true;
  return true;
}

/** "the biggest invoice in 2024, amount and date": columns after a comma are to be shown. */
function listsColumn(cursor: Cursor, { refs, aggregate }: NounPhrase): boolean {
  const comma = cursor.items.slice(Math.max(0, cursor.at - 4), cursor.at).some((item) => item.punctuation === ',');
  return comma && !aggregate && refs[0]!.kind === 'column' && refs[0]!.info.role !== 'boolean' && cursor.reading.heads.every((head) => !head.aggregate);
}

/** "customers with orders and payments": what is asked of rows goes on. */
function continues(cursor: Cursor): boolean {
  const last = cursor.reading.restrictions.at(-1);
  return last?.kind === 'related' && !last.count && !last.negated;
}

/**
 * "orders with customer names", "list titles with their price": columns are shown besides, in the plural, of another table, or
 * when a list is asked for; "with a name" asks that there is one.
 */
function addsColumns(phrase: NounPhrase, { reading, items, at }: Cursor): boolean {
  if (phrase.refs[0]!.kind !== 'column' || affirms(phrase) || reading.heads.length === 0 || reading.heads.some((head) => head.aggregate)) return false;
  const last = phrase.text.toLowerCase().split(' ').at(-1)!;
  const article = items.slice(Math.max(0, at - 4), at).some((item) => ['a', 'an', 'any', 'some'].includes(item.lower));
  const { info } = phrase.refs[0] as Extract<NounRef, { kind: 'column' }>;
  const foreign = !reading.heads.some((head) => head.refs[0]?.kind === 'table' && head.refs[0].table === info.table) && info.table.display.includes(info);
  return singular(last) !== last || (!article && (phrase.owner !== undefined || reading.ask === 'list' || foreign));
}

/** "invoices due before March": the date column says which date is meant, and its owner is what is asked for. */
function datesItsOwner(cursor: Cursor, phrase: NounPhrase): boolean {
  const [best] = phrase.refs;
  const next = cursor.after(cursor.at, 'prep');
  const dated = next?.date || cursor.does('since') || cursor.does('between');
  if (!dated || best?.kind !== 'column' || best.info.role !== 'date' || /date|time|day$/.test(phrase.text.toLowerCase())) return false;
  const { owner } = phrase;
  if (phrase.possessed || owner?.refs[0]?.kind !== 'table' || cursor.tail || cursor.lead === 'their') return false;
  cursor.reading.heads.push(owner);
  cursor.near = owner;
  cursor.remember({ text: phrase.text, refs: phrase.refs });
  cursor.tail = true;
  return true;
}

/** "How many products cost between 5 and 9": the products are asked for, and their cost is what is compared. */
function restrictsItsOwner(cursor: Cursor, phrase: NounPhrase): boolean {
  const { owner } = phrase;
  const next = cursor.after(cursor.at, 'copula');
  const compared = ['compare', 'between', 'text', 'null'].includes(next?.does?.does ?? '');
  if (!compared || phrase.possessed || owner?.refs[0]?.kind !== 'table' || cursor.tail || cursor.lead !== undefined || (phrase.aggregate && phrase.aggregate !== 'count')) return false;
  cursor.reading.heads.push({ ...owner, ...(phrase.aggregate ? { aggregate: phrase.aggregate } : {}), ...(phrase.distinct ? { distinct: true } : {}) });
  cursor.near = owner;
  cursor.remember({ text: phrase.text, refs: phrase.refs });
  cursor.tail = true;
  return true;
}

/** A verb that names something: measured by "the most", a relation, or the date or column that what follows is about. */
function verbal(cursor: Cursor, phrase: NounPhrase): boolean {
  if (cursor.does('extreme', cursor.after(cursor.at))) {
    cursor.remember(phrase);
    return true;
  }
  if ((cursor.reading.heads.length === 0 && cursor.reading.ask !== 'who') || cursor.reading.ask === 'when') return false;
  const [best] = phrase.refs;
  const dated = cursor.after(cursor.at, 'prep')?.date || cursor.does('since') || cursor.does('between') || tellsApart(cursor);
  const isDate = best!.kind === 'column' && (best!.info.role === 'date' || best!.info.words.at(-1) === 'year');
  // "outages that began last month": a verb that another table has a date for only says that theirs is meant.
  const near = cursor.near?.refs[0];
  const elsewhere = best!.kind === 'column' && near?.kind === 'table' && best!.info.table !== near.table && near.table.columns.some((info) => info.role === 'date') && best!.score < 0.9 && best!.via !== 'name';
  if (isDate && dated && elsewhere && !phrase.refs.some((ref) => ref.kind === 'table' && ref.score > 0.6) && !isChildOf(best!, near)) {
    cursor.reading.verbs.push(phrase.text.toLowerCase());
    cursor.tail = true;
    cursor.adjacent = false;
    return true;
  }
  if (best!.kind === 'column' && !cursor.negated && ((isDate && dated) || isConditioned(cursor, cursor.after(cursor.at, 'copula')))) {
    cursor.tail = true;
    cursor.remember(phrase);
    return true;
  }
  // "How many people were hired in each year": the verb says which date the years are of.
  if (isDate && !cursor.negated && cursor.items.slice(cursor.at).some((item) => item.unit)) {
    cursor.reading.verbs.push(phrase.text.toLowerCase());
    cursor.tail = true;
    return true;
  }
  // "fines issued": rows for which that happened.
  const happened = isDate && !cursor.negated && (cursor.lead !== 'and' || cursor.tail) && (cursor.reading.heads.length > 0 || cursor.reading.ask === 'who') && !cursor.does('extreme');
  if (happened) {
    cursor.relate(phrase, { negated: false });
    cursor.lead = 'verb';
    return true;
  }
  if (best!.kind !== 'table' && !cursor.negated) return false;
  // "employees paid more than the average": what follows measures what the verb is about.
  if (cursor.does('compare') && !cursor.negated) {
    cursor.reading.verbs.push(phrase.text.toLowerCase());
    cursor.remember(phrase);
    cursor.tail = true;
    return true;
  }
  cursor.relate(phrase);
  cursor.remember(phrase);
  return true;
}

/** True for a column of a table that is named like what happens to the rows: shipments of a customer. */
function isChildOf(ref: NounRef, near: NounRef): boolean {
  return ref.kind === 'column' && near.kind === 'table' && ref.info.table.relation.foreign_keys.some((key) => key.references_table === near.table.relation.name);
}

/** True when what follows a noun is said about it. */
function isConditioned(cursor: Cursor, next: Item | undefined, phrase?: NounPhrase): boolean {
  if (!next) return false;
  const does = next.does?.does;
  if (does === 'compare' || does === 'between' || does === 'text' || does === 'null') return true;
  if (next.attribute?.degree === 'comparative') return true;
  if (next.number !== undefined || next.literal?.quoted) return true;
  if (does === 'prep') {
    const beyond = cursor.after(cursor.at + 1, 'copula');
    if (cursor.negated && beyond?.values?.some((value) => phrase?.refs.some((ref) => ref.kind === 'column' && ref.info === value.info))) return true;
    return (beyond?.number !== undefined && (!beyond.date || isYearNoun(cursor.noun))) || beyond?.does?.does === 'compare';
  }
  return Boolean((next.values?.length || next.literal) && !isNoun(next));
}

/** A word that is both value and noun is a value after a noun of its column, or where a noun has no place. */
function valueFits(cursor: Cursor, item: Item): boolean {
  const noun = cursor.adjacent ? cursor.noun : undefined;
  if (noun && item.values!.some((value) => noun.refs.some((ref) => ref.kind === 'column' && ref.info === value.info))) return true;
  const best = item.nouns![0]!;
  if (isNoun(cursor.peek()) || (cursor.reading.heads.length === 0 && !cursor.tail)) return false;
  return best.score < 0.9 || /^\p{Lu}/u.test(item.text);
}

function isYearNoun(noun: NounPhrase | undefined): boolean {
  const [best] = noun?.refs ?? [];
  return best?.kind === 'column' && best.info.words.at(-1) === 'year';
}
