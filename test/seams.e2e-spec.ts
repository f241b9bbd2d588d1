import { CanActivate, ExecutionContext, Injectable, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { OnEvent } from '@nestjs/event-emitter';
import type { FastifyRequest } from 'fastify';
import { ConnectRefused, QueryExecuted, SessionClosed, SessionOpened } from '../src/audit/audit-events.js';
import { Resolver } from '../src/egress/resolver.js';
import type { Target } from '../src/pools/identity.js';
import { PoolLimits, PoolPolicy, SettingsPoolPolicy } from '../src/pools/pool-policy.js';
import { Problem } from '../src/problems/problem.js';
import { SqlTranslator, type TranslationOutcome, type TranslationRequest } from '../src/query/translation/sql-translator.js';
import { MemorySessionStore } from '../src/sessions/memory-session-store.js';
import type { Session } from '../src/sessions/session.js';
import { Settings } from '../src/settings/settings.js';
import { TestApp, testApp } from './support/test-app.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

// Each seam is replaced as a team that imports the modules would: by a class of its own, constructed by Nest.

const ledger: unknown[] = [];
const requests: TranslationRequest[] = [];
let ledgerWorks = true;
/** Ends the translation of "slow". */
let finishSlow = (): void => {};

@Injectable()
class CannedTranslator extends SqlTranslator {
  readonly name = 'canned';

  constructor(private readonly settings: Settings) {
    super();
  }

  async translate(request: TranslationRequest): Promise<TranslationOutcome> {
    requests.push(request);
    const translation = (sql: string) => ({ sql, explanation: `Runs ${sql} with profile ${this.settings.profile}.` });
    if (request.question === 'two tries') return { understood: true, candidates: [translation('SELECT 1/0'), translation('SELECT nothing'), translation('SELECT 3 AS third')] };
    if (request.question === 'repair') return { understood: true, candidates: [request.feedback.length === 0 ? translation('SELECT wrong') : translation(`SELECT '${request.feedback[0]?.code}' AS learned`)] };
    if (request.question === 'stubborn') return { understood: true, candidates: [translation('SELECT wrong')] };
    if (request.question === 'slow') await new Promise<void>((resolve) => (finishSlow = resolve));
    if (request.question === 'slow') return { understood: true, candidates: [translation('SELECT 1 AS too_late')] };
    if (request.question === 'evil') return { understood: true, candidates: [translation('DELETE FROM orders')] };
    if (request.question.startsWith('How many orders')) return { understood: true, candidates: [{ ...translation('SELECT count(*) FROM orders'), memory: 'counted orders', warnings: ['Cancelled ones count too.'] }] };
    return { understood: false, refusal: { reason: 'Only "how many orders" is known.', unknown_words: ['weather'], nearest: ['orders'], suggestions: ['How many orders are there?'] } };
  }
}

@Injectable()
class CountingStore extends MemorySessionStore {
  static opened = 0;

  override async open(session: Session): Promise<void> {
    CountingStore.opened++;
    await super.open(session);
  }
}

@Injectable()
class NarrowPolicy extends PoolPolicy {
  constructor(private readonly settings: Settings) {
    super();
  }

  limitsFor(target: Target): PoolLimits {
    return { ...new SettingsPoolPolicy(this.settings).limitsFor(target), max: 3, maxHeldPerQueue: 2 };
  }
}

/** Where services announce themselves, so to speak. */
@Injectable()
class CatalogueResolver extends Resolver {
  async resolve(name: string): Promise<string[]> {
    return name === 'orders.service' ? ['127.0.0.1'] : ['169.254.169.254'];
  }
}

@Injectable()
class ComplianceLog {
  @OnEvent(SessionOpened.name, { suppressErrors: false })
  opened(event: SessionOpened): void {
    if (!ledgerWorks) throw new Error('The ledger is full.');
    ledger.push(event);
  }

  @OnEvent(SessionClosed.name)
  @OnEvent(ConnectRefused.name)
  note(event: object): void {
    ledger.push(event);
  }

  @OnEvent(QueryExecuted.name, { suppressErrors: false })
  async record(event: QueryExecuted): Promise<void> {
    if (!ledgerWorks) throw new Error('The ledger is full.');
    ledger.push(event);
  }
}

@Injectable()
class Doorman implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.switchToHttp().getRequest<FastifyRequest>().headers['x-banned']) throw new Problem('ADMIN_REQUIRED', 'Not you.');
    return true;
  }
}

