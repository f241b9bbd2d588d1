import { Injectable, Logger } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import type { FastifyRequest } from 'fastify';
import { isIdentified, principalOf } from '../access/principal.js';
import { loggedPath } from '../problems/logged-path.js';
import { Problem } from '../problems/problem.js';
import { AccessRefused, type StatementStarting } from './audit-events.js';

/** Statuses of problems that turn a caller away. */
const REFUSALS = new Set([401, 403, 429]);

/** Tells listeners what happens, and sees to what becomes of it when one that must not fail does. */
@Injectable()
export class AuditTrail {
  private readonly logger = new Logger('Audit');
  /** Problems that an event of their own has told. */
  private readonly told = new WeakSet<Problem>();

  constructor(private readonly events: EventEmitter2) {}

  /**
   * Tells of a statement that has not begun.
   *
   * @throws {Problem} what a mandatory listener refuses it with; `AUDIT_FAILED` when it fails in another way
   */
  async ask(event: StatementStarting): Promise<void> {
    try {
      await this.emit(event);
    } catch (error) {
      throw error instanceof Problem ? error : auditFailed('Nothing was run', error);
    }
  }

  /**
   * Tells of what has happened, and waits until all listeners are done.
   *
   * @param happened what a caller has to know when it gets nothing but the problem
   * @param outcome the problem that the event is about, if one
   * @throws {Problem} `AUDIT_FAILED` when a mandatory listener fails
   */
  async tell(event: object, happened: string, outcome?: unknown): Promise<void> {
    if (outcome instanceof Problem) this.told.add(outcome);
    try {
      await this.emit(event);
    } catch (error) {
      throw auditFailed(happened, error);
    }
  }

  /** Tells of what nobody is there to answer for. */
  note(event: object): void {
    this.emit(event).catch((error) => this.logger.error(error));
  }

  /** Tells of a request that is answered with a problem, if it turns the caller away and no other event tells it. */
  refused(problem: Problem, request: FastifyRequest): void {
    const { code, status } = problem;
    if (this.told.has(problem) || !(REFUSALS.has(status) || code === 'SESSION_NOT_FOUND')) return;
    const { tenant, key } = isIdentified(request) ? principalOf(request) : {};
    this.note(new AccessRefused(request.id, request.ip, loggedPath(request.url), code, tenant, key));
  }

  private emit(event: object): Promise<unknown> {
    return this.events.emitAsync(event.constructor.name, event);
  }
}

/** The listener's own words are for the log. */
function auditFailed(happened: string, cause: unknown): Problem {
  return new Problem('AUDIT_FAILED', `${happened}, and the audit of the operator did not take its entry.`, { cause });
}
