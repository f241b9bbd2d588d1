import { type TestApp, testApp } from './support/test-app.js';
import { type TestDatabase, testDatabase } from './support/test-database.js';

const CUSTOMERS = `
  CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, city text NOT NULL, nickname text);
  INSERT INTO customers SELECT i, 'Customer ' || i, (ARRAY['Berlin', 'Paris', 'Bern'])[1 + i % 3], 'Nick' || i FROM generate_series(1, 300) i;
`;
const QUESTION = 'How many customers are there whose city is "Berln"?';

const EXTENSIONS = new Set((process.env.TEST_DATABASE_EXTENSIONS ?? '').split(' '));

describe.each([
  ['values it has sampled', 'ANALYZE'],
  ['what the database holds, where none are sampled', 'SELECT'],
  ...(EXTENSIONS.has('pg_trgm') ? [['trigrams', 'CREATE EXTENSION pg_trgm']] : []),
])('the value meant, found among %s', (_where, preparation) => {
  let database: TestDatabase;
  let app: TestApp;
  let role: { user: string; password: string };
  let session_id: string;
  beforeAll(async () => {
    database = await testDatabase(`${CUSTOMERS}; ALTER TABLE customers SET (autovacuum_enabled = false); ${preparation}`);
    role = await database.role(['GRANT SELECT ON ALL TABLES IN SCHEMA public TO :role']);
    app = await testApp();
    session_id = await app.connect(database, role);
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });
  const ask = async (question: string) => (await app.post('/api/v1/query', { session_id, question, row_format: 'array' })).body;
  const meant = (body: { warnings: { code: string }[] }) => body.warnings.filter(({ code }) => code === 'DID_YOU_MEAN');

  it('is told beside the answer, which stays empty, with the question that asks for it', async () => {
    const body = await ask(QUESTION);
    expect(body).toMatchObject({ success: true, results: [[0]] });
    const [warning, ...more] = meant(body) as unknown as [{ suggestions: string[] }];
    expect(more).toEqual([]);
    expect(warning).toMatchObject({ column: 'customers.city', value: 'Berln', near: expect.arrayContaining(['Berlin']), message: expect.stringContaining('did you mean "Berlin"') });
    expect(warning.suggestions[0]).toBe('How many customers are there whose city is "Berlin"?');
    expect(await ask(warning.suggestions[0]!)).toMatchObject({ results: [[100]] });
  });

  it('is told for lists too, and not where something is found or nothing is near', async () => {
    expect(meant(await ask('names of customers whose city is "Pariss"'))).toMatchObject([{ near: ['Paris'] }]);
    expect(meant(await ask('How many customers are there whose city is "Berlin"?'))).toEqual([]);
    expect(meant(await ask('How many customers are there whose city is "Xyzzyx"?'))).toEqual([]);
  });
});

describe('a column that the operator keeps away', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase(CUSTOMERS);
  });
  afterAll(() => database.drop());

  it.each([
    ['excluded', { VALUES_EXCLUDE: 'customers.ci*' }],
    ['with all values', { TRANSLATION_VALUES: 'false' }],
  ])('is not searched: %s', async (_how, environment) => {
    const role = await database.role(['GRANT SELECT ON ALL TABLES IN SCHEMA public TO :role']);
    const app = await testApp(environment);
    const session_id = await app.connect(database, role);
    const { body } = await app.post('/api/v1/query', { session_id, question: QUESTION });
    expect(body).toMatchObject({ success: true, row_count: 1 });
    expect(JSON.stringify(body.warnings)).not.toContain('Berlin');
    await app.close();
  });
});
