import { TenantConnections } from '../pools/tenant-connections.js';

/** What one tenant may use, all its keys together. What is left out is bounded by the settings alone. */
export interface TenantLimit {
  /** Sessions at one time: above it connects get 429 `TOO_MANY_SESSIONS`. */
  readonly sessions?: number;
  /** Requests of the query routes under way at one time: above it they get 429 `TOO_MANY_REQUESTS`. */
  readonly concurrentQueries?: number;
  /** Connections over all its pools: above it requests wait, as they do for a full pool. */
  readonly connections?: number;
}

/**
 * Decides what each tenant may use. Replace it together with the guard, where tenants come from somewhere else than API keys.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class PlanLimits extends TenantLimits {
 *   of(tenant: string): TenantLimit { return tenant.startsWith('trial-') ? { sessions: 5, concurrentQueries: 2, connections: 2 } : {}; }
 * }
 *
 * // app.module.ts
 * AccessModule.forRoot({ guard: GatewayGuard, limits: PlanLimits });
 * ```
 */
export abstract class TenantLimits extends TenantConnections {
  /** Asked with each request: answer from memory. */
  abstract of(tenant: string): TenantLimit;

  connectionsOf(tenant: string): number {
    return this.of(tenant).connections ?? Infinity;
  }
}
