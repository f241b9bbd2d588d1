import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { ApiKeys } from '../src/access/api-keys.js';
import { parseApiKeys } from '../src/access/api-keys-file.js';
import { loadSettings } from '../src/settings/load-settings.js';
import { keysFile, KeysFile } from './support/keys-file.js';
import { testApp } from './support/test-app.js';
import { eventually } from './support/test-database.js';

const HASH = createHash('sha256').update('some key').digest('hex');
const OTHER = createHash('sha256').update('another key').digest('base64url');

describe('a file of API keys', () => {
  const parsed = (text: string): unknown => {
    try {
      return parseApiKeys(text);
    } catch (error) {
      return Reflect.get(Object(error), 'faults') ?? error;
    }
  };

  it('says who somebody is and what the tenant may use', () => {
    const { keys, limits } = parseApiKeys(`
- name: app
  sha256: ${HASH}
- name: reports
  tenant: acme
  role: admin
  sha256: "${OTHER}"
  default_database: true
  limits: {sessions: 10, concurrent_queries: 4, connections: 5, requests_per_minute: 600, statement_timeout_ms: 5000}
`);
    expect(keys).toEqual([
      { key: 'app', tenant: 'app', role: 'user', sha256: Buffer.from(HASH, 'hex'), defaultDatabase: false },
      { key: 'reports', tenant: 'acme', role: 'admin', sha256: Buffer.from(OTHER, 'base64url'), defaultDatabase: true, requestsPerMinute: 600, statementTimeoutMs: 5000 },
    ]);
    expect(limits.get('acme')).toEqual({ sessions: 10, concurrentQueries: 4, connections: 5 });
    expect(limits.get('app')).toEqual({});
  });

  it.each([
    ['nothing', '', ['it must be a list of keys, one at least, each with a name and a sha256']],
    ['an empty list', '[]', ['it must be a list of keys, one at least, each with a name and a sha256']],
    ['a mapping', `app: {sha256: ${HASH}}`, ['it must be a list of keys, one at least, each with a name and a sha256']],
    ['text', HASH, ['it must be a list of keys, one at least, each with a name and a sha256']],
    ['no YAML', `- name: app\n  sha256: "${HASH}\n`, ['line 3 is not YAML (MISSING_CHAR)']],
    ['a field twice', `- name: app\n  sha256: ${HASH}\n  sha256: ${OTHER}\n`, ['line 3 is not YAML (DUPLICATE_KEY)']],
    ['entries that are none', `[${HASH}, null, [1]]`, ['entry 1 must have a name and a sha256', 'entry 2 must have a name and a sha256', 'entry 3 must have a name and a sha256']],
    ['no name', `- sha256: ${HASH}`, ['entry 1: name must be 1 to 64 letters, digits or any of _ . @ -']],
    ['a name that would break a line', `- {name: "a\\nb", sha256: ${HASH}}`, ['entry 1: name must be 1 to 64 letters, digits or any of _ . @ -']],
    ['a tenant that is no name', `- {name: app, tenant: "a b", sha256: ${HASH}}`, ['entry 1 (app): tenant must be 1 to 64 letters, digits or any of _ . @ -']],
    ['the tenant of those without keys', `- {name: app, tenant: default, sha256: ${HASH}}`, ['entry 1 (app): tenant must not be "default", which stands for callers without a key']],
    ['its name', `- {name: default, sha256: ${HASH}}`, ['entry 1 (default): tenant must not be "default", which stands for callers without a key']],
    ['an unknown role', `- {name: app, role: root, sha256: ${HASH}}`, ['entry 1 (app): role must be one of the following values: user, admin']],
    ['a short hash', `- {name: app, sha256: ${HASH.slice(1)}}`, ['entry 1 (app): sha256 must be the SHA-256 of a key in hexadecimal (64 digits) or base64url (43 characters), in quotes if it is digits only']],
    ['the key itself', '- {name: app, sha256: dbai_abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq}', ['entry 1 (app): sha256 must be the SHA-256 of a key in hexadecimal (64 digits) or base64url (43 characters), in quotes if it is digits only']],
    ['no hash', '- {name: app}', ['entry 1 (app): sha256 must be the SHA-256 of a key in hexadecimal (64 digits) or base64url (43 characters), in quotes if it is digits only']],
    ['a field that is none', `- {name: app, sha256: ${HASH}, rolle: admin}`, ['entry 1 (app): rolle is not a field of a key']],
    ['a hash in the wrong place', `- {name: app, ${HASH}: sha256, sha256: ${HASH}}`, ['entry 1 (app): one of the fields is not a field of a key']],
    ['a limit that is none', `- {name: app, sha256: ${HASH}, limits: {session: 1}}`, ['entry 1 (app): limits: session is not a field of a key']],
    ['a limit below one', `- {name: app, sha256: ${HASH}, limits: {sessions: 0}}`, ['entry 1 (app): limits: sessions must not be less than 1']],
    ['a limit that is no number', `- {name: app, sha256: ${HASH}, limits: {connections: many}}`, ['entry 1 (app): limits: connections must not be greater than 100000']],
    ['limits that are a list', `- {name: app, sha256: ${HASH}, limits: [1]}`, ['entry 1 (app): limits must be an object']],
    ['a word for yes', `- {name: app, sha256: ${HASH}, default_database: "yes"}`, ['entry 1 (app): default_database must be a boolean value']],
    ['a name twice', `[{name: app, sha256: ${HASH}}, {name: app, sha256: ${OTHER}}]`, ['entries 1 and 2 have the same name']],
    ['a key twice, in both spellings', `[{name: a, sha256: ${HASH}}, {name: b, sha256: ${Buffer.from(HASH, 'hex').toString('base64url')}}]`, ['entries 1 and 2 have the same sha256']],
    [
      'two numbers for one tenant', `[{name: a, tenant: t, sha256: ${HASH}, limits: {sessions: 1, connections: 2}}, {name: b, tenant: t, sha256: ${OTHER}, limits: {sessions: 2, connections: 2}}]`,
      ['a and b are keys of the tenant t, which has one number of sessions: give it once, or the same to both'],
    ],
  ])('with %s is refused by place, and no hash is told', (_, text, faults) => {
    expect(parsed(text)).toEqual(faults);
    expect(JSON.stringify(parsed(text))).not.toContain(HASH.slice(0, 12));
  });

  it('makes nobody an admin by way of a prototype', () => {
    expect(parsed(`- {name: app, sha256: ${HASH}, __proto__: {role: admin}}`)).toMatchObject({ keys: [{ key: 'app', role: 'user' }] });
  });

  it('gives a tenant the limits of whichever of its keys has them', () => {
    expect(parseApiKeys(`[{name: a, tenant: t, sha256: ${HASH}, limits: {sessions: 1}}, {name: b, tenant: t, sha256: ${OTHER}, limits: {connections: 2}}]`).limits.get('t')).toEqual({ sessions: 1, connections: 2 });
  });
});

