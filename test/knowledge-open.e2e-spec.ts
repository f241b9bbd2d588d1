import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { ApprovalWithdrawn, GlossaryChanged, QueryApproved } from '../src/audit/audit-events.js';
import { SqlTranslator, type TranslationOutcome, type TranslationRequest } from '../src/query/translation/sql-translator.js';
import { Answer, TestApp, testApp } from './support/test-app.js';
import { TestDatabase, testDatabase } from './support/test-database.js';

const TOKEN = 'a-token-of-sixteen-or-more';
const TERMS = { terms: [{ term: 'punter', synonyms: [], table: 'customers' }] };
const requests: TranslationRequest[] = [];

class NotingTranslator extends SqlTranslator {
  readonly name = 'noting';

  async translate(request: TranslationRequest): Promise<TranslationOutcome> {
    requests.push(request);
    return { understood: true, candidates: [{ sql: 'SELECT 7', explanation: 'Seven.' }] };
  }
}

/** A ledger that is full. */
class FullLedger {
  @OnEvent(GlossaryChanged.name, { suppressErrors: false })
  @OnEvent(QueryApproved.name, { suppressErrors: false })
  @OnEvent(ApprovalWithdrawn.name, { suppressErrors: false })
  note(): void {
    throw new Error('The ledger is full.');
  }
}

@Module({ providers: [FullLedger] })
class FullLedgerModule {}

describe('teaching where no keys are in use', () => {
  let database: TestDatabase;
  let url: string;
  let folder: string;
  let role: { user: string; password: string };
  const apps: TestApp[] = [];
  const start = async (environment: Record<string, string> = {}, options: Parameters<typeof testApp>[1] = {}) => {
    const app = await testApp({ DATABASE_URL: url, DATA_DIR: mkdtempSync(join(folder, 'data-')), ...environment }, options);
    apps.push(app);
    return app;
  };
  const teachings = (app: TestApp, headers: Record<string, string> = {}): Promise<Answer>[] => [
    app.put('/api/v1/schema/glossary', TERMS, headers), app.post('/api/v1/query/approve', { question: 'How are we?', sql: 'SELECT 1' }, headers), app.delete('/api/v1/query/approved/nothing', headers),
  ];
  const codes = async (answers: Promise<Answer>[]) => (await Promise.all(answers)).map(({ status, body }) => [status, body.code].filter(Boolean).join(' '));
  const ALLOWED = ['200', '200', '404 APPROVAL_NOT_FOUND'];
  const REFUSED = Array(3).fill('403 ADMIN_REQUIRED');

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'open-'));
    database = await testDatabase('CREATE TABLE customers (id int PRIMARY KEY); INSERT INTO customers SELECT generate_series(1, 4)');
    role = await database.role(['GRANT SELECT ON customers TO :role']);
    url = `postgres://${role.user}:${role.password}@${database.host}:${database.port}/${database.name}`;
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });
  afterAll(async () => {
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  it('is for who is on the machine itself, and for nobody behind a proxy', async () => {
    const app = await start();
    for (const header of ['x-forwarded-for', 'forwarded', 'via', 'x-forwarded-host']) expect([header, await codes(teachings(app, { [header]: 'for=1.2.3.4' }))]).toEqual([header, REFUSED]);
    expect(await codes(teachings(app))).toEqual(ALLOWED);
  });

  it('is for who has the admin token, where there is one, and reading for everybody', async () => {
    const app = await start({ ADMIN_TOKEN: TOKEN });
    expect(await codes(teachings(app))).toEqual(REFUSED);
    expect(await codes(teachings(app, { authorization: 'Bearer another-token-of-sixteen' }))).toEqual(REFUSED);
    expect(await codes(teachings(app, { authorization: `Bearer ${TOKEN}` }))).toEqual(ALLOWED);
    expect((await app.get('/api/v1/schema/glossary')).body.terms).toEqual(TERMS.terms);
    expect((await app.get('/api/v1/query/approved')).body).toMatchObject({ total: 1, approved: [{ question: 'How are we?', approved_by: 'admin' }] });
  });

  it('is the same for the default database and for sessions with it', async () => {
    const app = await start();
    await app.put('/api/v1/schema/glossary', TERMS);
    const session = await app.connect({ ...database, host: database.host.toUpperCase() }, role);
    expect((await app.post('/api/v1/query', { question: 'How many punters are there?', row_format: 'array', session_id: session })).body.results).toEqual([[4]]);
  });

  it('gives every translator the glossary', async () => {
    const app = await start({}, { query: { translator: NotingTranslator } });
    await app.post('/api/v1/query', { question: 'What now?' });
    expect(requests.at(-1)?.glossary).toBeUndefined();
    await app.put('/api/v1/schema/glossary', TERMS);
    await app.post('/api/v1/query', { question: 'What now?' });
    const { glossary } = requests.at(-1) ?? {};
    expect(glossary).toEqual({ version: expect.stringMatching(/./), terms: TERMS.terms });
    await app.post('/api/v1/query', { question: 'What now?' });
    expect(requests.at(-1)?.glossary).toBe(glossary);
  });

  it('starts and answers where DATA_DIR cannot be written, and says why nothing can be taught', async () => {
    const app = await start({ DATA_DIR: '/proc/nowhere/data' });
    expect((await app.post('/api/v1/query', { question: 'How many customers are there?', row_format: 'array' })).body.results).toEqual([[4]]);
    const answer = await app.put('/api/v1/schema/glossary', TERMS);
    expect(answer.body).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE', detail: expect.stringMatching(/cannot be written: DATA_DIR says E[A-Z]+/) });
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.text).not.toContain('/proc');
  });

  it('tells what has happened when the audit of the operator fails', async () => {
    const app = await start({}, { imports: [FullLedgerModule] });
    const [glossary, approval] = await Promise.all(teachings(app));
    expect(glossary?.body).toMatchObject({ status: 503, code: 'AUDIT_FAILED', detail: expect.stringContaining('The glossary has been replaced') });
    expect(approval?.body).toMatchObject({ status: 503, code: 'AUDIT_FAILED', detail: expect.stringContaining('The question has been approved') });
  });
});
