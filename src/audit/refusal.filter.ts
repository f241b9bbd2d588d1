import { ArgumentsHost, Catch } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ProblemFilter, toProblem } from '../problems/problem.filter.js';
import { AuditTrail } from './audit-trail.js';

/** Answers with problems, and tells the audit of those that turn a caller away. */
@Catch()
export class RefusalFilter extends ProblemFilter {
  constructor(private readonly trail: AuditTrail) {
    super();
  }

  override catch(error: unknown, host: ArgumentsHost): void {
    const problem = toProblem(error);
    this.trail.refused(problem, host.switchToHttp().getRequest<FastifyRequest>());
    super.catch(problem, host);
  }
}
