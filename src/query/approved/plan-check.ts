import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../access/request-context.js';
import { Problem } from '../../problems/problem.js';
import type { Access } from '../../sessions/session.js';
import { Guard } from '../guard/guard.js';
import { QueryAudit } from '../query-audit.js';
import type { RequestLimits } from '../request-limits.js';
import { StatementRunner } from '../statement-runner.js';

const EXPLAIN = 'EXPLAIN ';

/** Looks whether PostgreSQL would run a query, without running it. */
@Injectable()
export class PlanCheck {
  constructor(
    private readonly guard: Guard,
    private readonly runner: StatementRunner,
    private readonly audit: QueryAudit,
  ) {}

  /** @throws {Problem} what the guard or PostgreSQL refuses, and whatever keeps the database from being asked */
  async plan(question: string, sql: string, { deadline }: RequestLimits, access: Access, context: RequestContext): Promise<void> {
    await this.audit.around({ route: 'plan', question }, access, context, async (trail) => {
      trail.tries(sql);
      const caller = { queue: access.queue, sessionRef: access.sessionRef, requestId: context.requestId, signal: context.signal };
      // By itself first: what follows EXPLAIN could be read as a part of it.
      const { kind } = await this.guard.admit(sql, { identity: access.identity, caller, deadline, writes: 'never' });
      if (kind !== 'cursor') throw new Problem('STATEMENT_NOT_ALLOWED', 'Only a query can be approved.', { hint: 'Approve a SELECT, VALUES or TABLE.' });
      try {
        return { ran: await this.runner.run({ sql: EXPLAIN + sql, writes: 'never', trail }, {}, { maxRows: 1, deadline }, access, context), body: '' };
      } catch (error) {
        throw error instanceof Problem ? atItsPlace(error) : error;
      }
    });
  }
}

/** Places are those in the caller's own text. */
function atItsPlace(problem: Problem): Problem {
  const { position } = problem.extensions;
  if (typeof position !== 'number') return problem;
  const { code, detail, hint, status, extensions, cause, retryAfterSeconds } = problem;
  return new Problem(code, detail, { hint, status, cause, retryAfterSeconds, extensions: { ...extensions, position: Math.max(1, position - EXPLAIN.length) } });
}
