import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../access/request-context.js';
import { Problem } from '../problems/problem.js';
import type { Access } from '../sessions/session.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { Settings } from '../settings/settings.js';
import { type Candidate, Candidates } from './candidates.js';
import { Conversations } from './conversations.js';
import { DidYouMean } from './did-you-mean/did-you-mean.js';
import { InvalidParameter, toParameters } from './encoding/parameters.js';
import { QueryAudit } from './query-audit.js';
import type { AttemptErrorDto, QuestionDto, SqlDto, TranslateDto, TranslationDto, WarningDto } from './query.dto.js';
import { limitsOf, RequestLimits } from './request-limits.js';
import { type Ran, StatementRunner } from './statement-runner.js';
import type { StatementTrail } from './statement-trail.js';
import type { FailedAttempt } from './translation/sql-translator.js';

/** Failures that another interpretation of the question may avoid. */
const WORTH_RETRYING = new Set(['SQL_INVALID', 'SQL_FAILED', 'STATEMENT_NOT_ALLOWED', 'PERMISSION_DENIED']);

/** Answers questions and runs SQL. Answers are JSON text: rows are never parsed into JavaScript values. */
@Injectable()
export class QueryService {
  constructor(
    private readonly sessions: SessionsService,
    private readonly candidates: Candidates,
    private readonly runner: StatementRunner,
    private readonly conversations: Conversations,
    private readonly didYouMean: DidYouMean,
    private readonly audit: QueryAudit,
    private readonly settings: Settings,
  ) {}

  /** Runs one statement of the caller's own. @throws {Problem} of the catalogue */
  async sql(request: SqlDto, context: RequestContext): Promise<string> {
    const limits = limitsOf(request, this.settings, context, Date.now());
    const access = await this.sessions.access(request.session_id, context);
    return this.audit.around({ route: 'sql' }, access, context, async (trail) => {
      const ran = await this.runner.run({ sql: request.sql, params: parametersOf(request), writes: access.session?.readOnly === false ? 'allowed' : 'refused', trail }, request, limits, access, context);
      return { ran, body: answer(ran, { sql_query: request.sql }, ran.warnings, context) };
    });
  }

  /** Answers a question: always read-only. @throws {Problem} `QUESTION_NOT_UNDERSTOOD`, or what the last attempt failed with */
  async ask(request: QuestionDto, context: RequestContext): Promise<string> {
    const limits = limitsOf(request, this.settings, context, Date.now());
    const access = await this.sessions.access(request.session_id, context);
    return this.audit.around({ route: 'query', question: request.question }, access, context, async (trail) => {
      const { ran, translation, errors } = await this.attempt(request, trail, limits, access, context);
      if (access.session) this.conversations.add(access.sessionRef, { question: request.question, sql: translation.sql, memory: translation.memory });
      const meant = await this.didYouMean.warnings(request.question, translation, ran, limits, access, context);
      const asked = { question: request.question, sql_query: translation.sql, explanation: translation.explanation };
      const how = { retry_count: errors.length, errors_encountered: errors, translator: translation.translator };
      return { ran, body: answer(ran, { ...asked, ...how }, [...warningsOf(translation), ...meant, ...ran.warnings], context) };
    });
  }

  /** Translates a question without running anything. @throws {Problem} `QUESTION_NOT_UNDERSTOOD` */
  async translate(request: TranslateDto, context: RequestContext): Promise<TranslationDto> {
    const access = await this.sessions.access(request.session_id, context);
    const limits = limitsOf({}, this.settings, context, Date.now());
    const [best, ...others] = await this.candidates.of(request.question, [], limits, access, context);
    if (!best) throw new Problem('INTERNAL', 'The translator gave no candidate.');
    return {
      success: true, question: request.question, sql_query: best.sql, explanation: best.explanation,
      alternatives: others.map(({ sql, explanation }) => ({ sql_query: sql, explanation })),
      translator: best.translator, warnings: warningsOf(best), request_id: context.requestId,
    };
  }

  /**
   * Tries interpretations, best first, until one runs, `max_retries` is used up or there is nothing new to try. None is planned
   * with EXPLAIN before: PostgreSQL plans a statement and checks every privilege before its first row, so that running one that
   * cannot run fails as early, for the same reason, and one that can run costs no second round trip.
   */
  private async attempt(request: QuestionDto, trail: StatementTrail, limits: RequestLimits, access: Access, context: RequestContext): Promise<{ ran: Ran; translation: Candidate; errors: AttemptErrorDto[] }> {
    const { max_retries: maxRetries = 3 } = request;
    const feedback: FailedAttempt[] = [];
    const untried = (candidates: readonly Candidate[]) => candidates.find(({ sql }) => !feedback.some((failed) => failed.sql === sql));
    let candidates = await this.candidates.of(request.question, feedback, limits, access, context);
    for (let translation = candidates[0] as Candidate; ; ) {
      try {
        const ran = await this.runner.run({ sql: translation.sql, writes: 'never', trail }, request, limits, access, context);
        return { ran, translation, errors: feedback.map(told) };
      } catch (error) {
        if (!(error instanceof Problem) || !WORTH_RETRYING.has(error.code)) throw error;
        feedback.push({ sql: translation.sql, code: error.code, error: error.detail, hint: error.hint });
        const mayRetry = feedback.length <= maxRetries;
        if (mayRetry && !untried(candidates)) candidates = await this.candidates.of(request.question, feedback, limits, access, context);
        const next = mayRetry ? untried(candidates) : undefined;
        if (!next) {
          const tried = { sql_query: translation.sql, retry_count: feedback.length - 1, errors_encountered: feedback.map(told) };
          throw new Problem(error.code, error.detail, { hint: error.hint, cause: error.cause, extensions: { ...error.extensions, ...tried } });
        }
        translation = next;
      }
    }
  }
}

/** What the caller is told of a failed attempt. */
function told({ sql, code, error }: FailedAttempt): AttemptErrorDto {
  return { sql, code, error };
}

function warningsOf({ notes, warnings = [] }: Candidate): WarningDto[] {
  return [...notes, ...warnings.map((message) => ({ code: 'ASSUMPTION', message }))];
}

function parametersOf({ params = [] }: SqlDto): (string | null)[] {
  try {
    return toParameters(params);
  } catch (error) {
    if (error instanceof InvalidParameter) throw new Problem('VALIDATION_FAILED', error.message, { extensions: { errors: [{ field: 'params', message: error.message }] } });
    throw error;
  }
}

/** The rows are JSON text already: the envelope is written around them. */
function answer(ran: Ran, first: Record<string, unknown>, warnings: readonly unknown[], { requestId }: RequestContext): string {
  const head = JSON.stringify({ success: true, ...first, columns: ran.columns, column_types: ran.columnTypes });
  const done = ran.written && { command: ran.written.command, rows_affected: ran.written.rowsAffected };
  const tail = JSON.stringify({ row_count: ran.rowCount, truncated: ran.truncated, ...done, execution_time: Math.round(ran.seconds * 1e6) / 1e6, warnings, request_id: requestId });
  return `${head.slice(0, -1)},"results":${ran.json},${tail.slice(1)}`;
}
