import { PROBLEM_CODES } from '../src/problems/problem-codes.js';
import { attackedDatabase, PLANTED_SECRET, type AttackedDatabase } from './attacks/outside.js';
import { ATTACK_CLASSES, ATTACKS, type Attack } from './attacks/statements.js';
import { type Answer, TestApp, testApp } from './support/test-app.js';

/** What the next caller on the same connection sees of it. */
const INNOCENT = `select (select count(*) from accounts) as rows, (select sum(balance) from public.accounts) as money, current_setting('TimeZone') as zone, current_user = session_user as self,
  coalesce(current_setting('intruder.x', true), '') as left_behind, current_setting('transaction_read_only') as read_only, current_setting('standard_conforming_strings') as strings,
  (select count(*) from pg_class where relpersistence = 't') as temporary, (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) as locks,
  (select count(*) from pg_prepared_statements where name like 'intruder%') as prepared, (select count(*) from pg_cursors where name = 'intruder') as cursors, (select count(*) from pg_listening_channels()) as channels`;
const UNTOUCHED = { rows: 10, money: 1000, zone: 'UTC', self: true, left_behind: '', read_only: 'on', strings: 'on', temporary: 0, locks: 0, prepared: 0, cursors: 0, channels: 0 };

let database: AttackedDatabase;
let app: TestApp;
let before: string;

beforeAll(async () => {
  database = await attackedDatabase();
  app = await testApp({ POOL_MAX_CONNECTIONS: '1' });
  before = await database.fingerprint();
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

/** What is wrong with an answer to an attack, if anything. */
function complaint({ status, body, text }: Answer, mayRun?: boolean): string | undefined {
  if (text.includes(PLANTED_SECRET) || text.includes('SCRAM-SHA-256$')) return `gave a secret away: ${text.slice(0, 200)}`;
  if (status === 200) return mayRun ? undefined : `was answered: ${text.slice(0, 200)}`;
  return status >= 400 && status < 500 && body?.code in PROBLEM_CODES ? undefined : `ended in ${status} ${text.slice(0, 200)}`;
}

describe.each(['reader', 'superuser'] as const)('as a %s', (who) => {
  let attacker: string;
  let other: string;

  beforeAll(async () => {
    const role = who === 'reader' ? database.reader : database.admin;
    [attacker, other] = [await app.connect(database, role), await app.connect(database, role)];
    expect((await app.sql(other, INNOCENT)).body.results).toEqual([UNTOUCHED]);
  });

  async function attack({ sql, from, mayRun }: Attack): Promise<object | undefined> {
    const text = database.fill(sql);
    const wrong = complaint(await app.sql(attacker, text, { timeout_ms: 5000 }), mayRun);
    const after = await database.fingerprint();
    const innocent = await app.sql(other, INNOCENT);
    const seen = JSON.stringify(innocent.body?.results ?? innocent.body);
    if (wrong === undefined && after === before && seen === JSON.stringify([UNTOUCHED])) return undefined;
    return { sql: text.slice(0, 300), from, wrong, ...(after === before ? {} : { before, after }), ...(seen === JSON.stringify([UNTOUCHED]) ? {} : { seen }) };
  }

  it.each(ATTACK_CLASSES)('nobody gets through with %s', async (name) => {
    const culprits: object[] = [];
    for (const one of ATTACKS.filter(({ class: its }) => its === name)) {
      const found = await attack(one);
      if (found) culprits.push(found);
    }
    expect(culprits).toEqual([]);
  });
});

it('the fingerprint tells what the attacks are after', async () => {
  const changes = ['update accounts set balance = balance + 1 where id = 1', "select nextval('numbers')", 'create table intruder (a int)', "comment on table accounts is 'x'", 'select lo_create(0)', "select lo_put(oid, 0, 'x') from pg_largeobject_metadata", 'grant all on figures to public', 'create or replace view report as select 1 as id', 'select pg_advisory_lock(3)'];
  const fresh = await attackedDatabase();
  try {
    for (const change of changes) {
      const was = await fresh.fingerprint();
      await fresh.sql.unsafe(change);
      expect({ change, same: (await fresh.fingerprint()) === was }).toEqual({ change, same: false });
    }
  } finally {
    await fresh.drop();
  }
});
