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
 * Where sessions live. Times are arguments, in milliseconds since 1970, so that a store needs no clock.
 * Every implementation passes the suite in `test/session-store.contract.ts`.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class MapSessionStore extends SessionStore {
 *   private readonly sessions = new Map<string, Session>();
 *
 *   async open(session: Session) { this.sessions.set(session.id, session); }
 *
 *   async touch(id: string, now: number, timeoutMs: number) {
 *     const session = this.sessions.get(id);
 *     if (!session || session.expiresAt <= now) return undefined;
 *     session.lastAccessedAt = now;
 *     session.expiresAt = now + timeoutMs;
 *     session.requestCount++;
 *     return session;
 *   }
 *
 *   async close(id: string) {
 *     const session = this.sessions.get(id);
 *     this.sessions.delete(id);
 *     return session;
 *   }
 *
 *   async list(cursor: string | undefined, limit: number) {
 *     const from = Number(cursor) || 0;
 *     const next = from + limit;
 *     return { sessions: [...this.sessions.values()].slice(from, next), nextCursor: next < this.sessions.size ? String(next) : undefined };
 *   }
 *
 *   async count() { return this.sessions.size; }
 *
 *   override async expire(now: number, limit: number) {
 *     const due = [...this.sessions.values()].filter((session) => session.expiresAt <= now);
 *     const expired = due.slice(0, limit);
 *     for (const { id } of expired) this.sessions.delete(id);
 *     return { expired, more: due.length > limit };
 *   }
 * }
 *
 * // app.module.ts
 * SessionsModule.forRoot({ store: MapSessionStore });
 * ```
 */
export abstract class SessionStore {
  /** Adds a session. */
  abstract open(session: Session): Promise<void>;

  /**
   * Finds a session that has not expired, counts the request and moves its expiry to `now + timeoutMs`.
   *
   * @returns undefined for an unknown or expired id; the two cannot be told apart
   */
  abstract touch(id: string, now: number, timeoutMs: number): Promise<Session | undefined>;

  /** Removes a session. @returns the session, or undefined when there was none */
  abstract close(id: string): Promise<Session | undefined>;

  /** Sessions in no particular order, at most `limit`, without walking those before. An unknown cursor starts over. */
  abstract list(cursor: string | undefined, limit: number): Promise<SessionPage>;

  /** Sessions held, expired ones not yet removed included. */
  abstract count(): Promise<number>;

  /**
   * Removes sessions that have expired, looking at no more than `limit`: called again, other work in between, while there is
   * more. A store whose engine expires entries by itself leaves this as it is.
   */
  async expire(_now: number, _limit: number): Promise<ExpiredSessions> {
    return { expired: [], more: false };
  }
}
