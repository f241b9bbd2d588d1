import { wordForms } from '../translation/builtin/language/word-forms.js';
import { type QuestionWord, questionWords } from './question-words.js';

// When two questions are one. Whatever is not named here counts, and where it stands: a word more, another number, another
// order make another question. A paraphrase that is missed costs a translation; one that is taken wrongly, a wrong answer.

/** What tells names of the schema, whose plurals may be folded, from words that may be anything: Adams is not Adam. */
export interface NameWords {
  /** Whether a word in the singular is part of a name. */
  has(noun: string): boolean;
}

/** Words at the beginning that only say that somebody asks, whoever is spoken to. */
const POLITE_OPENINGS = phrases('please, kindly, hi, hello, hey, hi there, hello there, can you, could you, would you, will you, can you please');
const POLITE_ENDINGS = phrases('please, thanks, thank you');

/** Ways to begin that make no other question of what follows. */
const OPENINGS = phrases('show me, give me, tell me, list me, find me, get me, let me see, let me know, i want to see, i want to know, i would like to see, i would like to know, i need to know, what is, what are, what\'s, whats');
/** The same, but words that may be nouns ("list price", "show times"): unless the schema has one of that name, or "the" follows. */
const OPENING_VERBS = phrases('show, list, give, display, find, get, fetch, return');
/** Words inside that say no more than that something is there. At the beginning they ask whether it is. */
const PRESENCE = phrases('are there, is there, do we have');

/** "the" before one of these may be part of a name. */
const NO_NOUNS = new Set(['who', 'which', 'what', 'the', 'of', 'in', 'and', 'or', 'by', 'with', 'for', 'from', 'to', 'is', 'are']);

/** The same for questions that differ in case, punctuation, spacing and politeness alone. Empty for one without words. */
export function exactMeaning(question: string): string {
  return written(withoutPoliteness(questionWords(question)));
}

/** The same for close paraphrases, on a schema; without one, the same for more than those: to look for them. */
export function closeMeaning(question: string, names?: NameWords): string {
  let words = withoutPoliteness(questionWords(question));
  for (let before = Infinity; words.length < before; ) {
    before = words.length;
    words = withoutPoliteness(withoutOpening(words, names));
  }
  const inside = words.filter((_, at) => !isPresence(words, at));
  return written(inside.filter((word, at) => !isArticle(word, inside[at + 1])).map((word) => folded(word, names)));
}

function withoutPoliteness(all: readonly QuestionWord[]): readonly QuestionWord[] {
  let words = all;
  for (let length; (length = POLITE_OPENINGS.at(words, 0)) && length < words.length; ) words = words.slice(length);
  for (let length; (length = POLITE_ENDINGS.before(words, words.length)) && length < words.length; ) words = words.slice(0, -length);
  return words;
}

function withoutOpening(words: readonly QuestionWord[], names?: NameWords): readonly QuestionWord[] {
  const opening = OPENINGS.at(words, 0);
  if (opening && opening < words.length) return words.slice(opening);
  const [verb, next] = words;
  if (!verb || !next || !OPENING_VERBS.at(words, 0)) return words;
  const isNoun = names?.has(verb.text) && next.text !== 'the';
  return isNoun ? words : words.slice(1);
}

function isPresence(words: readonly QuestionWord[], at: number): boolean {
  // From two words before to here: which of them belong to such a phrase.
  return [0, 1, 2].some((back) => at - back > 0 && PRESENCE.at(words, at - back) > back);
}

function isArticle({ text, written: as, quoted }: QuestionWord, next?: QuestionWord): boolean {
  return !quoted && text === 'the' && as === 'the' && next !== undefined && !NO_NOUNS.has(next.text);
}

function folded(word: QuestionWord, names?: NameWords): QuestionWord {
  if (word.quoted || word.text !== word.text.toLowerCase()) return word;
  const base = word.text.replace(/'s?$/, '');
  const { noun } = wordForms(base);
  return names && !names.has(noun) ? word : { ...word, text: noun };
}

function written(words: readonly QuestionWord[]): string {
  return words.map(({ text }) => text).join(' ');
}

interface Phrases {
  /** Words of the longest phrase that begins there; 0 for none. */
  at(words: readonly QuestionWord[], from: number): number;
  /** Words of the longest phrase that ends before that place; 0 for none. */
  before(words: readonly QuestionWord[], end: number): number;
}

function phrases(list: string): Phrases {
  const known = new Set(list.split(', '));
  const longest = Math.max(...[...known].map((phrase) => phrase.split(' ').length));
  const lengthOf = (words: readonly QuestionWord[], place: (length: number) => number) => {
    for (let length = longest; length > 0; length--) {
      const from = place(length);
      const said = words.slice(Math.max(from, 0), from + length);
      if (from >= 0 && said.length === length && said.every(({ quoted }) => !quoted) && known.has(written(said))) return length;
    }
    return 0;
  };
  return { at: (words, from) => lengthOf(words, () => from), before: (words, end) => lengthOf(words, (length) => end - length) };
}
