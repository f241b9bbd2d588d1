import type { DurationUnit } from '../expression.js';
import type { Attribute } from '../language/attributes.js';
import type { Aggregate, Comparison, DatePart, DateUnit } from '../language/function-words.js';
import type { NounRef, ValueRef } from '../lexicon/references.js';
import type { JoinEdge } from '../lexicon/schema-model.js';
import type { ClockRange } from '../tagging/clock.js';
import type { DateRange } from '../tagging/dates.js';

/** A noun of the question with what belongs to it; which table or column it is, is decided when everything is read. */
export interface NounPhrase {
  readonly text: string;
  readonly refs: readonly NounRef[];
  aggregate?: Aggregate;
  /** "average number of orders": an aggregate of what is itself a number of things. */
  counted?: boolean;
  distinct?: boolean;
  /** Whose it is: "price of products", "customer's name", "product name". */
  owner?: NounPhrase;
  /** True when "of" says whose it is: then it is itself what is asked for. */
  possessed?: boolean;
  /** True for a verb that names a table or column: "ordered", "spent". */
  readonly verbal?: boolean;
  /** True when it only said what kind of value follows, which has been read: "the city of Berlin". */
  spent?: boolean;
  /** True when a value stood for its rows: "dogs". */
  readonly ofValue?: boolean;
}

interface RestrictionBase {
  readonly negated: boolean;
  /** Denied for all times: "never". */
  readonly never?: boolean;
  /** The noun the restriction stands next to. */
  readonly noun?: NounPhrase;
  /** The preposition before it: "from", "to". */
  readonly prep?: string;
  /** The nearest noun before it that may be a table. */
  readonly near?: NounPhrase;
}

/** What narrows the answer down. */
export type Restriction = RestrictionBase &
  (
    | { readonly kind: 'compare'; readonly op: Comparison; readonly value: number; readonly attribute?: Attribute; readonly unit?: string; /** "20 a month". */ readonly rate?: DateUnit; readonly cue?: string }
    /** Compared with an aggregate over all rows, or with the same of the row that a value names. */
    | { readonly kind: 'compare-to'; readonly op: Comparison; readonly attribute?: Attribute; readonly factor?: number; readonly to: { readonly fn: Aggregate; readonly noun?: NounPhrase } | { readonly role: NounPhrase } | { readonly column: NounPhrase } | { readonly refs: readonly ValueRef[]; readonly text: string } }
    | { readonly kind: 'between'; readonly low: number; readonly high: number; readonly unit?: string; readonly rate?: DateUnit }
    | { readonly kind: 'value'; readonly refs: readonly ValueRef[]; readonly text: string; /** Directly before its noun: "pending orders". */ readonly adjective?: boolean }
    | { readonly kind: 'literal'; readonly text: string; readonly op: '=' | '<>'; readonly named?: boolean }
    | { readonly kind: 'text'; readonly op: 'contains' | 'starts' | 'ends'; readonly text: string }
    | { readonly kind: 'date'; readonly range: DateRange; readonly cue?: string; readonly year?: number; readonly clause?: boolean }
    /** On these days of the week, 1 for Monday to 7. */
    | { readonly kind: 'weekday'; readonly days: readonly number[]; readonly cue?: string }
    /** At this time of day. */
    | { readonly kind: 'clock'; readonly range: ClockRange; readonly cue?: string }
    | { readonly kind: 'null' }
    | { readonly kind: 'related'; /** "with their customer": to be shown where each row has one. */ readonly shows?: boolean; readonly count?: { readonly op: Comparison; readonly value: number } }
    | { readonly kind: 'any'; readonly of: readonly Restriction[]; /** "In March and April": either, unless rows of another table could be in both. */ readonly joined?: boolean }
  );

/** What rows or groups are ranked by, and which end is wanted. */
export interface Extreme {
  readonly desc: boolean;
  /** "most expensive", "latest". */
  attribute?: Attribute;
  /** "highest price", "most orders", "by revenue". */
  measure?: NounPhrase;
  /** How many; absent for "the cheapest product". */
  limit?: number;
  /** "largest", "highest": a noun that names a table is ranked by its size; "most": by how many there are. */
  readonly word: string;
}

/** One number set against another, each side a reading of its own; without a bottom, against all of the same. */
export interface Against {
  readonly kind: 'ratio' | 'difference';
  readonly percent: boolean;
  /** "average ratio": taken per row, then averaged. */
  readonly average: boolean;
  readonly top: Reading;
  readonly bottom?: Reading;
  /** The bottom names all of something, of which the top is a part. */
  readonly whole: boolean;
  /** Each side says all of its conditions itself. */
  readonly apart?: boolean;
}

/** A constituent analysis of one question: what was said, not yet what it means in this schema. */
export interface Reading {
  ask?: 'list' | 'which' | 'who' | 'where' | 'when' | 'whether' | 'amount';
  readonly heads: NounPhrase[];
  readonly groups: { noun?: NounPhrase; unit?: DateUnit | DatePart; soft?: boolean; /** Said with "per", "for each": a number is asked for. */ per?: boolean; /** Said before anything else. */ leading?: boolean }[];
  readonly restrictions: Restriction[];
  readonly shown: NounPhrase[];
  readonly extremes: Extreme[];
  readonly against: Against[];
  /** Aggregates without a noun of their own. */
  readonly bare: Aggregate[];
  /** The change from one calendar unit to the next is asked for. */
  growth?: { readonly percent: boolean; readonly unit?: DateUnit };
  /** `against` stands for the ratio or difference that is asked for. */
  readonly order: { noun?: NounPhrase; attribute?: Attribute; against?: boolean; /** Said of a number that is not named: "highest first". */ measured?: boolean; desc: boolean }[];
  limit?: number;
  /** "In minutes": what a stretch of time is told in. */
  durationUnit?: DurationUnit;
  /** True for "which month …": a calendar unit is what is asked for. */
  calendar?: boolean;
  /** "… and their counts": how many rows each group has. */
  counted?: boolean;
  distinct: boolean;
  /** "… and how many do not": the same number of the others too. */
  contrasted?: boolean;
  /** "how often": waits for what happened. */
  often?: boolean;
  /** "including those without": groups without rows are wanted too. */
  keepEmpty?: boolean;
  /** "both A and B": neither alone is enough. */
  both?: boolean;
  readonly preferred: JoinEdge[];
  /** Words with no place in the analysis. */
  readonly leftovers: string[];
  /** A construct that is recognised but not covered. */
  uncovered?: string;
  /** Corrected typing errors. */
  readonly corrections: { from: string; to: string }[];
  /** Verbs that only relate what is around them; they may hint at the table that does. */
  readonly verbs: string[];
  /** Nouns mentioned besides, which only need to be connected. */
  readonly mentions: NounPhrase[];
}
