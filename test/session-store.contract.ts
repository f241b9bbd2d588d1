import { randomUUID } from 'node:crypto';
import type { Session } from '../src/sessions/session.js';
import type { SessionStore } from '../src/sessions/session-store.js';

const MINUTE = 60_000;

/** What every `SessionStore` must do. Call it inside a `describe` with a function that makes an empty store. */
export function sessionStoreContract(makeStore: () => SessionStore | Promise<SessionStore>): void {
  const now = Date.now();
  let store: SessionStore;
  beforeEach(async () => {
    store = await makeStore();
  });

  const session = (expiresAt = now + MINUTE): Session => ({
    id: randomUUID(), readOnly: true, createdAt: now, lastAccessedAt: now, expiresAt, requestCount: 0,
    identity: { key: 'key', target: { tenant: 'default', host: 'localhost', port: 5432, database: 'shop', user: 'reader', ssl: 'prefer', exempt: false }, password: () => 'secret' },
  });
  const expireAll = async (at: number, limit = 100) => {
    const ids: string[] = [];
    for (let step = await store.expire(at, limit); ; step = await store.expire(at, limit)) {
      ids.push(...step.expired.map(({ id }) => id));
      if (!step.more) return ids;
    }
  };

  it('finds an opened session with what it was opened with', async () => {
    const opened = session();
    await store.open(opened);
    expect(await store.touch(opened.id, now, MINUTE)).toMatchObject({ id: opened.id, createdAt: now, identity: { key: 'key', target: opened.identity.target } });
    expect(await store.count()).toBe(1);
  });

  it('counts requests and slides the expiry with each', async () => {
    const opened = session();
    await store.open(opened);
    await store.touch(opened.id, now + 50_000, MINUTE);
    expect(await store.touch(opened.id, now + 100_000, MINUTE)).toMatchObject({ requestCount: 2, lastAccessedAt: now + 100_000, expiresAt: now + 160_000 });
  });

  it('finds no unknown session and no expired one', async () => {
    const opened = session();
    await store.open(opened);
    expect(await store.touch(randomUUID(), now, MINUTE)).toBeUndefined();
    expect(await store.touch('not a uuid', now, MINUTE)).toBeUndefined();
    expect(await store.touch('', now, MINUTE)).toBeUndefined();
    expect(await store.touch(opened.id, now + MINUTE, MINUTE)).toBeUndefined();
  });

  it('closes a session once', async () => {
    const opened = session();
    await store.open(opened);
    expect(await store.close(opened.id)).toMatchObject({ id: opened.id });
    expect(await store.close(opened.id)).toBeUndefined();
    expect(await store.touch(opened.id, now, MINUTE)).toBeUndefined();
    expect(await store.count()).toBe(0);
  });

  it('expires what is due and nothing else', async () => {
    const [short, long, touched, closed] = [session(now + 1000), session(now + 10 * MINUTE), session(now + 1000), session(now + 1000)];
    for (const opened of [short, long, touched, closed]) await store.open(opened);
    await store.touch(touched.id, now + 500, MINUTE);
    await store.close(closed.id);
    expect(await expireAll(now + 5000)).toEqual([short.id]);
    expect(await store.touch(touched.id, now + 5000, MINUTE)).toBeDefined();
    expect(await store.touch(long.id, now + 5000, 10 * MINUTE)).toBeDefined();
    expect(await expireAll(now + 70_000)).toEqual([touched.id]);
    expect(await expireAll(now + 11 * MINUTE)).toEqual([long.id]);
    expect(await store.count()).toBe(0);
  });

  it('expires in steps of the size asked for', async () => {
    for (let i = 0; i < 25; i++) await store.open(session(now + 1000 + i));
    const first = await store.expire(now + 5000, 10);
    expect(first.expired.length).toBeLessThanOrEqual(10);
    expect(first.more).toBe(true);
    expect((await expireAll(now + 5000, 10)).length + first.expired.length).toBe(25);
  });

  it('lists every session exactly once, a page at a time', async () => {
    const opened = Array.from({ length: 35 }, () => session());
    for (const each of opened) await store.open(each);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.list(cursor, 10);
      expect(page.sessions.length).toBeLessThanOrEqual(10);
      seen.push(...page.sessions.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen.sort()).toEqual(opened.map(({ id }) => id).sort());
    await expect(store.list('nonsense', 100)).resolves.toMatchObject({ sessions: expect.arrayContaining([expect.objectContaining({ createdAt: now })]) });
  });
}
