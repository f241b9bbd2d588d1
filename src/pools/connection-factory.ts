import { Problem } from '../problems/problem.js';
import type { Settings } from '../settings/settings.js';
import { Connection } from './connection.js';
import { type Claim, ConnectionBudget, type Place } from './connection-budget.js';
import { Dialer, serverOf, unreachable } from './dialer.js';
import { connectProblem, isServerError, isTooManyConnections } from './failures.js';
import { Handshakes } from './handshakes.js';
import type { Identity } from './identity.js';
import { notAnswering, ServerBreakers } from './server-breakers.js';

/** Opens connections within every bound there is, and knows all that exist, those of closed pools included. */
export class ConnectionFactory {
  /** All connections until they are gone, each with its place in the budget. */
  private readonly alive = new Map<Connection, Place>();
  /** Connects and growing pools have places of their own, so that a storm of either leaves the other be. */
  private readonly connects: Handshakes;
  private readonly growth: Handshakes;
  private readonly budget: ConnectionBudget;
  /** Set when nothing may be opened any more. */
  private closedFor?: Problem;

  /**
   * @param evictIdle closes an idle connection of the pool used longest ago: to the server and of the tenant if they are named
   * @param ofTenant connections that a tenant may have
   */
  constructor(
    private readonly settings: Settings,
    private readonly dialer: Dialer,
    private readonly breakers: ServerBreakers,
    private readonly evictIdle: (which: Partial<Claim>) => Connection | undefined,
    ofTenant: (tenant: string) => number,
  ) {
    this.connects = new Handshakes(settings.connectMaxConcurrent);
    this.growth = new Handshakes(settings.connectMaxConcurrent);
    this.budget = new ConnectionBudget({ total: settings.poolMaxTotalConnections, perServer: settings.poolMaxConnectionsPerServer, ofTenant }, (which) => {
      const evicted = this.evictIdle(which);
      return evicted && this.alive.get(evicted);
    });
  }

  /**
   * Opens a connection for a pool, waiting for a place in the budget.
   *
   * @param held how many connections the pool has
   * @throws {Problem}
   */
  forPool(identity: Identity, maxLifetimeMs: number, held: () => number): Promise<Connection> {
    return this.open(identity, maxLifetimeMs, this.growth, (claim, signal) => this.budget.take(claim, signal, held));
  }

  /** Opens a connection that proves credentials: a full budget must not block it. Ask {@link hasRoomFor} before keeping it. */
  forConnect(identity: Identity, maxLifetimeMs: number): Promise<Connection> {
    return this.open(identity, maxLifetimeMs, this.connects, async (claim) => this.budget.occupy(claim));
  }

  /** False when there are more connections than may be. */
  hasRoomFor(connection: Connection): boolean {
    const place = this.alive.get(connection);
    return place !== undefined && !this.budget.isOver(place);
  }

  /** True when another pool waits for the place of a connection that comes back; see {@link ConnectionBudget.claims}. */
  isWanted(connection: Connection, stillNeeded?: number): boolean {
    const place = this.alive.get(connection);
    return place !== undefined && this.budget.claims(place, stillNeeded);
  }

  /** True when there is no place for a connection of the tenant that nobody waits for. */
  isFull(tenant: string): boolean {
    return this.budget.isFull(tenant);
  }

  /** Opens nothing from now on. */
  close(problem: Problem): void {
    this.closedFor = problem;
  }

  cancelAll(reason: string, problem: Problem): void {
    for (const connection of this.alive.keys()) void connection.cancel(reason, problem);
  }

  destroyAll(reason: string): void {
    for (const connection of this.alive.keys()) connection.destroy(reason);
  }

  /** @param take how a place within the budget is got */
  private async open(identity: Identity, maxLifetimeMs: number, handshakes: Handshakes, take: (claim: Claim, signal: AbortSignal) => Promise<Place>): Promise<Connection> {
    const { target } = identity;
    const { maxRowBytes, statementTimeoutMs } = this.settings;
    // The deadline begins with the wait for a place and a turn.
    const signal = AbortSignal.timeout(this.settings.connectTimeoutMs);
    let place: Place | undefined;
    try {
      const addresses = await this.dialer.resolve(target, signal);
      const servers = addresses.map((address) => serverOf(address, target.port));
      const [server = target.host] = servers;
      // Waiting for a turn behind attempts that run into their deadlines would not be failing fast.
      if (servers.every((each) => this.breakers.isOpen(each, Date.now()))) throw unreachable(notAnswering());
      const taken = await take({ server, tenant: target.tenant }, signal);
      place = taken;
      const connection = await handshakes.run(server, signal, () => {
        if (this.closedFor) throw this.closedFor;
        return Connection.open(identity, this.dialer, addresses, signal, { maxMessageBytes: maxRowBytes, statementTimeoutMs, maxLifetimeMs });
      });
      this.breakers.reached(connection.server, Date.now());
      // It may have been another address of the host that answered.
      const kept = connection.server === server ? taken : this.budget.occupy({ server: connection.server, tenant: target.tenant });
      if (kept !== taken) this.budget.give(taken);
      this.alive.set(connection, kept);
      connection.onceClosed(() => {
        this.alive.delete(connection);
        this.budget.give(kept);
      });
      return connection;
    } catch (error) {
      const problem = connectProblem(error);
      if (place) {
        this.budget.give(place);
        this.judge(place.server, problem);
      }
      throw problem;
    }
  }

  /** What a server's refusal tells of it. One that answers is there, whatever it answers, except that it is starting or stopping. */
  private judge(server: string, problem: Problem): void {
    if (!isServerError(problem.cause)) return;
    if (problem.cause.code === '57P03') this.breakers.failed(server, Date.now());
    else this.breakers.reached(server, Date.now());
    // The next attempt finds a place, if another pool has one that it does not use.
    if (isTooManyConnections(problem)) this.evictIdle({ server });
  }
}