@Module({ providers: [ComplianceLog, { provide: APP_GUARD, useClass: Doorman }] })
class ComplianceModule {}

describe('the seams', () => {
  let database: TestDatabase;
  let app: TestApp;
  let session: string;
  const ask = (question: string, more: object = {}) => app.post('/api/v1/query', { session_id: session, question, ...more });

  beforeAll(async () => {
    database = await testDatabase('CREATE TABLE orders (id int PRIMARY KEY); INSERT INTO orders SELECT generate_series(1, 12)');
    app = await testApp({}, { query: { translator: CannedTranslator }, sessions: { store: CountingStore }, pools: { policy: NarrowPolicy }, egress: { resolver: CatalogueResolver }, imports: [ComplianceModule] });
    session = await app.connect(database, await database.role(['GRANT SELECT, DELETE ON orders TO :role']));
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  it('take a translator, which gets the schema and the session’s earlier turns', async () => {
    const { body } = await ask('How many orders are there?');
    expect(body).toMatchObject({
      success: true, question: 'How many orders are there?', sql_query: 'SELECT count(*) FROM orders', explanation: expect.stringContaining('profile default'),
      results: [{ count: 12 }], translator: 'canned', retry_count: 0, errors_encountered: [], warnings: [{ code: 'ASSUMPTION', message: 'Cancelled ones count too.' }],
    });
    expect(requests.at(-1)?.schema.relations.map(({ name }) => name)).toEqual(['orders']);
    await ask('How many orders again?');
    expect(requests.at(-1)?.context).toEqual([{ question: 'How many orders are there?', sql: 'SELECT count(*) FROM orders', memory: 'counted orders' }]);
  });

  it('pass a translator’s refusal on', async () => {
    expect((await ask('What is the weather?')).body).toMatchObject({
      status: 422, code: 'QUESTION_NOT_UNDERSTOOD', detail: 'Only "how many orders" is known.', unknown_words: ['weather'], nearest: ['orders'], suggestions: ['How many orders are there?'],
    });
    expect((await app.post('/api/v1/query/translate', { session_id: session, question: 'How many orders?' })).body).toMatchObject({ success: true, sql_query: 'SELECT count(*) FROM orders', alternatives: [], translator: 'canned' });
  });

  it('try a translator’s next interpretation after a failure, up to max_retries', async () => {
    const { body } = await ask('two tries');
    expect(body).toMatchObject({ success: true, results: [{ third: 3 }], retry_count: 2, errors_encountered: [{ sql: 'SELECT 1/0', code: 'SQL_FAILED' }, { sql: 'SELECT nothing', code: 'SQL_INVALID' }] });
    expect((await ask('two tries', { max_retries: 1 })).body).toMatchObject({ status: 422, code: 'SQL_INVALID', retry_count: 1, errors_encountered: [{ sql: 'SELECT 1/0' }, { sql: 'SELECT nothing' }] });
    expect((await ask('two tries', { max_retries: 0 })).body).toMatchObject({ status: 422, code: 'SQL_FAILED', retry_count: 0 });
  });

  it('tell a translator what its statement failed with, and stop when it has nothing new', async () => {
    expect((await ask('repair')).body).toMatchObject({ success: true, results: [{ learned: 'SQL_INVALID' }], retry_count: 1 });
    expect((await ask('stubborn', { max_retries: 10 })).body).toMatchObject({ status: 422, code: 'SQL_INVALID', retry_count: 0 });
  });

  it('let no translator write', async () => {
    expect((await ask('evil')).body).toMatchObject({ status: 403, code: 'STATEMENT_NOT_ALLOWED' });
    const [{ count } = {}] = await database.sql`SELECT count(*)::int FROM orders`;
    expect(count).toBe(12);
  });

  it('take a session store and a pool policy', async () => {
    const before = CountingStore.opened;
    await app.connect(database, await database.role());
    expect(CountingStore.opened).toBe(before + 1);
    expect((await app.get('/api/v1/stats/pools')).body.pools[0]).toMatchObject({ max_connections: 3 });
  });

  it('take a resolver, whose addresses are checked like any other', async () => {
    const role = await database.role();
    const connect = (host: string) => app.post('/api/v1/database/connect', { host, port: database.port, database: database.name, username: role.user, password: role.password });
    expect((await connect('orders.service')).body).toMatchObject({ success: true });
    expect((await connect('elsewhere.service')).body).toMatchObject({ code: 'HOST_NOT_ALLOWED' });
  });

  it('tell listeners who did what, without ids, credentials or values', async () => {
    ledger.length = 0;
    const role = await database.role();
    const id = await app.connect(database, role);
    await app.sql(id, "SELECT 'a secret value' AS x");
    await app.post('/api/v1/database/connect', { host: database.host, port: database.port, database: database.name, username: role.user, password: 'wrong' });
    await app.post('/api/v1/database/disconnect', { session_id: id });
    expect(ledger).toEqual([
      expect.objectContaining({ tenant: 'default', address: '127.0.0.1', sessionRef: expect.stringMatching(/^ref_/), user: role.user, host: database.host, port: database.port, database: database.name }),
      expect.objectContaining({ route: 'sql', outcome: 'OK', rowCount: 1, database: database.name, durationMs: expect.any(Number) }),
      expect.objectContaining({ code: 'AUTHENTICATION_FAILED' }),
      expect.objectContaining({ reason: 'disconnected' }),
    ]);
    for (const secret of [id, role.password, 'a secret value']) expect(JSON.stringify(ledger)).not.toContain(secret);
  });

  it('let a mandatory listener fail the request, and only while it fails', async () => {
    ledgerWorks = false;
    expect((await app.sql(session, 'SELECT 1')).body).toMatchObject({ status: 503, code: 'AUDIT_FAILED', detail: 'The statement has been run, and the audit of the operator did not take its entry.' });
    ledgerWorks = true;
    expect((await app.sql(session, 'SELECT 1')).status).toBe(200);
  });

  it('leave no session behind when a mandatory listener fails the connect', async () => {
    const role = await database.role();
    const before = (await app.get('/api/v1/stats/sessions')).body.total_sessions;
    ledgerWorks = false;
    const refused = await app.post('/api/v1/database/connect', { host: database.host, port: database.port, database: database.name, username: role.user, password: role.password });
    ledgerWorks = true;
    expect(refused.body).toMatchObject({ status: 503, code: 'AUDIT_FAILED' });
    expect((await app.get('/api/v1/stats/sessions')).body.total_sessions).toBe(before);
    expect((await app.sql(await app.connect(database, role), 'SELECT 1')).status).toBe(200);
  });

  it('bound a translator by the time limit of the request', async () => {
    expect((await ask('slow', { timeout_ms: 50 })).body).toMatchObject({ status: 504, code: 'STATEMENT_TIMEOUT' });
    finishSlow();
  });

  it('run nothing for a session that was disconnected while its question was translated', async () => {
    const id = await app.connect(database, await database.role());
    const before = requests.length;
    const answer = app.post('/api/v1/query', { session_id: id, question: 'slow' });
    await eventually(() => requests.length, (count) => count > before);
    await app.post('/api/v1/database/disconnect', { session_id: id });
    finishSlow();
    expect((await answer).body).toMatchObject({ status: 409, code: 'QUERY_CANCELLED' });
  });

  it('take a guard of one’s own', async () => {
    expect((await app.post('/api/v1/query/sql', { session_id: session, sql: 'SELECT 1' }, { 'x-banned': 'yes' })).body).toMatchObject({ status: 403, detail: 'Not you.' });
  });

  it('say nothing of a defect to the caller', async () => {
    const before = requests.length;
    const broken = await testApp({ DATABASE_URL: '' }, { query: { translator: class extends SqlTranslator { readonly name = 'broken'; async translate(): Promise<TranslationOutcome> { throw new TypeError('secret detail of the inside'); } } } });
    try {
      const id = await broken.connect(database, await database.role());
      const { body, text } = await broken.post('/api/v1/query', { session_id: id, question: 'anything' });
      expect(body).toMatchObject({ status: 500, code: 'INTERNAL', retryable: false });
      expect(text).not.toContain('secret detail');
    } finally {
      await broken.close();
    }
    expect(requests.length).toBe(before);
  });
});
