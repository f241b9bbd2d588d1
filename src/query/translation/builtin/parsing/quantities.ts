import { isUnitOfMeasure, type Comparison, type DatePart, type DateUnit } from '../language/function-words.js';
import { singular } from '../language/word-forms.js';
import { isNoun, type Cursor } from './cursor.js';
import { comparedTo, splitComparison } from './compared.js';
import { nounPhrase } from './noun-phrase.js';
import type { NounPhrase } from './reading.js';
import { upTo, type DateRange } from '../tagging/dates.js';
import { comparedRange, verbBefore } from './dates.js';

/** "more than 5", "at least 3 orders", "cheaper than 20", "5 or more": true when a comparison was read. */
export function comparison(cursor: Cursor): boolean {
  // "over the last two months" is a time, no comparison.
  const word = cursor.item?.lower === 'over' && cursor.after(cursor.at + 1)?.date && cursor.after(cursor.at + 1)?.number === undefined ? undefined : cursor.does('compare');
  const degree = cursor.item?.attribute?.degree === 'comparative' ? cursor.item.attribute.attribute : undefined;
  if (word) {
    const cue = verbBefore(cursor, cursor.at);
    cursor.mark();
    cursor.at++;
    cursor.skip();
    if ((word.op !== '=' && word.op !== '<>' && comparedTo(cursor, word.op, {})) || quantity(cursor, word.op, cue) || dateOrText(cursor, word.op)) {
      cursor.keep();
      return true;
    }
    cursor.back();
    return false;
  }
  const more = { more: true, less: false }[cursor.item?.lower ?? ''];
  const base = cursor.peek()?.attribute?.degree === 'base' ? cursor.peek()!.attribute!.attribute : undefined;
  if (more !== undefined && base && cursor.peek(2)?.lower === 'than') {
    cursor.mark();
    cursor.at += 3;
    cursor.skip();
    if (comparedTo(cursor, base.rising === more ? '>' : '<', { attribute: base })) {
      cursor.keep();
      return true;
    }
    cursor.back();
  }
  if (degree && cursor.peek()?.lower === 'than') {
    cursor.mark();
    cursor.at += 2;
    cursor.skip();
    const { item } = cursor;
    if (item?.number !== undefined) {
      cursor.keep();
      cursor.at++;
      const unit = unitAfter(cursor);
      // An adjective falls while its column rises, or the reverse: "older than 30" is an age, "cheaper than 5" a price.
      cursor.restrict({ kind: 'compare', negated: cursor.negated, op: degree.rising ? '>' : '<', value: item.number, attribute: degree, ...unit, ...context(cursor) });
      return true;
    }
    if (comparedTo(cursor, degree.rising ? '>' : '<', { attribute: degree })) {
      cursor.keep();
      return true;
    }
    cursor.back();
  }
  return splitComparison(cursor);
}

/** A number where a value is expected: "rating 5", "is 5", "5 or more reviews". */
export function bareNumber(cursor: Cursor): boolean {
  const { item } = cursor;
  if (item?.number === undefined) return false;
  const bounded = cursor.does('bound', cursor.peek());
  const follows = cursor.peek(bounded ? 2 : 1);
  const ranks = Boolean(cursor.does('extreme', follows)) || follows?.attribute?.degree === 'superlative';
  if (bounded || (cursor.adjacent && !ranks) || ((cursor.lead === 'with' || cursor.tail) && isNoun(follows))) return quantity(cursor, '=');
  if (isNoun(follows) || follows?.values?.length || follows?.attribute || cursor.does('extreme', follows)) {
    cursor.reading.limit = item.number;
    cursor.at++;
    return true;
  }
  return false;
}

/** "between 5 and 10", "between March and May 2024". */
export function betweenTwo(cursor: Cursor): boolean {
  cursor.mark();
  if (cursor.does('between') || cursor.item?.lower === 'from') cursor.at++;
  const low = endpoint(cursor);
  const joined = low && (cursor.does('and') || cursor.item?.punctuation === '-' || cursor.does('prep')?.prep === 'to' || cursor.does('since')?.op === 'until' || cursor.item?.lower === 'up to');
  if (joined) cursor.at++;
  const high = joined ? endpoint(cursor) : undefined;
  if (!low || !high) {
    cursor.back();
    return false;
  }
  cursor.keep();
  if (low.date && high.date) {
    const range = upTo(low.date, high.date);
    if (!range) {
      cursor.reading.uncovered ??= `a stretch from ${low.date.label} to ${high.date.label}`;
      return true;
    }
    const [best] = cursor.adjacent ? (cursor.noun?.refs ?? []) : [];
    const plain = low.number !== undefined && high.number !== undefined && best && best.kind !== 'table';
    // "Prices of products between 1990 and 2010" may be about either.
    const whose = plain && cursor.noun!.possessed;
    if (whose && !(best.kind === 'column' && best.info.isKey)) cursor.reading.uncovered ??= `what may be numbers or years, ${low.number} to ${high.number},`;
    if (!plain || whose) {
      cursor.restrict({ kind: 'date', negated: cursor.negated, range, ...context(cursor) });
      return true;
    }
  }
  if (low.number === undefined || high.number === undefined) return false;
  const around = context(cursor);
  cursor.restrict({ kind: 'between', negated: cursor.negated, low: low.number, high: high.number, ...unitAfter(cursor), ...around });
  return true;
}

