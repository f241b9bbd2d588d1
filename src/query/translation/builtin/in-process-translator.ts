import { SqlTranslator, type TranslationOutcome, type TranslationRequest } from '../sql-translator.js';
import { LexiconCache } from './lexicon/lexicon-cache.js';
import { translateQuestion } from './translate-question.js';

/** The built-in translator in the caller's own thread, which it holds up for as long as a translation, or a lexicon, takes. */
export class InProcessTranslator extends SqlTranslator {
  readonly name = 'builtin';
  private readonly lexicons = new LexiconCache();

  async translate(request: TranslationRequest): Promise<TranslationOutcome> {
    return translateQuestion(request, this.lexicons.of(request.schema, request.glossary));
  }
}
