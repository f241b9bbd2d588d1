import { Injectable } from '@nestjs/common';
import { TenantLimits } from '../access/tenant-limits.js';
import { UnderWay } from '../access/under-way.js';
import { Problem } from '../problems/problem.js';
import { Settings } from '../settings/settings.js';
import { SessionStore } from './session-store.js';

/** Bounds the sessions, in all and by tenant. */
@Injectable()
export class SessionQuota {
  /** Connects under way of tenants that may have so many sessions: each may become one. */
  private readonly underWay = new UnderWay();

  constructor(
    private readonly store: SessionStore,
    private readonly limits: TenantLimits,
    private readonly settings: Settings,
  ) {}

  /**
   * Lets a connect begin.
   *
   * @returns to be called when it has ended, with a session or without
   * @throws {Problem} `TOO_MANY_SESSIONS`
   */
  async enter(tenant: string): Promise<() => void> {
    if ((await this.store.count()) >= this.settings.maxSessions) throw new Problem('TOO_MANY_SESSIONS', 'The service holds as many sessions as it may.');
    const { sessions: most } = this.limits.of(tenant);
    if (most === undefined) return () => {};
    const open = await this.store.count(tenant);
    if (open + this.underWay.of(tenant) >= most) throw new Problem('TOO_MANY_SESSIONS', `This tenant holds as many sessions as it may (${most}).`);
    return this.underWay.begin(tenant);
  }
}
