import { Problem } from '../problems/problem.js';
import type { Connection } from './connection.js';
import { isTooManyConnections } from './failures.js';
import type { Identity } from './identity.js';
import { LeasedConnections, LeaseRequest, leakOf } from './leased-connections.js';
import {
  ConnectFailed, ConnectionClosed, ConnectionLeased, ConnectionOpened, PoolEvent, PoolExhausted, PoolLowered, PoolStale, PoolTarget, poolTargetOf,
} from './pool-events.js';
import { PoolGrowth } from './pool-growth.js';
import type { PoolLimits } from './pool-policy.js';
import { WaitingLine } from './waiting-line.js';
import { WaitTimes } from './wait-times.js';

/** An idle connection older than this is asked for a sign of life before it is leased. */
const VALIDATE_AFTER_IDLE_MS = 500;
const VALIDATION_DEADLINE_MS = 1000;

/** What a pool needs from the outside. */
export interface PoolContext {
  readonly identity: Identity;
  readonly limits: PoolLimits;
  /** Opens one connection; rejects with a {@link Problem}. Takes how many there are. */
  readonly open: (held: () => number) => Promise<Connection>;
  /** True when another pool waits for the place of a connection that comes back; with how many there are where it is still needed. */
  readonly isWanted: (connection: Connection, stillNeeded?: number) => boolean;
  /** True when there is no place for a connection that nobody waits for. */
  readonly isFull: () => boolean;
  readonly emit: (event: PoolEvent) => void;
}

/**
 * The connections of one identity. Its state is its lists: `idle` (a stack: the hottest is reused, the coldest ages out),
 * `leased`, `opening` and `waiting`; every number shown about it is the length of one of them. A connection is leased to
 * one caller at a time and comes back clean or not at all.
 */
export class Pool {
  readonly idle: Connection[] = [];
  readonly leased = new LeasedConnections();
  readonly opening = new Set<Promise<void>>();
  readonly waiting = new WaitingLine<Connection, LeaseRequest>();
  readonly waits = new WaitTimes();
  readonly createdAt = Date.now();
  lastUsedAt = Date.now();
  opened = 0;
  closed = 0;
  timeouts = 0;
  /** Set when nobody may lease any more: shutting down, or the credentials were refused. */
  private closedFor?: Problem;
  private readonly growth: PoolGrowth;
  private readonly target: PoolTarget;

  constructor(private readonly context: PoolContext) {
    this.growth = new PoolGrowth(context.limits.max);
    this.target = poolTargetOf(context.identity.target);
  }

  get identity(): Identity {
    return this.context.identity;
  }

  get limits(): PoolLimits {
    return this.context.limits;
  }

  /** Connections that exist or are being opened. */
  get size(): number {
    return this.held + this.opening.size;
  }

  /** Connections that exist. */
  private get held(): number {
    return this.idle.length + this.leased.size;
  }

  /** Connections at most, as long as the server gives no more than that. */
  get effectiveMax(): number {
    return this.growth.limit(this.held);
  }

  /** True when the server has refused this identity's credentials: a successful connect gets a new pool. */
  get stale(): boolean {
    return this.closedFor?.code === 'AUTHENTICATION_FAILED';
  }

  /**
   * Leases a connection, waiting in the caller's line for at most the acquire timeout and never beyond the statement's deadline.
   *
   * @throws {Problem} `POOL_EXHAUSTED`, `TOO_MANY_REQUESTS` (the caller's own line is full), `STATEMENT_TIMEOUT` (the deadline
   * came first), `QUERY_CANCELLED` (caller gone), or what opening a connection failed with
   */
  async lease(request: LeaseRequest): Promise<Connection> {
    const { caller } = request;
    const since = performance.now();
    this.lastUsedAt = Date.now();
    const patience = this.lastUsedAt + this.limits.acquireTimeoutMs;
    for (;;) {
      if (this.closedFor) throw this.closedFor;
      if (caller.signal?.aborted) throw callerGone();
      const connection = this.takeIdle(request) ?? (await this.wait(request, patience));
      if (Date.now() - connection.idleSince < VALIDATE_AFTER_IDLE_MS || (await connection.answers(VALIDATION_DEADLINE_MS))) {
        const waited = performance.now() - since;
        this.waits.record(waited);
        this.context.emit(new ConnectionLeased(this.target, caller.sessionRef, waited));
        return connection;
      }
      this.release(connection, false, 'failed validation');
      if (connection.endProblem) throw connection.endProblem;
      // Where one is dead the others seldom live: finding out one by one would take a second each.
      this.dropIdle(VALIDATE_AFTER_IDLE_MS);
    }
  }

