/** One request waiting for a connection. */
export interface Waiter<T> {
  readonly queue: string;
  readonly serve: (item: T) => void;
  readonly fail: (error: Error) => void;
}

/**
 * Requests waiting for one pool: a line per queue (session), the lines served in turn, so that a session with a thousand
 * requests delays another's first by one turn only.
 */
export class WaitingLine<T> {
  /** Lines in the order of their turns: the first key is next. Empty lines are removed. */
  private readonly lines = new Map<string, Waiter<T>[]>();

  get length(): number {
    let length = 0;
    for (const line of this.lines.values()) length += line.length;
    return length;
  }

  lengthOf(queue: string): number {
    return this.lines.get(queue)?.length ?? 0;
  }

  push(waiter: Waiter<T>): void {
    const line = this.lines.get(waiter.queue);
    if (line) line.push(waiter);
    else this.lines.set(waiter.queue, [waiter]);
  }

  /**
   * Takes the first waiter of the next line that may be served; that line's turn comes last again.
   *
   * @param mayServe whether a queue may get one more connection now
   */
  take(mayServe: (queue: string) => boolean): Waiter<T> | undefined {
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

  remove(waiter: Waiter<T>): void {
    const line = this.lines.get(waiter.queue);
    const at = line?.indexOf(waiter) ?? -1;
    if (!line || at < 0) return;
    line.splice(at, 1);
    if (line.length === 0) this.lines.delete(waiter.queue);
  }

  /** Takes the newest waiter of the longest line; among equals, of the queue named. */
  takeFromLongest(preferred: string): Waiter<T> | undefined {
    let longest = this.lines.get(preferred) ?? [];
    for (const line of this.lines.values()) if (line.length > longest.length) longest = line;
    const waiter = longest.at(-1);
    if (waiter) this.remove(waiter);
    return waiter;
  }

  /** Takes a whole line out. */
  takeAll(queue: string): Waiter<T>[] {
    const line = this.lines.get(queue) ?? [];
    this.lines.delete(queue);
    return line;
  }

  /** Takes everyone out. */
  clear(): Waiter<T>[] {
    const all = [...this.lines.values()].flat();
    this.lines.clear();
    return all;
  }
}
