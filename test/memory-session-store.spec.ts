import { MemorySessionStore } from '../src/sessions/memory-session-store.js';
import { SessionStore, type SessionPage } from '../src/sessions/session-store.js';
import type { Session } from '../src/sessions/session.js';
import { sessionStoreContract } from './session-store.contract.js';

/** The example of the contract's documentation. */
class MapSessionStore extends SessionStore {
  private readonly sessions = new Map<string, Session>();

  async open(session: Session) {
    this.sessions.set(session.id, { ...session });
  }

  async touch(id: string, now: number, timeoutMs: number) {
    const session = this.sessions.get(id);
    if (!session || session.expiresAt <= now) return undefined;
    session.lastAccessedAt = now;
    session.expiresAt = now + timeoutMs;
    session.requestCount++;
    return session;
  }

  async close(id: string) {
    const session = this.sessions.get(id);
    this.sessions.delete(id);
    return session;
  }

  async list(cursor: string | undefined, limit: number): Promise<SessionPage> {
    const from = Number(cursor) || 0;
    const next = from + limit;
    return { sessions: [...this.sessions.values()].slice(from, next), nextCursor: next < this.sessions.size ? String(next) : undefined };
  }

  async count() {
    return this.sessions.size;
  }

  override async expire(now: number, limit: number) {
    const due = [...this.sessions.values()].filter((session) => session.expiresAt <= now);
    const expired = due.slice(0, limit);
    for (const { id } of expired) this.sessions.delete(id);
    return { expired, more: due.length > limit };
  }
}

describe('MemorySessionStore', () => sessionStoreContract(() => new MemorySessionStore()));
describe('a session store of one’s own, as documented', () => sessionStoreContract(() => new MapSessionStore()));
