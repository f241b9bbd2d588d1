import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import type { RequestContext } from '../access/request-context.js';
import { QueryExecuted } from '../audit/audit-events.js';
import { Problem } from '../problems/problem.js';
import type { Access } from '../sessions/session.js';
import type { Ran } from './statement-runner.js';

/** Tells listeners about each request of the query routes, however it ends. */
@Injectable()
export class QueryAudit {
  constructor(private readonly events: EventEmitter2) {}

  /** Runs the work; a listener registered with `suppressErrors: false` that fails makes the request fail. */
  async around(route: QueryExecuted['route'], access: Access, context: RequestContext, work: () => Promise<{ ran: Ran; body: string }>): Promise<string> {
    const started = performance.now();
    const tell = (outcome: string, rowCount: number) =>
      this.events.emitAsync(
        QueryExecuted.name,
        new QueryExecuted(context.requestId, context.tenant, context.address, access.sessionRef, access.identity.target.database, route, outcome, rowCount, performance.now() - started),
      );
    try {
      const { ran, body } = await work();
      await tell('OK', ran.rowCount);
      return body;
    } catch (error) {
      await tell(error instanceof Problem ? error.code : 'INTERNAL', 0);
      throw error;
    }
  }
}
