import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileKnowledgeStore } from '../src/knowledge/file-knowledge-store.js';
import { type Knowledge, NOTHING } from '../src/knowledge/knowledge.js';
import { canonicalHost, type KnowledgeScope, scopeName } from '../src/knowledge/knowledge-scope.js';
import { KnowledgeStore, type StoredKnowledge } from '../src/knowledge/knowledge-store.js';
import { loadSettings } from '../src/settings/load-settings.js';
import { knowing, knowledgeStoreContract, SCOPE } from './knowledge-store.contract.js';

/** The example of the seam's documentation. */
class MapKnowledgeStore extends KnowledgeStore {
  private readonly stored = new Map<string, StoredKnowledge>();

  async read(scope: KnowledgeScope): Promise<StoredKnowledge> {
    return this.stored.get(scopeName(scope)) ?? { knowledge: NOTHING, version: '' };
  }

  async replace(scope: KnowledgeScope, knowledge: Knowledge, version: string): Promise<StoredKnowledge | undefined> {
    // Nothing is awaited between looking and replacing.
    if ((this.stored.get(scopeName(scope))?.version ?? '') !== version) return undefined;
    const stored = { knowledge: structuredClone(knowledge), version: randomUUID() };
    this.stored.set(scopeName(scope), stored);
    return stored;
  }
}

describe('a host', () => {
  it.each([
    ['LOCALHOST', 'localhost'], ['db.example.com.', 'db.example.com'], ['[::1]', '::1'], ['0:0:0:0:0:0:0:1', '::1'], ['::ffff:10.0.0.1', '10.0.0.1'], ['10.0.0.1', '10.0.0.1'],
    ['010.0.0.1', '010.0.0.1'], ['127.1', '127.1'], ['0x7f000001', '0x7f000001'], ['2130706433', '2130706433'], ['10.0.0.1.example.com', '10.0.0.1.example.com'],
  ])('%s is %s', (written, host) => {
    expect(canonicalHost(written)).toBe(host);
  });
});

describe('the store of the documentation', () => knowledgeStoreContract(() => new MapKnowledgeStore()));

