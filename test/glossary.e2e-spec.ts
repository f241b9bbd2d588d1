import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { stringify } from 'yaml';
import { GlossaryChanged } from '../src/audit/audit-events.js';
import { keysFile, KeysFile } from './support/keys-file.js';
import { Answer, TestApp, testApp } from './support/test-app.js';
import { TestDatabase, testDatabase } from './support/test-database.js';

const SHOP = `
  CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, city text);
  CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, total_amount numeric NOT NULL, placed_on date);
  CREATE SCHEMA archive; CREATE TABLE archive.orders (id int PRIMARY KEY); CREATE TABLE archive."Old Orders" (id int PRIMARY KEY);
  INSERT INTO customers SELECT i, 'customer ' || i, 'Berlin' FROM generate_series(1, 7) i;
  INSERT INTO orders SELECT i, 1 + i % 7, 10 * i, '2024-01-01' FROM generate_series(1, 20) i;
  INSERT INTO archive.orders SELECT generate_series(1, 3)`;
const PATH = '/api/v1/schema/glossary';
const CLIENT = { term: 'boulangerie', synonyms: ['punter', 'Repeat Buyer'], table: 'customers' };
const TURNOVER = { term: 'wonga', synonyms: [], table: 'orders', column: 'total_amount' };

const changes: GlossaryChanged[] = [];

class Ledger {
  @OnEvent(GlossaryChanged.name)
  note(event: GlossaryChanged): void {
    changes.push(event);
  }
}

@Module({ providers: [Ledger] })
class LedgerModule {}

