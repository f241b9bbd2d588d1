import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { SchemaSnapshot } from '../../../schema/schema.dto.js';
import { Problem } from '../../../problems/problem.js';
import { SqlTranslator, type TranslationOutcome, type TranslationRequest } from '../sql-translator.js';
import { schemaBytes } from './thread/thread-contents.js';
import { TranslationLine, type TranslationLineLimits } from './thread/translation-line.js';
import { TookTooLong } from './thread/translation-thread.js';

/** A question takes milliseconds. One that takes so much longer holds up all others, and would never end. */
const QUESTION_LIMIT_MS = 2000;

/** Schemas whose lexicons may wait to be built ahead of a question: more would hold up the questions that come. */
const MAX_PREPARING = 20;

/**
 * The translator that needs no network and no model: a grammar over the schema's own words. Deterministic; refuses what it
 * cannot account for word by word. Works in a thread of its own, so that neither a lexicon nor a question holds up others.
 */
@Injectable()
export class BuiltinTranslator extends SqlTranslator implements OnApplicationShutdown {
  readonly name = 'builtin';
  private readonly logger = new Logger(BuiltinTranslator.name);
  /** For tests and applications that know what they need: a class derived from this one may give others. */
  protected readonly limits: TranslationLineLimits & { readonly questionMs?: number } = {};
  private known?: TranslationLine;
  private preparing = 0;

  private get line(): TranslationLine {
    return (this.known ??= new TranslationLine(this.limits));
  }

  /** @throws {Problem} `STATEMENT_TIMEOUT` for a question that takes too long, `TRANSLATOR_UNAVAILABLE`, `SHUTTING_DOWN` */
  async translate({ question, schema, glossary, values, context, now, signal }: TranslationRequest): Promise<TranslationOutcome> {
    if (schemaBytes(schema) > this.line.maxBytes) return tooLarge(schema);
    try {
      return await this.line.run(async (thread, contents) => {
        const keys = { lexicon: await contents.bringLexicon(schema, glossary), ...(values && { values: await contents.bringValues(values) }) };
        signal?.throwIfAborted();
        const { outcome } = await thread.ask({ ask: 'translation', question, ...keys, context, now: now.getTime() }, this.limits.questionMs ?? QUESTION_LIMIT_MS);
        return outcome!;
      }, signal);
    } catch (error) {
      if (!(error instanceof TookTooLong)) throw error;
      this.logger.warn(`A question of ${question.length} characters to a schema of ${schema.relations.length} relations: ${error.message}`);
      throw new Problem('STATEMENT_TIMEOUT', 'The question takes too long to translate.', { hint: 'Ask something shorter, or send SQL to /api/v1/query/sql.', cause: error });
    }
  }

  /** Builds the lexicon ahead of the first question, where that takes no other one's place. */
  override prepare(schema: SchemaSnapshot): void {
    if (this.preparing >= MAX_PREPARING || schemaBytes(schema) > this.line.maxBytes) return;
    this.preparing += 1;
    this.line
      .run(async (_thread, contents) => {
        if (contents.hasRoomFor(schema)) await contents.bringLexicon(schema);
      })
      .catch((error: Error) => this.logger.debug(`No lexicon ahead of the first question: ${error.message}`))
      .finally(() => (this.preparing -= 1));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.line.close();
  }
}

function tooLarge({ relations }: SchemaSnapshot): TranslationOutcome {
  const reason = `The built-in translator does not take in a schema of ${relations.length} relations at once.`;
  return { understood: false, refusal: { reason, unknown_words: [], nearest: [], suggestions: [] } };
}
