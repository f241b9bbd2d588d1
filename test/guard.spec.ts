import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import postgres from 'postgres';
import { AllowedFunctions } from '../src/query/guard/allowed-functions.js';
import { inspect } from '../src/query/guard/inspect.js';
import { RememberedVerdicts } from '../src/query/guard/remembered-verdicts.js';
import { SqlParser } from '../src/query/guard/sql-parser.js';
import { decisionOn, refuseKind, STATEMENT_KINDS } from '../src/query/guard/statement-kinds.js';
import type { Admitted, Verdict } from '../src/query/guard/verdict.js';
import { GUARD_SCHEMA, INVALID, NEWER_QUERIES, PLAIN, QUERIES, REFUSED } from './guard-statements.js';
import { testDatabase, type TestDatabase } from './support/test-database.js';

let parser: SqlParser;
let database: TestDatabase;
let connection: postgres.ReservedSql;

beforeAll(async () => {
  parser = await SqlParser.load();
  database = await testDatabase(GUARD_SCHEMA);
  connection = await database.sql.reserve();
});

afterAll(async () => {
  connection.release();
  await database.drop();
});

function admitted(sql: string): Admitted {
  const verdict = inspect(sql, parser);
  expect(verdict).toMatchObject({ allowed: true });
  return verdict as Admitted;
}

/** Runs in a read-only transaction, by the protocol that takes one statement only. */
async function run(...statements: string[]): Promise<void> {
  await connection.unsafe('begin read only');
  try {
    for (const statement of statements) await connection.unsafe(statement, [], { simple: false } as object);
  } finally {
    await connection.unsafe('rollback');
  }
}

describe('reading statements', () => {
  it.each(QUERIES)('are admitted and run as a cursor: %s', async (sql) => {
    const { kind, text } = admitted(sql);
    expect(kind).toBe('cursor');
    await run(`declare c no scroll cursor for ${text}`, 'fetch 5 from c');
    // Nothing at the end of the text swallows what is put behind it.
    await run(`select * from (${text}) as t limit 1`);
  });

  it.each(PLAIN)('are admitted and run as they are: %s', async (sql) => {
    const { kind, text } = admitted(sql);
    expect(kind).toBe('plain');
    await run(text);
  });

  it.each(NEWER_QUERIES)('are admitted though not every server knows them: %s', (sql) => {
    expect(admitted(sql).kind).toBe('cursor');
  });
});

describe('the text of a statement', () => {
  it.each([
    ['select 1', 'select 1'],
    ['  select 1 ; ', 'select 1'],
    [';;select 1;;', 'select 1'],
    ['select 1 -- x', 'select 1'],
    ['select 1 -- x\n', 'select 1'],
    ['select 1 /* x */ -- y\n;', 'select 1'],
    ['/* é\u{1F600} */ select \'ü\u{1F600}\' /* ß */ , 1 -- ö', "select 'ü\u{1F600}' /* ß */ , 1"],
    ["-- ü\nselect '--', $$ -- $$;", "select '--', $$ -- $$"],
    ['select 1 as a\u00a0 ', 'select 1 as a\u00a0'],
    ['explain /* x */ select 1; -- y', 'explain /* x */ select 1'],
  ])('of %j is %j', (sql, text) => {
    expect(admitted(sql).text).toBe(text);
  });
});

describe('everything else', () => {
  it.each(REFUSED)('is refused with its reason: %s', (sql, because) => {
    expect(inspect(sql, parser)).toMatchObject({
      allowed: false,
      code: expect.stringMatching(/^(STATEMENT|WRITES)_NOT_ALLOWED$/),
      reason: expect.stringContaining(because),
      hint: expect.stringMatching(/.{10}/),
    });
  });

  it('is refused where several statements are sent, at the second one', () => {
    expect(inspect("select 'é\u{1F600}'; select 2; commit", parser)).toMatchObject({ code: 'STATEMENT_NOT_ALLOWED', reason: 'There are 3 statements.', position: 14 });
  });

  it('is refused at the place of the call', () => {
    expect(inspect("select 'é\u{1F600}', pg_reload_conf()", parser)).toMatchObject({ position: 14 });
  });

  it.each(INVALID)('is invalid when it is no statement (%#): $reason', ({ sql, reason, position }) => {
    expect(inspect(sql, parser)).toEqual({ allowed: false, code: 'SQL_INVALID', reason, hint: expect.any(String), position });
  });

  it.each([
    ['(0).pg_sleep'],
    ['g.pg_sleep from generate_series(0, 0) g'],
  ])('includes calls written as an attribute, because PostgreSQL makes them: select %s', async (selected) => {
    await run(`select ${selected}`);
    expect(inspect(`select ${selected.replace('pg_sleep', 'pg_cancel_backend')}`, parser)).toMatchObject({ allowed: false });
  });
});

describe('the kinds of statements', () => {
  it('are decided about, each by name, as many as the parser knows', async () => {
    const binary = await readFile(createRequire(import.meta.url).resolve('libpg-query/wasm/libpg-query.wasm'), 'latin1');
    const known = new Set(binary.match(/[A-Z][A-Za-z]+Stmt(?=\0)/g));
    expect([...known].filter((kind) => !Object.hasOwn(STATEMENT_KINDS, kind))).toEqual([]);
    expect(known.size).toBeGreaterThan(110);
  });

  it('that nobody has decided about are for nobody', () => {
    expect([decisionOn('TeleportStmt'), decisionOn('constructor')]).toEqual(['never', 'never']);
    expect(refuseKind('TeleportStmt').reason).toContain('not known to be harmless');
  });
});

