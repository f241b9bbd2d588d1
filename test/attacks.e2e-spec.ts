import { PROBLEM_CODES } from '../src/problems/problem-codes.js';
import { attackedDatabase, INNOCENT, PLANTED_SECRET, UNTOUCHED, type AttackedDatabase } from './attacks/outside.js';
import { ATTACK_CLASSES, ATTACKS, type Attack } from './attacks/statements.js';
import { type Answer, TestApp, testApp } from './support/test-app.js';

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
