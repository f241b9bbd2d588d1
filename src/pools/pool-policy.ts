import { Injectable } from '@nestjs/common';
import { Problem } from '../problems/problem.js';
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
 *     return target.database === 'reporting' ? { ...limits, min: 1, max: 5, maxHeldPerQueue: 2 } : limits;
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

/**
 * What the policy decides, once it can be: a pool that no request gets through, or that never closes, would be found much
 * later and somewhere else.
 *
 * @throws {Problem} `INTERNAL`, the limit named in the log
 */
export function limitsFrom(policy: PoolPolicy, target: Target): PoolLimits {
  const limits = policy.limitsFor(target);
  const { min, max, maxWaiting, maxWaitingPerQueue, maxHeldPerQueue, idleTimeoutMs, acquireTimeoutMs, connectionIdleMs, connectionMaxLifetimeMs } = limits ?? {};
  const faults = [
    ...Object.entries({ min, max, maxWaiting, maxWaitingPerQueue, maxHeldPerQueue }).filter(([, count]) => !Number.isSafeInteger(count) || count < 0),
    ...Object.entries({ idleTimeoutMs, acquireTimeoutMs, connectionIdleMs, connectionMaxLifetimeMs }).filter(([, ms]) => !Number.isFinite(ms) || ms <= 0),
    ...Object.entries({ max, maxHeldPerQueue }).filter(([, count]) => count === 0),
    ...Object.entries({ min, maxHeldPerQueue }).filter(([, count]) => count > max),
  ].map(([name, value]) => `${name} = ${value}`);
  if (faults.length > 0) throw new Problem('INTERNAL', 'The pool policy gives limits that cannot be.', { cause: new Error(faults.join(', ')) });
  return limits;
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
