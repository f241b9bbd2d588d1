import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { principalOf } from './principal.js';
import { RequestThrottle } from './request-throttle.js';
import { isPublic } from './routes.js';

/** Counts the requests that a guard of an application's own has let pass. Ours counts them itself, before their bodies are read. */
@Injectable()
export class ThrottleGuard implements CanActivate {
  constructor(private readonly throttle: RequestThrottle) {}

  /** @throws {Problem} `TOO_MANY_REQUESTS` */
  canActivate(execution: ExecutionContext): boolean {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    if (!isPublic(request)) this.throttle.count(request, principalOf(request));
    return true;
  }
}
