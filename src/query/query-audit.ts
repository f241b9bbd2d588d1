import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../access/request-context.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { Problem } from '../problems/problem.js';
import type { Access } from '../sessions/session.js';
import { Settings } from '../settings/settings.js';
import { Fingerprints } from './guard/fingerprint.js';
import type { Ran } from './statement-runner.js';
import { type Asked, StatementTrail } from './statement-trail.js';

/** Tells the audit about each request of the query routes, however it ends. */
@Injectable()
export class QueryAudit {
  constructor(
    private readonly audit: AuditTrail,
    private readonly fingerprints: Fingerprints,
    private readonly settings: Settings,
  ) {}

  /**
   * Runs the work.
   *
   * @param work gets the trail to tell of its statements
   * @returns the body of the answer
   * @throws {Problem} what the work throws; `AUDIT_FAILED` when a mandatory listener fails
   */
  async around(asked: Asked, access: Access, context: RequestContext, work: (trail: StatementTrail) => Promise<{ ran: Ran; body: string }>): Promise<string> {
    const started = performance.now();
    const trail = new StatementTrail(this.audit, this.fingerprints, asked, access, context, this.settings.auditSql);
    let done: { ran: Ran; body: string };
    try {
      done = await work(trail);
    } catch (error) {
      const outcome = error instanceof Problem ? error.code : 'INTERNAL';
      const ended = trail.ended({ outcome, rowCount: 0, bytes: 0, durationMs: performance.now() - started }, `The request failed with ${outcome}`, error);
      // What is said already says more: that nothing was run.
      await (outcome === 'AUDIT_FAILED' ? ended.catch(() => {}) : ended);
      throw error;
    }
    const { ran, body } = done;
    const happened = ran.written ? 'The statement has been run and committed' : 'The statement has been run';
    await trail.ended({ outcome: 'OK', rowCount: ran.rowCount, rowsAffected: ran.written?.rowsAffected, bytes: Buffer.byteLength(body), durationMs: performance.now() - started }, happened);
    return body;
  }
}
