import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Server } from 'node:http';
import { createApp } from '../src/create-app.js';
import { bodyBytes as post, exchange as raw, getText as get, statusOf as status } from './support/http-line.js';
import { TestApp, testApp } from './support/test-app.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

describe('the edge of the service', () => {
  let database: TestDatabase;
  let app: TestApp;
  let session: string;

  beforeAll(async () => {
    database = await testDatabase();
    app = await testApp();
    session = await app.connect(database, await database.role());
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  describe('the headers of answers', () => {
    it.each([
      ['rows', () => post('/api/v1/query/sql', JSON.stringify({ session_id: session, sql: 'SELECT 1' })), 200],
      ['an error', () => post('/api/v1/query/sql', '{}'), 400],
      ['an unknown route', () => get('/nothing'), 404],
      ['a URL that cannot be decoded', () => get('/%zz'), 400],
      ['a foreign name', () => get('/health/live').replace('localhost', 'rebound.example'), 403],
      ['metrics', () => get('/metrics'), 200],
      ['what is not HTTP', () => 'HELLO\r\n\r\n', 400],
      ['headers that are too large', () => get('/', [`X-Long: ${'x'.repeat(20_000)}`]), 431],
    ])('forbid to guess, keep, frame or run %s', async (_, request, expected) => {
      const answer = await raw(app.url, request());
      const [head = ''] = answer.toLowerCase().split('\r\n\r\n');
      expect(status(answer)).toBe(expected);
      for (const header of ['x-content-type-options: nosniff', 'cache-control: no-store', "content-security-policy: default-src 'none'; frame-ancestors 'none'", 'referrer-policy: no-referrer', 'cross-origin-resource-policy: same-origin', 'x-frame-options: deny']) {
        expect(head).toContain(header);
      }
      expect(head).not.toMatch(/^(server|x-powered-by|via|access-control-[a-z-]+):/m);
    });

    it('let a client keep a schema, if it asks whether it still holds', async () => {
      const { headers } = await app.get('/api/v1/schema', { 'x-session-id': session });
      expect([headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual(['private, no-cache', 'nosniff']);
    });

    it('let the documentation run its own scripts and ask this service alone', async () => {
      for (const path of ['/docs', '/docs/swagger-ui-init.js', '/docs/swagger-ui.css']) {
        const policy = (await app.get(path)).headers.get('content-security-policy') ?? '';
        expect(policy).toContain("default-src 'none'; script-src 'self';");
        expect(policy).toContain("connect-src 'self';");
        expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe|https?:|\*/);
      }
      const init = (await app.get('/docs/swagger-ui-init.js')).text;
      expect(init).toContain('"persistAuthorization": false');
      // An inline script would need a policy that lets every other one in too.
      expect((await app.get('/docs')).text).not.toMatch(/<script(?![^>]*\ssrc=)|\son\w+=/);
    });
  });

  describe('web pages', () => {
    const ask = (headers: Record<string, string>, target = app) => target.post('/api/v1/query/sql', { session_id: session, sql: 'SELECT 1 AS one' }, headers);

    it('of our own are served, and so are links to us and programs', async () => {
      expect((await ask({ origin: app.url })).status).toBe(200);
      expect((await ask({ origin: 'https://public-name.example', 'sec-fetch-site': 'same-origin' })).status).toBe(200);
      expect((await ask({})).status).toBe(200);
      const follow = async (to: string) => status(await raw(app.url, get('/docs', ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', `Sec-Fetch-Dest: ${to}`])));
      expect([await follow('document'), await follow('iframe')]).toEqual([200, 403]);
    });

    it('of listed origins are served and may read what they need, errors too', async () => {
      const listed = await testApp({ CORS_ORIGINS: 'https://app.example.com,http://localhost:5173' });
      try {
        const asked = ['Origin: https://app.example.com', 'Access-Control-Request-Method: POST', 'Access-Control-Request-Headers: content-type,x-session-id,x-api-key,authorization,x-request-id'];
        const preflight = (await raw(listed.url, get('/api/v1/query/sql', asked).replace('GET', 'OPTIONS'))).toLowerCase();
        expect(preflight).toContain('http/1.1 204 ');
        expect(preflight).toContain('access-control-allow-origin: https://app.example.com\r\n');
        expect(/access-control-allow-headers: (.*)\r/.exec(preflight)?.[1]?.split(', ')).toEqual(expect.arrayContaining(['content-type', 'x-session-id', 'x-api-key', 'authorization', 'x-request-id']));
        expect(/access-control-allow-methods: (.*)\r/.exec(preflight)?.[1]?.split(', ')).toEqual(expect.arrayContaining(['get', 'post']));
        expect(preflight).not.toContain('access-control-allow-credentials');
        for (const { headers, status: code } of [await ask({ origin: 'https://app.example.com', 'sec-fetch-site': 'cross-site' }, listed), await listed.get('/nothing', { origin: 'https://app.example.com' })]) {
          expect([code === 403, headers.get('access-control-allow-origin'), headers.get('vary')]).toEqual([false, 'https://app.example.com', 'Origin']);
          expect(headers.get('access-control-expose-headers')?.split(', ')).toEqual(expect.arrayContaining(['Retry-After', 'X-Request-Id', 'ETag']));
        }
        const refused = await ask({ origin: 'https://app.example.com.evil.example' }, listed);
        expect([refused.status, refused.headers.get('access-control-allow-origin'), refused.headers.get('vary')]).toEqual([403, null, 'Origin']);
        const rebound = await raw(listed.url, get('/', asked).replace('GET', 'OPTIONS').replace('localhost', 'rebound.example'));
        expect([status(rebound), rebound.includes('204')]).toEqual([403, false]);
      } finally {
        await listed.close();
      }
    });
  });

  describe('the address of a caller', () => {
    // Failed connects are counted by address, so that they show which one was taken.
    const refusedFrom = async (target: TestApp, forwarded: string) => {
      const connect = (user: string) => target.post('/api/v1/database/connect', { host: '169.254.1.1', database: 'd', username: user, password: 'p' }, forwarded ? { 'x-forwarded-for': forwarded } : {});
      for (let i = 0; i < 3; i++) await connect(`u${i}`);
      return (await connect('last')).status === 429;
    };
    const limit = { CONNECT_FAILURES_PER_MINUTE: '3' };

    it('is the connection’s own unless the proxy is trusted', async () => {
      const plain = await testApp(limit);
      try {
        expect(await refusedFrom(plain, '203.0.113.1')).toBe(true);
        expect((await plain.post('/api/v1/database/connect', { host: '169.254.1.1', database: 'd', username: 'other', password: 'p' }, { 'x-forwarded-for': '203.0.113.2' })).status).toBe(429);
      } finally {
        await plain.close();
      }
    });

    it('is the last one that is no trusted proxy’s, whatever a caller puts before it', async () => {
      const behind = await testApp({ ...limit, TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' });
      try {
        expect(await refusedFrom(behind, '198.51.100.7, 203.0.113.1, 10.1.2.3')).toBe(true);
        const from = async (forwarded: string) => (await behind.post('/api/v1/database/connect', { host: '169.254.1.1', database: 'd', username: 'other', password: 'p' }, { 'x-forwarded-for': forwarded })).status;
        // The same caller, in other words.
        for (const same of ['203.0.113.1', '1.1.1.1, 203.0.113.1', 'unknown, 203.0.113.1', '203.0.113.1:4711', '::ffff:203.0.113.1', '"><script>, 203.0.113.1 , 10.9.9.9']) expect([same, await from(same)]).toEqual([same, 429]);
        expect(await from('203.0.113.2')).toBe(403);
        expect(await from('[2001:db8::1]:4711')).toBe(403);
      } finally {
        await behind.close();
      }
    });

    it('is the proxy’s where it was told nothing that is an address', async () => {
      const behind = await testApp({ ...limit, TRUSTED_PROXIES: '127.0.0.1' });
      try {
        expect(await refusedFrom(behind, '')).toBe(true);
        for (const garbage of ['<script>alert(1)</script>', 'unknown', '203.0.113.9, 1', '203.0.113.9, 0x7f000001', ',']) {
          expect([garbage, (await behind.post('/api/v1/database/connect', { host: '169.254.1.1', database: 'd', username: 'other', password: 'p' }, { 'x-forwarded-for': garbage })).status]).toEqual([garbage, 429]);
        }
      } finally {
        await behind.close();
      }
    });

    it('gives no privilege of this machine behind a trusted proxy', async () => {
      const behind = await testApp({ TRUSTED_PROXIES: '127.0.0.1' });
      try {
        for (const forwarded of ['127.0.0.1', '::1', 'localhost', '']) expect((await behind.get('/metrics', { 'x-forwarded-for': forwarded })).status).toBe(403);
      } finally {
        await behind.close();
      }
    });
  });

  describe('the head of a request', () => {
    const body = () => JSON.stringify({ session_id: session, sql: "SELECT 'é' AS e" });

    it.each(['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON;charset="UTF-8"'])('may say %s', async (type) => {
      const answer = await raw(app.url, post('/api/v1/query/sql', body(), [`Content-Type: ${type}`]));
      expect([status(answer), answer.includes('{"e":"é"}')]).toEqual([200, true]);
    });
  });

  describe('a body', () => {
    it('may begin with a byte order mark', async () => {
      expect(status(await raw(app.url, post('/api/v1/query/sql', `\ufeff${JSON.stringify({ session_id: session, sql: 'SELECT 1' })}`)))).toBe(200);
    });

    it('of which a field comes twice counts as its last one does', async () => {
      const { body } = await app.post('/api/v1/query/sql', `{"session_id": "${session}", "sql": "SELECT 1 AS first", "sql": "SELECT 2 AS last"}`);
      expect(body.results).toEqual([{ last: 2 }]);
    });
  });

  describe('the id of a session', () => {
    it.each(['', 'x', "' OR 1=1 --", '../../etc/passwd', 'A'.repeat(65), '\u0000', '00000000-0000-1000-8000-000000000000', '*', '__proto__'])('that is none (%j) is answered like an unknown one', async (id) => {
      const unknown = await app.sql('00000000-0000-4000-8000-000000000000', 'SELECT 1');
      const malformed = await app.sql(id, 'SELECT 1');
      expect({ ...malformed.body, request_id: '' }).toEqual({ ...unknown.body, request_id: '' });
      expect(malformed.status).toBe(404);
      if (/^[\x21-\x7e]+$/.test(id)) expect((await app.post('/api/v1/database/ping', {}, { 'x-session-id': id })).body).toMatchObject({ status: 404, code: 'SESSION_NOT_FOUND' });
    });
  });

  it('serves others while slow clients dribble their heads and bodies, and lets go of these', async () => {
    const slow = await createApp({ environment: { PORT: '0', DATABASE_URL: '' } });
    await slow.listen(0, '127.0.0.1');
    try {
      const server = slow.getHttpServer() as Server;
      const url = await slow.getUrl();
      const { hostname, port } = new URL(url);
      const started = ['GET /health/live HTTP/1.1\r\nHost: loc', 'POST /api/v1/query/sql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{'];
      const sockets = Array.from({ length: 200 }, () => connect(Number(port), hostname));
      const closed = sockets.map((socket) => once(socket, 'close'));
      let over = false;
      const dribble = sockets.map(async (socket, at) => {
        socket.on('error', () => {}).resume().write(started[at % 2] ?? '');
        while (!over && socket.writable) {
          await pause(20);
          socket.write(' ');
        }
      });
      await eventually(() => new Promise<number>((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count)))), (count) => count >= 200);
      expect(await (await fetch(`${url}/health/live`)).json()).toEqual({ status: 'ok' });
      // The bounds as they are, only sooner: what arrives in pieces does not begin anew with each.
      server.headersTimeout = server.requestTimeout = 100;
      await Promise.all(closed);
      over = true;
      await Promise.all(dribble);
      expect((await fetch(`${url}/health/live`)).status).toBe(200);
    } finally {
      await slow.close();
    }
  });
});
