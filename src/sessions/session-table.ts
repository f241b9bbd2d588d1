/** A larger `Map` would block the event loop for milliseconds when it grows. */
const MAX_PER_SHARD = 4096;

/** Bits of an id that tell its shard. UUIDs v4 begin with random digits. */
const PREFIX_BITS = 16;

/** The entries whose ids begin with the same bits. */
interface Shard<T> {
  /** How many bits those are. */
  readonly depth: number;
  readonly entries: Map<string, T>;
}

/** Where a page begins. Entries added and removed meanwhile may be missed or shown twice, others not. */
export interface Place {
  /** The bits an id begins with. */
  readonly prefix: number;
  /** Entries to skip from there. */
  readonly offset: number;
}

/**
 * A map from id to entry in small pieces: one that is full is cut in two, by one more bit of the ids (extendible hashing). It
 * costs a tenant of ten sessions one small `Map`, and one of a million no pause.
 */
export class SessionTable<T extends { readonly id: string }> {
  /** Shards by the first bits of an id; one that is told by fewer bits than others stands at several neighbouring places. */
  private directory: Shard<T>[] = [{ depth: 0, entries: new Map() }];
  private bits = 0;
  private count = 0;

  get size(): number {
    return this.count;
  }

  get(id: string): T | undefined {
    return this.shardOf(prefixOf(id)).entries.get(id);
  }

  add(entry: T): void {
    const shard = this.shardOf(prefixOf(entry.id));
    shard.entries.set(entry.id, entry);
    this.count++;
    if (shard.entries.size > MAX_PER_SHARD && shard.depth < PREFIX_BITS) this.split(shard);
  }

  delete(id: string): void {
    if (this.shardOf(prefixOf(id)).entries.delete(id)) this.count--;
  }

  /** @returns at most `limit` entries, and where the next ones are, if there are any */
  page({ prefix, offset }: Place, limit: number): { entries: T[]; next?: Place } {
    const page: T[] = [];
    let skip = offset;
    for (let index = prefix >> (PREFIX_BITS - this.bits); index < this.directory.length; ) {
      const { depth, entries } = this.directory[index] as Shard<T>;
      let at = 0;
      for (const entry of entries.values()) {
        if (at++ < skip) continue;
        if (page.length === limit) return { entries: page, next: { prefix: index << (PREFIX_BITS - this.bits), offset: at - 1 } };
        page.push(entry);
      }
      skip = 0;
      const places = 1 << (this.bits - depth);
      index += places - (index % places);
    }
    return { entries: page };
  }

  private shardOf(prefix: number): Shard<T> {
    return this.directory[prefix >> (PREFIX_BITS - this.bits)] as Shard<T>;
  }

  private split(shard: Shard<T>): void {
    if (shard.depth === this.bits) {
      this.directory = this.directory.flatMap((each) => [each, each]);
      this.bits++;
    }
    const depth = shard.depth + 1;
    const halves: [Shard<T>, Shard<T>] = [{ depth, entries: new Map() }, { depth, entries: new Map() }];
    for (const [id, entry] of shard.entries) halves[halfOf(prefixOf(id), depth)].entries.set(id, entry);
    const first = this.directory.indexOf(shard);
    const places = 1 << (this.bits - depth);
    this.directory.fill(halves[0], first, first + places).fill(halves[1], first + places, first + 2 * places);
  }
}

function halfOf(prefix: number, depth: number): 0 | 1 {
  return ((prefix >> (PREFIX_BITS - depth)) & 1) as 0 | 1;
}

/** Whatever is no id is looked for among those that begin with zeros, and is not there. */
function prefixOf(id: string): number {
  return parseInt(id.slice(0, PREFIX_BITS / 4), 16) & ((1 << PREFIX_BITS) - 1);
}
