/**
 * One piece of work that several callers wait for. A caller who goes away stops waiting and disturbs nobody; when the last
 * one has gone, the work itself is aborted.
 */
export class SharedLoad<T> {
  /** For whoever keeps the result; waiting for it here does not count as waiting. */
  readonly result: Promise<T>;
  private readonly abandon = new AbortController();
  private waiting = 0;

  /** @param load gets a signal that aborts when nobody waits any more */
  constructor(load: (signal: AbortSignal) => Promise<T>) {
    this.result = load(this.abandon.signal);
    // Everybody may have gone by the time it fails.
    this.result.catch(() => {});
  }

  /** True when everybody went away before the work was done: nobody may join any more. */
  get abandoned(): boolean {
    return this.abandon.signal.aborted;
  }

  /**
   * @param signal the caller's own
   * @throws what the work failed with, or the signal's reason
   */
  join(signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        this.waiting -= 1;
        if (this.waiting === 0) this.abandon.abort(signal?.reason);
        reject(signal?.reason);
      };
      this.waiting += 1;
      signal?.addEventListener('abort', leave, { once: true });
      void this.result.then(resolve, reject).then(() => signal?.removeEventListener('abort', leave));
    });
  }
}
