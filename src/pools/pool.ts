import { Problem } from '../problems/problem.js';
import type { Connection } from './connection.js';
import type { Caller, Identity } from './identity.js';
import type { PoolEvent } from './pool-events.js';
import type { PoolLimits } from './pool-policy.js';
import { Waiter, WaitingLine } from './waiting-line.js';
import { WaitTimes } from './wait-times.js';

/** An idle connection older than this is asked for a sign of life before it is leased. */
const VALIDATE_AFTER_IDLE_MS = 500;
const VALIDATION_DEADLINE_MS = 1000;

/** Milliseconds after a failed attempt before the pool dials again on its own account. */
const RETRY_OPEN_MS = 250;

/** What a pool needs from the outside. */
export interface PoolContext {
  readonly identity: Identity;
  readonly limits: PoolLimits;
  /** Opens one connection; rejects with a {@link Problem}. */
  readonly open: () => Promise<Connection>;
  /** True when another pool waits for the place of a connection that would become idle here. */
  readonly isWanted: (connection: Connection) => boolean;
  /** True when there is no place for a connection that nobody waits for. */
  readonly isFull: () => boolean;
  readonly emit: (kind: PoolEvent['kind'], reason?: string) => void;
}

/**
 * The connections of one identity. Its state is its lists: `idle` (a stack: the hottest is reused, the coldest ages out),
 * `leased`, `opening` and `waiting`; every number shown about it is the length of one of them. A connection is leased to
 * one caller at a time and comes back clean or not at all.
 */
export class Pool {
  readonly idle: Connection[] = [];
  readonly leased = new Map<Connection, Caller>();
  readonly opening = new Set<Promise<void>>();
  readonly waiting = new WaitingLine<Connection>();
  readonly waits = new WaitTimes();
  readonly createdAt = Date.now();
  lastUsedAt = Date.now();
  opened = 0;
  closed = 0;
  timeouts = 0;
  /** Set when nobody may lease any more: shutting down, or the credentials were refused. */
  private closedFor?: Problem;
  private retryOpenAt = 0;

  constructor(private readonly context: PoolContext) {}

  get identity(): Identity {
    return this.context.identity;
  }

  get limits(): PoolLimits {
    return this.context.limits;
  }

  /** Connections that exist or are being opened. */
  get size(): number {
    return this.idle.length + this.leased.size + this.opening.size;
  }

  /** True when the server has refused this identity's credentials: a successful connect gets a new pool. */
  get stale(): boolean {
    return this.closedFor?.code === 'AUTHENTICATION_FAILED';
  }

