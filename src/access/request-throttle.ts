import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Settings } from '../settings/settings.js';
import { networkOf } from './caller-network.js';
import { LeakyBuckets } from './leaky-buckets.js';
import type { Principal } from './principal.js';
import { tooManyRequests } from './too-many-requests.js';

/** Counts requests: each key's, and those without a key by the address they come from. */
@Injectable()
export class RequestThrottle {
  /** By how many a minute they hold: keys may have limits of their own. */
  private readonly buckets = new Map<number, LeakyBuckets>();

  constructor(private readonly settings: Settings) {}

  /**
   * Counts a request. A minute's worth may come at once, and then as many as drain away.
   *
   * @throws {Problem} `TOO_MANY_REQUESTS`, and then the request does not count
   */
  count({ ip }: FastifyRequest, { key, tenant, requestsPerMinute }: Principal): void {
    const perMinute = requestsPerMinute ?? this.settings.rateLimitPerMinute;
    if (perMinute === 0) return;
    const caller = key === undefined ? `address\n${tenant}\n${networkOf(ip)}` : `key\n${key}`;
    const buckets = this.bucketsOf(perMinute);
    const now = performance.now();
    const blockedMs = buckets.blockedMs(caller, now);
    if (blockedMs > 0) throw tooManyRequests(`More than ${perMinute} requests a minute have come ${key === undefined ? 'from this address' : 'with this API key'}.`, blockedMs);
    buckets.fill(caller, now);
  }

  private bucketsOf(perMinute: number): LeakyBuckets {
    let buckets = this.buckets.get(perMinute);
    if (!buckets) this.buckets.set(perMinute, (buckets = new LeakyBuckets(perMinute)));
    return buckets;
  }
}
