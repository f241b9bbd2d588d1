import type { FunctionWord } from '../language/function-words.js';
import type { Item } from '../tagging/items.js';
import type { NounPhrase, Reading, Restriction } from './reading.js';

/** Where the parser is in the question, and what the words so far have set up for the next ones. */
export class Cursor {
  at = 0;
  readonly reading: Reading;
  /** The noun read last, for a comparison that follows it. */
  noun?: NounPhrase;
  /** The noun read last that may be a table. */
  near?: NounPhrase;
  /** True while only auxiliary words lie between `noun` and here. */
  adjacent = false;
  /** The negation that waits is "never" or "nobody". */
  never = false;
  /** A negation waits for what it denies. */
  negated = false;
  /** "or" was read: the next restriction is an alternative to the last. */
  or = false;
  /** Nouns are what is asked for until a preposition, relative pronoun or condition begins. */
  tail = false;
  /** What introduced the coming noun. */
  lead?: 'with' | 'relative' | 'their' | 'and' | 'verb' | 'by' | 'of' | 'prep' | 'since' | undefined;
  /** The noun that "who", "which" or "that" goes on about. */
  clauseOf?: NounPhrase;
  /** True once a sentence has ended. */
  sentence = false;
  /** Adjectives of a noun, which restrict once the noun has its place. */
  readonly adjectives: Restriction[] = [];
  private readonly cuts: number[] = [];

  constructor(
    readonly items: readonly Item[],
    /** Reads a part of the question as a question of its own. */
    readonly read: (items: readonly Item[]) => Reading,
  ) {
    this.reading = { heads: [], against: [], bare: [], groups: [], restrictions: [], shown: [], extremes: [], order: [], distinct: false, preferred: [], leftovers: [], corrections: [], verbs: [], mentions: [] };
  }

  get done(): boolean {
    return this.at >= this.items.length;
  }

  get item(): Item | undefined {
    return this.items[this.at];
  }

  peek(ahead = 1): Item | undefined {
    return this.items[this.at + ahead];
  }

  /** The function word here, if it is of the given kind. */
  does<K extends FunctionWord['does']>(kind: K, item: Item | undefined = this.item): Extract<FunctionWord, { does: K }> | undefined {
    return item?.does?.does === kind ? (item.does as Extract<FunctionWord, { does: K }>) : undefined;
  }

  /** Steps over words that carry nothing here. */
  skip(...kinds: readonly FunctionWord['does'][]): void {
    const skippable = new Set<string>(['filler', ...kinds]);
    if (this.does('both')) this.reading.both = true;
    if (this.does('both')) this.at++;
    while (this.item?.does && skippable.has(this.item.does.does)) this.at++;
  }

  /** The next item that is neither filler nor of the given kinds, without moving. */
  after(from: number, ...kinds: readonly FunctionWord['does'][]): Item | undefined {
    const skippable = new Set<string>(['filler', ...kinds]);
    let at = from;
    while (this.items[at]?.does && skippable.has(this.items[at]!.does!.does)) at++;
    return this.items[at];
  }

  restrict(said: Restriction): void {
    const restriction: Restriction = said.negated && this.never ? { ...said, never: true } : said;
    const last = this.reading.restrictions.at(-1);
    if (this.or && last) {
      this.reading.restrictions.pop();
      this.reading.restrictions.push({ kind: 'any', negated: false, of: last.kind === 'any' ? [...last.of, restriction] : [last, restriction] });
    } else this.reading.restrictions.push(restriction);
    this.or = false;
    this.negated = false;
    this.adjacent = false;
    this.tail = true;
    this.lead = undefined;
  }

  /** Rows must be related to what a noun names, or have it. */
  relate(noun: NounPhrase, more: Partial<Pick<Extract<Restriction, { kind: 'related' }>, 'count' | 'shows' | 'negated'>> = {}): void {
    this.restrict({ kind: 'related', negated: this.negated, noun, ...more, ...(this.near ? { near: this.near } : {}) });
  }

  /** Lets the adjectives read so far restrict, without a trace on what is being read. */
  settleAdjectives(): void {
    for (const adjective of this.adjectives.splice(0)) this.reading.restrictions.push(adjective);
  }

  remember(noun: NounPhrase): void {
    this.noun = noun;
    if (noun.refs.some((ref) => ref.kind === 'table')) this.near = noun;
    this.adjacent = true;
  }

  /** Marks a place to come back to. */
  mark(): void {
    this.cuts.push(this.at);
  }

  back(): void {
    this.at = this.cuts.pop()!;
  }

  keep(): void {
    this.cuts.pop();
  }
}

/** True when the item can be read as a noun of the schema. */
export function isNoun(item: Item | undefined): boolean {
  return Boolean(item?.nouns?.length) && (!item!.does || ['aggregate', 'verb', 'order', 'top', 'text', 'filler', 'ask', 'unit-group', 'with', 'named', 'uncovered'].includes(item!.does.does));
}
