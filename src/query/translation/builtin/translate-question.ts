import type { TranslationOutcome, TranslationTurn, ValueIndex } from '../sql-translator.js';
import { interpret } from './interpret.js';
import type { Vocabulary } from './lexicon/lexicon-cache.js';
import { refuse } from './refusals/refuse.js';

/** What a question is translated with, besides the schema's words. */
export interface AskedQuestion {
  readonly question: string;
  readonly values?: ValueIndex;
  readonly context: readonly TranslationTurn[];
  readonly now: Date;
}

/** From question to SQL or refusal, in the thread it is called in. */
export function translateQuestion({ question, values, context, now }: AskedQuestion, vocabulary: Vocabulary): TranslationOutcome {
  const found = interpret(question, vocabulary, now, values, context);
  if (found.ok) return { understood: true, candidates: found.translations };
  const works = (suggestion: string) => interpret(suggestion, vocabulary, now, values).ok;
  return { understood: false, refusal: refuse(question, found, vocabulary, values, works) };
}
