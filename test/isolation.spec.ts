import type { Identity } from '../src/pools/identity.js';
import { ATTACKED_CONTENT, ATTACKER_GRANTS, ATTACKS, damage, NO_DAMAGE, ODD_SETTINGS, TRACES, VALUES, VALUES_AS_TEXT } from './support/attacks.js';
import { caller, identityOf, statement, TestPools, testPools } from './support/test-pools.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

// Below the guard, through the pools' own interface: the guard would refuse most of these and so prove nothing about the
// connections. The pool has one connection, so that the next caller gets the very one that was attacked or a fresh one.

describe('isolation between callers of one connection', () => {
  let database: TestDatabase;
  let identity: Identity;
  let pools: TestPools;
  let clean: unknown;

  beforeAll(async () => {
    database = await testDatabase(ATTACKED_CONTENT);
    const role = await database.role(ATTACKER_GRANTS);
    identity = identityOf(database, role);
  });
  afterAll(() => database.drop());

  beforeEach(async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '1', POOL_ACQUIRE_TIMEOUT_MS: '5000' });
    clean = (await pools.manager.read(identity, caller('innocent'), statement(TRACES))).rows;
  });
  afterEach(() => pools.end());

  it.each(ATTACKS)('%s leaves no trace', async (text, kind) => {
    await pools.manager.read(identity, caller('attacker'), statement(text, { ...kind, deadline: Date.now() + 3000 })).catch(() => {});
    expect((await pools.manager.read(identity, caller('innocent'), statement(TRACES))).rows).toEqual(clean);

    // The answer comes before the reset.
    const [seen] = await eventually(() => damage(database), ([row]) => row?.open_transactions === 0);
    expect(seen).toEqual(NO_DAMAGE);
  });

  it('lets nothing through when BEGIN itself fails', async () => {
    // A backend that dies between two statements makes BEGIN fail; what was written behind it must not run.
    const reads = Array.from({ length: 50 }, async (_, i) => {
      await database.sql`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = ${database.name} AND application_name = 'databaseai'`;
      return pools.manager.read(identity, caller(`s${i}`), statement('UPDATE accounts SET balance = 0')).catch(({ code }) => code);
    });
    for (const outcome of await Promise.all(reads)) expect(typeof outcome).toBe('string');
    const [{ money } = {}] = await database.sql`SELECT sum(balance)::int AS money FROM accounts`;
    expect(money).toBe(NO_DAMAGE.money);
  });
});

describe('settings of roles and databases', () => {
  let database: TestDatabase;
  let pools: TestPools;

  beforeAll(async () => {
    database = await testDatabase("CREATE SCHEMA shadow; CREATE FUNCTION shadow.abs(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 666'; GRANT USAGE ON SCHEMA shadow TO PUBLIC");
    pools = testPools();
  });
  afterAll(async () => {
    pools.end();
    await database.drop();
  });

  it('change no answer', async () => {
    const plainRole = await database.role();
    const oddRole = await database.role([...ODD_SETTINGS.map((setting) => `ALTER ROLE :role SET ${setting}`), 'ALTER ROLE :role SET search_path = shadow, pg_catalog, public']);
    const read = async (role: typeof plainRole) => (await pools.manager.read(identityOf(database, role), caller(), statement(VALUES))).rows;
    const expected = await read(plainRole);
    expect(expected).toEqual([VALUES_AS_TEXT]);
    expect(await read(oddRole)).toEqual(expected);
    for (const setting of ODD_SETTINGS) await database.sql.unsafe(`ALTER DATABASE ${database.name} SET ${setting}`);
    expect(await read(await database.role())).toEqual(expected);
  });

  it('leave the role its own search path, behind the built-in schema', async () => {
    const role = await database.role(['ALTER ROLE :role SET search_path = shadow, pg_catalog']);
    const { rows } = await pools.manager.read(identityOf(database, role), caller(), statement("SELECT current_setting('search_path')"));
    expect(rows).toEqual([['pg_catalog, shadow']]);
  });
});