  /** Gives a leased connection back. Not clean, dead, expired or unwanted: it is destroyed. */
  release(connection: Connection, clean: boolean, reason = 'not clean'): void {
    if (!this.leased.delete(connection)) return;
    this.lastUsedAt = Date.now();
    if (!clean || connection.dead) connection.destroy(reason);
    else if (this.closedFor) connection.close(this.closedFor.code);
    else if (connection.expiresAt <= Date.now()) connection.close('max lifetime');
    else if (this.context.isWanted(connection, this.waiting.isEmpty ? undefined : this.held + 1)) connection.close('budget');
    else this.makeIdle(connection);
    this.serve();
  }

  /** Takes in a connection opened elsewhere for this identity, if there is room. */
  adopt(connection: Connection): boolean {
    if (this.closedFor || this.size >= this.limits.max) return false;
    this.welcome(connection);
    this.serve();
    return true;
  }

  /** Destroys idle connections that nobody has used for this long. */
  dropIdle(unusedMs = 0): void {
    const before = Date.now() - unusedMs;
    for (const connection of [...this.idle]) if (connection.idleSince <= before) this.takeOut(connection).destroy('not trusted');
  }

  /** Closes the idle connection used longest ago, if there is one (to the server named), to make room for another pool's. */
  evictIdle(server?: string): Connection | undefined {
    const at = this.idle.findIndex((connection) => server === undefined || connection.server === server);
    const [evicted] = at < 0 ? [] : this.idle.splice(at, 1);
    evicted?.close('budget');
    return evicted;
  }

  /** Fails what a queue has waiting and cancels what it has running: its session is over. */
  cancelQueue(queue: string): void {
    for (const waiter of this.waiting.takeAll(queue)) waiter.fail(callerGone());
    for (const connection of this.leased.of(queue)) void connection.cancel('session closed', callerGone());
  }

  /** Closes connections that are too old or idle for too long, takes back leaked ones, and keeps the minimum while the pool is in use. */
  sweep(now: number): void {
    for (const [connection, lease] of this.leased.leaked(now)) {
      this.context.emit(leakOf(lease, this.target, now));
      this.release(connection, false, 'leaked');
    }
    for (const connection of [...this.idle]) {
      const surplus = this.size > this.limits.min && now - connection.idleSince >= this.limits.connectionIdleMs;
      if (!surplus && connection.expiresAt > now) continue;
      this.takeOut(connection).close(surplus ? 'idle' : 'max lifetime');
    }
    const used = now - this.lastUsedAt < this.limits.connectionIdleMs;
    const missing = used && !this.closedFor && !this.context.isFull() ? this.limits.min - this.size : 0;
    for (let room = Math.min(missing, this.growth.room(this.size, this.opening.size, now)); room > 0; room--) this.openOne();
    this.serve();
  }

  /** True when nothing happened here for the idle timeout. */
  isIdle(now: number): boolean {
    return this.leased.size === 0 && this.opening.size === 0 && this.waiting.isEmpty && now - this.lastUsedAt >= this.limits.idleTimeoutMs;
  }

  /** No new leases: waiting requests fail with the problem, idle connections close, leased ones are closed when they come back. */
  close(problem: Problem): void {
    this.closedFor ??= problem;
    for (const waiter of this.waiting.clear()) waiter.fail(problem);
    for (const connection of this.idle.splice(0)) connection.close(problem.code);
  }

  /** The hottest idle connection, where nobody waits and the caller holds less than its share. */
  private takeIdle(request: LeaseRequest): Connection | undefined {
    if (this.idle.length === 0 || !this.waiting.isEmpty) return undefined;
    if (this.leased.heldBy(request.caller.queue) >= this.limits.maxHeldPerQueue) return undefined;
    const connection = this.idle.pop();
    if (connection) this.leased.add(connection, request);
    return connection;
  }

  private wait(request: LeaseRequest, patience: number): Promise<Connection> {
    const { caller, statement: { deadline } } = request;
    const served = this.waiting.join(caller.queue, request, {
      ms: Math.min(deadline, patience) - Date.now(),
      timedOut: () => {
        this.timeouts++;
        if (deadline < patience) return new Problem('STATEMENT_TIMEOUT', 'No connection became free within the time limit of the request.');
        return this.exhausted('timeout', `No connection became free within ${this.limits.acquireTimeoutMs} ms.`);
      },
      signal: caller.signal,
      aborted: callerGone,
    });
    this.serve();
    this.enforceBounds(caller.queue);
    return served;
  }