describe('the glossary', () => {
  let database: TestDatabase;
  let other: TestDatabase;
  let role: { user: string; password: string };
  let keys: KeysFile;
  let dataDir: string;
  let app: TestApp;
  const sessions: Record<string, string> = {};

  const GRANTS = ['GRANT USAGE ON SCHEMA archive TO :role', 'GRANT SELECT ON ALL TABLES IN SCHEMA public, archive TO :role'];
  const credentials = (of: TestDatabase, { user, password }: { user: string; password: string }) => ({ host: of.host, port: of.port, database: of.name, username: user, password });
  const connect = async (key: string, to: TestApp = app, of = database, as = role): Promise<string> => (await to.post('/api/v1/database/connect', credentials(of, as), keys.bearer(key))).body.session_id;
  const environment = () => ({ API_KEYS_FILE: keys.path, DATA_DIR: dataDir });
  const as = (key: string, session = sessions[key]) => ({ ...keys.bearer(key), 'x-session-id': session ?? '' });
  const teach = (terms: unknown, key = 'boss', headers: Record<string, string> = {}): Promise<Answer> => app.put(PATH, { terms }, { ...as(key), ...headers });
  const ask = async (question: string, headers = as('clerk'), to = app) => (await to.post('/api/v1/query', { question, row_format: 'array' }, headers)).body;

  beforeAll(async () => {
    database = await testDatabase(SHOP);
    other = await testDatabase(SHOP);
    role = await database.role(GRANTS);
    keys = keysFile([{ name: 'boss', tenant: 'ours', role: 'admin' }, { name: 'clerk', tenant: 'ours' }, { name: 'their-boss', tenant: 'theirs', role: 'admin' }]);
    dataDir = mkdtempSync(join(tmpdir(), 'glossary-'));
    app = await testApp(environment(), { imports: [LedgerModule] });
    for (const key of ['boss', 'clerk', 'their-boss']) sessions[key] = await connect(key);
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
    await other.drop();
    keys.remove();
    rmSync(dataDir, { recursive: true });
  });
  beforeEach(async () => {
    expect((await teach([])).status).toBe(200);
    changes.length = 0;
  });

  it('teaches words for tables and columns to all of the tenant who ask the database', async () => {
    expect(await ask('How many punters are there?')).toMatchObject({ code: 'QUESTION_NOT_UNDERSTOOD' });
    const { status, body } = await teach([CLIENT, TURNOVER]);
    expect([status, body]).toEqual([200, { success: true, terms: [CLIENT, TURNOVER], configured: [], unknown_terms: [], request_id: expect.any(String) }]);
    for (const question of ['How many punters are there?', 'how many boulangeries are there', 'How many repeat buyers are there?']) expect([question, (await ask(question)).results]).toEqual([question, [[7]]]);
    expect((await ask('What is the average wonga?')).results).toEqual([[105]]);
    expect((await ask('What is the highest wonga?')).results[0]).toContain(200);
    expect((await app.get(PATH, as('clerk'))).body.terms).toEqual([CLIENT, TURNOVER]);
    await teach([]);
    expect(await ask('How many punters are there?')).toMatchObject({ code: 'QUESTION_NOT_UNDERSTOOD' });
  });

  it('holds against what the schema itself calls so', async () => {
    await teach([{ term: 'customers', table: 'archive.orders' }]);
    expect((await ask('How many customers are there?')).results).toEqual([[3]]);
  });

  it('leads from a description to what it describes', async () => {
    expect(await ask('How many purchasers are there?')).toMatchObject({ code: 'QUESTION_NOT_UNDERSTOOD' });
    await teach([{ term: 'old things', table: 'archive.Old Orders', description: 'Vintage parcels of the former warehouse' }]);
    expect((await ask('How many vintage parcels are there?')).results).toEqual([[0]]);
  });

  it('finds a table by the search path, with its schema and with any name it has', async () => {
    await teach([{ term: 'foo', table: 'orders' }, { term: 'bar', table: 'archive.orders' }, { term: 'baz', table: 'Old Orders' }]);
    for (const [word, count] of [['foo', 20], ['bar', 3], ['baz', 0]]) expect([word, (await ask(`How many ${word} are there?`)).results]).toEqual([word, [[count]]]);
  });

  it('names each bad term, with the nearest name', async () => {
    const { status, body } = await teach([
      { term: 'a', table: 'custmers' }, { term: 'b', table: 'orders', column: 'total_amont' }, { term: 'c', column: 'id' }, { term: 'd' }, 'text', { term: ' ' }, { term: 'e', table: 'customers', boost: 2 },
      { term: 'f\u202e', table: 'customers' }, { term: 'x'.repeat(101), table: 'customers' }, { term: 'g', synonyms: 'h', table: 'customers' }, { term: 'i', synonyms: ['j', 7], table: 'customers' },
      { term: 'k', table: 'customers', description: ' ' }, { term: 'l', synonyms: Array(21).fill('m'), table: 'customers' }, { table: 'customers' }, null, { term: 'n', table: { name: 'customers' } },
    ]);
    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(body.errors.map(({ field, message }: { field: string; message: string }) => `${field}: ${message}`)).toEqual([
      'terms.0.table: terms.0.table "custmers" is not a table or view that this role may read; the nearest is customers',
      'terms.1.column: terms.1.column "total_amont" is not a column of orders; the nearest is total_amount',
      'terms.2.table: terms.2.table must name the table of the column',
      'terms.3: terms.3 must have a table, a column or a description',
      'terms.4: terms.4 must be an object with a term',
      'terms.5.term: terms.5.term must contain a letter or a digit',
      'terms.6: terms.6 has the field "boost": a term has term, synonyms, table, column, description',
      'terms.7.term: terms.7.term must not contain characters that cannot be seen',
      'terms.8.term: terms.8.term must be at most 100 characters',
      expect.stringMatching(/^terms\.9\.synonyms: terms\.9\.synonyms must/),
      'terms.10.synonyms: terms.10.synonyms must be text',
      'terms.11.description: terms.11.description must be 1 to 1000 characters',
      'terms.12.synonyms: terms.12.synonyms must be at most 20',
      'terms.13.term: terms.13.term must be text',
      'terms.14: terms.14 must be an object with a term',
      expect.stringMatching(/^terms\.15\.table: terms\.15\.table must/),
    ]);
    expect((await app.get(PATH, as('clerk'))).body.terms).toEqual([]);
  });

  it.each([
    ['twice', [{ term: 'client', table: 'customers' }, { term: ' CLIENT ', table: 'orders' }]],
    ['as a synonym, too', [{ term: 'client', table: 'customers' }, { term: 'buyer', synonyms: ['big-client', 'Client'], table: 'orders' }]],
    ['twice within a term', [{ term: 'client', synonyms: ['client!'], table: 'customers' }]],
    ['in two forms of a letter', [{ term: 'caf\u00e9', table: 'customers' }, { term: 'cafe\u0301', table: 'orders' }]],
  ])('lets no phrase stand %s', async (_, terms) => {
    expect((await teach(terms)).body).toMatchObject({ status: 400, errors: [{ message: expect.stringContaining('one phrase means one thing') }] });
  });

  it.each([['no list', {}], ['nothing', undefined], ['null', null], ['too many', Array.from({ length: 1001 }, (_, i) => ({ term: `t${i}`, table: 'customers' }))], ['depth', [JSON.parse('[{"term":' + '['.repeat(40) + ']'.repeat(40) + '}]')]]])('refuses %s in place of terms', async (_, terms) => {
    expect((await teach(terms)).body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  });

  it('takes as many terms as it says, and is not held up by entries of any size', async () => {
    const terms = Array.from({ length: 1000 }, (_, i) => ({ term: `word ${i}`, synonyms: [`other ${i}`], table: 'customers' }));
    expect((await teach(terms)).status).toBe(200);
    expect((await ask('How many word 999 are there?')).status ?? 200).not.toBe(500);
    const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`field${i}`, i]));
    expect((await teach([{ term: 'a', ...wide }])).status).toBe(400);
    expect((await teach([{ term: 'a', synonyms: Array(300_000).fill('x'), table: 'customers' }])).status).toBe(400);
  });

  it('is written by administrators alone', async () => {
    expect((await teach([CLIENT], 'clerk')).body).toMatchObject({ status: 403, code: 'ADMIN_REQUIRED' });
    expect((await app.put(PATH, { terms: [] })).status).toBe(401);
    expect((await app.get(PATH, as('clerk'))).body.terms).toEqual([]);
  });

  it('is another one for each tenant and for each database', async () => {
    await teach([CLIENT]);
    expect((await app.get(PATH, as('their-boss'))).body.terms).toEqual([]);
    expect(await ask('How many punters are there?', as('their-boss'))).toMatchObject({ code: 'QUESTION_NOT_UNDERSTOOD' });
    expect((await app.get(PATH, as('their-boss', sessions['boss']))).status).toBe(404);
    expect((await app.put(PATH, { terms: [], session_id: sessions['boss'] }, keys.bearer('their-boss'))).status).toBe(404);
    const elsewhere = await connect('boss', app, other, await other.role(GRANTS));
    expect((await app.get(PATH, as('boss', elsewhere))).body.terms).toEqual([]);
    await teach([], 'their-boss');
    expect((await app.get(PATH, as('clerk'))).body.terms).toEqual([CLIENT]);
  });

  it('serves other roles of the database, without what they may not read', async () => {
    await teach([CLIENT, TURNOVER]);
    const narrow = await database.role(['GRANT SELECT ON customers TO :role']);
    const session = await connect('clerk', app, database, narrow);
    expect((await app.get(PATH, as('clerk', session))).body).toMatchObject({ terms: [CLIENT, TURNOVER], unknown_terms: ['wonga'] });
    expect((await ask('How many punters are there?', as('clerk', session))).results).toEqual([[7]]);
  });

  it('is replaced by who has seen its last version', async () => {
    const first = await teach([CLIENT]);
    const etag = first.headers.get('etag') ?? '';
    expect((await app.get(PATH, as('clerk'))).headers.get('etag')).toBe(etag);
    expect((await teach([TURNOVER], 'boss', { 'if-match': etag })).status).toBe(200);
    expect((await teach([CLIENT], 'boss', { 'if-match': etag })).body).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED', retryable: false });
    expect((await app.get(PATH, as('clerk'))).body.terms).toEqual([TURNOVER]);
    expect((await teach([CLIENT], 'boss', { 'if-match': '*' })).status).toBe(200);
  });

  it('lets one of those win who replace the same version at one time', async () => {
    const etag = (await app.get(PATH, as('clerk'))).headers.get('etag') ?? '';
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => teach([{ term: `writer ${i}`, table: 'customers' }], 'boss', { 'if-match': etag })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(11).fill(412)]);
    const winner = answers.find(({ status }) => status === 200);
    expect((await app.get(PATH, as('clerk'))).body.terms).toEqual(winner?.body.terms);
    const all = await Promise.all(Array.from({ length: 12 }, (_, i) => teach([{ term: `writer ${i}`, table: 'customers' }])));
    expect(all.map(({ status }) => status)).toEqual(Array(12).fill(200));
  });

  it('is told to the audit, with who has written it', async () => {
    await teach([CLIENT, TURNOVER]);
    expect(changes).toEqual([expect.objectContaining({ tenant: 'ours', key: 'boss', database: database.name, user: role.user, terms: 2, requestId: expect.any(String), sessionRef: expect.stringMatching(/^ref_/) })]);
  });

  it('outlives the process', async () => {
    await teach([CLIENT]);
    const again = await testApp(environment());
    try {
      const session = await connect('clerk', again);
      expect((await again.get(PATH, as('clerk', session))).body.terms).toEqual([CLIENT]);
      expect((await ask('How many punters are there?', as('clerk', session), again)).results).toEqual([[7]]);
    } finally {
      await again.close();
    }
  });

  it('holds up questions about its database, and no other, when its file is damaged', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'glossary-'));
    const damaged = await testApp({ ...environment(), DATA_DIR: folder });
    try {
      const session = await connect('boss', damaged);
      await damaged.put(PATH, { terms: [CLIENT] }, as('boss', session));
      for (const file of readdirSync(folder)) writeFileSync(join(folder, file), '{');
      expect(await ask('How many customers are there?', as('boss', session), damaged)).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE' });
      expect((await damaged.put(PATH, { terms: [] }, as('boss', session))).body).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE' });
      const elsewhere = await connect('boss', damaged, other, await other.role(GRANTS));
      expect((await ask('How many customers are there?', as('boss', elsewhere), damaged)).results).toEqual([[7]]);
    } finally {
      await damaged.close();
      rmSync(folder, { recursive: true });
    }
  });

  describe('by configuration', () => {
    let folder: string;
    const start = (content: unknown) => {
      const path = join(folder, 'glossary.yaml');
      writeFileSync(path, typeof content === 'string' ? content : stringify(content));
      return testApp({ ...environment(), DATA_DIR: join(folder, 'data'), GLOSSARY_FILE: path });
    };
    const entry = (terms: unknown, more: object = {}) => ({ host: database.host.toUpperCase(), port: database.port, database: database.name, terms, ...more });
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'glossary-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it('teaches its databases; what is taught through the API holds against it', async () => {
      const configured = await start([entry([CLIENT, TURNOVER]), entry([{ term: 'punter', table: 'orders' }]), entry([{ term: 'secret', table: 'orders' }], { tenant: 'theirs' }), entry([{ term: 'foreign', table: 'orders' }], { port: 1 })]);
      try {
        const session = await connect('boss', configured);
        const mine = as('boss', session);
        expect((await configured.get(PATH, mine)).body).toMatchObject({ terms: [], configured: [CLIENT, TURNOVER] });
        expect((await ask('How many punters are there?', mine, configured)).results).toEqual([[7]]);
        expect(await ask('How many secrets are there?', mine, configured)).toMatchObject({ code: 'QUESTION_NOT_UNDERSTOOD' });
        const { body } = await configured.put(PATH, { terms: [{ term: 'Punter', table: 'orders' }] }, mine);
        expect(body.configured).toEqual([{ ...CLIENT, synonyms: ['Repeat Buyer'] }, TURNOVER]);
        expect((await ask('How many punters are there?', mine, configured)).results).toEqual([[20]]);
        expect((await ask('How many boulangeries are there?', mine, configured)).results).toEqual([[7]]);
        const theirs = as('their-boss', await connect('their-boss', configured));
        expect((await ask('How many secrets are there?', theirs, configured)).results).toEqual([[20]]);
      } finally {
        await configured.close();
      }
    });

    it('may name what a database does not have', async () => {
      const configured = await start([entry([{ term: 'ghost', table: 'ghosts' }, CLIENT])]);
      try {
        const session = await connect('clerk', configured);
        expect((await configured.get(PATH, as('clerk', session))).body.unknown_terms).toEqual(['ghost']);
        expect((await ask('How many punters are there?', as('clerk', session), configured)).results).toEqual([[7]]);
        expect(await ask('How many ghosts are there?', as('clerk', session), configured)).toMatchObject({ code: 'QUESTION_NOT_UNDERSTOOD' });
      } finally {
        await configured.close();
      }
    });

    it.each([
      ['no YAML', '[', /line 1 is not YAML/],
      ['no list', 'host: a', /must be a list of databases/],
      ['an entry without a host', [{ database: 'shop', terms: [] }], /entry 1: host must be/],
      ['a misspelt field', [{ host: 'a', database: 'shop', term: [] }], /entry 1: "term" is none of host, port, database, tenant, terms/],
      ['a bad term', [{ host: 'a', database: 'shop', terms: [{ term: 'a' }] }], /entry 1: terms\.0 must have a table, a column or a description/],
      ['aliases that multiply', `- &a [x,x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.split('').map((name, i) => `- &${name} [${Array(10).fill(`*${'abcdefg'[i]}`).join(',')}]`).join('\n')}`, /aliases that cannot be resolved/],
    ])('stops the start with %s, naming it', async (_, content, message) => {
      await expect(start(content)).rejects.toThrow(message);
    });
  });
});
