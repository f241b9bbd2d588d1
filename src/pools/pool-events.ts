import type { Target } from './identity.js';

/** Which pool an event is about; never a key or a credential. */
export type PoolTarget = Pick<Target, 'tenant' | 'host' | 'port' | 'database' | 'user'>;

export function poolTargetOf({ tenant, host, port, database, user }: Target): PoolTarget {
  return { tenant, host, port, database, user };
}

/**
 * What happens in the pools. Each kind is a class; listen with its name, e.g. `@OnEvent(ConnectionLeaked.name)` of
 * `@nestjs/event-emitter`. No event carries a session id, a credential, a statement's text or a value.
 */
export abstract class PoolEvent {
  constructor(readonly target: PoolTarget) {}
}

/** A pool was created: its identity is used for the first time. */
export class PoolOpened extends PoolEvent {}

/** A pool is gone, with its idle connections. */
export class PoolClosed extends PoolEvent {
  /** @param reason `idle` for a pool that nobody used, `stale` for one whose credentials were replaced */
  constructor(target: PoolTarget, readonly reason: 'idle' | 'stale') {
    super(target);
  }
}

/** A pool leases no more: the server has refused its credentials. Its sessions get `AUTHENTICATION_FAILED`. */
export class PoolStale extends PoolEvent {}

/** A request got no connection in time, or found the lines full. */
export class PoolExhausted extends PoolEvent {
  constructor(target: PoolTarget, readonly reason: 'timeout' | 'full') {
    super(target);
  }
}

/** The server has no connection left for this pool, which stays at its size and probes for more from time to time. */
export class PoolLowered extends PoolEvent {
  /** @param max connections the pool makes do with, instead of its configured maximum */
  constructor(target: PoolTarget, readonly max: number) {
    super(target);
  }
}

/** A connection joined the pool. */
export class ConnectionOpened extends PoolEvent {}

/** A connection of the pool is gone. */
export class ConnectionClosed extends PoolEvent {
  /** @param reason `idle`, `max lifetime`, `budget`, `caller gone`, `deadline`, `not clean`, `network`, a problem code, … */
  constructor(target: PoolTarget, readonly reason: string) {
    super(target);
  }
}

/** The pool could not open a connection. */
export class ConnectFailed extends PoolEvent {
  /** @param code of the problem, e.g. `DATABASE_UNAVAILABLE` */
  constructor(target: PoolTarget, readonly code: string) {
    super(target);
  }
}

/** A request got its connection. */
export class ConnectionLeased extends PoolEvent {
  /** @param waitedMs milliseconds between asking and getting; next to nothing where one was idle */
  constructor(target: PoolTarget, readonly sessionRef: string, readonly waitedMs: number) {
    super(target);
  }
}

/** A lease went on long beyond the deadline of its statement. The connection was destroyed: this is a defect of ours to be found. */
export class ConnectionLeaked extends PoolEvent {
  constructor(
    target: PoolTarget,
    /** Whose request it was: the session's keyed reference and the request's id. */
    readonly sessionRef: string,
    readonly requestId: string,
    /** First half of the SHA-256 of the statement's text, in hex: the same for the same statement. */
    readonly statement: string,
    readonly heldMs: number,
  ) {
    super(target);
  }
}

/** A server did not answer several times in a row: for a moment nobody dials it. */
export class BreakerOpened {
  /** @param server address and port, separated by a blank */
  constructor(readonly server: string) {}
}

/** A server that did not answer does so again. */
export class BreakerClosed {
  /** @param openMs milliseconds it was taken for gone */
  constructor(readonly server: string, readonly openMs: number) {}
}

/** Every kind, for those who listen to all. */
export const POOL_EVENTS = [
  PoolOpened, PoolClosed, PoolStale, PoolExhausted, PoolLowered, ConnectionOpened, ConnectionClosed, ConnectFailed, ConnectionLeased, ConnectionLeaked, BreakerOpened, BreakerClosed,
] as const;

/** A kind's name in logs and metrics: `ConnectionLeaked` → `connection leaked`. */
export function eventName({ name }: { readonly name: string }): string {
  return name.replace(/(?<!^)[A-Z]/g, ' $&').toLowerCase();
}
