import { hash } from 'node:crypto';
import type { GlossaryTerm } from './glossary.dto.js';
import { phrasesOf, wordsKey } from './glossary-terms.js';

/** The words in use for one database, taught and configured together. Shared: never modify it. */
export interface Glossary {
  /** The same for glossaries of the same content alone. */
  readonly version: string;
  readonly terms: readonly GlossaryTerm[];
}

/** What was taught, and of what is configured all that it does not say otherwise. */
export function glossaryOf(taught: readonly GlossaryTerm[], configured: readonly GlossaryTerm[]): Glossary {
  const terms = [...taught, ...withoutTaught(configured, taught)];
  return { version: versionOf(terms), terms };
}

/** The configured terms without phrases that are taught to mean something. */
export function withoutTaught(configured: readonly GlossaryTerm[], taught: readonly GlossaryTerm[]): GlossaryTerm[] {
  const said = new Set(taught.flatMap(phrasesOf).map(wordsKey));
  const isTaught = (phrase: string) => said.has(wordsKey(phrase));
  return configured.filter(({ term }) => !isTaught(term)).map((term) => ({ ...term, synonyms: term.synonyms.filter((synonym) => !isTaught(synonym)) }));
}

/** A name for the content of a glossary. */
export function versionOf(terms: readonly GlossaryTerm[]): string {
  return hash('sha256', JSON.stringify(terms));
}
