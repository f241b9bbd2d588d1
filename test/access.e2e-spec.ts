import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Module } from '@nestjs/common';
import { createApp } from '../src/create-app.js';
import { keysFile, KeysFile } from './support/keys-file.js';
import { Answer, TestApp, testApp } from './support/test-app.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

const ADMIN_TOKEN = 'a-token-of-sixteen-or-more';

/** What a route is about, and the body of a good request to it. */
interface Row {
  readonly about: 'everybody' | 'connecting' | 'a session' | 'teaching' | 'forgetting' | 'tenants' | 'all tenants';
  readonly body?: object;
}

/** Every route of the service. One that is not here fails the suite: say what it is about, and see that it is guarded. */
const ROUTES: Record<string, Row> = {
  'GET /health/live': { about: 'everybody' },
  'GET /health/ready': { about: 'everybody' },
  'POST /api/v1/database/connect': { about: 'connecting' },
  'POST /api/v1/database/disconnect': { about: 'a session', body: {} },
  'GET /api/v1/database/session': { about: 'a session' },
  'POST /api/v1/database/ping': { about: 'a session', body: {} },
  'GET /api/v1/schema': { about: 'a session' },
  'POST /api/v1/schema/refresh': { about: 'a session', body: {} },
  'POST /api/v1/query': { about: 'a session', body: { question: 'How many orders are there?' } },
  'POST /api/v1/query/translate': { about: 'a session', body: { question: 'How many orders are there?' } },
  'POST /api/v1/query/sql': { about: 'a session', body: { sql: 'SELECT 1' } },
  'POST /api/v1/query/approve': { about: 'teaching', body: { question: 'One?', sql: 'SELECT 1' } },
  'GET /api/v1/query/approved': { about: 'a session' },
  'DELETE /api/v1/query/approved/{id}': { about: 'forgetting' },
  'GET /api/v1/schema/glossary': { about: 'a session' },
  'PUT /api/v1/schema/glossary': { about: 'teaching', body: { terms: [] } },
  'GET /api/v1/stats/pools': { about: 'tenants' },
  'GET /api/v1/stats/sessions': { about: 'tenants' },
  'GET /metrics': { about: 'all tenants' },
};

/** The answer to each caller, by what the route is about: a status, with the code of the problem. */
const ANSWERS: Record<string, Record<Row['about'], string>> = {
  'nobody': { everybody: '200', connecting: '401 API_KEY_REQUIRED', 'a session': '401 API_KEY_REQUIRED', teaching: '401 API_KEY_REQUIRED', forgetting: '401 API_KEY_REQUIRED', tenants: '401 API_KEY_REQUIRED', 'all tenants': '401 API_KEY_REQUIRED' },
  'a wrong key': { everybody: '200', connecting: '401 API_KEY_REQUIRED', 'a session': '401 API_KEY_REQUIRED', teaching: '401 API_KEY_REQUIRED', forgetting: '401 API_KEY_REQUIRED', tenants: '401 API_KEY_REQUIRED', 'all tenants': '401 API_KEY_REQUIRED' },
  'another tenant': { everybody: '200', connecting: '200', 'a session': '404 SESSION_NOT_FOUND', teaching: '403 ADMIN_REQUIRED', forgetting: '403 ADMIN_REQUIRED', tenants: '200', 'all tenants': '403 ADMIN_REQUIRED' },
  'the owner, too late': { everybody: '200', connecting: '200', 'a session': '404 SESSION_NOT_FOUND', teaching: '403 ADMIN_REQUIRED', forgetting: '403 ADMIN_REQUIRED', tenants: '200', 'all tenants': '403 ADMIN_REQUIRED' },
  'the owner': { everybody: '200', connecting: '200', 'a session': '200', teaching: '403 ADMIN_REQUIRED', forgetting: '403 ADMIN_REQUIRED', tenants: '200', 'all tenants': '403 ADMIN_REQUIRED' },
  'a second key of the owner’s': { everybody: '200', connecting: '200', 'a session': '200', teaching: '403 ADMIN_REQUIRED', forgetting: '403 ADMIN_REQUIRED', tenants: '200', 'all tenants': '403 ADMIN_REQUIRED' },
  'an admin of the owner’s': { everybody: '200', connecting: '200', 'a session': '200', teaching: '200', forgetting: '404 APPROVAL_NOT_FOUND', tenants: '200', 'all tenants': '200' },
  'an admin of another tenant': { everybody: '200', connecting: '200', 'a session': '404 SESSION_NOT_FOUND', teaching: '404 SESSION_NOT_FOUND', forgetting: '404 SESSION_NOT_FOUND', tenants: '200', 'all tenants': '200' },
  'the admin token': { everybody: '200', connecting: '401 API_KEY_REQUIRED', 'a session': '401 API_KEY_REQUIRED', teaching: '401 API_KEY_REQUIRED', forgetting: '401 API_KEY_REQUIRED', tenants: '200', 'all tenants': '200' },
};

