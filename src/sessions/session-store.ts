import type { Session } from './session.js';

/** A page of sessions. */
export interface SessionPage {
  readonly sessions: readonly Session[];
  /** Give it back for the next page; absent on the last one. */
  readonly nextCursor?: string;
}

/** What one step of expiry removed, and whether another step is due. */
export interface ExpiredSessions {
  readonly expired: readonly Session[];
  readonly more: boolean;
}

/**
 * Where sessions live. Times are arguments, in milliseconds since 1970, so that a store needs no clock. A session is found by
 * its tenant and its id together: for everybody else it does not exist, and is looked for as one that never did.
 * Every implementation passes the suite in `test/session-store.contract.ts`.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class MapSessionStore extends SessionStore {
 *   private readonly sessions = new Map<string, Session>();
 *
 *   async open(session: Session) { this.sessions.set(keyOf(session.identity.target.tenant, session.id), session); }
 *
 *   async touch(tenant: string, id: string, now: number, timeoutMs: number) {
 *     const session = this.sessions.get(keyOf(tenant, id));
 *     if (!session || session.expiresAt <= now) return undefined;
 *     session.lastAccessedAt = now;
 *     session.expiresAt = now + timeoutMs;
 *     session.requestCount++;
 *     return session;
 *   }
 *
 *   async close(tenant: string, id: string) {
 *     const session = this.sessions.get(keyOf(tenant, id));
 *     this.sessions.delete(keyOf(tenant, id));
 *     return session;
 *   }
 *
 *   async list(tenant: string | undefined, cursor: string | undefined, limit: number) {
 *     const sessions = this.of(tenant);
 *     const from = Number(cursor) || 0;
 *     const next = from + limit;
 *     return { sessions: sessions.slice(from, next), nextCursor: next < sessions.length ? String(next) : undefined };
 *   }
 *
 *   async count(tenant?: string) { return this.of(tenant).length; }
 *
 *   override async expire(now: number, limit: number) {
 *     const due = [...this.sessions.values()].filter((session) => session.expiresAt <= now);
 *     const expired = due.slice(0, limit);
 *     for (const { id, identity } of expired) this.sessions.delete(keyOf(identity.target.tenant, id));
 *     return { expired, more: due.length > limit };
 *   }
 *
 *   private of(tenant?: string) { return [...this.sessions.values()].filter(({ identity }) => tenant === undefined || identity.target.tenant === tenant); }
 * }
 *
 * // Ids contain no line breaks.
 * const keyOf = (tenant: string, id: string) => `${id}\n${tenant}`;
 *
 * // app.module.ts
 * SessionsModule.forRoot({ store: MapSessionStore });
 * ```
 */
export abstract class SessionStore {
  /** Adds a session. Its tenant is that of its identity's target. */
  abstract open(session: Session): Promise<void>;

  /**
   * Finds a tenant's session that has not expired, counts the request and moves its expiry to `now + timeoutMs`.
   *
   * @returns undefined for an unknown or expired id, and for another tenant's; none can be told from another
   */
  abstract touch(tenant: string, id: string, now: number, timeoutMs: number): Promise<Session | undefined>;

  /** Removes a tenant's session. @returns the session, or undefined when the tenant has none of that id */
  abstract close(tenant: string, id: string): Promise<Session | undefined>;

  /**
   * Sessions in no particular order, at most `limit`, without walking those before, nor others' where a tenant is named. An
   * unknown cursor starts over; whatever it says, it leads to no other tenant.
   */
  abstract list(tenant: string | undefined, cursor: string | undefined, limit: number): Promise<SessionPage>;

  /** Sessions held, in all or by one tenant, expired ones not yet removed included. Asked at each connect. */
  abstract count(tenant?: string): Promise<number>;

  /**
   * Removes sessions that have expired, looking at no more than `limit`: called again, other work in between, while there is
   * more. A store whose engine expires entries by itself leaves this as it is.
   */
  async expire(_now: number, _limit: number): Promise<ExpiredSessions> {
    return { expired: [], more: false };
  }
}
