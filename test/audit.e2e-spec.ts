import { Injectable, type LoggerService, Module } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { AccessRefused, ConnectRefused, QueryExecuted, SessionClosed, SessionOpened, StatementStarting } from '../src/audit/audit-events.js';
import { Problem } from '../src/problems/problem.js';
import { keysFile, KeysFile } from './support/keys-file.js';
import { TestApp, testApp } from './support/test-app.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

type AnyEvent = AccessRefused | ConnectRefused | QueryExecuted | SessionClosed | SessionOpened | StatementStarting;

/** What listeners were told, in order. */
const events: AnyEvent[] = [];
/** What a mandatory listener does besides noting the event. */
let act: (event: AnyEvent) => void | Promise<void> = () => {};

@Injectable()
class Ledger {
  @OnEvent(AccessRefused.name, { suppressErrors: false })
  @OnEvent(ConnectRefused.name, { suppressErrors: false })
  @OnEvent(QueryExecuted.name, { suppressErrors: false })
  @OnEvent(SessionClosed.name, { suppressErrors: false })
  @OnEvent(SessionOpened.name, { suppressErrors: false })
  @OnEvent(StatementStarting.name, { suppressErrors: false })
  async note(event: AnyEvent): Promise<void> {
    events.push(event);
    await act(event);
  }
}

@Module({ providers: [Ledger] })
class LedgerModule {}

const seen = <T extends AnyEvent>(type: new (...values: never[]) => T): T[] => events.filter((event): event is T => event instanceof type);
const failAt = (type: new (...values: never[]) => AnyEvent, error: Error = new Error('the disk of the ledger is full')) => {
  act = (event) => {
    if (event instanceof type) throw error;
  };
};

