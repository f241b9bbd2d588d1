import { distanceBetween, isToOne } from '../joins/distances.js';
import { tableOf, type Lexicon, type NounRef } from '../lexicon/references.js';
import { isDerived, tableName, type ColumnInfo, type ColumnRole, type SchemaModel, type TableInfo } from '../lexicon/schema-model.js';
import type { Derived, DurationUnit, Expression } from '../expression.js';
import { describeDerived } from '../describe.js';
import type { NounPhrase } from '../parsing/reading.js';

/** What a noun was found to mean. */
export type Meaning = { readonly kind: 'table'; readonly table: TableInfo; readonly score: number } | { readonly kind: 'value'; readonly expression: Expression; readonly score: number };

/** The question cannot be bound to the schema; the message says why in plain words. */
export class BindingRefused extends Error {
  constructor(
    message: string,
    /** Words that could not be placed. */
    readonly words: readonly string[] = [],
    /** Tables or columns between which the asker should choose. */
    readonly choices: readonly string[] = [],
    /** The word of the question in whose place each of these may stand. */
    readonly ambiguous?: string,
  ) {
    super(message);
  }
}

const HOP = 0.13;
const FARTHEST = 0.6;
/** Meanings nearer than this are a coin toss, which is not ours to make. */
const TIE = 0.015;
/** A meaning this near is offered as another interpretation. */
const RIVAL = 0.08;

/** What a reference is a reference to. */
export type Target = TableInfo | ColumnInfo | Derived;

/** What a noun must be good for. */
export interface Wanted {
  readonly roles?: readonly ColumnRole[];
  /** Columns only, tables only, or either. */
  readonly kind?: 'table' | 'value';
  /** The noun it follows: its columns are likelier than those of what is merely mentioned. */
  readonly near?: NounPhrase;
  /** For aggregates: what is recorded about the central table's rows is likelier than what these belong to. */
  readonly finer?: boolean;
  /** Where a number is due, a table's own column goes before the table: "the most stock". */
  readonly measured?: boolean;
  /** Something that happened or did not: tables record that, while a view may have a row for whoever it did not happen to. */
  readonly recorded?: boolean;
}

/** Decides what nouns mean, by how well they name something and how near it is to what else the question names. */
export class Resolver {
  readonly warnings: string[] = [];
  /** Of warnings that say what a word was taken for. */
  private readonly guesses = new Map<string, ColumnInfo | TableInfo>();
  /** Meanings that were chosen although others were nearly as good. */
  readonly contested: Target[] = [];

  constructor(
    readonly model: SchemaModel,
    readonly lexicon: Lexicon,
    /** Tables the question certainly speaks of, most central first. */
    readonly anchors: TableInfo[],
    readonly now: Date,
    /** Meanings not to be chosen again: how another interpretation is found. */
    private readonly avoid: ReadonlySet<Target> = new Set(),
  ) {}

  /** What stretches of time are told in, when the question says so. */
  durationUnit?: DurationUnit;
  /** True once a stretch of time has been told in it. */
  durationTold = false;

  /** The best meaning of a noun; undefined when it has none that is wanted. */
  resolve(noun: NounPhrase, wanted: Wanted = {}): Meaning | undefined {
    const through = noun.owner ? this.through(noun.owner) : undefined;
    if (through) return this.valueThrough(noun, through, wanted);
    const owner = noun.owner ? this.ownerTable(noun.owner) : undefined;
    if (noun.owner && !owner) throw new BindingRefused(`It is not clear what "${noun.owner.text}" says about "${noun.text}".`, [noun.owner.text]);
    const near = wanted.near ? this.ownerTable(wanted.near) : undefined;
    const scored = noun.refs.map((ref) => this.inUnit(ref)).filter((ref) => fits(ref, wanted) && !(wanted.recorded && ref.kind === 'table' && isDerived(ref.table)) && !this.avoid.has(targetOf(ref))).map((ref) => ({ ref, score: this.score(ref, owner) + (near && tableOf(ref) === near ? 0.08 : 0) + (wanted.finer ? this.fineness(tableOf(ref)) : 0) }));
    scored.sort((a, b) => b.score - a.score);
    const [first, second] = scored;
    if (!first || (first.ref.via === 'comment' && first.ref.score < 0.45)) return undefined;
    if (second && first.score - second.score < TIE && wanted.kind === undefined && first.ref.kind !== second.ref.kind && tableOf(first.ref) === tableOf(second.ref) && wanted.measured) {
      const value = first.ref.kind === 'table' ? second : first;
      return meaningOf(value.ref, value.score);
    }
    if (second && first.score - second.score < TIE && !this.sameMeaning(first.ref, second.ref)) {
      throw new BindingRefused(`"${noun.text}" could be ${nameOf(first.ref)} or ${nameOf(second.ref)}: please say which.`, [], [nameOf(first.ref), nameOf(second.ref)], noun.text);
    }
    if (second && first.score - second.score < RIVAL && second.score > 0.5 && !this.sameMeaning(first.ref, second.ref)) this.contested.push(targetOf(first.ref));
    if (first.ref.via !== 'name' && first.ref.kind !== 'derived' && first.ref.score < 0.9) this.note(`Took "${noun.text}" to mean ${nameOf(first.ref)}.`, first.ref.kind === 'column' ? first.ref.info : first.ref.table);
    if (first.ref.kind === 'derived') this.note(`Took "${noun.text}" to mean ${describeDerived(first.ref.expression)} of ${tableName(first.ref.table)}.`);
    return meaningOf(first.ref, first.score);
  }

