import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../access/request-context.js';
import { GlossaryService } from '../knowledge/glossary.service.js';
import { scopeOf } from '../knowledge/knowledge-scope.js';
import { TaughtKnowledge } from '../knowledge/taught-knowledge.js';
import { Problem } from '../problems/problem.js';
import { SchemaService } from '../schema/schema.service.js';
import type { Access } from '../sessions/session.js';
import { Settings } from '../settings/settings.js';
import { ApprovedAnswers } from './approved/approved-answers.js';
import { Conversations } from './conversations.js';
import type { WarningDto } from './query.dto.js';
import type { RequestLimits } from './request-limits.js';
import { FailedAttempt, NotUnderstood, SqlTranslator, Translation } from './translation/sql-translator.js';

/** SQL that may answer a question, and who says so. */
export interface Candidate extends Translation {
  /** Name of the translator, or `approved`. */
  readonly translator: string;
  /** About what was not used. */
  readonly notes: readonly WarningDto[];
}

/** Finds SQL for questions: what was approved for it, else what the translator makes of it. */
@Injectable()
export class Candidates {
  constructor(
    private readonly schema: SchemaService,
    private readonly knowledge: TaughtKnowledge,
    private readonly glossaries: GlossaryService,
    private readonly approved: ApprovedAnswers,
    private readonly conversations: Conversations,
    private readonly translator: SqlTranslator,
    private readonly settings: Settings,
  ) {}

  /**
   * @param feedback attempts that failed; after one the translator alone is asked
   * @returns best first; one at least, unless attempts have failed
   * @throws {Problem} `QUESTION_NOT_UNDERSTOOD`; `STATEMENT_TIMEOUT`; `STORE_UNAVAILABLE`; what asking the database failed with
   */
  of(question: string, feedback: readonly FailedAttempt[], limits: RequestLimits, access: Access, caller: RequestContext): Promise<readonly Candidate[]> {
    return before(limits.deadline, (late) => this.find(question.trim(), feedback, limits, access, caller, late));
  }

  /** Whether there is SQL for a question. @throws {Problem} what asking the database failed with */
  async answers(question: string, limits: RequestLimits, access: Access, caller: RequestContext): Promise<boolean> {
    try {
      return (await this.of(question, [], limits, access, caller)).length > 0;
    } catch (error) {
      if (error instanceof Problem && error.code === 'QUESTION_NOT_UNDERSTOOD') return false;
      throw error;
    }
  }

  /** The deadline ends the translation alone: what is read is kept for the next one to ask. */
  private async find(question: string, feedback: readonly FailedAttempt[], limits: RequestLimits, access: Access, caller: RequestContext, late: AbortSignal): Promise<readonly Candidate[]> {
    const { signal } = caller;
    const [schema, knowledge] = await Promise.all([this.schema.snapshot(access, signal), this.knowledge.of(scopeOf(access.identity, caller))]);
    const glossary = this.glossaries.of(knowledge, access, caller);
    const { translation, warning } = feedback.length === 0 ? await this.approved.find(question, knowledge, schema, glossary, limits, access, caller) : {};
    if (translation) return [{ ...translation, translator: 'approved', notes: [] }];
    const values = this.settings.translationValues ? await this.schema.values(access, signal) : undefined;
    const context = access.session ? this.conversations.of(access.sessionRef) : [];
    const outcome = await this.translator.translate({ question, schema, values, glossary, context, feedback, now: new Date(), signal: signal ? AbortSignal.any([signal, late]) : late });
    // What failed says more than that there is nothing else to try.
    if (!outcome.understood && feedback.length > 0) return [];
    if (!outcome.understood) throw notUnderstood(outcome.refusal, warning);
    return outcome.candidates.map((candidate) => ({ ...candidate, translator: this.translator.name, notes: warning ? [warning] : [] }));
  }
}

/** The work's outcome, or `STATEMENT_TIMEOUT` when the deadline comes first: the work is told by its signal, and not waited for. */
function before<T>(deadline: number, work: (late: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const problem = new Problem('STATEMENT_TIMEOUT', 'Translating the question took longer than the time limit of the request.');
      over.abort(problem);
      reject(problem);
    }, Math.max(0, deadline - Date.now()));
    work(over.signal).then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function notUnderstood({ reason, unknown_words, nearest, suggestions }: NotUnderstood, warning?: WarningDto): Problem {
  return new Problem('QUESTION_NOT_UNDERSTOOD', warning ? `${reason} ${warning.message}` : reason, { extensions: { unknown_words, nearest, suggestions } });
}
