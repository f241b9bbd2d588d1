const MINUTE_MS = 60_000;

/** Buckets looked at when one has to go. A look at all of them would take longer than most requests. */
const SAMPLE = 100;

interface Bucket {
  /** When the last of what is in it will have drained away. */
  emptyAt: number;
  /** Attempts whose outcome is open. Each takes a place, for it may come to fill it. */
  underWay: number;
  /** Attempts that wait for one of those to end, the longest wait first. */
  readonly waiting: ((now: number) => void)[];
}

/** How much is remembered. */
export interface BucketMemory {
  /** Milliseconds in which a full bucket drains. Default: a minute. */
  readonly drainMs?: number;
  /** Keys remembered, 10,000 by default. Above it, of those filled longest ago the one closest to empty is forgotten; none whose attempts are under way. */
  readonly maxKeys?: number;
}

/**
 * Leaky buckets, one for each key, of whatever may happen only so often: failures, requests. Times are arguments, in
 * milliseconds from any fixed point.
 *
 * Of the libraries, those in memory keep a timer for each key and as many keys as callers can think of, and none reserves a
 * place for an attempt before its outcome is known.
 */
export class LeakyBuckets {
  /** Those filled longest ago first. */
  private readonly buckets = new Map<string, Bucket>();
  private readonly maxKeys: number;
  private readonly intervalMs: number;
  /** A bucket filled further than this has no room for more. */
  private readonly roomMs: number;

  /** @param size how many a bucket holds, at least 1 */
  constructor(size: number, { drainMs = MINUTE_MS, maxKeys = 10_000 }: BucketMemory = {}) {
    this.maxKeys = maxKeys;
    this.intervalMs = drainMs / size;
    this.roomMs = (size - 1) * this.intervalMs;
  }

  /** Keys remembered. */
  get size(): number {
    return this.buckets.size;
  }

  /** Milliseconds until there is room for one more; 0 where there is some now. */
  blockedMs(key: string, now: number): number {
    return Math.max(0, this.filledMs(key, now) - this.roomMs);
  }

  /** Whether another attempt may begin: there would be room even if all under way fill their places. */
  hasPlace(key: string, now: number): boolean {
    return this.filledMs(key, now) + (this.buckets.get(key)?.underWay ?? 0) * this.intervalMs <= this.roomMs;
  }

  /** Takes a place; give it back with {@link end}. */
  begin(key: string, now: number): void {
    this.bucketOf(key, now).underWay++;
  }

  /** Gives a place back, whatever the outcome was. When all places of the attempt are back, {@link wake} those who wait. */
  end(key: string): void {
    const bucket = this.buckets.get(key);
    if (bucket) bucket.underWay--;
  }

  /** Puts one in. A full bucket becomes no fuller: nobody is blocked for longer than one takes to drain. */
  fill(key: string, now: number): void {
    const bucket = this.bucketOf(key, now);
    this.buckets.delete(key);
    this.buckets.set(key, bucket);
    bucket.emptyAt = Math.min(Math.max(bucket.emptyAt, now) + this.intervalMs, now + this.roomMs + this.intervalMs);
  }

  /** Calls back when the attempt may look again; only where {@link hasPlace} is false because of attempts under way. */
  wait(key: string, retry: (now: number) => void): void {
    this.buckets.get(key)?.waiting.push(retry);
  }

  /** Lets those in line look again, one after the other, for as long as it is of use: there is a place, or there will be none. */
  wake(key: string, now: number): void {
    const bucket = this.buckets.get(key);
    if (!bucket) return;
    while (bucket.waiting.length > 0 && (this.hasPlace(key, now) || this.blockedMs(key, now) > 0)) bucket.waiting.shift()?.(now);
    if (bucket.underWay === 0 && bucket.emptyAt <= now) this.buckets.delete(key);
  }

  private filledMs(key: string, now: number): number {
    return Math.max(0, (this.buckets.get(key)?.emptyAt ?? now) - now);
  }

  private bucketOf(key: string, now: number): Bucket {
    let bucket = this.buckets.get(key);
    if (!bucket) {
      if (this.buckets.size >= this.maxKeys) this.makeRoom(now);
      bucket = { emptyAt: now, underWay: 0, waiting: [] };
      this.buckets.set(key, bucket);
    }
    return bucket;
  }

  private makeRoom(now: number): void {
    let looked = 0;
    let emptiest: string | undefined;
    let emptiestAt = Infinity;
    for (const [key, { emptyAt, underWay, waiting }] of this.buckets) {
      if (looked >= SAMPLE && this.buckets.size < this.maxKeys) return;
      if (looked >= SAMPLE && emptiest !== undefined) break;
      if (underWay > 0 || waiting.length > 0) continue;
      looked++;
      if (emptyAt <= now) this.buckets.delete(key);
      else if (emptyAt < emptiestAt) [emptiest, emptiestAt] = [key, emptyAt];
    }
    if (emptiest !== undefined && this.buckets.size >= this.maxKeys) this.buckets.delete(emptiest);
  }
}
