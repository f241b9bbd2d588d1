import type { FunctionWord } from '../language/function-words.js';
import type { Attribute } from '../language/attributes.js';
import type { DatePart, DateUnit } from '../language/function-words.js';
import type { NounRef, ValueRef } from '../lexicon/references.js';
import type { JoinEdge } from '../lexicon/schema-model.js';
import type { DateRange } from './dates.js';

/**
 * A stretch of the question with everything it may be. The parser decides by position which of these holds: "total" is a
 * column, or an aggregate; "2024" a date, or a number.
 */
export interface Item {
  /** As written. */
  readonly text: string;
  /** Lower case. */
  readonly lower: string;
  /** Offsets in the question. */
  readonly start: number;
  readonly end: number;
  readonly does?: FunctionWord;
  readonly nouns?: readonly NounRef[];
  readonly values?: readonly ValueRef[];
  readonly roles?: readonly JoinEdge[];
  readonly attribute?: { readonly attribute: Attribute; readonly degree: 'base' | 'comparative' | 'superlative' };
  readonly number?: number;
  readonly date?: DateRange;
  readonly unit?: DateUnit | DatePart;
  /** Days of the week, 1 for Monday to 7. */
  readonly weekdays?: readonly number[];
  /** A time of day: "18:00". */
  readonly clock?: string;
  /** Text in quotes, or a capitalised word that names nothing known: perhaps a value. */
  readonly literal?: { readonly text: string; readonly quoted: boolean };
  /** "'s" and "," "?" and the like. */
  readonly punctuation?: string;
  /** The word this was taken for, when mistyped. */
  readonly corrected?: string;
}

/** True when nothing at all is known about the item. */
export function isUnknown(item: Item): boolean {
  return !item.does && !item.nouns?.length && !item.values?.length && !item.roles?.length && !item.attribute && item.number === undefined && !item.date && !item.unit && !item.weekdays && !item.clock && !item.literal && !item.punctuation;
}