describe('a table or column that is named like something refused', () => {
  it.each([
    'select pg_authid.id from reports.pg_authid',
    'select nextval, lo_get, setval from counters',
    'select pg_shadow from customers as pg_shadow',
    'with insert_log as (select 1) select * from insert_log',
  ])('is read all the same: %s', (sql) => {
    expect(admitted(sql).kind).toBe('cursor');
  });
});

describe('texts at the limits', () => {
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
  const tooDeep: [string, string][] = [
    ['parentheses', `select ${'('.repeat(100_000)}1${')'.repeat(100_000)}`],
    ['a chain of operators', `select ${'1+'.repeat(100_000)}1`],
    ['a chain of casts', `select 1${'::a'.repeat(80_000)}`],
    ['a chain of unions', `select 1${' union select 1'.repeat(17_000)}`],
    ['a chain of joins', `select 1 from a${' join a on b'.repeat(20_000)}`],
    ['subqueries', `${'select (('.repeat(20_000)}`],
    ['negations', `select ${'not '.repeat(60_000)}true`],
  ];

  it.each(tooDeep)('%s that nest too deeply are refused, and the parser goes on', async (_, sql) => {
    expect(inspect(sql, parser)).toMatchObject({ allowed: false, code: 'SQL_INVALID' });
    expect(inspect('select 1', parser)).toMatchObject({ allowed: true });
    await nextTurn();
    expect(inspect('delete from orders', parser)).toMatchObject({ allowed: false, code: 'WRITES_NOT_ALLOWED' });
  });

  it('can be sent over and over: the parser does not wear out', async () => {
    const sql = `select ${'1+'.repeat(20_000)}1`;
    for (let time = 0; time < 40; time += 1) {
      expect(inspect(sql, parser)).toMatchObject({ code: 'SQL_INVALID' });
      await nextTurn();
    }
    expect(inspect('select 1', parser)).toMatchObject({ allowed: true, text: 'select 1' });
  });

  it('a burst within one turn stops before the parser is worn out, and it is back in the next', async () => {
    const sql = `select ${'1+'.repeat(20_000)}1`;
    const burst = () => {
      for (let time = 0; time < 20; time += 1) inspect(sql, parser);
    };
    expect(burst).toThrow('being replaced');
    await nextTurn();
    expect(inspect('select 1', parser)).toMatchObject({ allowed: true });
  });

  it.each([
    ['a list', `select id from orders where id in (${Array.from({ length: 40_000 }, (_, n) => n).join(',')})`],
    ['a string', `select '${'é'.repeat(130_000)}'`],
    ['alternatives', `select id from orders where ${Array.from({ length: 10_000 }, (_, n) => `id = ${n}`).join(' or ')}`],
    ['blanks', `select 1${' '.repeat(250_000)}, 2${' '.repeat(5_000)}`],
    ['a deep but sane tree', `select ${'('.repeat(1_000)}1${')'.repeat(1_000)} ${'+ 1'.repeat(1_000)}`],
  ])('of 256 KiB are admitted: %s', (_, sql) => {
    expect(admitted(sql).kind).toBe('cursor');
  });

  it('hide no call, however deep', () => {
    expect(inspect(`select ${'abs('.repeat(800)}nextval('x')${')'.repeat(800)}`, parser)).toMatchObject({ code: 'STATEMENT_NOT_ALLOWED' });
  });
});

describe('verdicts that are remembered', () => {
  let texts: RememberedVerdicts;

  beforeAll(() => {
    texts = new RememberedVerdicts(parser, new AllowedFunctions([]));
  });

  /** All but the places of what is mentioned, which only a refusal needs. */
  const essence = (verdict: Verdict) => JSON.parse(JSON.stringify(verdict, (key, value) => (key === 'location' ? undefined : value)));

  it('are the same with and without having seen the like before, each with its own text', () => {
    const all = [...QUERIES, ...PLAIN, ...REFUSED.map((entry) => String(Array.isArray(entry) ? entry[0] : entry))];
    const variants = all.flatMap((text) => [text, text.replace(/\d+/g, '7'), text.replace(/\d+/g, '123456789'), text.replace(/\d+/g, '99999999999'), ` ${text}\n`, text]);
    for (const writing of [false, true]) {
      for (const text of variants) expect({ text, verdict: essence(texts.of(text, writing)) }).toEqual({ text, verdict: essence(inspect(text, parser, { writing })) });
    }
  });

  it.each([
    ['select 0', 'select 5', 'select 0 '],
    ['select * from t where id = 1 limit 20', ' select * from t where id = 300 limit 0'],
    ['select pg_sleep(10)', 'select 1, pg_sleep(10)', 'select 100, pg_sleep(10)'],
    ['select 1.5', 'select 2.5', 'select 1 .5', 'select .5'],
    ['select 1 a1', 'select 1a1', 'select 1e5', 'select 0x1F', 'select 1_000'],
    ['select a.b1 from t1 a', 'select a.b2 from t2 a'],
  ])('tell %s from what looks alike', (...alike) => {
    for (const text of [...alike, ...alike]) expect({ text, verdict: essence(texts.of(text, false)) }).toEqual({ text, verdict: essence(inspect(text, parser)) });
  });

  it('are the same for a text seen before, however many came between', () => {
    const sqls = Array.from({ length: 1_500 }, (_, n) => (n % 2 ? `select ${n}` : `select ${n}; select ${n}`));
    for (const _ of [1, 2]) expect(sqls.filter((sql) => texts.of(sql, false).allowed)).toHaveLength(750);
  });
});