  /** The noun as the one number or date that rows of the table have themselves of that name; undefined when there is none, or several. */
  asOwnNumber(noun: NounPhrase, table: TableInfo): NounPhrase | undefined {
    const own = noun.refs.filter((ref) => ref.kind === 'column' && ref.info.table === table && (ref.info.role === 'date' || ref.info.role === 'number') && !ref.info.isKey && ref.via !== 'comment' && ref.score > 0.5);
    return own.length === 1 && !noun.owner ? { ...noun, refs: own } : undefined;
  }

  /** The key by which a noun such as "manager" refers to another row, if it is that rather than a table or column. */
  through(noun: NounPhrase): Extract<Derived, { kind: 'via' }> | undefined {
    const scored = noun.refs.map((ref) => ({ ref, score: this.score(ref, undefined) })).sort((a, b) => b.score - a.score);
    const best = scored[0]?.ref;
    return best?.kind === 'derived' && best.expression.kind === 'via' ? best.expression : undefined;
  }

  /** "The manager's email": a column of the row referred to. */
  private valueThrough(noun: NounPhrase, via: Extract<Derived, { kind: 'via' }>, wanted: Wanted): Meaning | undefined {
    const own = noun.refs.filter((ref) => ref.kind === 'column' && ref.info.table === via.edge.parent && fits(ref, wanted)).sort((a, b) => b.score - a.score);
    const [best, next] = own;
    if (best?.kind !== 'column' || (next && best.score - next.score < TIE && !this.sameMeaning(best, next))) throw new BindingRefused(`It is not clear which "${noun.text}" of the ${noun.owner!.text} is meant.`, [noun.text]);
    const expression: Derived = { ...via, info: best.info };
    this.note(`Took "${noun.text}" to mean ${describeDerived(expression)}.`);
    return { kind: 'value', expression, score: best.score };
  }

  private inUnit(ref: NounRef): NounRef {
    if (!this.durationUnit || ref.kind !== 'derived' || ref.expression.kind !== 'duration' || ref.via === 'name') return ref;
    this.durationTold = true;
    return { ...ref, expression: { ...ref.expression, unit: this.durationUnit } };
  }

  /** A table for the noun, or a refusal that names it. */
  table(noun: NounPhrase): TableInfo | undefined {
    const meaning = this.resolve(noun, { kind: 'table' });
    return meaning?.kind === 'table' ? meaning.table : undefined;
  }

  value(noun: NounPhrase, roles?: readonly ColumnRole[]): Expression | undefined {
    const meaning = this.resolve(noun, { kind: 'value', ...(roles ? { roles } : {}) });
    return meaning?.kind === 'value' ? meaning.expression : undefined;
  }

  /** A column that goes by one of the words, likeliest first, in a table or not far from it. */
  columnByWords(words: readonly string[], near: TableInfo, roles: readonly ColumnRole[]): ColumnInfo | undefined {
    let best: { info: ColumnInfo; score: number } | undefined;
    for (const [rank, word] of words.entries()) {
      for (const ref of this.lexicon.nouns(word.split(' '))) {
        if (ref.kind !== 'column' || ref.via === 'synonym' || ref.via === 'stem' || ref.info.isKey || !roles.includes(ref.info.role)) continue;
        const score = ref.score - rank * 0.06 - 0.35 * this.distance(near, ref.info.table);
        if (score > 0.2 && (!best || score > best.score)) best = { info: ref.info, score };
      }
    }
    return best?.info;
  }