describe('files', () => {
  let folder: string;
  let dataDir: string;
  const make = () => new FileKnowledgeStore(loadSettings({ DATA_DIR: dataDir }));
  const file = () => join(dataDir, `${scopeName(SCOPE)}.json`);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'knowledge-'));
    dataDir = join(folder, 'not', 'there yet');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  knowledgeStoreContract(make);

  it('are made with the first write, for their owner alone', async () => {
    const store = make();
    await store.read(SCOPE);
    expect(existsSync(join(folder, 'not'))).toBe(false);
    await store.replace(SCOPE, knowing('clients'), '');
    expect(readdirSync(dataDir)).toEqual([`${scopeName(SCOPE)}.json`]);
    expect([statSync(dataDir).mode & 0o777, statSync(file()).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  it('are made by all who write first at one time', async () => {
    const stores = Array.from({ length: 10 }, make);
    const written = await Promise.all(stores.map((store, i) => store.replace({ ...SCOPE, database: `shop ${i}` }, knowing('clients'), '')));
    expect(written.map((stored) => stored?.knowledge)).toEqual(Array(10).fill(knowing('clients')));
  });

  it('are there for the next process, and seen when another one writes', async () => {
    const [first, second] = [make(), make()];
    const stored = await first.replace(SCOPE, knowing('clients'), '');
    expect(await second.read(SCOPE)).toEqual(stored);
    const changed = await second.replace(SCOPE, knowing('buyers'), stored?.version ?? '');
    expect(await first.read(SCOPE)).toEqual(changed);
    expect(await first.replace(SCOPE, knowing('late'), stored?.version ?? '')).toBeUndefined();
  });

  it.each<[string, (text: string) => string]>([
    ['empty', () => ''],
    ['torn', (text) => text.slice(0, text.length / 2)],
    ['no JSON', () => 'nonsense'],
    ['JSON of something else', () => '{"format":1}'],
    ['null', () => 'null'],
    ['of another format', (text) => text.replace('"format": 1', '"format": 2')],
    ['changed by half', (text) => text.replace('SELECT 1', 'SELECT 2')],
    ['about another database', (text) => text.replace('"shop"', '"bank"')],
  ])('say so when they are %s, and are never taken for nothing nor overwritten', async (_, damage) => {
    await make().replace(SCOPE, knowing('clients'), '');
    const damaged = damage(readFileSync(file(), 'utf8'));
    writeFileSync(file(), damaged);
    const store = make();
    const refused = { code: 'STORE_UNAVAILABLE', detail: expect.stringContaining('damaged'), cause: { message: expect.stringContaining(file()) } };
    for (let i = 0; i < 2; i++) await expect(store.read(SCOPE)).rejects.toMatchObject(refused);
    await expect(store.replace(SCOPE, knowing('new'), '')).rejects.toMatchObject(refused);
    expect(readFileSync(file(), 'utf8')).toBe(damaged);
    expect(await store.replace({ ...SCOPE, database: 'other' }, knowing('other'), '')).toBeDefined();
    rmSync(file());
    expect(await store.replace(SCOPE, knowing('new'), '')).toBeDefined();
  });

  it('say so when something else is in their place', async () => {
    mkdirSync(file(), { recursive: true });
    await expect(make().read(SCOPE)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', detail: expect.stringContaining('damaged') });
    renameSync(file(), join(folder, 'away'));
    symlinkSync('/dev/zero', file());
    await expect(make().read(SCOPE)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    rmSync(file());
    writeFileSync(file(), Buffer.alloc(17 * 1024 * 1024));
    await expect(make().read(SCOPE)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('say so when the folder cannot be made, and tell no path', async () => {
    writeFileSync(join(folder, 'not'), 'a file');
    const store = make();
    for (const doing of [store.read(SCOPE), store.replace(SCOPE, knowing('clients'), '')]) {
      const problem = await doing.catch((error) => error);
      expect(problem).toMatchObject({ code: 'STORE_UNAVAILABLE', detail: expect.stringContaining('ENOTDIR') });
      expect(problem.detail + problem.hint).not.toContain(folder);
    }
  });

  it('stay as they were when a write fails, and the next one works', async () => {
    const store = make();
    const before = await store.replace(SCOPE, knowing('before'), '');
    // As a full disk or a folder that lets nobody write; the tests may run as a user whom modes do not stop.
    const moved = join(folder, 'moved');
    renameSync(dataDir, moved);
    writeFileSync(dataDir, '');
    await expect(store.replace(SCOPE, knowing('after'), before?.version ?? '')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    rmSync(dataDir);
    renameSync(moved, dataDir);
    expect(await store.read(SCOPE)).toEqual(before);
    expect(readdirSync(dataDir)).toHaveLength(1);
    expect(await store.replace(SCOPE, knowing('after'), before?.version ?? '')).toBeDefined();
  });

  it('are cleared of what a crash has left, and of nothing else', async () => {
    mkdirSync(dataDir, { recursive: true });
    const abandoned = `${file()}.0123456789abcdef.tmp`;
    const current = `${file()}.fedcba9876543210.tmp`;
    const foreign = join(dataDir, 'notes.tmp');
    for (const path of [abandoned, current, foreign]) writeFileSync(path, 'half');
    const old = Date.now() / 1000 - 3600;
    for (const path of [abandoned, foreign]) utimesSync(path, old, old);
    await make().replace(SCOPE, knowing('clients'), '');
    expect([abandoned, current, foreign].map((path) => existsSync(path))).toEqual([false, true, true]);
  });

  it('work in a folder that was there before, whatever its mode', async () => {
    mkdirSync(dataDir, { recursive: true });
    chmodSync(dataDir, 0o755);
    await make().replace(SCOPE, knowing('clients'), '');
    expect([statSync(dataDir).mode & 0o777, statSync(file()).mode & 0o777]).toEqual([0o755, 0o600]);
  });
});
