import pluralize from 'pluralize';
import lemmatizer from 'wink-lemmatizer';
import { verbBehind } from './derivations.js';

/** The base forms of one English word; any of them may be how the schema spells it. */
export interface WordForms {
  /** Lower case, as written. */
  readonly surface: string;
  /** Singular, when read as a noun. */
  readonly noun: string;
  /** Infinitive, when read as a verb. */
  readonly verb: string;
  /** What related words have in common: "shipped", "shipping" and "shipment" share one. */
  readonly stem: string;
}

/** Bounded so that questions full of invented words cannot grow it for ever. */
const MAX_REMEMBERED = 20_000;
const remembered = new Map<string, WordForms>();

/** Base forms of a word. Lemmas come from WordNet's rules; singulars of unknown words from spelling. */
export function wordForms(word: string): WordForms {
  const surface = word.toLowerCase();
  const known = remembered.get(surface);
  if (known) return known;
  const noun = singular(surface);
  const verb = lemmatizer.verb(surface);
  const base = verb === surface ? noun : verb;
  const forms = { surface, noun, verb, stem: stemOf(verbBehind(base) ?? base) };
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(surface, forms);
  return forms;
}

/** The singular of a noun: "categories" → "category"; words that only look plural ("status") stay. */
export function singular(word: string): string {
  if (word.length < 3 || (/(ss|us|is)$/.test(word) || word === 'has' || word === 'was')) return word;
  const lemma = lemmatizer.noun(word);
  return lemma !== word ? lemma : pluralize.singular(word);
}

/** True for a base form that a general English dictionary has: such a word is not a typing error. */
export function isEnglishWord(word: string): boolean {
  const lower = word.toLowerCase();
  return (
    lemmatizer.noun(lower) !== lower ||
    lemmatizer.verb(lower) !== lower ||
    lemmatizer.noun(`${lower}s`) === lower ||
    lemmatizer.verb(`${lower}s`) === lower ||
    lemmatizer.adjective(`${lower}er`) === lower ||
    (pluralize.plural(lower) !== lower && lemmatizer.noun(pluralize.plural(lower)) === lower)
  );
}

const SUFFIXES = [
  'ements', 'ement', 'ments', 'ment', 'ations', 'ation', 'ings', 'ing', 'ions', 'ion', 'ories', 'ory', 'ers', 'ors', 'er', 'or',
  'ates', 'ated', 'ate', 'ies', 'als', 'al', 'ed', 'es', 's', 'y', 'e',
];

/** Deliberately timid: at least four letters must remain, or unrelated short words would meet. */
function stemOf(word: string): string {
  for (const suffix of SUFFIXES) {
    if (word.length - suffix.length >= 4 && word.endsWith(suffix)) {
      const stem = word.slice(0, -suffix.length);
      return /([bdgmnprt])\1$/.test(stem) ? stem.slice(0, -1) : stem;
    }
  }
  return word;
}
