import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { ApprovalWithdrawn, QueryApproved, QueryExecuted } from '../src/audit/audit-events.js';
import { FileKnowledgeStore } from '../src/knowledge/file-knowledge-store.js';
import { canonicalHost } from '../src/knowledge/knowledge-scope.js';
import { loadSettings } from '../src/settings/load-settings.js';
import { keysFile, KeysFile } from './support/keys-file.js';
import { Answer, TestApp, testApp } from './support/test-app.js';
import { TestDatabase, testDatabase } from './support/test-database.js';

const SHOP = `
  CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, city text);
  CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, total_amount numeric NOT NULL, placed_on date);
  CREATE TABLE returns (id int PRIMARY KEY); CREATE TABLE secrets (id int);
  INSERT INTO customers SELECT i, 'customer ' || i, 'Berlin' FROM generate_series(1, 7) i;
  INSERT INTO orders SELECT i, 1 + i % 7, 10 * i, '2024-01-01' FROM generate_series(1, 20) i`;
const QUESTION = 'How well are we doing?';
const SQL = 'SELECT sum(total_amount) AS turnover FROM orders';

const events: (QueryApproved | ApprovalWithdrawn | QueryExecuted)[] = [];

class Ledger {
  @OnEvent(QueryApproved.name)
  @OnEvent(ApprovalWithdrawn.name)
  @OnEvent(QueryExecuted.name)
  note(event: QueryApproved): void {
    events.push(event);
  }
}

@Module({ providers: [Ledger] })
class LedgerModule {}