describe('the audit', () => {
  let database: TestDatabase;
  let role: { user: string; password: string };
  let keys: KeysFile;
  let app: TestApp;
  let writer: string;
  const lines: Record<string, unknown>[] = [];
  const unhandled: unknown[] = [];
  const noteUnhandled = (reason: unknown) => unhandled.push(reason);

  const asA = () => ({ 'x-api-key': keys.bearer('acme-web').authorization.slice('Bearer '.length) });
  const post = (path: string, body: object, headers: Record<string, string> = {}, to = app) => to.post(`/api/v1/${path}`, body, { ...asA(), ...headers });
  const sql = (text: string, more: object = {}, headers: Record<string, string> = {}, to = app) => post('query/sql', { session_id: writer, sql: text, ...more }, headers, to);
  const connect = async (more: object = {}, to = app) => (await post('database/connect', { host: database.host, port: database.port, database: database.name, username: role.user, password: role.password, ...more }, {}, to)).body;
  const where = () => ({ host: database.host, port: database.port, database: database.name, user: role.user });
  const who = { tenant: 'acme', key: 'acme-web', address: '127.0.0.1' };

  const level = (name: string) => (message: unknown) => void (typeof message === 'object' && message !== null && lines.push({ level: name, ...message }));
  const logger: LoggerService = { log: level('log'), warn: level('warn'), error: level('error'), debug: level('debug'), verbose: () => {} };

  beforeAll(async () => {
    process.on('unhandledRejection', noteUnhandled);
    database = await testDatabase('CREATE TABLE items (id int PRIMARY KEY, name text)');
    role = await database.role(['GRANT ALL ON items TO :role']);
    keys = keysFile([{ name: 'acme-web', tenant: 'acme' }]);
    app = await testApp({ ALLOW_WRITES: 'true', API_KEYS_FILE: keys.path, SESSION_TIMEOUT_MINUTES: '0.05' }, { imports: [LedgerModule] }, logger);
    writer = (await connect({ read_only: false })).session_id;
  });
  beforeEach(async () => {
    act = () => {};
    writer = (await connect({ read_only: false })).session_id;
    events.length = 0;
    lines.length = 0;
  });
  afterAll(async () => {
    act = () => {};
    await app.close();
    await database.drop();
    keys.remove();
    process.off('unhandledRejection', noteUnhandled);
    expect(unhandled).toEqual([]);
  });

  const count = async () => Number((await database.sql`SELECT count(*) FROM items`)[0]?.['count']);

  it('tells of a session from its connect to its end, and who it was', async () => {
    const { session_id: id } = await connect();
    await post('database/disconnect', { session_id: id }, { 'x-request-id': 'the-last' });
    expect(events).toEqual([
      expect.objectContaining({ ...who, ...where(), access: 'read', sessionRef: expect.stringMatching(/^ref_/), requestId: expect.any(String) }),
      expect.objectContaining({ ...who, ...where(), reason: 'disconnected', requestId: 'the-last' }),
    ]);
    expect(events.map(({ constructor }) => constructor.name)).toEqual(['SessionOpened', 'SessionClosed']);
    const refs = [seen(SessionOpened)[0]?.sessionRef, seen(SessionClosed)[0]?.sessionRef];
    expect(refs[0]).toBe(refs[1]);
    expect(lines).toMatchObject([{ level: 'log', event: 'session opened', session_ref: refs[0], key: 'acme-web', user: role.user }, { level: 'log', event: 'session closed', reason: 'disconnected' }]);
    expect(await connect({ read_only: false })).toMatchObject({ success: true });
    expect(seen(SessionOpened)[1]).toMatchObject({ access: 'write' });
  });

  it('tells of a refused connect once', async () => {
    expect(await connect({ password: 'wrong' })).toMatchObject({ code: 'AUTHENTICATION_FAILED' });
    expect(events).toEqual([expect.objectContaining({ ...who, ...where(), code: 'AUTHENTICATION_FAILED' })]);
    expect(lines.filter(({ event }) => event === 'connect refused')).toMatchObject([{ level: 'log', code: 'AUTHENTICATION_FAILED', user: role.user }]);
  });

  it('tells of a statement before it runs and when it is over', async () => {
    await database.sql`TRUNCATE items`;
    await sql("INSERT INTO items VALUES (1, 'a value'), (2, 'another') RETURNING id", {}, { 'x-request-id': 'a-write' });
    const { text } = await sql('SELECT * FROM items');
    const statement = { ...who, ...where(), route: 'sql', sessionRef: expect.stringMatching(/^ref_/), fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) };
    expect(events).toEqual([
      expect.objectContaining({ ...statement, access: 'write', requestId: 'a-write' }),
      expect.objectContaining({ ...statement, access: 'write', requestId: 'a-write', outcome: 'OK', rowCount: 2, rowsAffected: 2, durationMs: expect.any(Number) }),
      expect.objectContaining({ ...statement, access: 'read' }),
      expect.objectContaining({ ...statement, access: 'read', outcome: 'OK', rowCount: 2, rowsAffected: undefined, bytes: Buffer.byteLength(text) }),
    ]);
    expect(events.map(({ constructor }) => constructor.name)).toEqual(['StatementStarting', 'QueryExecuted', 'StatementStarting', 'QueryExecuted']);
    expect(seen(StatementStarting)[0]?.fingerprint).toBe(seen(QueryExecuted)[0]?.fingerprint);
    expect(JSON.stringify([events, lines])).not.toMatch(/another|INSERT|SELECT/);
    expect(lines).toMatchObject([
      { level: 'log', event: 'statement starting', request_id: 'a-write', access: 'write' },
      { level: 'log', event: 'query executed', request_id: 'a-write', access: 'write', rows_affected: 2 },
      { level: 'log', event: 'query executed', access: 'read', row_count: 2, outcome: 'OK' },
    ]);
  });

  it('gives statements that differ in constants alone one fingerprint, and others another', async () => {
    const fingerprintOf = async (text: string, params?: unknown[]) => {
      await sql(text, { params });
      return seen(QueryExecuted).at(-1)?.fingerprint;
    };
    const first = await fingerprintOf("SELECT id FROM items WHERE id = 1 AND name = 'x' LIMIT 10");
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    for (const same of ["SELECT id FROM items WHERE id = 27 AND name = 'it''s; --' LIMIT 5", "select  id\nfrom items where id=2 and name='' limit 1 -- a comment", 'SELECT id FROM "items" WHERE id = 3 AND name = $$x$$ LIMIT 4', "SELECT id FROM items WHERE id = 3 AND name = E'\\'' LIMIT 4"]) {
      expect([same, await fingerprintOf(same)]).toEqual([same, first]);
    }
    expect(await fingerprintOf('SELECT id FROM items WHERE id = $1 AND name = $2 LIMIT $3', [1, 'x', 2])).toBe(first);
    for (const other of ["SELECT id FROM items WHERE id = 1 OR name = 'x' LIMIT 10", "SELECT name FROM items WHERE id = 1 AND name = 'x' LIMIT 10"]) expect(await fingerprintOf(other)).not.toBe(first);
    // One shape has been seen; what follows a quote in another one is not taken for a constant.
    expect(await fingerprintOf("SELECT 'a', id FROM items")).not.toBe(await fingerprintOf("SELECT 'a' , name FROM items"));
  });

  it.each([
    ['a write on a question’s terms', 'DROP DATABASE x', 'STATEMENT_NOT_ALLOWED', true],
    ['what is no SQL', 'SELEC', 'SQL_INVALID', false],
    ['two statements', 'SELECT 1; SELECT 2', 'STATEMENT_NOT_ALLOWED', true],
  ])('tells of a statement that is not admitted, without a word of its beginning: %s', async (_, text, code, isSql) => {
    expect((await sql(text)).body.code).toBe(code);
    expect(events).toEqual([expect.objectContaining({ ...who, outcome: code, access: undefined, rowCount: 0, bytes: 0, fingerprint: isSql ? expect.any(String) : undefined })]);
    expect(lines.filter(({ event }) => event === 'query executed')).toMatchObject([{ level: 'log', outcome: code }]);
  });

  it('tells of a question', async () => {
    expect((await post('query', { session_id: writer, question: 'How many items are there?' })).body).toMatchObject({ success: true });
    expect(events).toMatchObject([{ route: 'query', access: 'read' }, { route: 'query', access: 'read', outcome: 'OK', rowCount: 1 }]);
    await post('query', { session_id: writer, question: 'What is the weather?' });
    expect(seen(QueryExecuted).at(-1)).toMatchObject({ route: 'query', outcome: 'QUESTION_NOT_UNDERSTOOD', fingerprint: undefined });
    expect(JSON.stringify([events, lines.filter(({ level: shown }) => shown === 'log')])).not.toMatch(/weather|How many/);
  });

  it('tells of those who are turned away at the door, by name where it is known', async () => {
    const statuses = [
      await app.post('/api/v1/query/sql', { sql: 'SELECT 1' }),
      await app.get('/metrics?token=secret', asA()),
      await post('query/sql', { sql: 'SELECT 1', session_id: '00000000-0000-4000-8000-000000000000' }),
      await post('database/ping', {}, { origin: 'https://evil.example' }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([401, 403, 404, 403]);
    expect(events).toMatchObject([
      { code: 'API_KEY_REQUIRED', path: '/api/v1/query/sql', address: '127.0.0.1', tenant: undefined },
      { code: 'ADMIN_REQUIRED', path: '/metrics', tenant: 'acme', key: 'acme-web' },
      { code: 'SESSION_NOT_FOUND', path: '/api/v1/query/sql', tenant: 'acme', key: 'acme-web' },
      { code: 'FORBIDDEN', path: '/api/v1/database/ping', tenant: undefined },
    ]);
    expect(lines.filter(({ event }) => event === 'access refused')).toHaveLength(4);
    // What the audit has told as a connect or a query is not told once more.
    events.length = 0;
    await sql('DROP DATABASE x');
    expect(events.map(({ constructor }) => constructor.name)).toEqual(['QueryExecuted']);
  });

  it('runs nothing that a mandatory listener did not note before', async () => {
    await database.sql`TRUNCATE items`;
    failAt(StatementStarting);
    for (const text of ["INSERT INTO items VALUES (1, 'x')", 'SELECT 1']) {
      expect((await sql(text)).body).toMatchObject({ status: 503, code: 'AUDIT_FAILED', retryable: false, detail: 'Nothing was run, and the audit of the operator did not take its entry.' });
    }
    expect(await count()).toBe(0);
    expect(seen(QueryExecuted)).toMatchObject([{ outcome: 'AUDIT_FAILED', access: 'write' }, { outcome: 'AUDIT_FAILED', access: 'read' }]);
    act = () => {};
    expect((await sql("INSERT INTO items VALUES (1, 'x')")).status).toBe(200);
    expect(await count()).toBe(1);
  });

  it('waits for the listeners before it sends a statement', async () => {
    let go = (): void => {};
    act = (event) => (event instanceof StatementStarting ? new Promise((resolve) => (go = resolve)) : undefined);
    await database.sql`TRUNCATE items`;
    const write = sql("INSERT INTO items VALUES (7, 'waited for')");
    await eventually(() => seen(StatementStarting).length, (length) => length === 1);
    const texts = (await database.backends()).map(({ query }) => query);
    expect(texts.filter((query) => query.includes('waited for'))).toEqual([]);
    expect(await count()).toBe(0);
    go();
    expect((await write).body).toMatchObject({ success: true, rows_affected: 1 });
    expect(await count()).toBe(1);
  });

  it('lets a listener refuse a statement with a problem of its own', async () => {
    failAt(StatementStarting, new Problem('FORBIDDEN', 'No statements on Sundays.'));
    expect((await sql('SELECT 1')).body).toMatchObject({ status: 403, code: 'FORBIDDEN', detail: 'No statements on Sundays.' });
    expect(seen(QueryExecuted)).toMatchObject([{ outcome: 'FORBIDDEN' }]);
  });

  it('says that a statement was committed when a mandatory listener fails after it', async () => {
    await database.sql`TRUNCATE items`;
    failAt(QueryExecuted);
    expect((await sql("INSERT INTO items VALUES (1, 'x')")).body).toMatchObject({ status: 503, code: 'AUDIT_FAILED', retryable: false, detail: 'The statement has been run and committed, and the audit of the operator did not take its entry.' });
    expect(await count()).toBe(1);
    expect((await sql('SELECT 1')).body).toMatchObject({ code: 'AUDIT_FAILED', detail: 'The statement has been run, and the audit of the operator did not take its entry.' });
    expect((await sql("INSERT INTO items VALUES (1, 'x')")).body).toMatchObject({ code: 'AUDIT_FAILED', detail: 'The request failed with SQL_FAILED, and the audit of the operator did not take its entry.' });
    expect(seen(QueryExecuted)).toHaveLength(3);
    expect(JSON.stringify((await sql('SELECT 1')).body)).not.toContain('ledger');
  });

  it('answers nothing about a session or a connect that a mandatory listener did not note', async () => {
    failAt(SessionOpened);
    expect(await connect()).toMatchObject({ status: 503, code: 'AUDIT_FAILED', detail: 'No session was opened, and the audit of the operator did not take its entry.' });
    failAt(ConnectRefused);
    expect(await connect({ password: 'wrong' })).toMatchObject({ status: 503, code: 'AUDIT_FAILED', detail: 'The connect failed with AUTHENTICATION_FAILED, and the audit of the operator did not take its entry.' });
    failAt(SessionClosed);
    expect((await post('database/disconnect', { session_id: writer })).body).toMatchObject({ status: 503, code: 'AUDIT_FAILED', detail: 'The session has ended, and the audit of the operator did not take its entry.' });
    expect((await sql('SELECT 1')).body).toMatchObject({ code: 'SESSION_NOT_FOUND' });
  });

  it('survives a mandatory listener that fails where nobody waits for an answer', async () => {
    failAt(AccessRefused);
    expect((await app.post('/api/v1/query/sql', {})).body).toMatchObject({ status: 401, code: 'API_KEY_REQUIRED' });
    failAt(SessionClosed);
    const { session_id: id } = await connect();
    const { sessionRef } = seen(SessionOpened)[0] ?? {};
    const expired = () => seen(SessionClosed).filter((event) => event.reason === 'expired' && event.sessionRef === sessionRef);
    await eventually(expired, (found) => found.length > 0, 15_000);
    expect((await post('database/ping', { session_id: id })).status).toBe(404);
    expect(expired()[0]).toMatchObject({ tenant: 'acme', ...where(), requestId: undefined });
    expect(unhandled).toEqual([]);
  });

  it('has texts in it when they are asked for, but never parameters', async () => {
    const verbose = await testApp({ AUDIT_SQL: 'true', API_KEYS_FILE: keys.path }, { imports: [LedgerModule] }, logger);
    try {
      const { session_id: id } = await connect({}, verbose);
      lines.length = events.length = 0;
      await post('query/sql', { session_id: id, sql: "SELECT 'in the text', $1::text", params: ['a parameter'] }, {}, verbose);
      await post('query', { session_id: id, question: 'How many items are there?' }, {}, verbose);
      expect(seen(StatementStarting)[0]).toMatchObject({ sql: "SELECT 'in the text', $1::text" });
      expect(seen(QueryExecuted)).toMatchObject([{ sql: "SELECT 'in the text', $1::text", question: undefined }, { sql: expect.stringMatching(/^SELECT/), question: 'How many items are there?' }]);
      expect(lines.filter(({ event }) => event === 'query executed')).toMatchObject([{ sql: "SELECT 'in the text', $1::text" }, { question: 'How many items are there?' }]);
      expect(JSON.stringify([events, lines])).not.toContain('a parameter');
    } finally {
      await verbose.close();
    }
  });

  it('leaves reads out of the log where it is told to, and nothing else', async () => {
    const quiet = await testApp({ AUDIT_READS: 'false', ALLOW_WRITES: 'true', API_KEYS_FILE: keys.path }, { imports: [LedgerModule] }, logger);
    try {
      writer = (await connect({ read_only: false }, quiet)).session_id;
      lines.length = events.length = 0;
      for (const text of ['SELECT 1', 'SELECT 1/0', 'UPDATE items SET name = name', 'DROP DATABASE x']) await sql(text, {}, {}, quiet);
      expect(seen(QueryExecuted)).toHaveLength(4);
      expect(lines.filter(({ event, level }) => event === 'query executed' && level === 'log').map(({ outcome, access }) => [outcome, access])).toEqual([['OK', 'write'], ['STATEMENT_NOT_ALLOWED', undefined]]);
    } finally {
      await quiet.close();
    }
  });
});
