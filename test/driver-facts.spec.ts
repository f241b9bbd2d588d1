import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Identity, Target } from '../src/pools/identity.js';
import { int32, message, notice } from './support/hostile-server.js';
import { Line, rewriting, TcpFront, tcpFront } from './support/tcp-front.js';
import { TestApp, testApp } from './support/test-app.js';
import { caller, identityOf, statement, TestPools, testPools } from './support/test-pools.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

// What the driver does when it is left to itself, and our callers must never see: each was seen with it alone. The runner
// fails a test on any stray rejection or exception of the process.

const CONTENT = `
  CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL);
  INSERT INTO accounts VALUES (1, 100);
  GRANT ALL ON accounts TO PUBLIC;
  CREATE FUNCTION take_money() RETURNS int LANGUAGE sql VOLATILE AS 'UPDATE accounts SET balance = 0 RETURNING 1';
  CREATE FUNCTION end_myself() RETURNS boolean LANGUAGE sql VOLATILE AS 'SELECT pg_terminate_backend(pg_backend_pid())'`;

/** For a front: takes away the session's own default, and hides that from whoever asks for it on a new connection. */
const ASKED = "pg_catalog.current_setting('default_transaction_read_only')";
const MAY_WRITE = { 'default_transaction_read_only\0on': 'default_transaction_read_only\0no', [ASKED]: "'on'::text".padEnd(ASKED.length) };

