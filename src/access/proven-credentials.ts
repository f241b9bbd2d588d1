const HOUR_MS = 3_600_000;

/** Remembers which credentials a caller has proven within the last hour. Times are arguments, in milliseconds from any fixed point. */
export class ProvenCredentials {
  /** When each was proven last, the oldest first. */
  private readonly provenAt = new Map<string, number>();

  /** @param max credentials remembered; above it those proven longest ago are forgotten */
  constructor(private readonly max = 10_000) {}

  /** Credentials remembered. */
  get size(): number {
    return this.provenAt.size;
  }

  has(key: string, now: number): boolean {
    return now - (this.provenAt.get(key) ?? -Infinity) < HOUR_MS;
  }

  add(key: string, now: number): void {
    this.provenAt.delete(key);
    this.provenAt.set(key, now);
    for (const oldest of this.provenAt.keys()) {
      if (this.provenAt.size <= this.max) return;
      this.provenAt.delete(oldest);
    }
  }

  forget(key: string): void {
    this.provenAt.delete(key);
  }
}
