import { randomUUID } from 'node:crypto';
import type { Session } from '../src/sessions/session.js';
import type { SessionStore } from '../src/sessions/session-store.js';

const MINUTE = 60_000;
const TENANT = 'ours';

/** What every `SessionStore` must do. Call it inside a `describe` with a function that makes an empty store. */
export function sessionStoreContract(makeStore: () => SessionStore | Promise<SessionStore>): void {
  const now = Date.now();
  let store: SessionStore;
  beforeEach(async () => {
    store = await makeStore();
  });

  const session = (expiresAt = now + MINUTE, tenant = TENANT): Session => ({
    id: randomUUID(), readOnly: true, createdAt: now, lastAccessedAt: now, expiresAt, requestCount: 0,
    identity: { key: 'key', target: { tenant, host: 'localhost', port: 5432, database: 'shop', user: 'reader', ssl: 'prefer', exempt: false }, password: () => 'secret' },
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
    expect(await store.touch(TENANT, opened.id, now, MINUTE)).toMatchObject({ id: opened.id, createdAt: now, identity: { key: 'key', target: opened.identity.target } });
    expect(await store.count()).toBe(1);
  });

  it('counts requests and slides the expiry with each', async () => {
    const opened = session();
    await store.open(opened);
    await store.touch(TENANT, opened.id, now + 50_000, MINUTE);
    expect(await store.touch(TENANT, opened.id, now + 100_000, MINUTE)).toMatchObject({ requestCount: 2, lastAccessedAt: now + 100_000, expiresAt: now + 160_000 });
  });

  it('finds no unknown session and no expired one', async () => {
    const opened = session();
    await store.open(opened);
    expect(await store.touch(TENANT, randomUUID(), now, MINUTE)).toBeUndefined();
    expect(await store.touch(TENANT, 'not a uuid', now, MINUTE)).toBeUndefined();
    expect(await store.touch(TENANT, '', now, MINUTE)).toBeUndefined();
    expect(await store.touch(TENANT, opened.id, now + MINUTE, MINUTE)).toBeUndefined();
  });

  it('closes a session once', async () => {
    const opened = session();
    await store.open(opened);
    expect(await store.close(TENANT, opened.id)).toMatchObject({ id: opened.id });
    expect(await store.close(TENANT, opened.id)).toBeUndefined();
    expect(await store.touch(TENANT, opened.id, now, MINUTE)).toBeUndefined();
    expect(await store.count()).toBe(0);
  });

  it('expires what is due and nothing else', async () => {
    const [short, long, touched, closed] = [session(now + 1000), session(now + 10 * MINUTE), session(now + 1000), session(now + 1000)];
    for (const opened of [short, long, touched, closed]) await store.open(opened);
    await store.touch(TENANT, touched.id, now + 500, MINUTE);
    await store.close(TENANT, closed.id);
    expect(await expireAll(now + 5000)).toEqual([short.id]);
    expect(await store.touch(TENANT, touched.id, now + 5000, MINUTE)).toBeDefined();
    expect(await store.touch(TENANT, long.id, now + 5000, 10 * MINUTE)).toBeDefined();
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
      const page = await store.list(undefined, cursor, 10);
      expect(page.sessions.length).toBeLessThanOrEqual(10);
      seen.push(...page.sessions.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen.sort()).toEqual(opened.map(({ id }) => id).sort());
    await expect(store.list(undefined, 'nonsense', 100)).resolves.toMatchObject({ sessions: expect.arrayContaining([expect.objectContaining({ createdAt: now })]) });
  });

  it('finds, touches and closes no other tenant’s session', async () => {
    const theirs = session(now + MINUTE, 'theirs');
    await store.open(theirs);
    expect(await store.touch(TENANT, theirs.id, now, MINUTE)).toBeUndefined();
    expect(await store.touch('', theirs.id, now, MINUTE)).toBeUndefined();
    expect(await store.close(TENANT, theirs.id)).toBeUndefined();
    expect(await store.touch('theirs', theirs.id, now, MINUTE)).toMatchObject({ id: theirs.id, requestCount: 1 });
    expect(await expireAll(now + 2 * MINUTE)).toEqual([theirs.id]);
  });

  it('lists and counts one tenant’s sessions, whatever the cursor says', async () => {
    const ours = Array.from({ length: 25 }, () => session());
    const theirs = Array.from({ length: 25 }, () => session(now + MINUTE, 'theirs'));
    for (const each of [...ours, ...theirs]) await store.open(each);
    expect([await store.count(), await store.count(TENANT), await store.count('theirs'), await store.count('nobody')]).toEqual([50, 25, 25, 0]);
    const seen: string[] = [];
    const cursors: (string | undefined)[] = [];
    for (let cursor: string | undefined, last = false; !last; last = cursor === undefined) {
      const page = await store.list(TENANT, cursor, 10);
      expect(page.sessions.length).toBeLessThanOrEqual(10);
      seen.push(...page.sessions.map(({ id }) => id));
      cursors.push((cursor = page.nextCursor));
    }
    expect(seen.sort()).toEqual(ours.map(({ id }) => id).sort());
    for (const cursor of [...cursors, '0', '1.0.0', '99.65535.9', '0.99999.0', '-1', 'nonsense']) {
      for (const { identity } of (await store.list(TENANT, cursor, 100)).sessions) expect(identity.target.tenant).toBe(TENANT);
    }
    expect(await store.list('nobody', undefined, 10)).toMatchObject({ sessions: [] });
  });
}
