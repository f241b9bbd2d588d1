import { KeyEntry, keysFile, KeysFile } from './support/keys-file.js';
import { TestApp, testApp } from './support/test-app.js';
import { eventually, Gate, TestDatabase, testDatabase } from './support/test-database.js';

// The guard lets nobody take a lock, but a function of the database may.
const CONTENT = "CREATE TABLE orders (id int PRIMARY KEY); CREATE FUNCTION pass(gate int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1 FROM (SELECT pg_advisory_xact_lock_shared(gate)) AS passed'";
const through = ({ statement }: Gate) => statement.replace('pg_advisory_xact_lock_shared', 'pass');

describe('the limits of keys and tenants', () => {
  let database: TestDatabase;
  let roles: { user: string; password: string }[];
  let keys: KeysFile;
  let app: TestApp;

  beforeAll(async () => {
    database = await testDatabase(CONTENT);
    roles = [await database.role(), await database.role()];
  });
  afterAll(() => database.drop());
  afterEach(async () => {
    await app.close();
    keys.remove();
  });

  const start = async (entries: KeyEntry[], environment: Record<string, string> = {}) => {
    keys = keysFile([...entries, { name: 'boss', role: 'admin' }]);
    app = await testApp({ API_KEYS_FILE: keys.path, ALLOW_FUNCTIONS: 'public.pass', ...environment });
  };
  const connect = (key: string, role = 0) =>
    app.post('/api/v1/database/connect', { host: database.host, port: database.port, database: database.name, username: roles[role]?.user, password: roles[role]?.password }, keys.bearer(key));
  const session = async (key: string, role = 0): Promise<string> => (await connect(key, role)).body.session_id;
  const sql = (key: string, session_id: string | undefined, text = 'SELECT 1 AS one', more: object = {}) => app.post('/api/v1/query/sql', { session_id, sql: text, ...more }, keys.bearer(key));
  const poolsOf = async (key: string): Promise<{ user: string; active_connections: number; idle_connections: number; waiting: number }[]> => (await app.get('/api/v1/stats/pools', keys.bearer(key))).body.pools;

  it('bound the sessions of a tenant, over all its keys and however many come at once', async () => {
    await start([{ name: 'a', tenant: 'ours', limits: { sessions: 3 } }, { name: 'b', tenant: 'ours' }, { name: 'theirs' }]);
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => connect(i % 2 ? 'a' : 'b')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, ...new Array(7).fill(429)]);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({ code: 'TOO_MANY_SESSIONS', detail: 'This tenant holds as many sessions as it may (3).', retryable: true });
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect((await connect('theirs')).status).toBe(200);
    const { session_id } = answers.find(({ status }) => status === 200)?.body ?? {};
    await app.post('/api/v1/database/disconnect', { session_id }, keys.bearer('b'));
    expect((await connect('a')).status).toBe(200);
    expect((await connect('a')).status).toBe(429);
  });

  it('leave no place taken by connects that fail', async () => {
    await start([{ name: 'a', limits: { sessions: 1 } }]);
    for (let i = 0; i < 3; i++) {
      const { body } = await app.post('/api/v1/database/connect', { host: database.host, port: database.port, database: 'no_such_database', username: roles[0]?.user, password: roles[0]?.password }, keys.bearer('a'));
      expect(body.code).toBe('DATABASE_NOT_FOUND');
    }
    expect((await connect('a')).status).toBe(200);
  });

  it('bound the queries of a tenant under way, and nothing else of it', async () => {
    await start([{ name: 'a', tenant: 'ours', limits: { concurrent_queries: 2 } }, { name: 'b', tenant: 'ours' }, { name: 'theirs' }]);
    const [mine, others] = [await session('a'), await session('theirs')];
    const gate = await database.gate();
    const running = [sql('a', mine, through(gate)), sql('b', mine, through(gate))];
    await eventually(() => poolsOf('a'), ([pool]) => pool?.active_connections === 2);

    const refused = await sql('a', mine);
    expect(refused.body).toMatchObject({ status: 429, code: 'TOO_MANY_REQUESTS', detail: 'As many queries are under way as this tenant may have at one time (2).', retryable: true });
    expect(refused.headers.get('retry-after')).toBe('1');
    // Whatever can keep a database busy: a query route of the future is bounded, too.
    const { paths } = (await app.get('/openapi.json')).body;
    const queries = Object.keys(paths).filter((path) => path.startsWith('/api/v1/query') && paths[path].post);
    expect(queries.length).toBeGreaterThanOrEqual(3);
    for (const path of queries) expect([path, (await app.post(path, { session_id: mine, ...(path.endsWith('/sql') || path.endsWith('/approve') ? { sql: 'SELECT 1' } : {}), ...(path.endsWith('/sql') ? {} : { question: 'How many orders?' }) }, keys.bearer('b'))).status]).toEqual([path, 429]);
    expect((await sql('theirs', others)).status).toBe(200);
    expect((await app.post('/api/v1/database/ping', { session_id: mine }, keys.bearer('a'))).status).toBe(200);

    await gate.open();
    for (const { status } of await Promise.all(running)) expect(status).toBe(200);
    expect((await sql('a', mine)).status).toBe(200);
  });

  it('count a query no longer when it has ended, however it has', async () => {
    await start([{ name: 'a', limits: { concurrent_queries: 1 } }]);
    const mine = await session('a');
    expect((await sql('a', mine, 'SELECT 1/0')).status).toBe(422);
    expect((await sql('a', mine, 'DROP TABLE orders')).status).toBe(403);
    expect((await app.post('/api/v1/query/sql', { sql: 1 }, keys.bearer('a'))).status).toBe(400);
    expect((await app.post('/api/v1/query/sql', '{"sql": ', keys.bearer('a'))).status).toBe(400);

    const gate = await database.gate();
    const hangUp = new AbortController();
    const gone = fetch(`${app.url}/api/v1/query/sql`, {
      method: 'POST', headers: { 'content-type': 'application/json', ...keys.bearer('a') }, body: JSON.stringify({ session_id: mine, sql: through(gate) }), signal: hangUp.signal,
    }).catch(() => 'gone');
    await eventually(() => poolsOf('a'), ([pool]) => pool?.active_connections === 1);
    expect((await sql('a', mine)).status).toBe(429);
    hangUp.abort();
    expect(await gone).toBe('gone');
    await eventually(() => sql('a', mine), ({ status }) => status === 200);
    await gate.open();
  });

  it('bound the requests a minute of each key, with the setting for those without a number of their own', async () => {
    await start([{ name: 'slow', tenant: 'ours', limits: { requests_per_minute: 3 } }, { name: 'usual', tenant: 'ours' }], { RATE_LIMIT_PER_MINUTE: '5' });
    const statuses = async (key: string, count: number) => {
      const answers: number[] = [];
      for (let i = 0; i < count; i++) answers.push((await app.get('/api/v1/stats/pools', keys.bearer(key))).status);
      return answers;
    };
    expect(await statuses('slow', 5)).toEqual([200, 200, 200, 429, 429]);
    expect(await statuses('usual', 6)).toEqual([200, 200, 200, 200, 200, 429]);
    const { body, headers } = await app.get('/api/v1/stats/pools', keys.bearer('slow'));
    expect(body).toMatchObject({ code: 'TOO_MANY_REQUESTS', detail: 'More than 3 requests a minute have come with this API key.', retryable: true });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(10);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(20);
    for (let i = 0; i < 10; i++) expect((await app.get('/health/live')).status).toBe(200);
  });

  it('bound the connections of a tenant over all its pools: its idle ones make room, and its requests wait', async () => {
    await start([{ name: 'a', limits: { connections: 2 } }, { name: 'theirs' }], { SESSION_MAX_SHARE: '1', POOL_ACQUIRE_TIMEOUT_MS: '20000', CONNECT_TIMEOUT_MS: '20000' });
    const [first, second, others] = [await session('a', 0), await session('a', 1), await session('theirs')];
    const gate = await database.gate();
    const running = [sql('a', first, through(gate)), sql('a', first, through(gate)), sql('a', first, through(gate))];
    const held = (pools: { active_connections: number; idle_connections: number }[]) => pools.reduce((sum, pool) => sum + pool.active_connections + pool.idle_connections, 0);
    await eventually(() => poolsOf('a'), (pools) => pools.some(({ active_connections }) => active_connections === 2));
    const waiting = sql('a', second);
    await eventually(() => poolsOf('a'), (pools) => pools.some(({ user, waiting: count }) => user === roles[1]?.user && count === 1));
    expect(held(await poolsOf('a'))).toBe(2);
    expect((await Promise.all(Array.from({ length: 5 }, () => sql('theirs', others)))).map(({ status }) => status)).toEqual(new Array(5).fill(200));

    await gate.open();
    for (const { status, body } of await Promise.all([...running, waiting])) expect([status, body.code, body.detail]).toEqual([200, undefined, undefined]);
    expect(held(await poolsOf('a'))).toBeLessThanOrEqual(2);
    // In turn, each pool has to take from the other.
    for (let i = 0; i < 6; i++) expect((await sql('a', i % 2 ? first : second)).status).toBe(200);
    expect(held(await poolsOf('a'))).toBeLessThanOrEqual(2);
  });

  it('say whose limit it is when no connection becomes free in time', async () => {
    await start([{ name: 'a', limits: { connections: 1 } }], { CONNECT_TIMEOUT_MS: '500' });
    const [first, second] = [await session('a', 0), await session('a', 1)];
    const gate = await database.gate();
    const running = sql('a', first, through(gate));
    await eventually(() => poolsOf('a'), (pools) => pools.some(({ active_connections }) => active_connections === 1));
    expect((await sql('a', second)).body).toMatchObject({ status: 503, code: 'POOL_EXHAUSTED', detail: 'This tenant holds as many connections as it may, and none became free.' });
    await gate.open();
    await running;
    expect((await sql('a', second)).status).toBe(200);
  });

  it('let a connect prove credentials although the tenant has all its connections', async () => {
    await start([{ name: 'a', limits: { connections: 1 } }]);
    const first = await session('a', 0);
    const gate = await database.gate();
    const running = sql('a', first, through(gate));
    await eventually(() => poolsOf('a'), (pools) => pools.some(({ active_connections }) => active_connections === 1));
    expect((await connect('a', 1)).status).toBe(200);
    await eventually(() => database.backends(), (backends) => backends.length === 1);
    await gate.open();
    await running;
  });

  it('lower what a caller of a key may ask for as its time limit, and what it gets without asking', async () => {
    await start([{ name: 'quick', tenant: 'ours', limits: { statement_timeout_ms: 200 } }, { name: 'patient', tenant: 'ours' }]);
    const mine = await session('quick');
    expect((await sql('quick', mine, 'SELECT 1', { timeout_ms: 201 })).body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', errors: [{ field: 'timeout_ms', message: 'timeout_ms must not be greater than 200' }] });
    const gate = await database.gate();
    expect((await sql('quick', mine, through(gate))).body).toMatchObject({ status: 504, code: 'STATEMENT_TIMEOUT' });
    await gate.open();
    expect((await sql('quick', mine, 'SELECT 1', { timeout_ms: 200 })).status).toBe(200);
    expect((await sql('patient', mine, 'SELECT 1', { timeout_ms: 30_000 })).status).toBe(200);
  });

  it('open the default database to the keys that may use it', async () => {
    const { user, password } = roles[0] ?? {};
    await start([{ name: 'in', default_database: true }, { name: 'out' }], { DATABASE_URL: `postgres://${user}:${password}@${database.host}:${database.port}/${database.name}` });
    expect((await sql('in', undefined)).body.results).toEqual([{ one: 1 }]);
    expect((await app.get('/api/v1/schema', keys.bearer('in'))).status).toBe(200);
    for (const answer of [await sql('out', undefined), await app.get('/api/v1/schema', keys.bearer('out')), await app.post('/api/v1/query', { question: 'How many orders?' }, keys.bearer('out'))]) {
      expect(answer.body).toMatchObject({ status: 400, code: 'SESSION_REQUIRED', detail: 'This request names no session, and the default database is not for this API key.' });
    }
    // One's own pool on the same database with the same role is another one, and the operator's is nobody's own.
    await sql('in', await session('in'));
    expect(await poolsOf('in')).toHaveLength(1);
    expect(await poolsOf('boss')).toHaveLength(2);
  });

  it('let tenants take turns at the default database, whatever number of requests one sends', async () => {
    const { user, password } = roles[0] ?? {};
    await start([{ name: 'a1', tenant: 'a', default_database: true }, { name: 'a2', tenant: 'a', default_database: true }, { name: 'b', default_database: true }], {
      DATABASE_URL: `postgres://${user}:${password}@${database.host}:${database.port}/${database.name}`, POOL_MAX_CONNECTIONS: '1', POOL_ACQUIRE_TIMEOUT_MS: '20000',
    });
    const gate = await database.gate();
    const ended: string[] = [];
    const note = async (name: string, answer: ReturnType<typeof sql>) => (await answer, ended.push(name));
    const first = sql('a1', undefined, through(gate));
    await eventually(() => poolsOf('boss'), ([pool]) => pool?.active_connections === 1);
    const many = Array.from({ length: 20 }, (_, i) => note('a', sql(i % 2 ? 'a1' : 'a2', undefined)));
    await eventually(() => poolsOf('boss'), ([pool]) => pool?.waiting === 20);
    const one = note('b', sql('b', undefined));
    await eventually(() => poolsOf('boss'), ([pool]) => pool?.waiting === 21);
    await gate.open();
    await Promise.all([first, ...many, one]);
    expect(ended.indexOf('b')).toBeLessThanOrEqual(3);
  });

  it('stop who sends wrong keys again and again, and nobody else at that address', async () => {
    await start([{ name: 'a' }], { ADMIN_TOKEN: 'a-token-of-sixteen-or-more' });
    const wrong = async () => (await app.get('/api/v1/stats/pools', keys.bearer('never in the file'))).status;
    const statuses: number[] = [];
    for (let i = 0; i < 40; i++) statuses.push(await wrong());
    expect(statuses).toEqual([...new Array(30).fill(401), ...new Array(10).fill(429)]);
    const { body, headers } = await app.get('/metrics', { authorization: 'Bearer a-token-of-sixteen-or-more' });
    expect(body).toMatchObject({ status: 429, code: 'TOO_MANY_REQUESTS', detail: 'Too many wrong keys have come from this address.', retryable: true });
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await app.get('/api/v1/stats/pools', keys.bearer('a'))).status).toBe(200);
    expect((await app.get('/api/v1/stats/pools')).status).toBe(401);
  });
});

