/** What has been reached and not been left yet: the cheapest comes out first, of equals the one that came in first. A binary heap. */
export class NearestFirst<T> {
  private readonly heap: { readonly cost: number; readonly turn: number; readonly what: T }[] = [];
  private turns = 0;

  add(what: T, cost: number): void {
    const { heap } = this;
    let at = heap.push({ cost, turn: this.turns++, what }) - 1;
    for (let up = (at - 1) >> 1; at > 0 && this.isBefore(at, up); at = up, up = (at - 1) >> 1) this.swap(at, up);
  }

  take(): T | undefined {
    const { heap } = this;
    const [first] = heap;
    const last = heap.pop();
    if (!first || !last) return undefined;
    if (heap.length > 0) {
      heap[0] = last;
      for (let at = 0, next = this.lesserBelow(at); next !== undefined && this.isBefore(next, at); at = next, next = this.lesserBelow(at)) this.swap(at, next);
    }
    return first.what;
  }

  private lesserBelow(at: number): number | undefined {
    const left = 2 * at + 1;
    if (left >= this.heap.length) return undefined;
    return left + 1 < this.heap.length && this.isBefore(left + 1, left) ? left + 1 : left;
  }

  private isBefore(a: number, b: number): boolean {
    const [one, other] = [this.heap[a]!, this.heap[b]!];
    return one.cost < other.cost || (one.cost === other.cost && one.turn < other.turn);
  }

  private swap(a: number, b: number): void {
    [this.heap[a], this.heap[b]] = [this.heap[b]!, this.heap[a]!];
  }
}
