import type { Glossary } from '../../knowledge/glossary.js';
import { phrasesOf } from '../../knowledge/glossary-terms.js';
import type { SchemaSnapshot } from '../../schema/schema.dto.js';
import { wordForms } from '../translation/builtin/language/word-forms.js';
import { nameParts } from '../translation/builtin/lexicon/split-name.js';
import type { NameWords } from './question-meaning.js';

const ofSchemas = new WeakMap<SchemaSnapshot, ReadonlySet<string>>();
const ofGlossaries = new WeakMap<Glossary, ReadonlySet<string>>();

/** The words in names of tables and columns, and those that people have taught for them. */
export function nameWords(schema: SchemaSnapshot, glossary: Glossary | undefined): NameWords {
  // Not before a question is near an approved one: a large schema has very many names.
  return { has: (noun) => known(ofSchemas, schema, namesIn).has(noun) || (glossary !== undefined && known(ofGlossaries, glossary, termsIn).has(noun)) };
}

/** Made once, in the singular. */
function known<K extends object>(cache: WeakMap<K, ReadonlySet<string>>, key: K, wordsIn: (key: K) => Iterable<string>): ReadonlySet<string> {
  const words = cache.get(key) ?? new Set(Array.from(new Set(wordsIn(key)), (word) => wordForms(word).noun));
  cache.set(key, words);
  return words;
}

function* namesIn({ relations }: SchemaSnapshot): Generator<string> {
  for (const { name, columns } of relations) {
    yield* nameParts(name);
    for (const column of columns) yield* nameParts(column.name);
  }
}

function* termsIn({ terms }: Glossary): Generator<string> {
  for (const term of terms) for (const phrase of phrasesOf(term)) yield* nameParts(phrase);
}