  /** Fails whoever is over a bound: the newcomer when its own line is full, the longest line's last when all lines together are. */
  private enforceBounds(newcomersQueue: string): void {
    if (this.waiting.lengthOf(newcomersQueue) > this.limits.maxWaitingPerQueue) {
      const problem = new Problem('TOO_MANY_REQUESTS', 'This session has too many requests waiting.', { hint: 'Send fewer requests at one time.' });
      this.waiting.takeNewest(newcomersQueue)?.fail(problem);
    } else if (this.waiting.length > this.limits.maxWaiting) {
      this.waiting.takeNewest(this.waiting.longest(newcomersQueue))?.fail(this.exhausted('full', 'Too many requests are waiting for this database.'));
    }
  }

  /** The one place where waiting requests and connections meet. */
  private serve(): void {
    if (this.waiting.isEmpty) return;
    const roomFor = (queue: string) => this.limits.maxHeldPerQueue - this.leased.heldBy(queue);
    while (this.idle.length > 0) {
      const waiter = this.waiting.take((queue) => roomFor(queue) > 0);
      if (!waiter) return;
      const connection = this.idle.pop();
      if (!connection) return;
      this.leased.add(connection, waiter.request);
      waiter.serve(connection);
    }
    const room = this.growth.room(this.size, this.opening.size, Date.now());
    const wanted = this.waiting.servable(roomFor, this.opening.size + room) - this.opening.size;
    for (let more = Math.min(wanted, room); more > 0; more--) this.openOne();
  }

  private openOne(): void {
    const attempt: Promise<void> = this.context.open(() => this.held).then(
      (connection) => {
        this.opening.delete(attempt);
        this.welcome(connection);
        if (this.closedFor) this.close(this.closedFor);
        else this.serve();
      },
      (problem: Problem) => {
        this.opening.delete(attempt);
        this.context.emit(new ConnectFailed(this.target, problem.code));
        this.openFailed(problem);
      },
    );
    this.opening.add(attempt);
  }

  /** An attempt speaks for the pool: it is not repeated for each waiter. While other connections live, waiters wait for those. */
  private openFailed(problem: Problem): void {
    if (problem.code === 'AUTHENTICATION_FAILED') {
      this.context.emit(new PoolStale(this.target));
      this.close(problem);
    } else if (isTooManyConnections(problem)) {
      this.growth.refused(this.held, Date.now());
      this.context.emit(new PoolLowered(this.target, this.effectiveMax));
    } else {
      this.growth.failed(Date.now());
      if (this.size === 0) for (const waiter of this.waiting.clear()) waiter.fail(problem);
    }
  }

  private welcome(connection: Connection): void {
    this.opened++;
    this.context.emit(new ConnectionOpened(this.target));
    connection.onceClosed(() => this.lost(connection));
    // Whoever it was opened for may have been served meanwhile, and another pool may wait for its place.
    if (!connection.dead && this.waiting.isEmpty && this.context.isWanted(connection)) connection.close('budget');
    else if (!connection.dead) this.makeIdle(connection);
    this.growth.opened(this.held);
  }

  private makeIdle(connection: Connection): void {
    connection.idleSince = Date.now();
    this.idle.push(connection);
  }

  private lost(connection: Connection): void {
    this.closed++;
    this.context.emit(new ConnectionClosed(this.target, connection.endReason ?? ''));
    this.takeOut(connection);
    this.serve();
  }

  /** Takes a connection out of the idle ones, where it is not to be leased any more. */
  private takeOut(connection: Connection): Connection {
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
    return connection;
  }

  private exhausted(reason: PoolExhausted['reason'], detail: string): Problem {
    this.context.emit(new PoolExhausted(this.target, reason));
    return new Problem('POOL_EXHAUSTED', detail, { retryAfterSeconds: Math.max(1, Math.ceil(this.limits.acquireTimeoutMs / 1000)) });
  }
}

/** The caller is gone; the answer is for nobody, but the log has a code. */
export function callerGone(): Problem {
  return new Problem('QUERY_CANCELLED', 'The request was cancelled by its caller.');
}
