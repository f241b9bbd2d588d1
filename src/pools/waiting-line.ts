/** One request waiting for a connection. */
export interface Waiter<T, R> {
  readonly queue: string;
  readonly request: R;
  readonly serve: (item: T) => void;
  readonly fail: (error: Error) => void;
}

/** When a waiter gives up. */
export interface Patience {
  readonly ms: number;
  /** What it fails with then. */
  readonly timedOut: () => Error;
  /** Gives up at once. */
  readonly signal?: AbortSignal;
  readonly aborted: () => Error;
}

/**
 * Requests waiting for one pool: a line per queue (session), the lines served in turn, so that a session with a thousand
 * requests delays another's first by one turn only.
 *
 * @typeParam T what they wait for
 * @typeParam R what they are known by
 */
export class WaitingLine<T, R> {
  /** Lines in the order of their turns: the first key is next. Empty lines are removed. */
  private readonly lines = new Map<string, Waiter<T, R>[]>();

  get isEmpty(): boolean {
    return this.lines.size === 0;
  }

  get length(): number {
    let length = 0;
    for (const line of this.lines.values()) length += line.length;
    return length;
  }

  lengthOf(queue: string): number {
    return this.lines.get(queue)?.length ?? 0;
  }

  /** Joins the queue's line, until served, failed or out of patience. */
  join(queue: string, request: R, { ms, timedOut, signal, aborted }: Patience): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      const waiter: Waiter<T, R> = {
        queue,
        request,
        serve: (item) => {
          settle();
          resolve(item);
        },
        fail: (error) => {
          settle();
          reject(error);
        },
      };
      const giveUp = (error: Error) => {
        this.remove(waiter);
        waiter.fail(error);
      };
      const abort = () => giveUp(aborted());
      const timer = setTimeout(() => giveUp(timedOut()), Math.max(0, ms));
      signal?.addEventListener('abort', abort, { once: true });
      const line = this.lines.get(queue);
      if (line) line.push(waiter);
      else this.lines.set(queue, [waiter]);
    });
  }

  /**
   * Takes the first waiter of the next line that may be served; that line's turn comes last again.
   *
   * @param mayServe whether a queue may get one more connection now
   */
  take(mayServe: (queue: string) => boolean): Waiter<T, R> | undefined {
    for (const [queue, line] of this.lines) {
      if (!mayServe(queue)) continue;
      const waiter = line.shift();
      this.lines.delete(queue);
      if (line.length > 0) this.lines.set(queue, line);
      return waiter;
    }
    return undefined;
  }

  /** How many waiters could be served now if there were connections enough; counted up to `limit`. */
  servable(roomFor: (queue: string) => number, limit: number): number {
    let count = 0;
    for (const [queue, line] of this.lines) {
      count += Math.min(line.length, Math.max(0, roomFor(queue)));
      if (count >= limit) return limit;
    }
    return count;
  }

  /** Takes the newest waiter of a line. */
  takeNewest(queue: string): Waiter<T, R> | undefined {
    const waiter = this.lines.get(queue)?.at(-1);
    if (waiter) this.remove(waiter);
    return waiter;
  }

  /** The queue with the longest line; among equals, the one named. */
  longest(preferred: string): string {
    let longest = preferred;
    for (const [queue, { length }] of this.lines) if (length > this.lengthOf(longest)) longest = queue;
    return longest;
  }

  /** Takes a whole line out. */
  takeAll(queue: string): Waiter<T, R>[] {
    const line = this.lines.get(queue) ?? [];
    this.lines.delete(queue);
    return line;
  }

  /** Takes everyone out. */
  clear(): Waiter<T, R>[] {
    const all = [...this.lines.values()].flat();
    this.lines.clear();
    return all;
  }

  private remove(waiter: Waiter<T, R>): void {
    const line = this.lines.get(waiter.queue);
    const at = line?.indexOf(waiter) ?? -1;
    if (!line || at < 0) return;
    line.splice(at, 1);
    if (line.length === 0) this.lines.delete(waiter.queue);
  }
}
