import { Problem } from '../problems/problem.js';

/** What a connection counts for. */
export interface Claim {
  /** Address and port of the server. */
  readonly server: string;
  readonly tenant: string;
}

/** One connection's place within the limits; one object for each. */
export type Place = Claim;

/** How many connections may exist at one time. */
export interface BudgetLimits {
  readonly total: number;
  readonly perServer: number;
  /** May change while connections exist. `Infinity` for no limit. */
  readonly ofTenant: (tenant: string) => number;
}

/** A connection that waits for a place. */
interface Waiting extends Claim {
  /** How many connections its pool has. */
  readonly held: () => number;
  readonly grant: (place: Place) => void;
}

/**
 * Bounds the connections over all pools: in all, to one server address, whatever names and roles it is reached by, and of one
 * tenant. Where there is no place, an idle connection of the pool used longest ago has to go.
 */
export class ConnectionBudget {
  private readonly places = new Set<Place>();
  private readonly ofServer = new Groups();
  private readonly ofTenant = new Groups();
  private waiting: Waiting[] = [];
  /** Places of connections that are closing to make room. */
  private readonly leaving = new Set<Place>();

  /** @param evict closes an idle connection, to the server and of the tenant if they are named, and names its place; that comes back when it is gone */
  constructor(
    private readonly limits: BudgetLimits,
    private readonly evict: (which: Partial<Claim>) => Place | undefined,
  ) {}

  /** Places taken. */
  get total(): number {
    return this.places.size;
  }

  /**
   * Asked when a connection comes back: true when somebody waits for its place, for whom no other one is leaving yet. It has
   * to be closed then.
   *
   * @param stillNeeded where its own pool has use for it, the number of connections that it has: a place goes to another pool
   * with clearly fewer all the same
   */
  claims(place: Place, stillNeeded = Infinity): boolean {
    const helped = this.waiting.filter((waiting) => this.helps(place, waiting) && stillNeeded > waiting.held() + 1);
    if (helped.length === 0) return false;
    const coming = [...this.leaving].filter((other) => helped.some((waiting) => this.helps(other, waiting)));
    if (helped.length <= coming.length) return false;
    this.leaving.add(place);
    return true;
  }

  /** True when there is no place left for a tenant, whichever the server. */
  isFull(tenant: string): boolean {
    return this.total >= this.limits.total || !this.tenantHasRoom(tenant);
  }

  /** Whether more connections exist than may: only connects are let over the limits. */
  isOver({ server, tenant }: Claim): boolean {
    return this.total > this.limits.total || this.ofServer.sizeOf(server) > this.limits.perServer || this.ofTenant.sizeOf(tenant) > this.limits.ofTenant(tenant);
  }

  /**
   * Takes a place, waiting for one if need be.
   *
   * @param held how many connections the pool has that it is for
   * @throws {Problem} `POOL_EXHAUSTED` when the signal fires first
   */
  async take(claim: Claim, signal: AbortSignal, held: () => number): Promise<Place> {
    if (this.hasRoom(claim)) return this.occupy(claim);
    const { server, tenant } = claim;
    const evicted = this.evict({ ...(this.serverHasRoom(server) ? {} : { server }), ...(this.tenantHasRoom(tenant) ? {} : { tenant }) });
    if (evicted) this.leaving.add(evicted);
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        server,
        tenant,
        held,
        grant: (place) => {
          signal.removeEventListener('abort', giveUp);
          resolve(place);
        },
      };
      const giveUp = () => {
        this.waiting = this.waiting.filter((other) => other !== waiting);
        const who = this.tenantHasRoom(tenant) ? 'The service' : 'This tenant';
        reject(new Problem('POOL_EXHAUSTED', `${who} holds as many connections as it may, and none became free.`));
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.waiting.push(waiting);
    });
  }

  /** Takes a place even if there is none: for connects, which a full pool must not block and whose number is bounded elsewhere. */
  occupy({ server, tenant }: Claim): Place {
    const place: Place = { server, tenant };
    this.places.add(place);
    this.ofServer.add(server, place);
    this.ofTenant.add(tenant, place);
    return place;
  }

  /** Gives a place back: the first for whom there is room now gets one, and another if that one waited for something else. */
  give(place: Place): void {
    this.leaving.delete(place);
    this.places.delete(place);
    this.ofServer.delete(place.server, place);
    this.ofTenant.delete(place.tenant, place);
    for (let next = this.nextWithRoom(); next; next = this.nextWithRoom()) {
      const served = next;
      this.waiting = this.waiting.filter((other) => other !== served);
      served.grant(this.occupy(served));
    }
  }

  private nextWithRoom(): Waiting | undefined {
    return this.waiting.find((waiting) => this.hasRoom(waiting));
  }

  /** Whether the place is what somebody waits for: one to its server and of its tenant, where those have no room. */
  private helps(place: Place, { server, tenant }: Waiting): boolean {
    return (server === place.server || this.serverHasRoom(server)) && (tenant === place.tenant || this.tenantHasRoom(tenant));
  }

  private hasRoom({ server, tenant }: Claim): boolean {
    return this.total < this.limits.total && this.serverHasRoom(server) && this.tenantHasRoom(tenant);
  }

  private serverHasRoom(server: string): boolean {
    return this.ofServer.sizeOf(server) < this.limits.perServer;
  }

  private tenantHasRoom(tenant: string): boolean {
    return this.ofTenant.sizeOf(tenant) < this.limits.ofTenant(tenant);
  }
}

/** Places by something they have in common. */
class Groups {
  private readonly groups = new Map<string, Set<Place>>();

  sizeOf(name: string): number {
    return this.groups.get(name)?.size ?? 0;
  }

  add(name: string, place: Place): void {
    const group = this.groups.get(name);
    if (group) group.add(place);
    else this.groups.set(name, new Set([place]));
  }

  delete(name: string, place: Place): void {
    const group = this.groups.get(name);
    group?.delete(place);
    if (group?.size === 0) this.groups.delete(name);
  }
}
