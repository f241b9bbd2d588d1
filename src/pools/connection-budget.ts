import { Problem } from '../problems/problem.js';

/** One connection's place within the limits. */
export interface Place {
  /** Address and port of the server. */
  readonly server: string;
}

/** How many connections may exist at one time. */
export interface BudgetLimits {
  readonly total: number;
  readonly perServer: number;
}

/** A connection that waits for a place. */
interface Waiting {
  readonly server: string;
  /** How many connections its pool has. */
  readonly held: () => number;
  readonly grant: (place: Place) => void;
}

/**
 * Bounds the connections over all pools: in all, and to one server address, whatever names and roles it is reached by. Where
 * there is no place, an idle connection of the pool used longest ago has to go.
 */
export class ConnectionBudget {
  private readonly places = new Map<string, Set<Place>>();
  private waiting: Waiting[] = [];
  /** Places of connections that are closing to make room. */
  private readonly leaving = new Set<Place>();

  /** @param evict closes an idle connection, to the server if one is named, and names its place; that comes back when it is gone */
  constructor(
    private readonly limits: BudgetLimits,
    private readonly evict: (server?: string) => Place | undefined,
  ) {}

  /** Places taken. */
  get total(): number {
    let total = 0;
    for (const { size } of this.places.values()) total += size;
    return total;
  }

  /**
   * Asked when a connection comes back: true when somebody waits for its place, for whom no other one is leaving yet. It has
   * to be closed then.
   *
   * @param stillNeeded where its own pool has use for it, the number of connections that it has: a place goes to another pool
   * with clearly fewer all the same
   */
  claims(place: Place, stillNeeded = Infinity): boolean {
    const helps = this.waiting.some(({ server, held }) => (server === place.server || this.taken(server) < this.limits.perServer) && stillNeeded > held() + 1);
    if (!helps || this.waiting.length <= this.leaving.size) return false;
    this.leaving.add(place);
    return true;
  }

  /** True when there is no place left over all servers. */
  get full(): boolean {
    return this.total >= this.limits.total;
  }

  /** Whether more connections exist than may: only connects are let over the limits. */
  isOver(server: string): boolean {
    return this.total > this.limits.total || this.taken(server) > this.limits.perServer;
  }

  /**
   * Takes a place, waiting for one if need be.
   *
   * @param held how many connections the pool has that it is for
   * @throws {Problem} `POOL_EXHAUSTED` when the signal fires first
   */
  async take(server: string, signal: AbortSignal, held: () => number): Promise<Place> {
    if (this.hasRoom(server)) return this.occupy(server);
    const evicted = this.evict(this.taken(server) >= this.limits.perServer ? server : undefined);
    if (evicted) this.leaving.add(evicted);
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        server,
        held,
        grant: (place) => {
          signal.removeEventListener('abort', giveUp);
          resolve(place);
        },
      };
      const giveUp = () => {
        this.waiting = this.waiting.filter((other) => other !== waiting);
        reject(new Problem('POOL_EXHAUSTED', 'The service holds as many connections as it may, and none became free.'));
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.waiting.push(waiting);
    });
  }

  /** Takes a place even if there is none: for connects, which a full pool must not block and whose number is bounded elsewhere. */
  occupy(server: string): Place {
    const place = { server };
    const places = this.places.get(server);
    if (places) places.add(place);
    else this.places.set(server, new Set([place]));
    return place;
  }

  /** Gives a place back: the first who waits for one like it gets it. */
  give(place: Place): void {
    this.leaving.delete(place);
    const places = this.places.get(place.server);
    places?.delete(place);
    if (places?.size === 0) this.places.delete(place.server);
    const next = this.waiting.find(({ server }) => this.hasRoom(server));
    if (!next) return;
    this.waiting = this.waiting.filter((other) => other !== next);
    next.grant(this.occupy(next.server));
  }

  private hasRoom(server: string): boolean {
    return this.total < this.limits.total && this.taken(server) < this.limits.perServer;
  }

  private taken(server: string): number {
    return this.places.get(server)?.size ?? 0;
  }
}
