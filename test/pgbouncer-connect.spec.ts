import type { Target } from '../src/pools/identity.js';
import { Problem } from '../src/problems/problem.js';
import { describeWithPgBouncer, identityThrough, PgBouncer, pgbouncer, withPgBouncer } from './support/pgbouncer.js';
import { testApp } from './support/test-app.js';
import { caller, statement, TestPools, testPools } from './support/test-pools.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

type Role = { user: string; password: string };

describeWithPgBouncer('PgBouncer as it is connected to', () => {
  let database: TestDatabase;
  let role: Role;
  let pools: TestPools;

  beforeAll(async () => {
    database = await testDatabase('CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL); INSERT INTO accounts VALUES (1, 100)');
    role = await database.role(['GRANT SELECT ON accounts TO :role']);
  });
  afterAll(() => database.drop());
  afterEach(() => pools?.end());

  const identity = (who: Role, by: PgBouncer, target: Partial<Target> = {}) => identityThrough(by, database, who, target);
  const rowsOf = async (text: string, as: ReturnType<typeof identity>) => (await pools.manager.read(as, caller(), statement(text))).rows;
  const codeOf = (work: Promise<unknown>) => work.then(() => 'OK', (error) => (error instanceof Problem ? error.code : String(error)));
  const connect = (as: ReturnType<typeof identity>) => pools.manager.verify(as, async () => {});
  const pool = () => pools.manager.list()[0];

  it('is dialled twice the first time only where it refuses start-up parameters', async () => {
    await withPgBouncer(database, {}, async (bouncer) => {
      pools = testPools();
      const as = identity(role, bouncer);
      expect(await rowsOf('SELECT 1', as)).toEqual([['1']]);
      await Promise.all([1, 2, 3, 4, 5].map(() => rowsOf('SELECT pg_sleep(0.02)', as)));
      expect(pool()?.opened).toBeGreaterThan(1);
      expect(bouncer.log.split('closing because: unsupported startup parameter').length - 1).toBe(1);
    });
  });

  describe('refuses', () => {
    beforeEach(() => (pools = testPools({ CONNECT_TIMEOUT_MS: '2000' })));

    const wrong = (who = role): Role => ({ ...who, password: 'wrong' });
    const nobody: Role = { user: 'nobody_of_this_name', password: 'wrong' };

    it.each(['scram-sha-256', 'md5'])('credentials that its file does not have (%s)', async (auth_type) => {
      await withPgBouncer(database, { settings: { auth_type }, users: [role] }, async (bouncer) => {
        expect(await codeOf(connect(identity(role, bouncer)))).toBe('OK');
        expect(await codeOf(connect(identity(wrong(), bouncer)))).toBe('AUTHENTICATION_FAILED');
        expect(await codeOf(connect(identity(nobody, bouncer)))).toBe('AUTHENTICATION_FAILED');
        expect(await codeOf(connect(identity(role, bouncer, { database: 'no_such_database' })))).toBe('DATABASE_NOT_FOUND');
      });
    });

    it.each(['scram-sha-256', 'md5'])('credentials that the database it asks does not have (%s)', async (auth_type) => {
      await withPgBouncer(database, { settings: { auth_type } }, async (bouncer) => {
        expect(await codeOf(connect(identity(role, bouncer)))).toBe('OK');
        expect(await codeOf(connect(identity(wrong(), bouncer)))).toBe('AUTHENTICATION_FAILED');
        expect(await codeOf(connect(identity(nobody, bouncer)))).toBe('AUTHENTICATION_FAILED');
        // There is nobody to ask, and it does not tell that from a wrong password.
        expect(await codeOf(connect(identity(role, bouncer, { database: 'no_such_database' })))).toMatch(/^(AUTHENTICATION_FAILED|DATABASE_NOT_FOUND)$/);
      });
    });

    it('what the server behind it refuses', async () => {
      const [outdated, banned] = [await database.role(), await database.role(['ALTER ROLE :role NOLOGIN'])];
      await database.sql.unsafe(`ALTER ROLE ${outdated.user} PASSWORD 'another'`);
      await withPgBouncer(database, { databases: { '*': '' }, users: [role, outdated, banned] }, async (bouncer) => {
        expect(await codeOf(connect(identity(outdated, bouncer)))).toBe('AUTHENTICATION_FAILED');
        expect(await codeOf(connect(identity(banned, bouncer)))).toBe('AUTHENTICATION_FAILED');
        expect(await codeOf(connect(identity(role, bouncer, { database: 'no_such_database' })))).toBe('DATABASE_NOT_FOUND');
      });
    });

    it('but does not blame the caller for credentials of its own', async () => {
      const [mine, its] = [await database.role(), await database.role()];
      await withPgBouncer(database, { databases: { [database.name]: `user=${its.user} password=wrong` }, users: [mine] }, async (bouncer) => {
        expect(await codeOf(connect(identity(mine, bouncer)))).toBe('DATABASE_UNAVAILABLE');
      });
    });

    it('more clients than it takes', async () => {
      await withPgBouncer(database, { settings: { max_client_conn: 1 }, users: [role] }, async (bouncer) => {
        await rowsOf('SELECT 1', identity(role, bouncer));
        await expect(connect(identity(role, bouncer, { tenant: 'b' }))).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', detail: expect.stringContaining('no connection left'), retryAfterSeconds: 5 });
      });
    });

    it('its console as a database', async () => {
      await withPgBouncer(database, {}, async (bouncer) => {
        expect(await codeOf(connect(identity(database.admin, bouncer, { database: 'pgbouncer' })))).toBe('DATABASE_UNAVAILABLE');
      });
    });

    it('to wait for ever for a server that is not there', async () => {
      await withPgBouncer(database, { databases: { [database.name]: 'port=1' }, users: [role] }, async (bouncer) => {
        expect(await codeOf(connect(identity(role, bouncer)))).toBe('DATABASE_UNAVAILABLE');
      });
    });

    it('to wait longer than it is told for a database that is paused', async () => {
      await withPgBouncer(database, { settings: { query_wait_timeout: 1 } }, async (bouncer) => {
        const as = identity(role, bouncer);
        await rowsOf('SELECT 1', as);
        await bouncer.command('PAUSE');
        expect(await codeOf(rowsOf('SELECT 1', as))).toBe('DATABASE_UNAVAILABLE');
        await bouncer.command('RESUME');
        expect(await rowsOf('SELECT 1', as)).toEqual([['1']]);
      });
    });

    it('a changed password, which ends the pool of the old one', async () => {
      const changing = await database.role();
      await withPgBouncer(database, {}, async (bouncer) => {
        const as = identity(changing, bouncer);
        await rowsOf('SELECT 1', as);
        await database.sql.unsafe(`ALTER ROLE ${changing.user} PASSWORD 'another'`);
        await eventually(() => pool()?.idle.length, (idle) => idle === 1);
        pool()?.dropIdle();
        await eventually(() => pool()?.idle.length, (idle) => idle === 0);
        expect(await codeOf(rowsOf('SELECT 1', as))).toBe('AUTHENTICATION_FAILED');
        expect(pools.manager.isStale(as)).toBe(true);
        expect(await rowsOf('SELECT 1', identity({ ...changing, password: 'another' }, bouncer))).toEqual([['1']]);
      });
    });
  });

  it('comes back after a restart', async () => {
    const options = { users: [role] };
    const first = await pgbouncer(database, options);
    pools = testPools();
    const as = identity(role, first);
    await rowsOf('SELECT 1', as);
    await first.stop();
    expect(await codeOf(rowsOf('SELECT 1', as))).toBe('DATABASE_UNAVAILABLE');
    await withPgBouncer(database, { ...options, port: first.port }, async () => {
      await eventually(() => codeOf(rowsOf('SELECT 1', as)), (code) => code === 'OK');
    });
  });

  it('serves whole sessions over HTTP', async () => {
    const app = await testApp();
    try {
      await withPgBouncer(database, {}, async (bouncer) => {
        const open = (port: number, password = role.password) => app.post('/api/v1/database/connect', { host: '127.0.0.1', port, database: database.name, username: role.user, password });
        const [direct, through] = [await open(database.port), await open(bouncer.port)];
        expect(through.status).toBe(200);
        expect(through.body.database_info).toEqual(direct.body.database_info);
        const { body } = await app.sql(through.body.session_id, 'SELECT id, balance FROM accounts');
        expect(body).toMatchObject({ success: true, results: [{ id: 1, balance: 100 }] });
        const wrong = await open(bouncer.port, 'wrong');
        expect([wrong.status, wrong.body.code]).toEqual([401, 'AUTHENTICATION_FAILED']);
      });
    } finally {
      await app.close();
    }
  });
});
