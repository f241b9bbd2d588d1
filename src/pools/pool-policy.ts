import { Injectable } from '@nestjs/common';
import { Settings } from '../settings/settings.js';
import type { Target } from './identity.js';

/** Sizes and clocks of one pool. */
export interface PoolLimits {
  /** Connections kept warm while the pool is used. */
  readonly min: number;
  /** Connections at most. */
  readonly max: number;
  /** Milliseconds without a statement until the whole pool is closed. */
  readonly idleTimeoutMs: number;
  /** Milliseconds a request waits for a connection. */
  readonly acquireTimeoutMs: number;
  /** Requests that may wait, in all and of one queue. */
  readonly maxWaiting: number;
  readonly maxWaitingPerQueue: number;
  /** Connections one queue may hold at one time. */
  readonly maxHeldPerQueue: number;
  /** Milliseconds an idle connection above `min` is kept. */
  readonly connectionIdleMs: number;
  /** Milliseconds a connection lives at most; each one's own limit is up to a tenth shorter. */
  readonly connectionMaxLifetimeMs: number;
}

/**
 * Decides sizes and clocks per target. Replace it to give some databases more room than others.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class ReportingPolicy extends PoolPolicy {
 *   constructor(private readonly settings: Settings) { super(); }
 *
 *   limitsFor(target: Target): PoolLimits {
 *     const limits = new SettingsPoolPolicy(this.settings).limitsFor(target);
 *     return target.database === 'reporting' ? { ...limits, max: 5, maxHeldPerQueue: 2 } : limits;
 *   }
 * }
 *
 * // app.module.ts
 * PoolsModule.forRoot({ policy: ReportingPolicy });
 * ```
 */
export abstract class PoolPolicy {
  /** Called when a pool is created, and for the lifetime of each connection when that is opened: give the same answer for the same target. */
  abstract limitsFor(target: Target): PoolLimits;
}

/** The same limits, those of the settings, for every target. */
@Injectable()
export class SettingsPoolPolicy extends PoolPolicy {
  constructor(private readonly settings: Settings) {
    super();
  }

  limitsFor(_target: Target): PoolLimits {
    const s = this.settings;
    return {
      min: s.poolMinConnections,
      max: s.poolMaxConnections,
      idleTimeoutMs: s.poolIdleTimeoutMinutes * 60_000,
      acquireTimeoutMs: s.poolAcquireTimeoutMs,
      maxWaiting: s.poolMaxWaiting,
      maxWaitingPerQueue: s.sessionMaxWaiting,
      maxHeldPerQueue: Math.max(1, Math.floor(s.poolMaxConnections * s.sessionMaxShare)),
      connectionIdleMs: s.connectionIdleSeconds * 1000,
      connectionMaxLifetimeMs: s.connectionMaxLifetimeMinutes * 60_000,
    };
  }
}
