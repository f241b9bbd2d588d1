import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { finalize, Observable } from 'rxjs';
import { principalOf } from './principal.js';
import { RequestThrottle } from './request-throttle.js';
import { isPublic, isQuery } from './routes.js';
import { TenantLimits } from './tenant-limits.js';
import { tooManyRequests } from './too-many-requests.js';

/** Holds requests to the limits of their key and tenant, whichever guard has said whose they are. */
@Injectable()
export class LimitsInterceptor implements NestInterceptor {
  /** Queries under way of tenants that may have so many. Until they end, not until their callers hang up: that takes the database a moment. */
  private readonly underWay = new Map<string, number>();

  constructor(
    private readonly limits: TenantLimits,
    private readonly throttle: RequestThrottle,
  ) {}

  /** @throws {Problem} `TOO_MANY_REQUESTS` */
  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    if (isPublic(request)) return next.handle();
    const principal = principalOf(request);
    this.throttle.count(request, principal);
    const { tenant } = principal;
    const most = isQuery(request) ? this.limits.of(tenant).concurrentQueries : undefined;
    if (most === undefined) return next.handle();
    const others = this.underWay.get(tenant) ?? 0;
    if (others >= most) throw tooManyRequests(`As many queries are under way as this tenant may have at one time (${most}).`, 0);
    this.underWay.set(tenant, others + 1);
    return next.handle().pipe(finalize(() => this.ended(tenant)));
  }

  private ended(tenant: string): void {
    const left = (this.underWay.get(tenant) ?? 1) - 1;
    if (left > 0) this.underWay.set(tenant, left);
    else this.underWay.delete(tenant);
  }
}
