import { canAnswer, fillForAnalytics } from './analytics/analysed-database.js';
import { ANALYTICS } from './analytics/corpus.js';
import { type TestApp, testApp } from './support/test-app.js';
import { type TestDatabase, testDatabase } from './support/test-database.js';

let database: TestDatabase;
let app: TestApp;

beforeAll(async () => {
  database = await testDatabase();
  await fillForAnalytics(database);
  app = await testApp();
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

describe.each(['reader', 'superuser'] as const)('as a %s', (who) => {
  let session: string;

  beforeAll(async () => {
    const role = who === 'superuser' ? database.admin : await database.role(['grant select on all tables in schema public to :role']);
    session = await app.connect(database, role);
  });

  describe.each([...new Set(ANALYTICS.map((one) => one.class))])('%s', (name) => {
    for (const one of ANALYTICS.filter((analytic) => analytic.class === name)) {
      // Skipped are those that this server is too old for, or has not the extension of.
      (canAnswer(one) ? it : it.skip)(`answers ${one.sql}`, async () => {
        const { status, body, text } = await app.sql(session, one.sql, { row_format: 'array' });
        expect({ status, problem: status === 200 ? undefined : text }).toEqual({ status: 200, problem: undefined });
        if (typeof one.answer === 'number') expect(body).toMatchObject({ row_count: one.answer, truncated: false });
        else expect(body).toMatchObject({ results: one.answer, row_count: one.answer.length, truncated: false });
      });
    }
  });
});