/** What a restriction keeps of its surroundings. */
export function context(cursor: Cursor): { noun?: NounPhrase; near?: NounPhrase } {
  // "of at least 8 and at most 12": the second bound is one of the same.
  const last = cursor.lead === 'and' ? cursor.reading.restrictions.at(-1) : undefined;
  const noun = cursor.adjacent ? cursor.noun : last?.kind === 'compare' ? last.noun : undefined;
  return { ...(noun ? { noun } : {}), ...(cursor.near ? { near: cursor.near } : {}) };
}

function quantity(cursor: Cursor, op: Comparison, cue = verbBefore(cursor, cursor.at)): boolean {
  const { item } = cursor;
  if (item?.number === undefined) return false;
  // "before 2020" never comes here; "more than 2020" with a date column would be odd, so that a number stays a number.
  cursor.at++;
  const bound = cursor.does('bound');
  if (bound) cursor.at++;
  const final = bound?.op ?? op;
  if (cursor.item?.punctuation === '-') cursor.at++;
  if (['times', 'time'].includes(cursor.item?.lower ?? '') && happenedSo(cursor, final, item.number)) return true;
  cursor.mark();
  cursor.skip();
  const counted = (isNoun(cursor.item) && !(isUnitOfMeasure(cursor.item!.lower) && cursor.adjacent)) || cursor.does('distinct') ? nounPhrase(cursor) : undefined;
  if (counted) {
    cursor.keep();
    cursor.relate(counted, { count: { op: final, value: item.number } });
    cursor.remember(counted);
    return true;
  }
  cursor.back();
  const around = context(cursor);
  const unit = unitAfter(cursor);
  // "over 1000 kWh consumption": what is measured may follow its unit.
  const best = unit.unit && isNoun(cursor.item) ? cursor.item!.nouns![0]! : undefined;
  const measured = best?.kind === 'column' && best.info.role === 'number' && !around.noun?.refs.some((ref) => ref.kind === 'column') ? nounPhrase(cursor) : undefined;
  cursor.restrict({ kind: 'compare', negated: cursor.negated, op: final, value: item.number, ...unit, ...(cue ?? {}), ...around, ...(measured ? { noun: measured } : {}) });
  return true;
}

/** "visited at least ten times (or more)": how often the verb before happened. */
function happenedSo(cursor: Cursor, op: Comparison, value: number): boolean {
  const { restrictions } = cursor.reading;
  const last = restrictions.at(-1);
  const verb = last?.kind === 'related' && !last.count && !last.negated ? last.noun : cursor.noun?.verbal ? cursor.noun : undefined;
  if (!verb) return false;
  cursor.at++;
  const bound = cursor.does('bound');
  if (bound) cursor.at++;
  if (['often', 'frequently'].includes(cursor.item?.lower ?? '')) cursor.at++;
  if (last?.kind === 'related' && last.noun === verb) restrictions.pop();
  cursor.relate(verb, { count: { op: bound?.op ?? op, value } });
  return true;
}

/** "25 minutes", "5 years old", "3 kg": the unit goes with the number. */
function unitAfter(cursor: Cursor): { unit?: string; rate?: DateUnit } {
  const each = ['per', 'a', 'an', 'each', 'every'].includes(cursor.item?.lower ?? '') ? cursor.peek() : undefined;
  if (each?.unit && isDateUnit(each.unit) && !(isNoun(each) && each.nouns![0]!.score > 0.9)) {
    cursor.at += 2;
    return { rate: each.unit };
  }
  const word = cursor.item?.lower;
  if (word === undefined || !isUnitOfMeasure(word)) return {};
  cursor.at++;
  if (cursor.item?.lower === 'old' || cursor.item?.lower === 'of age') cursor.at++;
  return { unit: singular(word) };
}

function isDateUnit(unit: DateUnit | DatePart): unit is DateUnit {
  return !unit.includes('-') && unit !== 'weekday';
}

function dateOrText(cursor: Cursor, op: Comparison): boolean {
  const { item } = cursor;
  if (!item) return false;
  const negated = op === '<>' ? !cursor.negated : cursor.negated;
  if (item.date) {
    const range = comparedRange(op, item.date);
    const cue = verbBefore(cursor, cursor.at - 1);
    cursor.at++;
    cursor.restrict({ kind: 'date', negated, range, ...context(cursor), ...(cue ?? {}) });
    return true;
  }
  if (op !== '=' && op !== '<>') return false;
  if (item.values?.length) {
    cursor.at++;
    cursor.restrict({ kind: 'value', negated, refs: item.values, text: item.text, ...context(cursor) });
    return true;
  }
  if (item.literal) {
    cursor.at++;
    cursor.restrict({ kind: 'literal', negated, op: '=', text: item.literal.text, ...context(cursor) });
    return true;
  }
  return false;
}

function endpoint(cursor: Cursor): { number?: number; date?: DateRange } | undefined {
  cursor.skip();
  const { item } = cursor;
  if (item?.number === undefined && !item?.date) return undefined;
  cursor.at++;
  return { ...(item.number !== undefined ? { number: item.number } : {}), ...(item.date ? { date: item.date } : {}) };
}
