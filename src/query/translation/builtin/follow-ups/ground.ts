import type { ValueIndex } from '../../sql-translator.js';
import { BindingRefused, Resolver } from '../binding/resolver.js';
import type { Vocabulary } from '../lexicon/lexicon-cache.js';
import type { ColumnInfo, TableInfo } from '../lexicon/schema-model.js';
import { groupTable, measureTable, type LogicalForm } from '../logical-form.js';
import { columnsUsed } from '../explain/columns.js';
import { parse } from '../parsing/parse.js';
import type { NounPhrase, Reading } from '../parsing/reading.js';
import { tag } from '../tagging/tagger.js';
import type { Item } from '../tagging/items.js';

/** What every edit of a question before stands on: the words of the schema, and what the reader is to be told. */
export class Ground {
  readonly notes: string[] = [];
  private readonly resolvers: Resolver[] = [];

  constructor(
    readonly vocabulary: Vocabulary,
    readonly now: Date,
    private readonly values: ValueIndex | undefined,
  ) {}

  items(text: string): Item[] {
    return tag(text, { ...this.vocabulary, now: this.now, ...(this.values ? { values: this.values } : {}) });
  }

  /**
   * @param lead read before the text, as if it had been said once more
   * @throws BindingRefused when a word of the text has no place in it
   */
  read(text: string, lead: readonly Item[] = []): Reading {
    const reading = parse([...lead, ...this.items(text)]);
    for (const { from, to } of reading.corrections) this.note(`Read "${from}" as "${to}".`);
    if (reading.uncovered) throw new BindingRefused(`The question asks for ${reading.uncovered}, which is not covered.`, reading.leftovers);
    if (reading.leftovers.length > 0) throw new BindingRefused(`Not understood: ${reading.leftovers.map((word) => `"${word}"`).join(', ')}.`, reading.leftovers);
    return reading;
  }

  /** The same for a text that may be no follow-up at all: undefined where a word has no place. */
  tryRead(text: string, lead: readonly Item[] = []): Reading | undefined {
    try {
      return this.read(text, lead);
    } catch (error) {
      if (error instanceof BindingRefused) return undefined;
      throw error;
    }
  }

  /** Words are understood near to what the form speaks of. */
  resolver(form: LogicalForm): Resolver {
    const resolver = new Resolver(this.vocabulary.model, this.vocabulary.lexicon, tablesOf(form), this.now);
    this.resolvers.push(resolver);
    return resolver;
  }

  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text);
  }

  /** What the reader of this form's answer should know. */
  warningsFor(form: LogicalForm): string[] {
    const columns = columnsUsed(form);
    return [...new Set([...this.notes, ...this.resolvers.flatMap((resolver) => resolver.warningsFor(columns))])];
  }
}

/** The tables of which a form shows or measures something, its subject first. */
export function tablesOf(form: LogicalForm): TableInfo[] {
  return [...new Set([form.subject, ...form.measures.map(measureTable), ...form.groups.map(groupTable)])];
}

/** What a clause is said of, as an item that could stand before it: "customers (that are) …". */
export function leadOf(table: TableInfo, clause: boolean): Item[] {
  const name = table.words.join(' ');
  const noun: Item = { text: name, lower: name, start: -1, end: -1, nouns: [{ kind: 'table', table, score: 1, via: 'name' }] };
  return clause ? [noun, { text: 'that are', lower: 'that are', start: -1, end: -1, does: { does: 'relative' } }] : [noun];
}

/** A noun that means one column and nothing else. */
export function nounOf(info: ColumnInfo): NounPhrase {
  return { text: info.words.join(' '), refs: [{ kind: 'column', info, score: 1, via: 'name' }] };
}

/** True when a list is asked for, and neither a number nor groups. */
export function isList(form: LogicalForm): boolean {
  return form.measures.length === 0 && form.groups.length === 0;
}

/** True for one number, over whatever holds for it. */
export function isOneNumber(form: LogicalForm): boolean {
  return form.measures.length === 1 && form.groups.length === 0 && !form.over && !form.computed?.length;
}