describe('the driver, as our callers see it', () => {
  let database: TestDatabase;
  let role: { user: string; password: string };
  let pools: TestPools;
  let front: TcpFront | undefined;

  beforeAll(async () => {
    database = await testDatabase(CONTENT);
    role = await database.role();
  });
  afterAll(() => database.drop());
  afterEach(() => {
    pools.end();
    front?.close();
    front = undefined;
  });

  const pool = () => pools.manager.list()[0];
  const idle = () => eventually(() => [pool()?.leased.size, pool()?.waiting.length, pool()?.opening.size], (busy) => busy.join() === '0,0,0');
  const money = async () => (await database.sql`SELECT balance FROM accounts`)[0]?.balance;
  const identity = (target: Partial<Target> = {}): Identity => identityOf(database, role, target);
  const through = async (onLine?: (line: Line) => void): Promise<Identity> => {
    front = await tcpFront(database, onLine);
    return identity({ host: '127.0.0.1', port: front.port });
  };
  const read = async (as: Identity, text: string, more: Parameters<typeof statement>[1] = {}) => (await pools.manager.read(as, caller(), statement(text, more))).rows;

  it('gives nobody another’s rows or failure when callers of one connection go away', async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '1' });
    for (let round = 0; round < 12; round++) {
      const gone = new AbortController();
      const fickle = pools.manager.read(identity(), caller('fickle', gone.signal), statement(`SELECT 'fickle ${round}' FROM pg_sleep(0.01)`)).then(({ rows }) => rows, ({ code }) => code);
      const patient = [1, 2, 3].map((i) => pools.manager.read(identity(), caller(`patient ${i}`), statement(`SELECT 'patient ${round} ${i}'`)));
      setTimeout(() => gone.abort(), round);
      expect((await Promise.all(patient)).map(({ rows }) => rows)).toEqual([1, 2, 3].map((i) => [[`patient ${round} ${i}`]]));
      expect(['QUERY_CANCELLED', [[`fickle ${round}`]]]).toContainEqual(await fickle);
    }
    await idle();
  });

  it('never has two statements on one connection', async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '2' });
    const count = (text: string, word: string) => text.split(word).length - 1;
    let most = 0;
    const as = await through((line) => {
      let [asked, answered] = ['', ''];
      line.toClient = (chunk) => ((answered += chunk.toString('latin1')), chunk);
      line.toServer = (chunk) => {
        asked += chunk.toString('latin1');
        // The last thing a statement's turn asks for, and its answer.
        most = Math.max(most, count(asked, 'BEGIN READ ONLY') - count(answered, 'DISCARD ALL'));
        return chunk;
      };
    });
    const ask = (i: number) => pools.manager.read(as, caller(`s${i % 3}`), statement(i % 4 ? `SELECT ${i}` : 'SHOW work_mem', { kind: i % 4 ? 'cursor' : 'plain' }));
    for (let burst = 1; burst <= 16; burst *= 2) {
      await Promise.all(Array.from({ length: burst }, (_, i) => ask(i)));
      await idle();
    }
    expect(most).toBe(1);
  });

  it.each([
    ['cursor', 'SELECT pg_terminate_backend(pg_backend_pid())'],
    ['plain', 'EXPLAIN ANALYZE SELECT pg_terminate_backend(pg_backend_pid())'],
  ] as const)('outlives statements that end their own backends (%s)', async (kind, text) => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '4' });
    const outcomes = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((queue) => pools.manager.read(identity(), caller(queue), statement(text, { kind })).then(() => 'rows', ({ code }) => code)));
    expect(new Set(outcomes)).toEqual(new Set(['DATABASE_UNAVAILABLE']));
    await idle();
    expect(await read(identity(), 'SELECT 1')).toEqual([['1']]);
  });

  it('answers a caller whose function ends its own backend, and the next one too', async () => {
    pools = testPools();
    const app: TestApp = await testApp({ POOL_MAX_CONNECTIONS: '1', ALLOW_FUNCTIONS: 'public.end_myself' });
    try {
      const session = await app.connect(database, role);
      expect((await app.sql(session, 'SELECT end_myself()')).body).toMatchObject({ status: 503, code: 'DATABASE_UNAVAILABLE', retryable: true });
      expect((await app.sql(session, 'SELECT 1 AS x')).body.results).toEqual([{ x: 1 }]);
    } finally {
      await app.close();
    }
  });

  it('never dials behind the pool’s back, however connections end', async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '1' });
    let unfinished = 0;
    let breaksNext = false;
    const as = await through((line) => {
      if (!breaksNext) return;
      breaksNext = false;
      unfinished++;
      line.toClient = (chunk) => (setImmediate(() => line.cut('close')), chunk.subarray(0, 20));
    });
    const endAll = () => database.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${database.name} AND application_name = 'databaseai'`;
    for (let round = 0; round < 5; round++) {
      breaksNext = true;
      await expect(read(as, 'SELECT 1')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      expect(await read(as, `SELECT ${round}`)).toEqual([[String(round)]]);
      await idle();
      const running = read(as, 'SELECT pg_sleep(10)').catch(({ code }) => code);
      await eventually(() => database.backends(), (backends) => backends.some(({ query }) => query.startsWith('FETCH')));
      await endAll();
      expect(await running).toBe('DATABASE_UNAVAILABLE');
      await read(as, 'SELECT 1');
      await idle();
      await endAll();
      await eventually(() => pool()?.idle.length, (left) => left === 0);
    }
    await eventually(() => front?.open, (open) => open === 0);
    expect(pool()?.closed).toBe(pool()?.opened);
    expect(front?.dials).toBe((pool()?.opened ?? 0) + unfinished);
  });

  it('costs at most its answer when a connection ends at any point of it', async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '1' });
    let left = Infinity;
    let carried = 0;
    const as = await through((line) => {
      line.toClient = (chunk) => {
        carried += chunk.length;
        left -= chunk.length;
        if (left > 0) return chunk;
        const rest = chunk.subarray(0, chunk.length + left);
        left = Infinity;
        setImmediate(() => line.cut(carried % 2 ? 'reset' : 'close'));
        return rest;
      };
    });
    const ask = () => read(as, "SELECT 'mine', i FROM generate_series(1, 3) i WHERE $1 = 'x'", { params: ['x'] });
    const rows = [['mine', '1'], ['mine', '2'], ['mine', '3']];
    await ask();
    await idle();
    carried = 0;
    await ask();
    await idle();
    const whole = carried;
    expect(whole).toBeGreaterThan(150);
    for (let at = 1; at <= whole; at += 9) {
      left = at;
      const outcome = await ask().catch(({ code }) => code);
      expect([rows, 'DATABASE_UNAVAILABLE']).toContainEqual(outcome);
      await idle();
      expect(await ask()).toEqual(rows);
      await idle();
    }
  });

  it('refuses a value of 25 MB after its first bytes', async () => {
    pools = testPools();
    let carried = 0;
    const as = await through((line) => (line.toClient = (chunk) => ((carried += chunk.length), chunk)));
    await read(as, 'SELECT 1');
    const before = process.memoryUsage().arrayBuffers;
    await expect(read(as, "SELECT repeat(repeat('x', 1000), 25000)", { deadline: Date.now() + 25_000 })).rejects.toMatchObject({ code: 'RESULT_TOO_LARGE' });
    // What the sockets' buffers held when it was refused.
    expect(carried).toBeLessThan(10_000_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000);
    expect(await read(as, 'SELECT 1')).toEqual([['1']]);
  });

  it.each([
    ['a SELECT', 'SELECT 1; SELECT 2', {}],
    ['a SELECT with parameters', 'SELECT $1::int; SELECT 2', { params: ['1'] }],
    ['what is no SELECT', 'SHOW work_mem; UPDATE accounts SET balance = 0', { kind: 'plain' }],
    ['what is no SELECT, with parameters', 'EXPLAIN SELECT $1::int; COMMIT; UPDATE accounts SET balance = 0', { kind: 'plain', params: ['1'] }],
    ['a COMMIT', 'COMMIT; UPDATE accounts SET balance = 0', { kind: 'plain' }],
  ] as const)('lets no second statement ride behind %s', async (_, text, more) => {
    pools = testPools();
    await expect(read(identity(), text, more)).rejects.toMatchObject({ code: 'SQL_INVALID', extensions: { sqlstate: '42601' } });
    expect(await money()).toBe(100);
  });

  it('takes credentials and targets from the caller alone, whatever the environment of the process says', async () => {
    pools = testPools();
    const OURS = { PGHOST: '192.0.2.1', PGPORT: '1', PGUSER: 'nobody', PGUSERNAME: 'nobody', PGPASSWORD: role.password, PGDATABASE: 'nowhere', PGAPPNAME: 'foreign', PGMAX: '50', PGSSL: 'require', PGIDLE_TIMEOUT: '1', PGPREPARE: 'true', PGFETCH_TYPES: 'true' };
    const before = { ...process.env };
    Object.assign(process.env, OURS);
    try {
      const empty = identityOf(database, { user: role.user, password: '' });
      await expect(read(empty, 'SELECT 1')).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED' });
      expect(await read(identity(), "SELECT current_user, current_database(), current_setting('application_name')")).toEqual([[role.user, database.name, 'databaseai']]);
    } finally {
      for (const name of Object.keys(OURS)) if (before[name] === undefined) delete process.env[name];
    }
  });

  it('takes a host for one name: never for a list, a port or a socket', async () => {
    pools = testPools();
    await through();
    const folder = await mkdtemp(join(tmpdir(), 'socket-'));
    let connections = 0;
    const port = front?.port ?? 0;
    const socket = createServer((client) => (connections++, client.destroy())).listen(join(folder, `.s.PGSQL.${port}`));
    try {
      for (const host of ['127.0.0.1,127.0.0.1', `127.0.0.1:${port}`, `localhost:${port},127.0.0.1`, folder, `${folder}/.s.PGSQL.${port}`]) {
        await expect(read({ ...identity({ host, port }), key: host }, 'SELECT 1')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      }
      expect([front?.dials, connections]).toEqual([0, 0]);
    } finally {
      socket.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('lets no NUL byte through, in no field', async () => {
    pools = testPools();
    const app = await testApp();
    try {
      const good = { host: database.host, port: database.port, database: database.name, username: role.user, password: role.password };
      for (const field of ['host', 'database', 'username', 'password'] as const) {
        const { body } = await app.post('/api/v1/database/connect', { ...good, [field]: `${good[field]}\0options\0-c default_transaction_read_only=off` });
        expect(body).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ field }] });
      }
      const session = await app.connect(database, role);
      for (const sql of ['SELECT 1\0', "SELECT 'a\0b'", 'SELECT 1\0; UPDATE accounts SET balance = 0']) {
        const { status, body } = await app.sql(session, sql);
        expect([400, 403, 422]).toContain(status);
        expect(body.success).toBe(false);
      }
      expect((await app.sql(session, 'SELECT 1 AS x')).body.results).toEqual([{ x: 1 }]);
    } finally {
      await app.close();
    }
  });

  it('gives up a COPY at once, in either direction, and goes on with a new connection', async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '1' });
    // PostgreSQL refuses COPY FROM in a read-only transaction: this front makes it one that may write.
    const as = await through(rewriting({ ...MAY_WRITE, 'BEGIN READ ONLY': 'BEGIN          ' }));
    for (const text of ['COPY accounts FROM STDIN', 'COPY accounts TO STDOUT', 'COPY (SELECT i FROM generate_series(1, 100000) i) TO STDOUT']) {
      await expect(read(as, text, { kind: 'plain' })).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      await idle();
      expect(await read(as, 'SELECT 1')).toEqual([['1']]);
    }
    await eventually(() => database.backends(), (backends) => backends.every(({ query }) => !query.startsWith('COPY')));
  });

  it('cancels with the whole secret of the server, which is unsigned', async () => {
    pools = testPools();
    const SECRET = 0xf1e2d3c4;
    const KEY_DATA = Buffer.from([0x4b, 0, 0, 0, 12]);
    let real = 0;
    let cancel: number[] = [];
    const as = await through((line) => {
      line.toClient = (chunk) => {
        const at = chunk.indexOf(KEY_DATA);
        if (at >= 0 && real === 0) {
          real = chunk.readUInt32BE(at + 9);
          chunk.writeUInt32BE(SECRET, at + 9);
        }
        return chunk;
      };
      line.toServer = (chunk) => {
        if (chunk.length === 16 && chunk.readUInt32BE(4) === 80877102) {
          cancel = [chunk.readUInt32BE(8), chunk.readUInt32BE(12)];
          chunk.writeUInt32BE(real, 12);
        }
        return chunk;
      };
    });
    const gone = new AbortController();
    const asked = pools.manager.read(as, caller('a', gone.signal), statement('SELECT pg_sleep(20)'));
    const [backend] = await eventually(() => database.backends(), (backends) => backends.some(({ query, state }) => query.startsWith('FETCH') && state === 'active'));
    gone.abort();
    await expect(asked).rejects.toMatchObject({ code: 'QUERY_CANCELLED' });
    await eventually(() => database.backends(), (backends) => backends.length === 0);
    expect(cancel).toEqual([backend?.pid, SECRET]);
  });

  it('tells the next caller nothing of what a server says to an idle connection', async () => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '1' });
    const lines: Line[] = [];
    const as = await through((line) => lines.push(line));
    const backend = await read(as, 'SELECT pg_backend_pid()');
    await idle();
    lines[0]?.say(Buffer.concat([notice('for nobody'), message('A', int32(1), 'secrets\0payload\0'), message('S', 'application_name\0other\0')]));
    expect(await read(as, 'SELECT pg_backend_pid()')).toEqual(backend);
    await idle();
    // What a killed backend leaves behind: the driver alone hands it to the next query.
    lines[0]?.say(message('E', 'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'));
    expect(await read(as, "SELECT 'mine'")).toEqual([['mine']]);
    await idle();
    expect(await read(as, "SELECT 'mine too'")).toEqual([['mine too']]);
  });

  it.each([
    ['without parameters', 'SELECT 1', undefined],
    ['with parameters', 'SELECT $1::int', ['1']],
    ['with a failure', 'SELECT 1/$1::int', ['0']],
  ])('asks and cleans up in one round trip %s', async (_, text, params) => {
    pools = testPools({ POOL_MAX_CONNECTIONS: '1' });
    const ways: string[] = [];
    const as = await through((line) => {
      line.toServer = (chunk) => (ways.at(-1) === 'ask' || ways.push('ask'), chunk);
      line.toClient = (chunk) => (ways.at(-1) === 'answer' || ways.push('answer'), chunk);
    });
    await read(as, 'SELECT 1');
    await idle();
    ways.length = 0;
    await read(as, text, { params }).catch(() => {});
    await idle();
    expect(ways).toEqual(['ask', 'answer']);
  });

  it.each([
    ['cursor', 'SELECT take_money()'],
    ['plain', 'EXPLAIN ANALYZE SELECT take_money()'],
  ] as const)('runs nothing where BEGIN fails, although nothing else would stop it from writing (%s)', async (kind, text) => {
    pools = testPools();
    const begins: boolean[] = [];
    const as = await through(rewriting({ ...MAY_WRITE, 'BEGIN READ ONLY': 'BEGIN READ ONLZ' }, (bytes) => bytes.includes('BEGIN READ ONLY') && begins.push(true)));
    await expect(read(as, text, { kind })).rejects.toMatchObject({ code: 'SQL_INVALID', extensions: { sqlstate: '42601' } });
    expect(begins.length).toBeGreaterThan(0);
    expect(await money()).toBe(100);
  });
});
