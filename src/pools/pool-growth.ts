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
  /** When the server had no connection left, and how many the pool had then. */
  private refusal?: { readonly at: number; readonly held: number };

  constructor(private readonly max: number) {}

  /**
   * Connections the pool makes do with.
   *
   * @param held connections that exist
   */
  limit(held: number): number {
    return this.refusal ? Math.min(Math.max(held, this.refusal.held), this.max) : this.max;
  }

  /**
   * @param size connections that exist or are being opened
   * @param opening those being opened
   * @param now milliseconds since 1970
   */
  room(size: number, opening: number, now: number): number {
    const room = Math.max(0, this.max - size);
    if (size > 0 && now < this.retryAt) return 0;
    if (!this.refusal) return room;
    // What it had it may have again; more than that, or anything at all where it had nothing, is asked for now and then.
    const due = size < this.refusal.held || now >= this.refusal.at + (size > 0 ? PROBE_MS : PROBE_EMPTY_MS);
    return due && opening === 0 ? Math.min(room, 1) : 0;
  }

  opened(held: number): void {
    this.retryAt = 0;
    if (held >= this.max) this.refusal = undefined;
    else if (this.refusal && held > this.refusal.held) this.refusal = { at: 0, held };
  }

  failed(now: number): void {
    this.retryAt = now + RETRY_MS;
  }

  /** The server had no connection left. */
  refused(held: number, now: number): void {
    this.refusal = { at: now, held };
  }
}
