import { createHash } from 'node:crypto';
import type { Connection } from './connection.js';
import type { Caller } from './identity.js';
import { ConnectionLeaked, PoolTarget } from './pool-events.js';
import type { Statement } from './statement.js';

/** Milliseconds after a statement's deadline until its lease counts as leaked. Whoever leases gives up a second after the deadline. */
const LEAK_GRACE_MS = 10_000;

/** Who leases, and for what. */
export interface LeaseRequest {
  readonly caller: Caller;
  readonly statement: Pick<Statement, 'text' | 'deadline'>;
}

/** A connection in somebody's hands. */
export interface Lease extends LeaseRequest {
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** The connections of a pool that are in use, with their holders. */
export class LeasedConnections {
  private readonly leases = new Map<Connection, Lease>();

  get size(): number {
    return this.leases.size;
  }

  add(connection: Connection, { caller, statement }: LeaseRequest): void {
    this.leases.set(connection, { caller, statement, since: Date.now() });
  }

  /** @returns false when it was not in use: given back before, or taken back */
  delete(connection: Connection): boolean {
    return this.leases.delete(connection);
  }

  /** How many connections a queue holds. */
  heldBy(queue: string): number {
    let held = 0;
    for (const { caller } of this.leases.values()) if (caller.queue === queue) held++;
    return held;
  }

  /** The connections a queue holds. */
  of(queue: string): Connection[] {
    return [...this.leases].filter(([, { caller }]) => caller.queue === queue).map(([connection]) => connection);
  }

  /** Leases that went on long beyond their statement's deadline: their holders have forgotten to give them back. */
  leaked(now: number): [Connection, Lease][] {
    return [...this.leases].filter(([, { statement }]) => now - statement.deadline > LEAK_GRACE_MS);
  }
}

/** What is told of a leak: whose it is, and a fingerprint of the statement in place of its text. */
export function leakOf({ caller, statement, since }: Lease, target: PoolTarget, now: number): ConnectionLeaked {
  const fingerprint = createHash('sha256').update(statement.text).digest('hex').slice(0, 32);
  return new ConnectionLeaked(target, caller.sessionRef, caller.requestId, fingerprint, now - since);
}
