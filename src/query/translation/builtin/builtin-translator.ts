import { Injectable } from '@nestjs/common';
import { SqlTranslator, type TranslationOutcome, type TranslationRequest } from '../sql-translator.js';
import { interpret } from './interpret.js';
import { LexiconCache } from './lexicon/lexicon-cache.js';
import { refuse } from './refusals.js';

/**
 * The translator that needs no network and no model: a grammar over the schema's own words. Deterministic; refuses what it
 * cannot account for word by word.
 */
@Injectable()
export class BuiltinTranslator extends SqlTranslator {
  readonly name = 'builtin';
  private readonly lexicons = new LexiconCache();

  async translate({ question, schema, glossary, values, now, context }: TranslationRequest): Promise<TranslationOutcome> {
    const vocabulary = this.lexicons.of(schema, glossary);
    const found = interpret(question, vocabulary, now, values, context);
    if (found.ok) return { understood: true, candidates: found.translations };
    const works = (suggestion: string) => interpret(suggestion, vocabulary, now, values).ok;
    const { model, lexicon } = vocabulary;
    return { understood: false, refusal: refuse(found.reason, found.unknown, found.choices, found.topics, model, lexicon, works) };
  }
}