  distance(from: TableInfo, to: TableInfo): number {
    return distanceBetween(this.model, from, to);
  }

  /** @param about the column or table that a word was taken for: told only when it is used in the end */
  note(warning: string, about?: ColumnInfo | TableInfo): void {
    if (!this.warnings.includes(warning)) this.warnings.push(warning);
    if (about) this.guesses.set(warning, about);
  }

  /** What the reader of an answer with these columns and tables should know. */
  warningsFor(used: ReadonlySet<ColumnInfo | TableInfo>): string[] {
    return this.warnings.filter((warning) => used.has(this.guesses.get(warning)!) || !this.guesses.has(warning));
  }

  /** A key and the column that refers to it hold the same values. */
  private sameMeaning(a: NounRef, b: NounRef): boolean {
    if (a.kind !== 'column' || b.kind !== 'column') return false;
    if (a.info.table === b.info.table && [a.info, b.info].every((info) => info.table.display.includes(info))) return true;
    if (a.info.name === b.info.name && (a.info.isKey || b.info.isKey)) return true;
    const joins = (x: ColumnInfo, y: ColumnInfo) => this.model.edgesOf[x.table.index]!.some((edge) => edge.child === x.table && edge.parent === y.table && edge.childColumns.some((name, i) => name === x.name && edge.parentColumns[i] === y.name));
    return joins(a.info, b.info) || joins(b.info, a.info);
  }

  /** Takes back what was told about a noun that then was read otherwise. */
  forget(noun: NounPhrase): void {
    const kept = this.warnings.filter((warning) => !warning.startsWith(`Took "${noun.text}" to mean`));
    this.warnings.splice(0, this.warnings.length, ...kept);
  }

  /** A number taken per row of the central table had better belong to one such row only: an order's total is no product's. */
  private fineness(table: TableInfo): number {
    const [center] = this.anchors;
    if (center === undefined || center === table) return 0;
    if (isToOne(this.model, table, center)) return 0.05;
    return isToOne(this.model, center, table) ? 0 : -0.12;
  }

  private ownerTable(owner: NounPhrase): TableInfo | undefined {
    const tables = owner.refs.filter((ref) => ref.kind === 'table' && ref.score >= 0.5);
    const nearest = tables.find((ref) => this.anchors.includes(tableOf(ref))) ?? tables[0];
    return nearest ? tableOf(nearest) : owner.owner ? this.ownerTable(owner.owner) : undefined;
  }

  private score(ref: NounRef, owner: TableInfo | undefined): number {
    const table = tableOf(ref);
    const near = owner ? [owner] : this.anchors;
    const far = near.length ? Math.min(...near.map((anchor) => this.distance(anchor, table))) : 0;
    const bonus = ref.kind === 'table' ? 0.03 : far === 0 && near.length ? 0.06 : 0;
    const central = !owner && this.anchors[0] === table ? 0.03 : 0;
    const key = ref.kind === 'column' && ref.info.isKey && ref.via !== 'name' ? 0.2 : 0;
    const weight = ref.kind === 'table' ? HOP / 2 : owner ? HOP * 2.5 : HOP;
    return ref.score + bonus + central - key - Math.min(FARTHEST, weight * far);
  }
}

/** `table` or `table.column`, as a reader knows it. */
export function nameOf(ref: NounRef): string {
  if (ref.kind === 'table') return tableName(ref.table);
  return ref.kind === 'column' ? `${tableName(ref.info.table)}.${ref.info.name}` : `${tableName(ref.table)}.${describeDerived(ref.expression)}`;
}

function targetOf(ref: NounRef): Target {
  return ref.kind === 'table' ? ref.table : ref.kind === 'column' ? ref.info : ref.expression;
}

function fits(ref: NounRef, { kind, roles }: Wanted): boolean {
  if (kind && (ref.kind === 'table') !== (kind === 'table')) return false;
  if (!roles || ref.kind === 'table') return true;
  if (ref.kind === 'derived') return roles.includes(ref.expression.kind === 'via' ? ref.expression.info.role : 'number');
  return roles.includes(ref.info.role);
}

function meaningOf(ref: NounRef, score: number): Meaning {
  if (ref.kind === 'table') return { kind: 'table', table: ref.table, score };
  if (ref.kind === 'column') return { kind: 'value', expression: { kind: 'column', info: ref.info }, score };
  return { kind: 'value', expression: ref.expression, score };
}