describe('approved questions', () => {
  let database: TestDatabase;
  let other: TestDatabase;
  let role: { user: string; password: string };
  let keys: KeysFile;
  let dataDir: string;
  let app: TestApp;
  const sessions: Record<string, string> = {};

  const GRANTS = ['GRANT SELECT ON customers, orders, returns TO :role'];
  const connect = async (key: string, to: TestApp = app, { host, port, name } = database, { user, password } = role): Promise<string> =>
    (await to.post('/api/v1/database/connect', { host, port, database: name, username: user, password }, keys.bearer(key))).body.session_id;
  const environment = () => ({ API_KEYS_FILE: keys.path, DATA_DIR: dataDir });
  const as = (key: string, session = sessions[key]) => ({ ...keys.bearer(key), 'x-session-id': session ?? '' });
  const approve = (question: string, sql = SQL, key = 'boss', headers = as(key), to = app): Promise<Answer> => to.post('/api/v1/query/approve', { question, sql }, headers);
  const list = async (headers = as('clerk'), query = '', to = app) => (await to.get(`/api/v1/query/approved${query}`, headers)).body;
  const ask = async (question: string, headers = as('clerk'), to = app, more: object = {}) => (await to.post('/api/v1/query', { question, row_format: 'array', ...more }, headers)).body;
  const translatorOf = async (question: string) => {
    const { body } = await app.post('/api/v1/query/translate', { question }, as('clerk'));
    return body.translator ?? body.code;
  };
  const withdrawAll = async () => {
    for (const { id } of (await list(as('boss'), '?limit=500')).approved) await app.delete(`/api/v1/query/approved/${id}`, as('boss'));
  };

  beforeAll(async () => {
    database = await testDatabase(SHOP);
    other = await testDatabase(SHOP);
    role = await database.role(GRANTS);
    keys = keysFile([{ name: 'boss', tenant: 'ours', role: 'admin' }, { name: 'clerk', tenant: 'ours' }, { name: 'their-boss', tenant: 'theirs', role: 'admin' }]);
    dataDir = mkdtempSync(join(tmpdir(), 'approved-'));
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
    await withdrawAll();
    events.length = 0;
  });

  it('are answered with what was approved, and the answer says so', async () => {
    expect(await ask(QUESTION)).toMatchObject({ code: 'QUESTION_NOT_UNDERSTOOD' });
    const { status, body } = await approve(`  ${QUESTION}  `);
    const pair = { id: expect.stringMatching(/^[0-9a-z]+$/), question: QUESTION, sql: SQL, approved_by: 'boss', approved_at: expect.stringMatching(/^\d{4}-.*Z$/), stale: false };
    expect([status, body]).toEqual([200, { success: true, ...pair, request_id: expect.any(String) }]);
    expect(await ask(QUESTION)).toMatchObject({ success: true, question: QUESTION, sql_query: SQL, translator: 'approved', explanation: expect.stringMatching(/boss approved on \d{4}-\d\d-\d\d for the question "How well are we doing\?"/), columns: ['turnover'], results: [[2100]], retry_count: 0, warnings: [] });
    expect((await app.post('/api/v1/query/translate', { question: QUESTION }, as('clerk'))).body).toMatchObject({ success: true, sql_query: SQL, translator: 'approved', alternatives: [] });
    expect(await list()).toEqual({ success: true, approved: [pair], total: 1, request_id: expect.any(String) });
    expect(await ask('How many orders are there?')).toMatchObject({ translator: 'builtin', results: [[20]] });
  });

  it('hold against what the translator would say', async () => {
    await approve('How many orders are there?', 'SELECT count(*) - 1 AS orders FROM orders');
    expect((await ask('how many orders are there')).results).toEqual([[19]]);
  });

  it('are translated again once withdrawn', async () => {
    const { body: { id } } = await approve(QUESTION);
    expect((await app.delete(`/api/v1/query/approved/${id}`, as('boss'))).body).toEqual({ success: true, request_id: expect.any(String) });
    expect(await ask(QUESTION)).toMatchObject({ code: 'QUESTION_NOT_UNDERSTOOD' });
    for (const gone of [id, 'nothing', '%2e%2e%2fpasswd', 'x'.repeat(90), "a'b"]) expect([gone, (await app.delete(`/api/v1/query/approved/${gone}`, as('boss'))).status]).toEqual([gone, 404]);
  });

  it('are one when they ask the same: the answer approved last holds', async () => {
    await approve(QUESTION, 'SELECT 1');
    await approve('how WELL are we doing', 'SELECT 2');
    expect(await list()).toMatchObject({ total: 1, approved: [{ question: 'how WELL are we doing', sql: 'SELECT 2' }] });
    expect((await ask(QUESTION)).results).toEqual([[2]]);
  });

  it.each([
    ['customers who are NOT in Berlin', 'customers who are not in Berlin'],
    ['How many orders are there?', 'HOW MANY ORDERS ARE THERE'],
    ['How many orders are there?', '  how many   orders are there ?!'],
    ['How many orders are there?', 'Please, how many orders are there? Thanks!'],
    ['How many orders are there?', 'Hi, can you please tell me how many orders are there'],
    ['How many orders are there?', 'How many orders do we have?'],
    ['How many orders are there?', 'How many orders?'],
    ['Show me the customers of Berlin', 'show customers of Berlin'],
    ['Show me the customers of Berlin', 'What are the customers of Berlin?'],
    ['Show me the customers of Berlin', 'I want to see the customer of Berlin'],
    ['Show me the customers of Berlin', 'could you give me customers of Berlin, please'],
    ['the customer’s orders', "customers' orders"],
    ['orders with a total amount above 1,000', 'orders with a total amounts above 1000'],
    ['orders of “Acme Ltd”', 'Show me orders of "Acme Ltd"'],
    ['What is the total per city?', "what's the total per cities"],
  ])('%j are asked with %j', async (approved, asked) => {
    expect((await approve(approved)).status).toBe(200);
    expect(await translatorOf(asked)).toBe('approved');
  });

  it.each([
    ['customers with more than 5 orders', 'customers with less than 5 orders'],
    ['customers with more than 5 orders', 'customers with more than 6 orders'],
    ['customers with more than 5 orders', 'customers with at least 5 orders'],
    ['customers with more than 5 orders', 'customers without more than 5 orders'],
    ['the top 5 customers', 'the top 10 customers'],
    ['the top 5 customers', 'the bottom 5 customers'],
    ['the top 5 customers', 'top 5 customers by city'],
    ['orders of 2023', 'orders of 2024'],
    ['orders of 2023', 'orders since 2023'],
    ['customers with orders', 'customers without orders'],
    ['customers who have orders', 'customers who have no orders'],
    ['customers who have ordered', "customers who haven't ordered"],
    ['customers in Berlin', 'customers not in Berlin'],
    ['customers in Berlin', 'customers in Bern'],
    ['customers in Berlin', 'customers'],
    ['customers in Berlin and Bern', 'customers in Berlin or Bern'],
    ['customers of "Acme Ltd"', 'customers of "acme ltd"'],
    ['customers of "Acme Ltd"', 'customers of "Acme  Ltd"'],
    ['customers of Adams', 'customers of Adam'],
    ['customers of adams', 'customers of adam'],
    ["customers in St John's", 'customers in St John'],
    ['orders of customers', 'customers of orders'],
    ['orders before 2020 and after 2022', 'orders before 2022 and after 2020'],
    ['the average total amount', 'the total amount'],
    ['the highest total amount', 'the lowest total amount'],
    ['orders per month', 'orders per year'],
    ['orders per month', 'orders last month'],
    ['customers named Rich', 'rich customers'],
    ['customers who ordered all items', 'customers who ordered items'],
    ['customers who only ordered once', 'customers who ordered once'],
    ['show US orders', 'show us orders'],
    ['orders in group A', 'orders in group'],
    ['orders of A customers', 'orders of customers'],
    ['items by The Who', 'items by who'],
    ['items by the who', 'items by who'],
    ['return orders', 'orders'],
    ['Are there orders in Berlin?', 'orders in Berlin'],
    ['which products are active', 'which products were active'],
    ['orders above 10%', 'orders above 10'],
    ['orders above .5', 'orders above 5'],
    ['orders above -5', 'orders above 5'],
    ['orders above 1.5', 'orders above 15'],
    ['orders above 10²', 'orders above 102'],
    ['orders above 007', 'orders above 7'],
    ['orders with amount > 5', 'orders with amount < 5'],
    ['orders with amount >= 5', 'orders with amount > 5'],
    ['orders with amount != 5', 'orders with amount = 5'],
    ['orders on 2024-01-02', 'orders on 2024-02-01'],
    ['orders at 10:30', 'orders at 1030'],
    ['how many customers', 'customers'],
    ['how many customers', 'how much customers'],
    ['orders being shipped', 'orders shipped'],
    ['my orders', 'orders'],
  ])('%j are not asked with %j, nor the other way round', async (one, another) => {
    for (const [approved, asked] of [[one, another], [another, one]] as const) {
      await withdrawAll();
      expect((await approve(approved)).status).toBe(200);
      expect(await translatorOf(approved)).toBe('approved');
      expect([asked, await translatorOf(asked)]).not.toEqual([asked, 'approved']);
    }
  });

  it('are not guessed at where two are as near', async () => {
    await approve('Show me the customers of Berlin', 'SELECT 1');
    await approve('What are the customers of Berlin?', 'SELECT 2');
    expect(await translatorOf('Show customers of Berlin')).not.toBe('approved');
    expect((await ask('what are the customers of Berlin')).results).toEqual([[2]]);
  });

  it.each([
    ['DELETE FROM orders', 403, 'STATEMENT_NOT_ALLOWED'],
    ['WITH gone AS (DELETE FROM orders RETURNING 1) SELECT * FROM gone', 403, 'STATEMENT_NOT_ALLOWED'],
    ["SELECT pg_read_file('/etc/passwd')", 403, 'STATEMENT_NOT_ALLOWED'],
    ['SELECT 1; SELECT 2', 403, 'STATEMENT_NOT_ALLOWED'],
    ['EXPLAIN SELECT 1', 403, 'STATEMENT_NOT_ALLOWED'],
    ['SHOW server_version', 403, 'STATEMENT_NOT_ALLOWED'],
    ['ANALYZE SELECT pg_sleep(5)', 422, 'SQL_INVALID'],
    ['(ANALYZE) SELECT pg_sleep(5)', 422, 'SQL_INVALID'],
    ['SELECT nothing FROM orders', 422, 'SQL_INVALID'],
    ['SELECT id FROM orders WHERE id = $1', 422, 'SQL_INVALID'],
    ['SELECT', 200, undefined],
    ['nonsense', 422, 'SQL_INVALID'],
    ['', 400, 'VALIDATION_FAILED'],
    [`SELECT '${'x'.repeat(10_000)}'`, 400, 'VALIDATION_FAILED'],
    ['SELECT id FROM secrets', 403, 'PERMISSION_DENIED'],
    ['(SELECT 1) UNION (SELECT 2)', 200, undefined],
    ['/* note */ SELECT 1 -- done', 200, undefined],
    ['TABLE orders;', 200, undefined],
  ])('take %j as the guard and PostgreSQL do', async (sql, status, code) => {
    const { status: answered, body } = await approve(QUESTION, sql);
    expect([answered, body.code]).toEqual([status, code]);
    expect((await list()).total).toBe(status === 200 ? 1 : 0);
  });

  it('tell the place of a mistake in the SQL as it was sent', async () => {
    expect((await approve(QUESTION, 'SELECT nothing FROM orders')).body).toMatchObject({ code: 'SQL_INVALID', position: 8 });
  });

  it.each(['?', ' ', '', 'x'.repeat(2001)])('have words: %j is refused', async (question) => {
    expect((await approve(question)).body).toMatchObject({ status: 400, errors: [{ field: 'question' }] });
  });

  it('are approved and withdrawn by administrators alone', async () => {
    const { body: { id } } = await approve(QUESTION);
    expect((await approve(QUESTION, 'SELECT 1', 'clerk')).body).toMatchObject({ status: 403, code: 'ADMIN_REQUIRED' });
    expect((await app.delete(`/api/v1/query/approved/${id}`, as('clerk'))).body).toMatchObject({ status: 403, code: 'ADMIN_REQUIRED' });
    expect((await ask(QUESTION)).results).toEqual([[2100]]);
  });

  it('are a tenant’s and a database’s own', async () => {
    const { body: { id } } = await approve(QUESTION);
    expect(await ask(QUESTION, as('their-boss'))).toMatchObject({ code: 'QUESTION_NOT_UNDERSTOOD' });
    expect(await list(as('their-boss'))).toMatchObject({ total: 0 });
    expect((await app.delete(`/api/v1/query/approved/${id}`, as('their-boss'))).status).toBe(404);
    const elsewhere = as('boss', await connect('boss', app, other, await other.role(GRANTS)));
    expect(await ask(QUESTION, elsewhere)).toMatchObject({ code: 'QUESTION_NOT_UNDERSTOOD' });
    expect((await app.delete(`/api/v1/query/approved/${id}`, elsewhere)).status).toBe(404);
    expect(await list()).toMatchObject({ total: 1 });
  });

  it('run with the rights of who asks', async () => {
    await approve(QUESTION);
    const narrow = as('clerk', await connect('clerk', app, database, await database.role(['GRANT SELECT ON customers TO :role'])));
    expect(await ask(QUESTION, narrow)).toMatchObject({ code: 'QUESTION_NOT_UNDERSTOOD', detail: expect.stringContaining('is not for this role') });
    expect((await list(narrow)).approved).toMatchObject([{ stale: false }]);
    expect((await ask(QUESTION)).results).toEqual([[2100]]);
  });

  it('tell what failed when they fail and nothing else is known', async () => {
    await approve(QUESTION, 'SELECT 1 / (count(*) - count(*)) FROM orders');
    expect(await ask(QUESTION)).toMatchObject({ status: 422, code: 'SQL_FAILED', retry_count: 0, errors_encountered: [{ code: 'SQL_FAILED' }] });
    await approve('How many orders are there?', 'SELECT 1 / (count(*) - count(*)) FROM orders');
    expect(await ask('How many orders are there?')).toMatchObject({ success: true, translator: 'builtin', results: [[20]], retry_count: 1, errors_encountered: [{ code: 'SQL_FAILED' }] });
  });

  it('are looked at again when the schema has changed, and left aside when they fit no more', async () => {
    const refresh = () => app.post('/api/v1/schema/refresh', {}, as('clerk'));
    const plans = () => events.filter((event) => event instanceof QueryExecuted && event.route === 'plan').length;
    await database.sql.unsafe(`CREATE TABLE visits (id int); GRANT SELECT ON visits TO ${role.user}`);
    await refresh();
    await approve('How many customers are there?', 'SELECT count(*) + 100 FROM customers');
    await approve(QUESTION, 'SELECT count(*) FROM visits');
    events.length = 0;
    expect((await ask(QUESTION)).results).toEqual([[0]]);
    expect(plans()).toBe(0);

    await database.sql`ALTER TABLE customers ADD COLUMN note text`;
    await refresh();
    expect((await ask(QUESTION)).results).toEqual([[0]]);
    expect(plans()).toBe(1);
    expect((await ask(QUESTION)).results).toEqual([[0]]);
    expect(plans()).toBe(1);

    await database.sql`DROP TABLE visits`;
    await refresh();
    expect((await list()).approved.map(({ stale }: { stale: boolean }) => stale)).toEqual([false, false]);
    expect(await ask(QUESTION)).toMatchObject({ code: 'QUESTION_NOT_UNDERSTOOD', detail: expect.stringContaining('does not fit the schema any more') });
    expect((await ask('How many customers are there?')).results).toEqual([[107]]);
    expect((await list()).approved).toMatchObject([{ question: QUESTION, stale: true }, { stale: false }]);
    const planned = plans();
    expect(await ask(QUESTION)).toMatchObject({ code: 'QUESTION_NOT_UNDERSTOOD' });
    expect(plans()).toBe(planned);

    await approve('How many customers are there?', 'SELECT 1 FROM customers');
    await database.sql`ALTER TABLE customers RENAME COLUMN note TO remark`;
    await refresh();
    const again = await testApp(environment());
    try {
      const session = as('clerk', await connect('clerk', again));
      expect((await list(session, '', again)).approved).toMatchObject([{ stale: false }, { stale: false }]);
      expect(await ask(QUESTION, session, again)).toMatchObject({ code: 'QUESTION_NOT_UNDERSTOOD' });
      expect((await list(session, '', again)).approved).toMatchObject([{ stale: false }, { question: QUESTION, stale: true }]);
    } finally {
      await again.close();
    }
    await approve(QUESTION);
    expect((await ask(QUESTION)).results).toEqual([[2100]]);
  });

  it('warn of what was left aside when the translator knows an answer', async () => {
    await database.sql.unsafe(`CREATE TABLE visits (id int); GRANT SELECT ON visits TO ${role.user}`);
    await app.post('/api/v1/schema/refresh', {}, as('clerk'));
    await approve('How many orders are there?', 'SELECT count(*) FROM visits');
    await database.sql`DROP TABLE visits`;
    await app.post('/api/v1/schema/refresh', {}, as('clerk'));
    expect(await ask('How many orders are there?')).toMatchObject({ translator: 'builtin', results: [[20]], warnings: [{ code: 'APPROVED_STALE', message: expect.stringContaining('"How many orders are there?"') }] });
  });

  it('outlive the process, whoever approved them', async () => {
    await approve(QUESTION);
    const again = await testApp(environment());
    try {
      const session = as('clerk', await connect('clerk', again));
      expect(await ask(QUESTION, session, again)).toMatchObject({ translator: 'approved', results: [[2100]] });
      expect((await list(session, '', again)).approved).toEqual((await list()).approved);
    } finally {
      await again.close();
    }
  });

  it('lose nothing when many are approved at one time', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => approve(`What is number ${i}?`, `SELECT ${i}`)));
    expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200));
    expect((await list()).total).toBe(40);
    for (const i of [0, 20, 39]) expect((await ask(`What is number ${i}?`)).results).toEqual([[i]]);
  });

  it('are listed a page at a time, latest first, whatever is approved or withdrawn meanwhile', async () => {
    for (let i = 0; i < 7; i++) await approve(`What is number ${i}?`, `SELECT ${i}`);
    const numbers = (page: { approved: { sql: string }[] }) => page.approved.map(({ sql }) => sql);
    const first = await list(as('clerk'), '?limit=3');
    expect([numbers(first), first.total]).toEqual([['SELECT 6', 'SELECT 5', 'SELECT 4'], 7]);
    await approve('What is number 8?', 'SELECT 8');
    await app.delete(`/api/v1/query/approved/${first.approved[2].id}`, as('boss'));
    const second = await list(as('clerk'), `?limit=3&cursor=${first.next_cursor}`);
    expect(numbers(second)).toEqual(['SELECT 3', 'SELECT 2', 'SELECT 1']);
    const third = await list(as('clerk'), `?limit=3&cursor=${second.next_cursor}`);
    expect([numbers(third), third.next_cursor]).toEqual([['SELECT 0'], undefined]);
    for (const bad of ['?limit=0', '?limit=501', '?cursor=..%2f', '?other=1']) expect([bad, (await list(as('clerk'), bad)).status]).toEqual([bad, 400]);
  });

  it('are told to the audit: who, which database, and no text unless it is asked for', async () => {
    const { body: { id } } = await approve(QUESTION);
    await app.delete(`/api/v1/query/approved/${id}`, as('boss'));
    const who = { tenant: 'ours', key: 'boss', database: database.name, user: role.user, id };
    expect(events.filter((event) => !(event instanceof QueryExecuted))).toEqual([expect.objectContaining({ ...who, fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/), sql: undefined, question: undefined }), expect.objectContaining(who)]);
    const texts = await testApp({ ...environment(), AUDIT_SQL: 'true' }, { imports: [LedgerModule] });
    try {
      events.length = 0;
      await approve(QUESTION, SQL, 'boss', as('boss', await connect('boss', texts)), texts);
      expect(events.find((event) => event instanceof QueryApproved)).toMatchObject({ sql: SQL, question: QUESTION });
    } finally {
      await texts.close();
    }
  });

  it('are kept without a credential or a session id', async () => {
    await approve(QUESTION);
    const files = readdirSync(dataDir).map((name) => readFileSync(join(dataDir, name), 'utf8')).join('\n');
    expect(files).toContain(QUESTION);
    for (const secret of [role.password, role.user, ...Object.values(sessions), keys.bearer('boss').authorization.slice(7)]) expect(files).not.toContain(secret);
  });

  it('are as many as a database may have, and no more', async () => {
    const store = new FileKnowledgeStore(loadSettings({ DATA_DIR: dataDir }));
    const scope = { tenant: 'ours', host: canonicalHost(database.host), port: database.port, database: database.name };
    const { knowledge, version } = await store.read(scope);
    const approved = Array.from({ length: 500 }, (_, i) => ({ id: `${1000 + i}`, question: `What is number ${i}?`, sql: 'SELECT 1', approved_by: 'boss', approved_at: '2025-01-01T00:00:00.000Z', fits: [], stale: [] }));
    await store.replace(scope, { ...knowledge, approved }, version);
    expect((await approve(QUESTION)).body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', detail: 'A database may have 500 approved questions.' });
    expect((await list()).total).toBe(500);
    expect((await approve('What is number 7?', 'SELECT 2')).status).toBe(200);
    expect((await ask('what is number 7')).results).toEqual([[2]]);
    await store.replace(scope, { glossary: [], approved: [] }, (await store.read(scope)).version);
  });
});