@Controller('team')
class ForgetfulController {
  @Get()
  secret(): string {
    return 'nobody thought of a guard here';
  }
}

@Module({ controllers: [ForgetfulController] })
class ForgetfulModule {}

describe('with API keys', () => {
  let database: TestDatabase;
  let role: { user: string; password: string };
  let keys: KeysFile;
  let dataDir: string;
  let app: TestApp;
  /** Sessions end after a moment here. */
  let brief: TestApp;

  const credentials = () => ({ host: database.host, port: database.port, database: database.name, username: role.user, password: role.password });
  const connect = async (key: string, on = app): Promise<string> => (await on.post('/api/v1/database/connect', credentials(), keys.bearer(key))).body.session_id;
  const call = (route: string, headers: Record<string, string>, on = app): Promise<Answer> => {
    const [method, path = ''] = route.split(' ');
    const { about, body } = ROUTES[route] as Row;
    switch (method) {
      case 'GET': return on.get(path, headers);
      case 'PUT': return on.put(path, body, headers);
      case 'DELETE': return on.delete(path.replace('{id}', 'nothing'), headers);
      default: return on.post(path, about === 'connecting' ? credentials() : body, headers);
    }
  };
  const told = ({ status, body }: Answer) => [status, body?.code].filter(Boolean).join(' ');

  beforeAll(async () => {
    database = await testDatabase('CREATE TABLE orders (id int PRIMARY KEY)');
    role = await database.role(['GRANT SELECT ON orders TO :role']);
    keys = keysFile([{ name: 'ours' }, { name: 'ours-too', tenant: 'ours' }, { name: 'theirs' }, { name: 'boss', role: 'admin' }, { name: 'our-boss', tenant: 'ours', role: 'admin' }]);
    dataDir = mkdtempSync(join(tmpdir(), 'access-'));
    app = await testApp({ API_KEYS_FILE: keys.path, ADMIN_TOKEN, DATA_DIR: dataDir }, { imports: [ForgetfulModule] });
    brief = await testApp({ API_KEYS_FILE: keys.path, SESSION_TIMEOUT_MINUTES: '0.002' });
  });
  afterAll(async () => {
    await app.close();
    await brief.close();
    await database.drop();
    keys.remove();
    rmSync(dataDir, { recursive: true });
  });

  it('the routes of the OpenAPI document are those of this suite', async () => {
    const { paths } = (await brief.get('/openapi.json')).body;
    const routes = Object.entries<object>(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    expect(routes.sort()).toEqual(Object.keys(ROUTES).sort());
  });

  let expired: string | undefined;
  const callers: Record<string, () => Promise<Record<string, string>>> = {
    'nobody': async () => ({ 'x-session-id': await connect('ours') }),
    'a wrong key': async () => ({ ...keys.bearer('never in the file'), 'x-session-id': await connect('ours') }),
    'another tenant': async () => ({ ...keys.bearer('theirs'), 'x-session-id': await connect('ours') }),
    'the owner': async () => ({ ...keys.bearer('ours'), 'x-session-id': await connect('ours') }),
    'a second key of the owner’s': async () => ({ 'x-api-key': keys.bearer('ours-too').authorization.slice(7), 'x-session-id': await connect('ours') }),
    'an admin of the owner’s': async () => ({ ...keys.bearer('our-boss'), 'x-session-id': await connect('ours') }),
    'an admin of another tenant': async () => ({ ...keys.bearer('boss'), 'x-session-id': await connect('ours') }),
    'the admin token': async () => ({ authorization: `Bearer ${ADMIN_TOKEN}`, 'x-session-id': await connect('ours') }),
    'the owner, too late': async () => {
      expired ??= await connect('ours', brief);
      await eventually(() => brief.get('/api/v1/stats/sessions', keys.bearer('ours')), ({ body }) => body.total_sessions === 0);
      return { ...keys.bearer('ours'), 'x-session-id': expired };
    },
  };
  const on = (caller: string) => (caller === 'the owner, too late' ? brief : app);

  it.each(Object.keys(ANSWERS))('every route answers %s as it should', async (caller) => {
    const answers: Record<string, string> = {};
    // A session of its own for each: one of the routes ends it.
    for (const route of Object.keys(ROUTES)) answers[route] = told(await call(route, (await callers[caller]?.()) ?? {}, on(caller)));
    expect(answers).toEqual(Object.fromEntries(Object.entries(ROUTES).map(([route, { about }]) => [route, ANSWERS[caller]?.[about]])));
  });

  it('a session that is somebody else’s or over is answered as one that never was', async () => {
    const never = { ...keys.bearer('theirs'), 'x-session-id': '00000000-0000-4000-8000-000000000000' };
    const late = (await callers['the owner, too late']?.()) ?? {};
    const theirs = { ...keys.bearer('theirs'), 'x-session-id': await connect('ours') };
    for (const [route, { about }] of Object.entries(ROUTES)) {
      if (about !== 'a session') continue;
      const [expected, other, over] = [await call(route, never), await call(route, theirs), await call(route, late, brief)];
      for (const { status, body, headers } of [other, over]) {
        expect([route, status, { ...body, request_id: '' }]).toEqual([route, expected.status, { ...expected.body, request_id: '' }]);
        expect([...headers.keys()]).toEqual([...expected.headers.keys()]);
      }
    }
  });

  it('a session is neither used nor ended by who asks for it with another key', async () => {
    const session = await connect('ours');
    for (const [route, { about }] of Object.entries(ROUTES)) if (about === 'a session') await call(route, { ...keys.bearer('theirs'), 'x-session-id': session });
    expect((await app.get('/api/v1/database/session', { ...keys.bearer('ours'), 'x-session-id': session })).body).toMatchObject({ success: true, request_count: 1 });
  });

  it.each([
    ['no credential', {}], ['a wrong one', { authorization: 'Bearer dbai_wrong' }], ['a wrong one in the other header', { 'x-api-key': 'dbai_wrong' }], ['an empty one', { 'x-api-key': '' }],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNzd29yZA==' }], ['Bearer alone', { authorization: 'Bearer' }], ['a name', { authorization: 'Bearer ours' }],
  ])('%s gets the one answer', async (_, headers: Record<string, string>) => {
    const { status, body, headers: answered } = await app.get('/api/v1/database/session', headers);
    expect(answered.get('www-authenticate')).toBe('Bearer');
    expect([status, { ...body, request_id: '' }]).toEqual([401, {
      success: false, type: 'about:blank', title: 'API key required', status: 401, code: 'API_KEY_REQUIRED', detail: 'This request needs a valid API key.',
      hint: 'Send a key as "Authorization: Bearer …" or as "X-API-Key: …".', retryable: false, request_id: '',
    }]);
  });

  it('its hash is no key', async () => {
    expect((await app.get('/api/v1/stats/pools', { authorization: `Bearer ${keys.sha256('boss')}` })).status).toBe(401);
  });

  it('the scheme’s case does not matter, and a proxy’s own Authorization leaves room for X-API-Key', async () => {
    const { authorization } = keys.bearer('ours');
    expect((await app.get('/api/v1/stats/pools', { authorization: authorization.replace('Bearer', 'bEARER') })).status).toBe(200);
    expect((await app.get('/api/v1/stats/pools', { authorization: 'Basic dXNlcjpwYXNzd29yZA==', 'x-api-key': authorization.slice(7) })).status).toBe(200);
  });

  it('stands before what nobody thought of guarding', async () => {
    const open = await createApp({ environment: { DATABASE_URL: '', API_KEYS_FILE: keys.path }, imports: [ForgetfulModule] });
    open.getHttpAdapter().getInstance().get('/raw', () => 'nobody thought of a guard here either');
    await open.init();
    try {
      for (const url of ['/api/v1/team', '/raw']) for (const method of ['GET', 'HEAD'] as const) expect([url, (await open.inject({ method, url })).statusCode]).toEqual([url, 401]);
    } finally {
      await open.close();
    }
  });

  it('a route that somebody adds without a thought takes keys', async () => {
    expect((await app.get('/api/v1/team', keys.bearer('ours'))).text).toBe('nobody thought of a guard here');
  });

  it('what nobody has to be known for is open: health, documentation and nothing else', async () => {
    for (const path of ['/health/live', '/health/ready', '/docs', '/docs/', '/docs/swagger-ui-init.js', '/docs/swagger-ui.css', '/openapi.json']) expect([path, (await app.get(path)).status]).toEqual([path, 200]);
    const document = (await app.get('/openapi.json')).body;
    expect(document.paths['/api/v1/query/sql'].post.security).toEqual([{ session: [], bearer: [] }, { session: [], key: [] }, { session: [] }]);
    expect(document.paths['/api/v1/query/sql'].post.responses['401'].content['application/problem+json'].examples).toHaveProperty('API_KEY_REQUIRED');
    expect(document.paths['/health/live'].get.security).toBeUndefined();
  });

  it('who has no key is refused before the body is read', async () => {
    const { status, body } = await app.post('/api/v1/query/sql', '{"sql": ');
    expect([status, body.code]).toEqual([401, 'API_KEY_REQUIRED']);
  });

  it('statistics are a tenant’s own, and everybody’s for an admin', async () => {
    for (const key of ['ours', 'theirs']) await app.post('/api/v1/query/sql', { sql: 'SELECT 1', session_id: await connect(key) }, keys.bearer(key));
    const tenants = async (path: string, headers: Record<string, string>) => {
      const { body } = await app.get(`${path}?limit=1000`, headers);
      const entries: { tenant: string }[] = body.pools ?? body.sessions;
      expect(body.total_pools ?? body.total_sessions).toBe(entries.length);
      return [...new Set(entries.map(({ tenant }) => tenant))].sort();
    };
    for (const path of ['/api/v1/stats/pools', '/api/v1/stats/sessions']) {
      expect(await tenants(path, keys.bearer('ours'))).toEqual(['ours']);
      expect(await tenants(path, keys.bearer('ours-too'))).toEqual(['ours']);
      expect(await tenants(path, keys.bearer('theirs'))).toEqual(['theirs']);
      expect(await tenants(path, keys.bearer('boss'))).toEqual(expect.arrayContaining(['ours', 'theirs']));
      expect(await tenants(path, { authorization: `Bearer ${ADMIN_TOKEN}` })).toEqual(expect.arrayContaining(['ours', 'theirs']));
    }
  });

  it('a page of somebody else’s leads to none of theirs', async () => {
    for (let i = 0; i < 3; i++) for (const key of ['ours', 'theirs']) await connect(key);
    for (const path of ['pools', 'sessions']) {
      const { next_cursor } = (await app.get(`/api/v1/stats/${path}?limit=1`, keys.bearer('boss'))).body;
      for (const cursor of [next_cursor, '0.0.1', '1.0.0', '5']) {
        const { body } = await app.get(`/api/v1/stats/${path}?cursor=${cursor}`, keys.bearer('theirs'));
        for (const { tenant } of body.pools ?? body.sessions) expect(tenant).toBe('theirs');
      }
    }
  });

  it('tenants with the same credentials share no pool', async () => {
    const query = async (key: string) => app.post('/api/v1/query/sql', { sql: 'SELECT 1', session_id: await connect(key) }, keys.bearer(key));
    await query('ours');
    await query('theirs');
    const { pools } = (await app.get('/api/v1/stats/pools', keys.bearer('boss'))).body;
    expect(pools.filter(({ user }: { user: string }) => user === role.user).map(({ tenant }: { tenant: string }) => tenant).sort()).toEqual(expect.arrayContaining(['ours', 'theirs']));
  });

  it('a machine’s own callers need a key, too', async () => {
    expect((await brief.get('/api/v1/stats/pools')).status).toBe(401);
    expect((await brief.get('/metrics')).status).toBe(401);
    expect((await brief.get('/metrics', { authorization: `Bearer ${ADMIN_TOKEN}` })).status).toBe(401);
  });
});
