import { SharedLoad } from './shared-load.js';

/** How long and how much a {@link SchemaCache} keeps. */
export interface SchemaCacheLimits<T> {
  /** Milliseconds after the start of its load that an entry counts as fresh. */
  readonly ttlMs: number;
  /** Entries kept at most; the least recently used go first. @default 1000 */
  readonly maxEntries?: number;
  /** Bound on the sum of all entries' weights; an entry heavier than all of it is kept alone. @default no bound */
  readonly maxWeight?: number;
  /** Weight of an entry. @default 1 */
  weigh?(value: T): number;
}

interface Entry<T> {
  readonly value: T;
  readonly loadedAt: number;
  readonly weight: number;
}

/** Reads what the cache does not have. The signal aborts when nobody waits for it any more. */
export type Load<T> = (signal: AbortSignal) => Promise<T>;

interface Loading<T> {
  readonly shared: SharedLoad<T>;
  /** The load that has to be over before this one reads. What changes while it reads may not be in its result. */
  after?: Loading<T>;
}

/**
 * Keeps one value for each key and loads each key once, however many ask at the same time. Failures are not kept: all who
 * waited are told, the next caller tries again. Times are milliseconds since the epoch and always given by the caller.
 */
export class SchemaCache<T> {
  /** Least recently used first. */
  private readonly entries = new Map<string, Entry<T>>();
  /** The latest load under way, by key. */
  private readonly loads = new Map<string, Loading<T>>();
  private weight = 0;

  constructor(private readonly limits: SchemaCacheLimits<T>) {}

  get size(): number {
    return this.entries.size;
  }

  /**
   * The fresh entry, else what a load gives: the one under way or a new one.
   *
   * @param signal the caller's own: aborting it ends the load only when nobody else waits for it
   * @throws what the load failed with, or the signal's reason
   */
  async get(key: string, load: Load<T>, now: number, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const entry = this.entries.get(key);
    if (entry && now - entry.loadedAt < this.limits.ttlMs) {
      this.entries.delete(key);
      this.entries.set(key, entry);
      return entry.value;
    }
    const loading = this.loading(key) ?? this.start(key, load, now);
    return loading.shared.join(signal);
  }

  /**
   * Loads again whatever the cache has. A load that already reads may have missed the change that the caller wants to see,
   * so it is not joined but waited for: at most one load reads and one waits, however many refresh. Until the new value is
   * there, others are served the old one; when the load fails, the old one stays.
   */
  async refresh(key: string, load: Load<T>, now: number, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const current = this.loading(key);
    const loading = current?.after ? current : this.start(key, load, now, current);
    return loading.shared.join(signal);
  }

  /** Forgets entries. Who waits for a load already under way still gets its result, but nobody after them does. */
  invalidate(isMeant: (key: string) => boolean): void {
    for (const key of [...this.entries.keys(), ...this.loads.keys()]) {
      if (!isMeant(key)) continue;
      this.remove(key);
      this.loads.delete(key);
    }
  }

  /** Drops entries that are no longer fresh. */
  prune(now: number): void {
    for (const [key, { loadedAt }] of this.entries) if (now - loadedAt >= this.limits.ttlMs) this.remove(key);
  }

  private loading(key: string): Loading<T> | undefined {
    const loading = this.loads.get(key);
    return loading?.shared.abandoned ? undefined : loading;
  }

  private start(key: string, load: Load<T>, now: number, after?: Loading<T>): Loading<T> {
    const loading: Loading<T> = {
      after,
      shared: new SharedLoad(async (signal) => {
        if (after) {
          await after.shared.result.catch(() => {});
          loading.after = undefined;
          signal.throwIfAborted();
        }
        return load(signal);
      }),
    };
    this.loads.set(key, loading);
    void this.settle(key, loading, now);
    return loading;
  }

  private async settle(key: string, loading: Loading<T>, now: number): Promise<void> {
    try {
      const value = await loading.shared.result;
      // A load that is not among those under way any more was overtaken by an invalidation.
      const latest = this.loads.get(key);
      if (latest === loading || latest?.after === loading) this.keep(key, { value, loadedAt: now, weight: this.limits.weigh?.(value) ?? 1 });
    } catch {
      // Those who wait for it are told.
    } finally {
      if (this.loads.get(key) === loading) this.loads.delete(key);
    }
  }

  private keep(key: string, entry: Entry<T>): void {
    this.remove(key);
    this.entries.set(key, entry);
    this.weight += entry.weight;
    const { maxEntries = 1000, maxWeight = Infinity } = this.limits;
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= 1 || (this.entries.size <= maxEntries && this.weight <= maxWeight)) return;
      this.remove(oldest);
    }
  }

  private remove(key: string): void {
    this.weight -= this.entries.get(key)?.weight ?? 0;
    this.entries.delete(key);
  }
}
