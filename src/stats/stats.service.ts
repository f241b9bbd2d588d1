import { Injectable } from '@nestjs/common';
import { Pool } from '../pools/pool.js';
import { PoolManager } from '../pools/pool-manager.js';
import { describeSession } from '../sessions/describe-session.js';
import { SessionStore } from '../sessions/session-store.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Scope } from './scope.js';
import type { PageDto, PoolsStatsDto, PoolStatsDto, SessionsStatsDto } from './stats.dto.js';

/** What pools and sessions look like now, page by page. */
@Injectable()
export class StatsService {
  constructor(
    private readonly poolManager: PoolManager,
    private readonly store: SessionStore,
    private readonly sessionsService: SessionsService,
  ) {}

  pools({ limit = 100, cursor }: PageDto, scope: Scope): PoolsStatsDto {
    const all = this.poolManager.list().filter(({ identity: { target } }) => scope === undefined || target.tenant === scope);
    // Whose attempts have shown them to be unreachable is not known.
    const unreachable = scope === undefined ? this.poolManager.unreachableServers : [];
    const from = Number(cursor ?? 0) || 0;
    const next = from + limit;
    return { total_pools: all.length, pools: all.slice(from, next).map(describePool), unreachable_servers: [...unreachable], ...(next < all.length ? { next_cursor: String(next) } : {}) };
  }

  async sessions({ limit = 100, cursor }: PageDto, scope: Scope): Promise<SessionsStatsDto> {
    const [total, page] = await Promise.all([this.store.count(scope), this.store.list(scope, cursor, limit)]);
    return { total_sessions: total, sessions: page.sessions.map((session) => ({ session_id: this.sessionsService.refOf(session.id), tenant: session.identity.target.tenant, ...describeSession(session) })), next_cursor: page.nextCursor };
  }
}

function describePool(pool: Pool): PoolStatsDto {
  const { tenant, database, host, port, user } = pool.identity.target;
  return {
    tenant, database, host, port, user,
    active_connections: pool.leased.size, idle_connections: pool.idle.length, opening_connections: pool.opening.size, waiting: pool.waiting.length,
    min_connections: pool.limits.min, max_connections: pool.limits.max, effective_max_connections: pool.effectiveMax, opened: pool.opened, closed: pool.closed, timeouts: pool.timeouts,
    lease_wait_p50_ms: rounded(pool.waits.percentile(0.5)), lease_wait_p99_ms: rounded(pool.waits.percentile(0.99)),
    stale: pool.stale, created_at: iso(pool.createdAt), last_used: iso(pool.lastUsedAt),
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