  /**
   * Leases a connection, waiting in the caller's line for at most the acquire timeout and never beyond the deadline.
   *
   * @param deadline when the caller's whole request must be over, milliseconds since 1970
   * @throws {Problem} `POOL_EXHAUSTED`, `TOO_MANY_REQUESTS` (the caller's own line is full), `STATEMENT_TIMEOUT` (the deadline
   * came first), `QUERY_CANCELLED` (caller gone), or what opening a connection failed with
   */
  async lease(caller: Caller, deadline: number): Promise<Connection> {
    this.lastUsedAt = Date.now();
    const patience = this.lastUsedAt + this.limits.acquireTimeoutMs;
    for (;;) {
      const connection = await this.acquire(caller, deadline, patience);
      if (Date.now() - connection.idleSince < VALIDATE_AFTER_IDLE_MS || (await connection.answers(VALIDATION_DEADLINE_MS))) return connection;
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
    else if (this.waiting.length === 0 && this.context.isWanted(connection)) connection.close('budget');
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
    for (const connection of [...this.idle]) if (connection.idleSince <= before) connection.destroy('not trusted');
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
    for (const [connection, caller] of this.leased) if (caller.queue === queue) void connection.cancel('session closed', callerGone());
  }

  /** Closes connections that are too old or idle for too long, and keeps the minimum while the pool is in use. */
  sweep(now: number): void {
    for (const connection of [...this.idle]) {
      const surplus = this.size > this.limits.min && now - connection.idleSince >= this.limits.connectionIdleMs;
      if (!surplus && connection.expiresAt > now) continue;
      this.idle.splice(this.idle.indexOf(connection), 1);
      connection.close(surplus ? 'idle' : 'max lifetime');
    }
    const used = now - this.lastUsedAt < this.limits.connectionIdleMs;
    if (used && !this.closedFor && !this.context.isFull()) while (this.size < this.limits.min && now >= this.retryOpenAt) this.openOne();
  }

  /** True when nothing happened here for the idle timeout. */
  isIdle(now: number): boolean {
    return this.leased.size === 0 && this.opening.size === 0 && this.waiting.length === 0 && now - this.lastUsedAt >= this.limits.idleTimeoutMs;
  }

  /** No new leases: waiting requests fail with the problem, idle connections close, leased ones are closed when they come back. */
  close(problem: Problem): void {
    this.closedFor ??= problem;
    for (const waiter of this.waiting.clear()) waiter.fail(problem);
    for (const connection of this.idle.splice(0)) connection.close(problem.code);
  }

  private acquire(caller: Caller, deadline: number, patience: number): Promise<Connection> {
    if (this.closedFor) return Promise.reject(this.closedFor);
    if (caller.signal?.aborted) return Promise.reject(callerGone());
    const since = performance.now();
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        caller.signal?.removeEventListener('abort', abort);
        this.waits.record(performance.now() - since);
      };
      const waiter: Waiter<Connection> = {
        queue: caller.queue,
        serve: (connection) => {
          settle();
          this.leased.set(connection, caller);
          resolve(connection);
        },
        fail: (error) => {
          settle();
          reject(error);
        },
      };
      const giveUp = (problem: Problem) => {
        this.waiting.remove(waiter);
        waiter.fail(problem);
      };
      const abort = () => giveUp(callerGone());
      const timer = setTimeout(() => {
        this.timeouts++;
        giveUp(
          deadline < patience
            ? new Problem('STATEMENT_TIMEOUT', 'No connection became free within the time limit of the request.')
            : this.exhausted(`No connection became free within ${this.limits.acquireTimeoutMs} ms.`),
        );
      }, Math.max(0, Math.min(deadline, patience) - Date.now()));
      caller.signal?.addEventListener('abort', abort, { once: true });
      this.waiting.push(waiter);
      this.serve();
      this.enforceBounds(waiter);
    });
  }

  /** Fails whoever is over a bound: the newcomer when its own line is full, the longest line's last when all lines together are. */
  private enforceBounds(newcomer: Waiter<Connection>): void {
    const own = this.waiting.lengthOf(newcomer.queue);
    if (own > this.limits.maxWaitingPerQueue) {
      this.waiting.remove(newcomer);
      newcomer.fail(new Problem('TOO_MANY_REQUESTS', 'This session has too many requests waiting.', { hint: 'Send fewer requests at one time.' }));
    } else if (this.waiting.length > this.limits.maxWaiting) {
      this.waiting.takeFromLongest(newcomer.queue)?.fail(this.exhausted('Too many requests are waiting for this database.'));
    }
  }

  /** The one place where waiting requests and connections meet. */
  private serve(): void {
    const heldBy = new Map<string, number>();
    for (const { queue } of this.leased.values()) heldBy.set(queue, (heldBy.get(queue) ?? 0) + 1);
    const roomFor = (queue: string) => this.limits.maxHeldPerQueue - (heldBy.get(queue) ?? 0);

    while (this.idle.length > 0) {
      const waiter = this.waiting.take((queue) => roomFor(queue) > 0);
      if (!waiter) return;
      const connection = this.idle.pop();
      if (!connection) return;
      heldBy.set(waiter.queue, (heldBy.get(waiter.queue) ?? 0) + 1);
      waiter.serve(connection);
    }
    const wanted = this.waiting.servable(roomFor, this.limits.max - this.idle.length - this.leased.size);
    while (this.opening.size < wanted) this.openOne();
  }

  private openOne(): void {
    const attempt: Promise<void> = this.context.open().then(
      (connection) => {
        this.opening.delete(attempt);
        this.welcome(connection);
        if (this.closedFor) this.close(this.closedFor);
        else this.serve();
      },
      (problem: Problem) => {
        this.opening.delete(attempt);
        this.retryOpenAt = Date.now() + RETRY_OPEN_MS;
        this.context.emit('connect failed', problem.code);
        this.openFailed(problem);
      },
    );
    this.opening.add(attempt);
  }

  /** An attempt speaks for the pool: it is not repeated for each waiter. While other connections live, waiters wait for those. */
  private openFailed(problem: Problem): void {
    if (problem.code === 'AUTHENTICATION_FAILED') {
      this.context.emit('stale', problem.code);
      this.close(problem);
    } else if (this.size === 0) {
      for (const waiter of this.waiting.clear()) waiter.fail(problem);
    }
  }

  private welcome(connection: Connection): void {
    this.opened++;
    this.context.emit('connection opened');
    connection.onceClosed(() => this.lost(connection));
    if (!connection.dead) this.makeIdle(connection);
  }

  private makeIdle(connection: Connection): void {
    connection.idleSince = Date.now();
    this.idle.push(connection);
  }

  private lost(connection: Connection): void {
    this.closed++;
    this.context.emit('connection closed', connection.endReason);
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
    this.serve();
  }

  private exhausted(detail: string): Problem {
    this.context.emit('exhausted');
    return new Problem('POOL_EXHAUSTED', detail, { retryAfterSeconds: Math.max(1, Math.ceil(this.limits.acquireTimeoutMs / 1000)) });
  }
}

/** The caller is gone; the answer is for nobody, but the log has a code. */
export function callerGone(): Problem {
  return new Problem('QUERY_CANCELLED', 'The request was cancelled by its caller.');
}
