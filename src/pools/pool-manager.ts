import { BeforeApplicationShutdown, Injectable, OnApplicationShutdown, Optional } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { Problem } from '../problems/problem.js';
import { Settings } from '../settings/settings.js';
import type { Connection } from './connection.js';
import type { Claim } from './connection-budget.js';
import { ConnectionFactory } from './connection-factory.js';
import { abortable, Dialer } from './dialer.js';
import { connectProblem } from './failures.js';
import type { Caller, Identity } from './identity.js';
import { callerGone, Pool } from './pool.js';
import { PoolClosed, PoolEvent, PoolOpened, poolTargetOf } from './pool-events.js';
import { limitsFrom, PoolPolicy } from './pool-policy.js';
import { NotStarted, read } from './read-recipe.js';
import type { ReadResult, WriteResult } from './read-result.js';
import { ServerBreakers } from './server-breakers.js';
import type { Statement } from './statement.js';
import { type Recipe, runOnce } from './statement-run.js';
import { TenantConnections } from './tenant-connections.js';
import { write } from './write-recipe.js';

/** All pools, one per identity, created when first used. */
@Injectable()
export class PoolManager implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly pools = new Map<string, Pool>();
  private readonly connections: ConnectionFactory;
  private shutdown?: Problem;

  constructor(
    private readonly settings: Settings,
    private readonly policy: PoolPolicy,
    dialer: Dialer,
    private readonly breakers: ServerBreakers,
    private readonly events: EventEmitter2,
    @Optional() tenants?: TenantConnections,
  ) {
    this.connections = new ConnectionFactory(settings, dialer, breakers, (which) => this.evictIdle(which), (tenant) => tenants?.connectionsOf(tenant) ?? Infinity);
  }

  /**
   * Runs one reading statement on a connection of its own, and gives the connection back when it is proven clean. Where the
   * connection turns out to be dead before the statement began, it is tried once more.
   *
   * @returns rows as PostgreSQL's text, at most `maxRows` and `maxBytes` of them
   * @throws {Problem} what leasing or the statement failed with
   */
  read(identity: Identity, caller: Caller, statement: Statement): Promise<ReadResult> {
    return this.run(identity, caller, statement, read);
  }

  /**
   * Runs one statement in a transaction of its own and commits it, on a connection of its own. A caller who goes away before the
   * COMMIT is sent takes it back; after that nobody does.
   *
   * @returns what it came to, once it is committed
   * @throws {Problem} what leasing, the statement or its COMMIT failed with; nothing was changed then, except under
   * `WRITE_OUTCOME_UNKNOWN`. `WRITES_NOT_ALLOWED` through a pooler that does not reset its connections
   */
  write(identity: Identity, caller: Caller, statement: Statement): Promise<WriteResult> {
    return this.run(identity, caller, statement, (connection) => {
      if (connection.pooled && !this.settings.poolerResetsAlways) throw pooledWrite();
      return write(connection, statement, () => !caller.signal?.aborted);
    });
  }

  /**
   * Proves the credentials with a handshake of its own, outside the pool's maximum, so that a full pool never blocks a
   * connect. `first` runs on the fresh connection, which then joins the pool where there is room in it and within the budget.
   *
   * @throws {Problem} `AUTHENTICATION_FAILED`, `DATABASE_NOT_FOUND`, `DATABASE_UNAVAILABLE`, `HOST_NOT_ALLOWED`
   */
  async verify<T>(identity: Identity, first: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.connections.forConnect(identity, limitsFrom(this.policy, identity.target).connectionMaxLifetimeMs);
    let outcome: T;
    try {
      outcome = await abortable(first(connection), AbortSignal.timeout(this.settings.connectTimeoutMs));
    } catch (error) {
      connection.destroy('first query failed');
      throw error instanceof NotStarted ? error.problem : connectProblem(error);
    }
    if (this.pools.get(identity.key)?.stale) this.close(identity.key, 'stale');
    if (!this.connections.hasRoomFor(connection) || !this.poolOf(identity).adopt(connection)) connection.close('no room');
    return outcome;
  }

  /** False once the service shuts down. */
  get accepting(): boolean {
    return this.shutdown === undefined;
  }

  /** True when the server has refused these credentials since they last worked. */
  isStale({ key }: Identity): boolean {
    return this.pools.get(key)?.stale ?? false;
  }

  /** Fails what a queue has waiting and cancels what it has running. */
  cancelQueue({ key }: Identity, queue: string): void {
    this.pools.get(key)?.cancelQueue(queue);
  }

  /** The pools as they are now: for statistics. */
  list(): readonly Pool[] {
    return [...this.pools.values()];
  }

  /** Addresses and ports of servers that do not answer, and that nobody dials for the moment. */
  get unreachableServers(): readonly string[] {
    return this.breakers.open;
  }

  /** Ages connections and closes pools that nobody used for their idle timeout. */
  sweep(now: number): void {
    for (const [key, pool] of this.pools) {
      pool.sweep(now);
      if (pool.isIdle(now)) this.close(key, 'idle');
    }
    this.breakers.sweep(now);
  }

  beforeApplicationShutdown(): void {
    const shutdown = new Problem('SHUTTING_DOWN', 'The service is shutting down.');
    this.shutdown = shutdown;
    this.connections.close(shutdown);
    for (const pool of this.pools.values()) pool.close(shutdown);
    setTimeout(() => this.cancelAll(), this.settings.shutdownGraceSeconds * 1000).unref();
  }

  /** Cancels all that runs: the grace period is over, or somebody does not want to wait for its end. */
  cancelAll(): void {
    this.connections.cancelAll('shutdown', this.shutdown ?? callerGone());
  }

  /** By now no request runs any more, so nothing is lost. */
  onApplicationShutdown(): void {
    this.connections.destroyAll('shutdown');
    this.pools.clear();
  }

  /** Tries once more, on another connection, what was not even begun. */
  private async run<T>(identity: Identity, caller: Caller, statement: Statement, recipe: Recipe<T>): Promise<T> {
    const pool = this.poolOf(identity);
    try {
      return await runOnce(pool, caller, statement, recipe);
    } catch (error) {
      if (!(error instanceof NotStarted)) throw error;
    }
    // One dead connection is seldom alone: a restart or a fail-over ends all of them.
    pool.dropIdle();
    try {
      return await runOnce(pool, caller, statement, recipe);
    } catch (error) {
      throw error instanceof NotStarted ? error.problem : error;
    }
  }

  private poolOf(identity: Identity): Pool {
    if (this.shutdown) throw this.shutdown;
    const existing = this.pools.get(identity.key);
    if (existing) return existing;
    const limits = limitsFrom(this.policy, identity.target);
    const pool = new Pool({
      identity,
      limits,
      open: (held) => this.connections.forPool(identity, limits.connectionMaxLifetimeMs, held),
      isWanted: (connection, stillNeeded) => this.connections.isWanted(connection, stillNeeded),
      isFull: () => this.connections.isFull(identity.target.tenant),
      emit: (event) => this.emit(event),
    });
    this.pools.set(identity.key, pool);
    this.emit(new PoolOpened(poolTargetOf(identity.target)));
    return pool;
  }

  /** Makes the pool used longest ago give up an idle connection. */
  private evictIdle({ server, tenant }: Partial<Claim>): Connection | undefined {
    let victim: Pool | undefined;
    for (const pool of this.pools.values()) {
      if (tenant !== undefined && pool.identity.target.tenant !== tenant) continue;
      const fits = pool.idle.some((connection) => server === undefined || connection.server === server);
      if (fits && pool.lastUsedAt < (victim?.lastUsedAt ?? Infinity)) victim = pool;
    }
    return victim?.evictIdle(server);
  }

  private close(key: string, reason: PoolClosed['reason']): void {
    const pool = this.pools.get(key);
    if (!pool) return;
    this.pools.delete(key);
    pool.close(new Problem('DATABASE_UNAVAILABLE', 'The pool was closed.', { hint: 'Retry the request.' }));
    this.emit(new PoolClosed(poolTargetOf(pool.identity.target), reason));
  }

  private emit(event: PoolEvent): void {
    this.events.emit(event.constructor.name, event);
  }
}

function pooledWrite(): Problem {
  return new Problem('WRITES_NOT_ALLOWED', 'The database is reached through a pooler, which hands a connection on right after COMMIT, with whatever a statement has left on it.', {
    hint: 'Connect to the database itself; or run PgBouncer with server_reset_query_always=1, and the operator sets POOLER_RESETS_ALWAYS.',
  });
}
