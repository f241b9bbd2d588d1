import { randomUUID } from 'node:crypto';
import { MemorySessionStore } from '../src/sessions/memory-session-store.js';
import { SessionStore, type SessionPage } from '../src/sessions/session-store.js';
import type { Session } from '../src/sessions/session.js';
import { sessionStoreContract } from './session-store.contract.js';

const sessionOf = (tenant: string, id: string, now: number): Session => ({
  id, readOnly: true, createdAt: now, lastAccessedAt: now, expiresAt: now + 1000, requestCount: 0,
  identity: { key: 'key', target: { tenant, host: 'localhost', port: 5432, database: 'shop', user: 'reader', ssl: 'prefer', exempt: false }, password: () => 'secret' },
});

/** Ids on all pages together; fails when one is there twice. */
async function everyPage(store: SessionStore, tenant: string | undefined): Promise<Set<string>> {
  const ids: string[] = [];
  for (let cursor: string | undefined, last = false; !last; last = cursor === undefined) {
    const page = await store.list(tenant, cursor, 777);
    ids.push(...page.sessions.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  const distinct = new Set(ids);
  expect(distinct.size).toBe(ids.length);
  return distinct;
}

/** The example of the contract's documentation. */
class MapSessionStore extends SessionStore {
  private readonly sessions = new Map<string, Session>();

  async open(session: Session) {
    this.sessions.set(keyOf(session.identity.target.tenant, session.id), { ...session });
  }

  async touch(tenant: string, id: string, now: number, timeoutMs: number) {
    const session = this.sessions.get(keyOf(tenant, id));
    if (!session || session.expiresAt <= now) return undefined;
    session.lastAccessedAt = now;
    session.expiresAt = now + timeoutMs;
    session.requestCount++;
    return session;
  }

  async close(tenant: string, id: string) {
    const session = this.sessions.get(keyOf(tenant, id));
    this.sessions.delete(keyOf(tenant, id));
    return session;
  }

  async list(tenant: string | undefined, cursor: string | undefined, limit: number): Promise<SessionPage> {
    const sessions = this.of(tenant);
    const from = Number(cursor) || 0;
    const next = from + limit;
    return { sessions: sessions.slice(from, next), nextCursor: next < sessions.length ? String(next) : undefined };
  }

  async count(tenant?: string) {
    return this.of(tenant).length;
  }

  override async expire(now: number, limit: number) {
    const due = [...this.sessions.values()].filter((session) => session.expiresAt <= now);
    const expired = due.slice(0, limit);
    for (const { id, identity } of expired) this.sessions.delete(keyOf(identity.target.tenant, id));
    return { expired, more: due.length > limit };
  }

  private of(tenant?: string) {
    return [...this.sessions.values()].filter(({ identity }) => tenant === undefined || identity.target.tenant === tenant);
  }
}

const keyOf = (tenant: string, id: string) => `${id}\n${tenant}`;

describe('MemorySessionStore', () => {
  sessionStoreContract(() => new MemorySessionStore());

  // As many as make the tables divide several times.
  it('finds, lists and expires each of very many', async () => {
    const store = new MemorySessionStore();
    const now = Date.now();
    const ids = Array.from({ length: 40_000 }, () => randomUUID());
    for (const id of ids) await store.open(sessionOf('a', id, now));
    const ofOther = Array.from({ length: 5000 }, () => randomUUID());
    for (const id of ofOther) await store.open(sessionOf('b', id, now));

    expect(await Promise.all(ids.map(async (id) => (await store.touch('a', id, now, 1000))?.id))).toEqual(ids);
    expect(await everyPage(store, 'a')).toEqual(new Set(ids));
    expect(await everyPage(store, 'b')).toEqual(new Set(ofOther));
    expect(await everyPage(store, undefined)).toEqual(new Set([...ids, ...ofOther]));
    for (const id of ids.slice(1)) await store.close('a', id);
    expect([await store.count('a'), await store.count('b'), await store.count()]).toEqual([1, 5000, 5001]);
    expect(await everyPage(store, 'a')).toEqual(new Set(ids.slice(0, 1)));
    while ((await store.expire(now + 10_000, 500)).more);
    expect([await store.count('a'), await store.count('b'), await store.count(), (await store.list(undefined, undefined, 10)).sessions]).toEqual([0, 0, 0, []]);
  });

  it('holds ids that all begin alike', async () => {
    const store = new MemorySessionStore();
    const ids = Array.from({ length: 10_000 }, (_, i) => `0000-${i}`);
    for (const id of ids) await store.open(sessionOf('a', id, Date.now()));
    expect(await everyPage(store, 'a')).toEqual(new Set(ids));
  });
});

describe('a session store of one’s own, as documented', () => sessionStoreContract(() => new MapSessionStore()));
