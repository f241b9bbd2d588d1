import type { Knowledge } from '../src/knowledge/knowledge.js';
import type { KnowledgeScope } from '../src/knowledge/knowledge-scope.js';
import type { KnowledgeStore } from '../src/knowledge/knowledge-store.js';

export const SCOPE: KnowledgeScope = { tenant: 'ours', host: 'db.example.com', port: 5432, database: 'shop' };

/** Something to know, told apart from others by a name. */
export function knowing(name: string): Knowledge {
  return {
    glossary: [{ term: name, synonyms: ['“quoted”', 'naïve', '客户'], table: 'customers' }],
    approved: [{ id: '0001', question: `How many ${name}?`, sql: 'SELECT 1', approved_by: 'boss', approved_at: '2025-01-01T00:00:00.000Z', fits: ['a'], stale: [] }],
  };
}

/** What every `KnowledgeStore` must do. Call it inside a `describe` with a function that makes an empty store. */
export function knowledgeStoreContract(makeStore: () => KnowledgeStore | Promise<KnowledgeStore>): void {
  let store: KnowledgeStore;
  beforeEach(async () => {
    store = await makeStore();
  });

  it('knows nothing at first', async () => {
    expect(await store.read(SCOPE)).toEqual({ knowledge: { glossary: [], approved: [] }, version: '' });
  });

  it('gives back what was stored, the same object until it changes', async () => {
    const stored = await store.replace(SCOPE, knowing('clients'), '');
    expect(stored?.knowledge).toEqual(knowing('clients'));
    expect(stored?.version).not.toBe('');
    const read = await store.read(SCOPE);
    expect(read).toEqual(stored);
    expect((await store.read({ ...SCOPE })).knowledge).toBe(read.knowledge);
  });

  it('keeps nothing of what its caller does with the object afterwards', async () => {
    const knowledge = knowing('clients');
    await store.replace(SCOPE, knowledge, '');
    (knowledge.glossary as unknown[]).length = 0;
    expect((await store.read(SCOPE)).knowledge).toEqual(knowing('clients'));
  });

  it('is replaced by who has read its last version, and by nobody else', async () => {
    const first = await store.replace(SCOPE, knowing('first'), '');
    expect(await store.replace(SCOPE, knowing('too late'), '')).toBeUndefined();
    const second = await store.replace(SCOPE, knowing('second'), first?.version ?? '');
    expect(second?.version).not.toBe(first?.version);
    expect(await store.replace(SCOPE, knowing('too late'), first?.version ?? '')).toBeUndefined();
    expect(await store.replace(SCOPE, knowing('guessed'), 'nonsense')).toBeUndefined();
    expect((await store.read(SCOPE)).knowledge).toEqual(knowing('second'));
  });

  it('lets one of those win who write at the same time', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, i) => store.replace(SCOPE, knowing(`writer ${i}`), '')));
    const winners = outcomes.filter((outcome) => outcome !== undefined);
    expect(winners).toHaveLength(1);
    expect(await store.read(SCOPE)).toEqual(winners[0]);
  });

  it('tells scopes apart by each of their parts, whatever is in them', async () => {
    const others: KnowledgeScope[] = [
      { ...SCOPE, tenant: 'theirs' }, { ...SCOPE, host: 'db2.example.com' }, { ...SCOPE, port: 5433 }, { ...SCOPE, database: 'Shop' }, { ...SCOPE, database: 'shop ' },
      { ...SCOPE, host: 'db.example.com:5432', port: 5432 }, { ...SCOPE, database: '../shop' }, { ...SCOPE, database: 'shop\0' }, { ...SCOPE, database: '/etc/passwd' },
      { ...SCOPE, tenant: 'ours\n', host: 'db.example.com' }, { ...SCOPE, tenant: 'oursd', host: 'b.example.com' }, { ...SCOPE, database: '客户' }, { ...SCOPE, database: 'x'.repeat(500) },
    ];
    await store.replace(SCOPE, knowing('ours'), '');
    for (const [i, other] of others.entries()) {
      expect([other, (await store.read(other)).version]).toEqual([other, '']);
      expect(await store.replace(other, knowing(`other ${i}`), '')).toBeDefined();
    }
    for (const [i, other] of others.entries()) expect((await store.read(other)).knowledge).toEqual(knowing(`other ${i}`));
    expect((await store.read(SCOPE)).knowledge).toEqual(knowing('ours'));
  });
}
