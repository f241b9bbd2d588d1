/** Two kilobytes a pool, and still three beyond the 99th percentile. */
const KEPT = 256;

/** The last lease waits of a pool, for percentiles. */
export class WaitTimes {
  private readonly waits: number[] = [];
  private next = 0;

  record(ms: number): void {
    this.waits[this.next] = ms;
    this.next = (this.next + 1) % KEPT;
  }

  /** @returns milliseconds, 0 before the first lease */
  percentile(share: number): number {
    if (this.waits.length === 0) return 0;
    const sorted = [...this.waits].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  }
}
