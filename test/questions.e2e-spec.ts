import { fillShop, grantReader } from '../src/demo/shop.js';
import { TestApp, testApp } from './support/test-app.js';
import { TestDatabase, testDatabase } from './support/test-database.js';

// The demo's own shop, asked over HTTP through the whole service. What is right is said by SQL written by hand.

const ANCHOR = new Date();

describe('questions to the demo’s shop', () => {
  let database: TestDatabase;
  let app: TestApp;
  const reader = `shop_reader_${Math.random().toString(36).slice(2)}`;

  beforeAll(async () => {
    database = await testDatabase();
    await fillShop(database.sql, ANCHOR);
    await database.sql.unsafe('ANALYZE');
    await grantReader(database.sql, reader, 'a password');
    app = await testApp({ DATABASE_URL: `postgres://${reader}:a%20password@${database.host}:${database.port}/${database.name}` });
  }, 120_000);
  afterAll(async () => {
    await app.close();
    await database.sql.unsafe(`DROP OWNED BY ${reader}; DROP ROLE ${reader}`);
    await database.drop();
  });

  const ask = (question: string, more: object = {}) => app.post('/api/v1/query', { question, row_format: 'array', max_rows: 10_000, exact_numbers: true, ...more });
  /** Rows by hand, as the API writes them. */
  const byHand = async (sql: string) => (await app.post('/api/v1/query/sql', { sql, row_format: 'array', max_rows: 10_000, exact_numbers: true })).body.results;

  it.each([
    ['How many customers are there?', 'SELECT count(*) FROM customers'],
    ['How many orders are there per status?', 'SELECT status, count(*) FROM orders GROUP BY 1 ORDER BY 2 DESC'],
    ['What is the average price of products?', 'SELECT avg(price) FROM products'],
    ['What are the 3 most expensive products?', 'SELECT name, price FROM products ORDER BY price DESC LIMIT 3'],
    ['Which 5 customers have the most orders?', 'SELECT c.first_name, c.last_name, count(*) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY c.id ORDER BY 3 DESC LIMIT 5'],
    ['Which 5 customers spent the most?', 'SELECT c.first_name, c.last_name, sum(o.total_amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY c.id ORDER BY 3 DESC LIMIT 5'],
    ['How many orders were placed per month?', "SELECT date_trunc('month', placed_at)::date, count(*) FROM orders GROUP BY 1 ORDER BY 1"],
    ['How many suppliers are from Germany?', "SELECT count(*) FROM suppliers WHERE country = 'Germany'"],
    ['how many customers have no orders', 'SELECT count(*) FROM customers c WHERE NOT EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id)'],
    ['how many products have never been sold?', 'SELECT count(*) FROM products p WHERE NOT EXISTS (SELECT FROM order_items i WHERE i.product_id = p.id)'],
    ['how many orders were cancelled?', "SELECT count(*) FROM orders WHERE status = 'cancelled'"],
  ])('%s', async (question, sql) => {
    const { body } = await ask(question);
    expect(body).toMatchObject({ success: true, question, translator: 'builtin', retry_count: 0, explanation: expect.stringMatching(/\.$/) });
    expect(body.results).toEqual(await byHand(sql));
  });

  it.each(['What is the weather like?', 'Wie viele Kunden haben wir?', 'delete all orders', 'How many unicorns are there?', '你好吗', 'DROP TABLE orders', 'asdf qwer', "'; DELETE FROM orders; --"])('refuses %j and offers what would work', async (question) => {
    const { body } = await ask(question);
    expect(body).toMatchObject({ status: 422, code: 'QUESTION_NOT_UNDERSTOOD', unknown_words: expect.any(Array), nearest: expect.any(Array) });
    expect(body.suggestions.length).toBeLessThanOrEqual(3);
    for (const suggestion of body.suggestions) expect((await ask(suggestion)).body).toMatchObject({ success: true });
  });

  it('names each bad field', async () => {
    expect((await ask('')).body).toMatchObject({ status: 400, errors: [{ field: 'question' }] });
    expect((await ask('x'.repeat(2001))).body).toMatchObject({ status: 400, errors: [{ field: 'question' }] });
    expect((await ask('How many orders?', { max_retries: 11 })).body).toMatchObject({ status: 400, errors: [{ field: 'max_retries' }] });
  });

  it('translates without running', async () => {
    const { body } = await app.post('/api/v1/query/translate', { question: 'How many customers are there?' });
    expect(body).toMatchObject({ success: true, question: 'How many customers are there?', sql_query: expect.stringContaining('count(*)'), explanation: expect.any(String), translator: 'builtin' });
    expect(body.results).toBeUndefined();
  });

  it('refines the last question of the same session, and of no other', async () => {
    const role = { user: reader, password: 'a password' };
    const [mine, other] = [await app.connect(database, role), await app.connect(database, role)];
    const count = (session_id: string, question: string) => ask(question, { session_id });
    const [[all]] = (await count(mine, 'How many suppliers are there?')).body.results;
    const [[german]] = (await count(mine, 'only those from Germany')).body.results;
    expect([[all, german]]).toEqual(await byHand("SELECT count(*), count(*) FILTER (WHERE country = 'Germany') FROM suppliers"));
    expect((await count(other, 'only those from Germany')).body).toMatchObject({ status: 422, code: 'QUESTION_NOT_UNDERSTOOD' });
    await app.post('/api/v1/database/disconnect', { session_id: mine });
  });

  it('goes on from what was answered: not from a refused question, nor from one that was only translated', async () => {
    const session_id = await app.connect(database, { user: reader, password: 'a password' });
    await ask('How many suppliers are from Germany?', { session_id });
    expect((await ask('only the sparkly ones', { session_id })).body).toMatchObject({ status: 422, code: 'QUESTION_NOT_UNDERSTOOD' });
    const { body: translated } = await app.post('/api/v1/query/translate', { question: 'How many customers are there?', session_id });
    expect(translated).toMatchObject({ success: true });
    const { body } = await ask('which ones?', { session_id });
    expect(body).toMatchObject({ success: true, explanation: expect.stringContaining('Still of the question before: suppliers') });
    expect(body.results.flat().sort()).toEqual((await byHand("SELECT name FROM suppliers WHERE country = 'Germany'")).flat().sort());
    await ask('How many customers are there?', { session_id });
    expect((await ask('for all countries', { session_id })).body).toMatchObject({ code: 'QUESTION_NOT_UNDERSTOOD', detail: expect.stringContaining('has no condition on') });
    await app.post('/api/v1/database/disconnect', { session_id });
  });

  it('shows the schema to the translator’s reader: filter, ETag, refresh', async () => {
    const whole = await app.get('/api/v1/schema');
    expect(whole.body.relations.length).toBeGreaterThan(10);
    const etag = whole.headers.get('etag') ?? '';
    expect((await app.get('/api/v1/schema', { 'if-none-match': etag })).status).toBe(304);
    const some = await app.get('/api/v1/schema?tables=order*,nothing');
    expect(some.body).toMatchObject({ success: true, unknown_tables: ['nothing'] });
    expect(some.body.relations.map(({ name }: { name: string }) => name)).toEqual(['order_items', 'orders']);
    expect(some.headers.get('etag')).not.toBe(etag);
    expect((await app.get('/api/v1/schema?tables=a..b')).body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });

    await database.sql.unsafe(`CREATE TABLE unicorns (id int PRIMARY KEY, name text); GRANT SELECT ON unicorns TO ${reader}`);
    expect((await app.get('/api/v1/schema', { 'if-none-match': etag })).status).toBe(304);
    expect((await app.post('/api/v1/schema/refresh', {})).body.relations.map(({ name }: { name: string }) => name)).toContain('unicorns');
    expect((await app.get('/api/v1/schema', { 'if-none-match': etag })).status).toBe(200);
    expect((await ask('How many unicorns are there?')).body).toMatchObject({ success: true, results: [['0']] });
  });
});
