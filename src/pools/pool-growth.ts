import type { Problem } from '../problems/problem.js';
import { isServerError } from './failures.js';

/** Milliseconds after a failed attempt before the pool dials again while it has connections to go on with. */
const RETRY_MS = 250;

/** Milliseconds after the server had no connection left before the pool asks for one more. */
const PROBE_MS = 30_000;

/** The same for a pool that has none at all. */
const PROBE_EMPTY_MS = 1000;

/**
 * How many connections a pool may open now. After a failure it waits; after the server had none left it stays at its size,
 * asks for one more from time to time, and grows one by one while that works.
 */
export class PoolGrowth {
  private retryAt = 0;
  private lowered = false;

  constructor(private readonly max: number) {}

  /** Connections the pool makes do with. */
  limit(size: number): number {
    return this.lowered ? Math.min(size, this.max) : this.max;
  }

  /**
   * @param size connections that exist or are being opened
   * @param opening those being opened
   * @param now milliseconds since 1970
   */
  room(size: number, opening: number, now: number): number {
    const room = Math.max(0, this.max - size);
    const waits = now < this.retryAt && (this.lowered || size > 0);
    if (waits) return 0;
    return this.lowered ? Math.min(room, opening > 0 ? 0 : 1) : room;
  }

  opened(size: number): void {
    this.retryAt = 0;
    if (size >= this.max) this.lowered = false;
  }

  failed(now: number): void {
    this.retryAt = now + RETRY_MS;
  }

  /** The server had no connection left. */
  refused(size: number, now: number): void {
    this.lowered = true;
    this.retryAt = now + (size > 0 ? PROBE_MS : PROBE_EMPTY_MS);
  }
}

/** True when a connection could not be opened because the server has none left. */
export function isTooManyConnections({ cause }: Problem): boolean {
  return isServerError(cause) && cause.code === '53300';
}