describe('API keys', () => {
  let file: KeysFile;
  beforeEach(() => (file = keysFile([{ name: 'old' }])));
  afterEach(() => file.remove());
  const keysIn = (path: string) => new ApiKeys(loadSettings({ API_KEYS_FILE: path }));
  const secret = (name: string) => file.bearer(name).authorization.slice(7);

  it.each([
    ['is missing', () => rmSync(file.path), 'it cannot be read (ENOENT)'],
    ['is a folder', () => (rmSync(file.path), symlinkSync(tmpdir(), file.path)), 'it cannot be read (EISDIR)'],
    ['may be written by everybody', () => chmodSync(file.path, 0o646), 'everybody on this machine may write it, and with that make keys: chmod o-w'],
    ['says nothing', () => file.writeText(''), 'it must be a list of keys, one at least, each with a name and a sha256'],
  ])('stop the start when the file %s', async (_, spoil, fault) => {
    // A folder everybody may write to is seen first.
    if (fault.includes('EISDIR')) fault = /EISDIR|everybody/.source;
    spoil();
    const start = testApp({ API_KEYS_FILE: file.path });
    await expect(start).rejects.toMatchObject({ name: 'InvalidSettings', message: expect.stringContaining(`API_KEYS_FILE=${file.path}: `) });
    await expect(start).rejects.toMatchObject({ message: fault.includes('|') ? expect.stringMatching(fault) : expect.stringContaining(fault) });
  });

  it('may be read by everybody, as mounted secrets can: nobody computes a key from its hash', () => {
    chmodSync(file.path, 0o644);
    expect(keysIn(file.path).find(secret('old'))).toMatchObject({ key: 'old' });
  });

  it('are found by themselves only', () => {
    const keys = keysIn(file.path);
    expect(keys.find(secret('old'))).toMatchObject({ key: 'old', tenant: 'old' });
    for (const wrong of ['', 'old', `${secret('old')}x`, secret('old').slice(0, -1), secret('old').toUpperCase(), file.sha256('old'), '\0'.repeat(32)]) expect(keys.find(wrong)).toBeUndefined();
  });

  it('follow the file: written anew, exchanged, or behind another link', () => {
    const keys = keysIn(file.path);
    const known = () => ['old', 'new', 'newer', 'newest'].filter((name) => keys.find(secret(name)) !== undefined);
    file.write([{ name: 'new', limits: { sessions: 5 } }]);
    keys.refresh();
    expect([known(), keys.limits.get('new')]).toEqual([['new'], expect.objectContaining({ sessions: 5 })]);

    // As editors and secret stores do it: another file takes the name.
    const folder = mkdtempSync(join(tmpdir(), 'next-'));
    try {
      writeFileSync(join(folder, 'next.yaml'), `- {name: newer, sha256: ${file.sha256('newer')}}`);
      renameSync(join(folder, 'next.yaml'), file.path);
      keys.refresh();
      expect(known()).toEqual(['newer']);
      writeFileSync(join(folder, 'newest.yaml'), `- {name: newest, sha256: ${file.sha256('newest')}}`);
      unlinkSync(file.path);
      symlinkSync(join(folder, 'newest.yaml'), file.path);
      keys.refresh();
      expect(known()).toEqual(['newest']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('stay what they were when a new version cannot be used, which is said loudly and once', () => {
    const lines: string[] = [];
    Logger.overrideLogger({ log: () => {}, warn: () => {}, error: (line: string) => lines.push(line) });
    try {
      const keys = keysIn(file.path);
      for (const spoil of [() => file.writeText(`- {name: old, sha256: ${file.sha256('old')}x}`), () => file.writeText(''), () => rmSync(file.path)]) {
        spoil();
        lines.length = 0;
        keys.refresh();
        keys.refresh();
        expect(lines).toEqual([expect.stringContaining('THE KEYS OF BEFORE STAY VALID')]);
        expect(lines[0]).not.toContain(file.sha256('old'));
        expect(keys.find(secret('old'))).toMatchObject({ key: 'old' });
      }
      file.write([{ name: 'new' }]);
      keys.refresh();
      expect([keys.find(secret('old')), keys.find(secret('new'))]).toEqual([undefined, expect.objectContaining({ key: 'new' })]);
    } finally {
      Logger.overrideLogger(false);
    }
  });

  it('are read again by a running service within seconds', async () => {
    const app = await testApp({ API_KEYS_FILE: file.path });
    try {
      const status = async (name: string) => (await app.get('/api/v1/stats/pools', file.bearer(name))).status;
      expect([await status('old'), await status('new')]).toEqual([200, 401]);
      file.write([{ name: 'new' }]);
      await eventually(async () => [await status('old'), await status('new')], (statuses) => statuses.join() === '401,200', 5000);
    } finally {
      await app.close();
    }
  });
});

describe('npm run api-key', () => {
  const run = (...names: string[]) => spawnSync(process.execPath, [join(process.cwd(), 'dist/access/print-api-key.js'), ...names], { encoding: 'utf8' });

  it('prints a key nobody had before, and the entry that opens with it', () => {
    const keys = [run('my.app'), run('my.app')].map(({ stdout, status }) => {
      expect(status).toBe(0);
      const [key = ''] = /^dbai_[\w-]{43}$/m.exec(stdout) ?? [];
      const [{ sha256 } = { sha256: Buffer.alloc(0) }] = parseApiKeys(stdout.slice(stdout.indexOf('- name:'))).keys;
      expect(sha256.equals(createHash('sha256').update(key).digest())).toBe(true);
      return key;
    });
    expect(new Set(keys).size).toBe(2);
  });

  it.each([[[]], [['a b']], [['x'.repeat(65)]]])('wants a name, and takes none like %j', (names: string[]) => {
    const { status, stdout, stderr } = run(...names);
    expect([status, stdout, stderr]).toEqual([1, '', expect.stringContaining('Usage: npm run api-key -- <name>')]);
  });
});
