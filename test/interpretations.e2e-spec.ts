import { type TestApp, testApp } from './support/test-app.js';
import { type TestDatabase, testDatabase } from './support/test-database.js';

const PAYROLL = `
  CREATE TABLE tbl_emp (empno int PRIMARY KEY, empnm text NOT NULL, emladr text, hiredt date, annsal numeric(9,2) NOT NULL);
  CREATE TABLE tbl_pay (payno int PRIMARY KEY, empno int NOT NULL REFERENCES tbl_emp, paydt date, grsamt numeric(9,2) NOT NULL, taxamt numeric(9,2), netamt numeric(9,2), bonamt numeric(9,2));
  CREATE TABLE tbl_dept (deptcd int PRIMARY KEY, deptnm text NOT NULL);
  INSERT INTO tbl_emp VALUES (1, 'Ada', NULL, NULL, 60000), (2, 'Bo', NULL, NULL, 90000);
  INSERT INTO tbl_pay VALUES (1, 2, NULL, 90000, 55000);
  COMMENT ON COLUMN tbl_emp.annsal IS 'Annual salary';
  ANALYZE
`;
const QUESTION = 'Who has a salary between 50,000 and 65,000?';

let database: TestDatabase;
let app: TestApp;
let role: { user: string; password: string };
let session_id: string;

beforeAll(async () => {
  database = await testDatabase(PAYROLL);
  role = await database.role(['GRANT SELECT ON ALL TABLES IN SCHEMA public TO :role']);
  app = await testApp();
  session_id = await app.connect(database, role);
  // The structure is read, and kept, while everything may be seen.
  expect((await app.post('/api/v1/query', { session_id, question: QUESTION, row_format: 'array' })).body).toMatchObject({ results: [['Ada']], retry_count: 0, errors_encountered: [] });
  await database.sql.unsafe(`REVOKE SELECT ON tbl_emp FROM ${role.user}; GRANT SELECT (empno, empnm) ON tbl_emp TO ${role.user}`);
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

it('tries the next interpretation when the first is not permitted, and tells both', async () => {
  const { body } = await app.post('/api/v1/query', { session_id, question: QUESTION, row_format: 'array' });
  expect(body).toMatchObject({
    success: true, retry_count: 1, results: [['Bo']], sql_query: expect.stringContaining('taxamt'), explanation: expect.stringContaining('tbl_pay.taxamt'),
    errors_encountered: [{ sql: expect.stringContaining('annsal'), code: 'PERMISSION_DENIED', error: expect.stringContaining('permission denied') }],
  });
});

it('tries nothing further than it may', async () => {
  const { body } = await app.post('/api/v1/query', { session_id, question: QUESTION, max_retries: 0 });
  expect(body).toMatchObject({ status: 403, code: 'PERMISSION_DENIED', retry_count: 0, errors_encountered: [{ code: 'PERMISSION_DENIED' }], sql_query: expect.stringContaining('annsal') });
});

it('tells every attempt when none is permitted', async () => {
  await database.sql.unsafe(`REVOKE SELECT ON tbl_pay FROM ${role.user}`);
  const { body } = await app.post('/api/v1/query', { session_id, question: QUESTION });
  expect(body).toMatchObject({ status: 403, code: 'PERMISSION_DENIED', retry_count: 1, errors_encountered: [{ sql: expect.stringContaining('annsal') }, { sql: expect.stringContaining('taxamt') }] });
});
