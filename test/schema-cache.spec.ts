import { SchemaCache } from '../src/schema/schema-cache.js';

interface Loading {
  readonly signal: AbortSignal;
  resolve(value: string): void;
  reject(error: Error): void;
}

const loads: Loading[] = [];
const load = (signal: AbortSignal) => new Promise<string>((resolve, reject) => loads.push({ signal, resolve, reject }));
/** Lets every promise that can settle do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  loads.length = 0;
});

describe('reading through the cache', () => {
  it('loads once for all who ask at the same time, and keeps the result', async () => {
    const cache = new SchemaCache<string>({ ttlMs: 100 });
    const asking = Promise.all([cache.get('k', load, 0), cache.get('k', load, 1), cache.get('k', load, 2)]);
    await settle();
    loads[0]?.resolve('one');
    expect(await asking).toEqual(['one', 'one', 'one']);
    expect(await cache.get('k', load, 99)).toBe('one');
    expect(loads).toHaveLength(1);
  });

  it('keeps identities apart', async () => {
    const cache = new SchemaCache<string>({ ttlMs: 100 });
    const asking = Promise.all([cache.get('a', load, 0), cache.get('b', load, 0)]);
    await settle();
    loads[0]?.resolve('of a');
    loads[1]?.resolve('of b');
    expect(await asking).toEqual(['of a', 'of b']);
  });

  it('loads again once the time to live is over, counted from the start of the load', async () => {
    const cache = new SchemaCache<string>({ ttlMs: 100 });
    await fill(cache, 'k', 'old', 0);
    const asking = cache.get('k', load, 100);
    await settle();
    loads[1]?.resolve('new');
    expect(await asking).toBe('new');
    expect(await cache.get('k', load, 150)).toBe('new');
  });

  it('tells all who wait when a load fails, and does not keep the failure', async () => {
    const cache = new SchemaCache<string>({ ttlMs: 100 });
    const asking = Promise.allSettled([cache.get('k', load, 0), cache.get('k', load, 0)]);
    await settle();
    loads[0]?.reject(new Error('no connection'));
    expect((await asking).map((each) => each.status === 'rejected' && each.reason.message)).toEqual(['no connection', 'no connection']);
    await fill(cache, 'k', 'better', 1);
    expect(loads).toHaveLength(2);
  });
});

describe('callers who go away', () => {
  it('do not end the load for those who stay', async () => {
    const cache = new SchemaCache<string>({ ttlMs: 100 });
    const first = new AbortController();
    const leaving = cache.get('k', load, 0, first.signal);
    const staying = cache.get('k', load, 0);
    first.abort(new Error('gone'));
    await expect(leaving).rejects.toThrow('gone');
    expect(loads[0]?.signal.aborted).toBe(false);
    loads[0]?.resolve('one');
    expect(await staying).toBe('one');
  });

  it('end the load with the last of them, and the next caller loads anew', async () => {
    const cache = new SchemaCache<string>({ ttlMs: 100 });
    const controllers = [new AbortController(), new AbortController()];
    const leaving = Promise.allSettled(controllers.map(({ signal }) => cache.get('k', load, 0, signal)));
    for (const controller of controllers) controller.abort();
    await leaving;
    expect(loads[0]?.signal.aborted).toBe(true);
    const asking = cache.get('k', load, 1);
    await settle();
    loads[0]?.reject(new Error('cancelled'));
    await settle();
    loads[1]?.resolve('one');
    expect(await asking).toBe('one');
    expect(await cache.get('k', load, 2)).toBe('one');
  });

  it('start nothing when they were gone before', async () => {
    const cache = new SchemaCache<string>({ ttlMs: 100 });
    await expect(cache.get('k', load, 0, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(loads).toHaveLength(0);
  });
});

describe('refreshing', () => {
  it('loads although the entry is fresh, serves the old one meanwhile and keeps it when the load fails', async () => {
    const cache = new SchemaCache<string>({ ttlMs: 100 });
    await fill(cache, 'k', 'old', 0);
    const failing = cache.refresh('k', load, 10);
    await settle();
    expect(await cache.get('k', load, 11)).toBe('old');
    loads[1]?.reject(new Error('down'));
    await expect(failing).rejects.toThrow('down');
    expect(await cache.get('k', load, 12)).toBe('old');

    const refreshing = cache.refresh('k', load, 20);
    await settle();
    loads[2]?.resolve('new');
    expect(await refreshing).toBe('new');
    expect(await cache.get('k', load, 21)).toBe('new');
  });

  it('does not join a load that reads already, and shares the one after it', async () => {
    const cache = new SchemaCache<string>({ ttlMs: 100 });
    const early = cache.get('k', load, 0);
    const refreshing = Promise.all([cache.refresh('k', load, 1), cache.refresh('k', load, 2)]);
    await settle();
    expect(loads).toHaveLength(1);
    loads[0]?.resolve('before the change');
    expect(await early).toBe('before the change');
    await settle();
    expect(loads).toHaveLength(2);
    loads[1]?.resolve('after it');
    expect(await refreshing).toEqual(['after it', 'after it']);
    expect(await cache.get('k', load, 3)).toBe('after it');
  });

  it('keeps what it reads even when further refreshes are waiting', async () => {
    const cache = new SchemaCache<string>({ ttlMs: 100 });
    void cache.get('k', load, 0);
    void cache.refresh('k', load, 1);
    loads[0]?.resolve('first');
    await settle();
    expect(await cache.get('k', load, 2)).toBe('first');
  });
});

describe('invalidating', () => {
  it('forgets the entry', async () => {
    const cache = new SchemaCache<string>({ ttlMs: 100 });
    await fill(cache, 'k', 'old', 0);
    cache.invalidate((key) => key === 'k');
    await fill(cache, 'k', 'new', 1);
    expect(await cache.get('k', load, 2)).toBe('new');
  });

  it('does not keep what a load under way gives, which those who wait still get', async () => {
    const cache = new SchemaCache<string>({ ttlMs: 100 });
    const waiting = cache.get('k', load, 0);
    cache.invalidate((key) => key === 'k');
    const after = cache.get('k', load, 1);
    loads[0]?.resolve('before the change');
    expect(await waiting).toBe('before the change');
    loads[1]?.resolve('after it');
    expect(await after).toBe('after it');
    expect(await cache.get('k', load, 2)).toBe('after it');
  });

  it('does not keep what is read by a load that a refresh waits for either', async () => {
    const cache = new SchemaCache<string>({ ttlMs: 100 });
    void cache.get('k', load, 0);
    const refreshing = cache.refresh('k', load, 1);
    cache.invalidate((key) => key === 'k');
    loads[0]?.resolve('before the change');
    await settle();
    loads[1]?.resolve('refreshed');
    expect(await refreshing).toBe('refreshed');
    expect(cache.size).toBe(0);
  });
});

describe('bounds', () => {
  it('drops the least recently used entry beyond the number allowed', async () => {
    const cache = new SchemaCache<string>({ ttlMs: 100, maxEntries: 2 });
    await fill(cache, 'a', 'A', 0);
    await fill(cache, 'b', 'B', 0);
    await cache.get('a', load, 1);
    await fill(cache, 'c', 'C', 2);
    expect(cache.size).toBe(2);
    expect(await cache.get('a', load, 3)).toBe('A');
    await fill(cache, 'b', 'B again', 4);
  });

  it('keeps entries of a thousand identities unless told otherwise', async () => {
    const cache = new SchemaCache<number>({ ttlMs: 100 });
    for (let n = 0; n < 1001; n += 1) await cache.get(`key ${n}`, async () => n, 0);
    expect(cache.size).toBe(1000);
  });

  it('drops entries until their weight fits, but never the newest', async () => {
    const cache = new SchemaCache<string>({ ttlMs: 100, maxWeight: 10, weigh: (value) => value.length });
    await fill(cache, 'a', 'aaaa', 0);
    await fill(cache, 'b', 'bbbb', 0);
    await fill(cache, 'c', 'cccc', 0);
    expect(cache.size).toBe(2);
    await fill(cache, 'd', 'd'.repeat(11), 0);
    expect(cache.size).toBe(1);
    expect(await cache.get('d', load, 1)).toBe('d'.repeat(11));
    cache.invalidate((key) => key === 'd');
    await fill(cache, 'e', 'eeee', 0);
    await fill(cache, 'f', 'ffff', 0);
    expect(cache.size).toBe(2);
  });

  it('frees what is no longer fresh', async () => {
    const cache = new SchemaCache<string>({ ttlMs: 100 });
    await fill(cache, 'old', 'old', 0);
    await fill(cache, 'new', 'new', 50);
    cache.prune(100);
    expect(cache.size).toBe(1);
    expect(await cache.get('new', load, 100)).toBe('new');
  });
});

async function fill(cache: SchemaCache<string>, key: string, value: string, now: number): Promise<void> {
  const before = loads.length;
  const asking = cache.get(key, load, now);
  await settle();
  expect(loads).toHaveLength(before + 1);
  loads.at(-1)?.resolve(value);
  expect(await asking).toBe(value);
}
