import type { Attribute } from '../language/attributes.js';
import type { Comparison } from '../language/function-words.js';
import { isNoun, type Cursor } from './cursor.js';
import { nounPhrase, phraseOf } from './noun-phrase.js';
import type { NounPhrase, Restriction } from './reading.js';

type Compared = Extract<Restriction, { kind: 'compare-to' }>['to'];

/**
 * What stands after "more than" when it is no number: "(twice) the average (price)", "the Standard plan". True when it was read
 * and restricts.
 */
export function comparedTo(cursor: Cursor, op: Comparison, what: { noun?: NounPhrase; attribute?: Attribute }): boolean {
  cursor.mark();
  const factor = multiple(cursor);
  cursor.skip();
  // "exceeds that of Ann".
  if (['that', 'those', 'the one'].includes(cursor.item?.lower ?? '') && cursor.peek()?.lower === 'of') cursor.at += 2;
  const to = aggregate(cursor) ?? (factor === undefined ? (role(cursor) ?? column(cursor) ?? row(cursor)) : undefined);
  if (!to) {
    cursor.back();
    return false;
  }
  cursor.keep();
  const noun = what.noun ?? (cursor.adjacent ? cursor.noun : undefined);
  cursor.restrict({ kind: 'compare-to', negated: cursor.negated, op, to, ...(factor === undefined ? {} : { factor }), ...(what.attribute ? { attribute: what.attribute } : {}), ...(noun ? { noun } : {}), ...(cursor.near ? { near: cursor.near } : {}) });
  return true;
}

/** "more pages than the average", "fewer inhabitants than Berlin": the noun stands inside the comparison. */
export function splitComparison(cursor: Cursor): boolean {
  const op = ({ more: '>', better: '>', worse: '<', higher: '>', larger: '>', bigger: '>', greater: '>', fewer: '<', less: '<', lower: '<', smaller: '<' } as const)[cursor.item!.lower];
  if (!op || !isNoun(cursor.peek())) return false;
  cursor.mark();
  cursor.at++;
  const noun = nounPhrase(cursor);
  if (noun && cursor.item?.lower === 'than') {
    cursor.at++;
    if (comparedTo(cursor, op, { noun })) {
      cursor.keep();
      return true;
    }
  }
  cursor.back();
  return false;
}

/** "twice", "1.5 times", "half". */
function multiple(cursor: Cursor): number | undefined {
  const { item } = cursor;
  const said = { twice: 2, double: 2, thrice: 3, triple: 3, half: 0.5 }[item?.lower ?? ''];
  if (said !== undefined) {
    cursor.at++;
    return said;
  }
  if (item?.number === undefined || cursor.peek()?.lower !== 'times') return undefined;
  cursor.at += 2;
  return item.number;
}

function aggregate(cursor: Cursor): Compared | undefined {
  const fn = cursor.does('aggregate')?.fn;
  if (fn !== 'avg' && fn !== 'median') return undefined;
  cursor.at++;
  if (cursor.does('prep')?.prep === 'of') cursor.at++;
  cursor.skip('their');
  const noun = isNoun(cursor.item) || cursor.does('aggregate') ? nounPhrase(cursor) : undefined;
  return { fn, ...(noun ? { noun } : {}) };
}

/** "their manager": the row that each refers to. */
function role(cursor: Cursor): Compared | undefined {
  const at = cursor.does('their') ? cursor.at + 1 : cursor.at;
  const item = cursor.items[at];
  const best = item?.nouns?.[0];
  if (best?.kind !== 'derived' || best.expression.kind !== 'via' || !isNoun(item)) return undefined;
  cursor.at = at + 1;
  if (cursor.does('copula') || cursor.does('verb')) cursor.at++;
  return { role: phraseOf(item!) };
}

/** "below the asking rent": another number or date of the same row. */
function column(cursor: Cursor): Compared | undefined {
  const left = cursor.adjacent ? cursor.noun?.refs.find((ref) => ref.kind === 'column') : undefined;
  const at = cursor.does('their') ? cursor.at + 1 : cursor.at;
  const item = cursor.items[at];
  const best = item?.nouns?.[0];
  if (left?.kind !== 'column' || best?.kind !== 'column' || !isNoun(item) || item!.values?.length || best.info === left.info) return undefined;
  const comparable = ['number', 'date'].includes(left.info.role) && best.info.role === left.info.role && best.score > 0.7;
  if (!comparable || cursor.items[at + 1]?.values?.length || cursor.items[at + 1]?.lower === 'by') return undefined;
  cursor.at = at;
  // Whose it is goes with it: "the asking rent of their unit".
  const noun = nounPhrase(cursor);
  return noun ? { column: noun } : undefined;
}

/** A row known by its name, with what kind of row it is before or after: "the Standard plan", "artist Velvet Tundra". */
function row(cursor: Cursor): Compared | undefined {
  if (isNoun(cursor.item) && !cursor.item!.values?.length && cursor.peek()?.values?.length) cursor.at++;
  const { item } = cursor;
  if (!item?.values?.length) return undefined;
  cursor.at++;
  if (isNoun(cursor.item) && cursor.item!.nouns!.some((ref) => ref.kind === 'table' && item.values!.some((value) => value.info.table === ref.table))) cursor.at++;
  return { refs: item.values, text: item.text };
}