describe('without API keys', () => {
  it('the requests of an address are bounded, except for health', async () => {
    const app = await testApp({ RATE_LIMIT_PER_MINUTE: '4' });
    try {
      const statuses: number[] = [];
      for (let i = 0; i < 6; i++) statuses.push((await app.get('/api/v1/stats/pools')).status);
      expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
      expect((await app.get('/api/v1/nothing')).body).toMatchObject({ code: 'TOO_MANY_REQUESTS', detail: 'More than 4 requests a minute have come from this address.' });
      expect((await app.get('/health/live')).status).toBe(200);
    } finally {
      await app.close();
    }
  });

  it('the admin token cannot be tried for long', async () => {
    const app = await testApp({ ADMIN_TOKEN: 'a-token-of-sixteen-or-more' });
    try {
      const statuses: number[] = [];
      for (let i = 0; i < 32; i++) statuses.push((await app.get('/metrics', { authorization: `Bearer guess-number-${i}` })).status);
      expect(statuses).toEqual([...new Array(30).fill(403), 429, 429]);
      expect((await app.get('/metrics', { authorization: 'Bearer a-token-of-sixteen-or-more' })).status).toBe(429);
      // Whoever sends something to other routes has something else in mind.
      expect((await app.post('/api/v1/query/sql', { sql: 'SELECT 1' }, { authorization: 'Bearer whatever' })).body.code).toBe('SESSION_REQUIRED');
    } finally {
      await app.close();
    }
  });
});
