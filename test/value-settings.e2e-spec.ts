import { type TestApp, testApp } from './support/test-app.js';
import { type TestDatabase, testDatabase } from './support/test-database.js';

describe('values of columns', () => {
  let database: TestDatabase;
  let role: { user: string; password: string };
  let app: TestApp | undefined;

  beforeAll(async () => {
    database = await testDatabase(`
      CREATE TABLE people (id int PRIMARY KEY, name text, city text);
      INSERT INTO people SELECT n, 'Person ' || n, 'Springfield' FROM generate_series(1, 20) n;
      ANALYZE people`);
    role = await database.role(['GRANT SELECT ON people TO :role']);
  });
  afterEach(() => app?.close());
  afterAll(() => database.drop());

  const ask = async (settings: Record<string, string>) => {
    app = await testApp(settings);
    const session_id = await app.connect(database, role);
    return (await app.post('/api/v1/query', { session_id, question: 'How many people are from Springfield?' })).body;
  };

  it('help to understand a question', async () => {
    expect(await ask({})).toMatchObject({ success: true, row_count: 1, results: [{ person_count: 20 }] });
  });

  it.each<Record<string, string>>([{ TRANSLATION_VALUES: 'false' }, { VALUES_EXCLUDE: 'nothing.at_all,people.city' }])('are kept away from it by the operator: %j', async (settings) => {
    expect(await ask(settings)).toMatchObject({ code: 'QUESTION_NOT_UNDERSTOOD', unknown_words: ['Springfield'] });
  });
});
