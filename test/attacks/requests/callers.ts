import { bodyBytes, getText } from '../../support/http-line.js';
import { type AttackClass, type Case, get, JSON_TYPE, post, SQL, WRITE, writeText, writing } from '../request-attack.js';

const REBINDING = 'a page’s own name pointed at 127.0.0.1 (DNS rebinding)';
const PAGE = 'a page of others that sends requests to services of the machine it is seen on';
const LOCAL = 'a proxy in front makes every caller one of this machine';
const GUESS = 'a credential that is none';
const CONFUSED = 'a guard and a router that read paths differently';
const LEAK = 'what somebody else’s statistics and sessions tell';

const FORBIDDEN = '403 FORBIDDEN';
const KEYLESS = '401 API_KEY_REQUIRED';
const INVALID = '400 VALIDATION_FAILED';

const page = (...headers: string[]): Case => [headers.join(', '), PAGE, writing(undefined, ({ url }) => headers.map((header) => header.replace('SELF', url))), FORBIDDEN];
const named = (host: string, answer = FORBIDDEN): Case => [`the name "${host}"`, REBINDING, (scene) => bodyBytes(SQL, writeText(scene)).toString().replace('Host: localhost', `Host: ${host}`), answer];
const keyed = (name: string, ...headers: string[]): Case => [name, GUESS, ({ hash }) => getText('/api/v1/stats/pools', headers.map((header) => header.replace('HASH', hash))), KEYLESS];

const STATISTICS = ['/api/v1/stats/pools', '/api/v1/stats/sessions', '/metrics'];
const PROXY_HEADERS = ['Forwarded: for=127.0.0.1', 'X-Forwarded-For: 127.0.0.1', 'X-Forwarded-For: ::1, 127.0.0.1', 'X-Forwarded-Host: localhost', 'X-Forwarded-Proto: http', 'X-Forwarded-Port: 80', 'X-Forwarded-Anything: x', 'X-Real-IP: 127.0.0.1', 'Via: 1.1 proxy'];

/** Paths that lead to something, in some reader's eyes. */
const PATHS = [
  '/api/v1/query/sql', '/api/v1/query/sql/', '//api/v1/query/sql', '/api//v1/query/sql', '/API/V1/QUERY/SQL', '/api/v1/QUERY/sql', '/api/v1/query/%73ql', '/%61pi/v1/query/sql', '/api/v1/query%2fsql', '/api/v1/query/sql;x', '/api/v1/query;x/sql', '/api/v1/query/sql%00', '/api/v1/query/sql%20',
  '/api/v1/./query/sql', '/api/v1/x/../query/sql', '/api/v1/query/sql/.', '/api/v1/%2e%2e/v1/query/sql', '/health/live/../../api/v1/query/sql', '/health/..%2fapi/v1/query/sql', '/health%2f..%2fapi/v1/query/sql', '/health/live;/../../api/v1/query/sql', '/api/v1/query/sql?x=/health/live', '/api/v1/query/sql#/health/live',
  '/api/v1/stats/pools', '/api/v1/stats/pools/', '/api/v1/stats/%70ools', '/metrics', '/metrics/', '//metrics', '/METRICS', '/metrics?x=/health/live', '/health/../metrics', '/health/..%2fmetrics', '/health%2f..%2fmetrics', '/openapi.json/../metrics', '/api/v1/nothing', '/nothing', '/healthy', '/docs2', '/openapi.jsonl', '/api/v1/database/connect', '*',
];

export const CALLER_CLASSES: Readonly<Record<string, AttackClass>> = {
  'web pages': {
    cases: [
      page('Origin: https://evil.example'), page('Origin: http://localhost:9'), page('Origin: null'), page('Origin: file://'), page('Origin: http://127.0.0.1.evil.example'), page('Origin: http://localhost@evil.example'), page('Origin: http://LOCALHOST'), page('Origin: chrome-extension://x'), page('Origin: '),
      page('Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors'), page('Sec-Fetch-Site: same-site', 'Sec-Fetch-Mode: no-cors'), page('Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document'), page('Sec-Fetch-Site: none, cross-site'),
      page('Origin: https://evil.example', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document'), page('Origin: SELF', 'Sec-Fetch-Site: cross-site'), page('Origin: https://evil.example', 'Cookie: session=1'),
      ['the form of a page', PAGE, (scene) => bodyBytes(SQL, writeText(scene), ['Content-Type: text/plain', 'Origin: https://evil.example']), '415 UNSUPPORTED_MEDIA_TYPE'],
      ['a page that asks first', PAGE, () => getText(SQL, ['Origin: https://evil.example', 'Access-Control-Request-Method: POST', 'Access-Control-Request-Headers: content-type,x-session-id'], 'OPTIONS'), FORBIDDEN],
      ['a page that asks first for the private network', PAGE, () => getText(SQL, ['Origin: https://evil.example', 'Access-Control-Request-Method: POST', 'Access-Control-Request-Private-Network: true'], 'OPTIONS'), FORBIDDEN],
      ['a script of a page’s', PAGE, get('/api/v1/stats/pools', ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: script']), FORBIDDEN],
      ['a frame of a page’s', PAGE, get('/docs', ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: iframe']), FORBIDDEN],
      ...['rebound.example', 'rebound.example:3000', 'localhost.rebound.example', '127.0.0.1.rebound.example', 'localhost:80.rebound.example', 'localhost, rebound.example', 'localhost@rebound.example', '2130706433', '[rebound.example]', 'localhost.', ''].map((host) => named(host)),
      named('localhost\r\nHost: rebound.example', '400 REQUEST_REFUSED'), named('rebound.example\r\nHost: localhost', '400 REQUEST_REFUSED'),
      ['two origins', PAGE, writing(undefined, ({ url }) => [`Origin: ${url}`, `Origin: ${url}`]), '400 REQUEST_REFUSED'],
      ['no name', REBINDING, () => 'GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n', '400 REQUEST_REFUSED'],
      ['a name in the target', REBINDING, () => getText('http://rebound.example/metrics'), '400 REQUEST_REFUSED'],
      ['a name that a proxy is said to have been asked for', REBINDING, (scene) => bodyBytes(SQL, writeText(scene), [JSON_TYPE, 'X-Forwarded-Host: localhost']).toString().replace('Host: localhost', 'Host: rebound.example'), FORBIDDEN],
    ],
  },
  'the privilege of this machine': {
    cases: STATISTICS.flatMap((path) => PROXY_HEADERS.map((header): Case => [`${path} with ${header}`, LOCAL, get(path, [header]), '403 ADMIN_REQUIRED'])),
  },
  'keys that are none': {
    to: 'keyed',
    cases: [
      keyed('none'), keyed('an empty one', 'X-API-Key: '), keyed('an empty bearer', 'Authorization: Bearer '), keyed('Bearer alone', 'Authorization: Bearer'), keyed('Basic', 'Authorization: Basic dXNlcjpwYXNzd29yZA=='), keyed('a name', 'Authorization: Bearer boss'), keyed('a hash', 'Authorization: Bearer HASH'), keyed('a hash', 'X-API-Key: HASH'),
      keyed('two in one header', 'Authorization: Bearer a, Bearer b'), keyed('a tab', 'Authorization: Bearer\tHASH'), keyed('letters that are not ASCII', 'X-API-Key: ключ😀'), keyed('10 kB', `X-API-Key: ${'x'.repeat(10_000)}`), keyed('a wildcard', 'X-API-Key: *'), keyed('null', 'X-API-Key: null'),
      ...['__proto__', 'constructor', 'toString'].map((word) => keyed(`the key ${word}`, `X-API-Key: ${word}`)), keyed('SQL', "X-API-Key: ' or 1=1 --"), keyed('a cookie', 'Cookie: api_key=HASH'), keyed('a proxy’s word', 'X-Forwarded-For: 127.0.0.1', 'X-Remote-User: boss', 'X-Tenant: victim'),
      ['the attacker’s own key twice', GUESS, ({ key }) => getText('/metrics', [`Authorization: Bearer ${key}`, `Authorization: Bearer ${key}`]), '400 REQUEST_REFUSED'],
      ['the key in the URL', GUESS, ({ key }) => getText(`/api/v1/stats/pools?api_key=${key}&key=${key}&access_token=${key}`), KEYLESS],
      ['the key in the body', GUESS, ({ key, session }) => post(SQL, { session_id: session, sql: WRITE, api_key: key, authorization: `Bearer ${key}` }), KEYLESS],
      ['the key with one letter less', GUESS, ({ key }) => getText('/api/v1/stats/pools', [`X-API-Key: ${key.slice(0, -1)}`]), KEYLESS], ['the key with another letter', GUESS, ({ key }) => getText('/api/v1/stats/pools', [`X-API-Key: ${key}x`]), KEYLESS],
      ['the key in capitals', GUESS, ({ key }) => getText('/api/v1/stats/pools', [`X-API-Key: ${key.toUpperCase()}`]), KEYLESS], ['a wrong key beside the right one', GUESS, ({ key }) => getText('/api/v1/stats/pools', [`Authorization: Bearer ${key}`, 'X-API-Key: wrong']), KEYLESS],
      ['a body that is no JSON, without a key', 'a parser before the guard', () => post(SQL, '{"sql": '), KEYLESS],
      ['metrics of all, with the key of one', 'a user that is taken for an administrator', get('/metrics'), '403 ADMIN_REQUIRED'],
    ],
  },
  'paths around the guard': {
    to: 'keyed',
    cases: [
      ...PATHS.flatMap((path) => ['GET', 'POST'].map((method): Case => [`${method} ${path}`, CONFUSED, (scene) => (method === 'GET' ? getText(path) : bodyBytes(path, writeText(scene))), KEYLESS])),
      ...[SQL, '/metrics', '/api/v1/stats/pools'].flatMap((path) => ['HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'PATCH', 'PROPFIND'].map((method): Case => [`${method} ${path}`, CONFUSED, () => getText(path, [], method), method === 'HEAD' ? '401' : KEYLESS])),
      ...['/docs/..%2f..%2fmetrics', '/docs/nothing'].map((path): Case => [path, CONFUSED, () => getText(path), '404 ROUTE_NOT_FOUND']),
      ...['/docs/../metrics', '/docs/../../etc/passwd', '/docs/..%5c..%5cetc/passwd', '/docs/%2e%2e/%2e%2e/package.json', '/docs/%00'].map((path): Case => [path, CONFUSED, () => getText(path), FORBIDDEN]),
    ],
  },
  'other tenants': {
    to: 'keyed',
    cases: [
      ...['/api/v1/database/disconnect', '/api/v1/database/ping', '/api/v1/schema/refresh'].map((path): Case => [path, LEAK, ({ theirs, key }) => post(path, { session_id: theirs }, [`X-API-Key: ${key}`]), '404 SESSION_NOT_FOUND']),
      ...['/api/v1/query', '/api/v1/query/translate'].map((path): Case => [path, LEAK, ({ theirs, key }) => post(path, { session_id: theirs, question: 'How many accounts are there?' }, [`X-API-Key: ${key}`]), '404 SESSION_NOT_FOUND']),
      ...['/api/v1/database/session', '/api/v1/schema'].map((path): Case => [path, LEAK, ({ theirs, key }) => getText(path, [`X-API-Key: ${key}`, `X-Session-Id: ${theirs}`]), '404 SESSION_NOT_FOUND']),
      ['a statement in the body', LEAK, ({ theirs, key }) => post(SQL, { session_id: theirs, sql: WRITE }, [`X-API-Key: ${key}`]), '404 SESSION_NOT_FOUND'],
      ['a statement, the session in the header', LEAK, ({ theirs, key }) => post(SQL, { sql: WRITE }, [`X-API-Key: ${key}`, `X-Session-Id: ${theirs}`]), '404 SESSION_NOT_FOUND'],
      ['their session in the body, an own one in the header', LEAK, ({ theirs, session, key }) => post(SQL, { session_id: theirs, sql: WRITE }, [`X-API-Key: ${key}`, `X-Session-Id: ${session}`]), '404 SESSION_NOT_FOUND'],
      ['a tenant in the body', LEAK, ({ theirs, key }) => post(SQL, { session_id: theirs, sql: WRITE, tenant: 'victim' }, [`X-API-Key: ${key}`]), INVALID],
      ['a tenant in headers', LEAK, ({ theirs, key }) => post(SQL, { session_id: theirs, sql: WRITE }, [`X-API-Key: ${key}`, 'X-Tenant: victim', 'X-Tenant-Id: victim', 'X-User: boss']), '404 SESSION_NOT_FOUND'],
      ...['', '?limit=1000', '?cursor=0', '?cursor=0.0.0', '?limit=1&cursor=1'].flatMap((query) => ['pools', 'sessions'].map((what): Case => [`stats/${what}${query}`, LEAK, get(`/api/v1/stats/${what}${query}`), '200'])),
      ...['?tenant=victim', '?scope=all', '?role=admin'].map((query): Case => [`stats/pools${query}`, LEAK, get(`/api/v1/stats/pools${query}`), INVALID]),
      ['the default database, with a key that may not use it', LEAK, ({ key }) => post(SQL, { sql: WRITE }, [`X-API-Key: ${key}`]), '400 SESSION_REQUIRED'],
    ],
  },
  'parameters of routes': {
    cases: [
      ...['limit=-1', 'limit=0', 'limit=1001', 'limit=NaN', 'limit=Infinity', 'limit=1e99', 'limit=1.5', 'limit=0x10x', 'limit=1&limit=2', 'limit[]=1', 'limit=[]', 'limit=', 'limit=%00', "limit=1'--", 'cursor=-1', 'cursor=1e9', 'cursor=../x', 'cursor=1&cursor=2', 'cursor[]=1', `cursor=${'1'.repeat(41)}`, 'cursor=%00', 'nothing=1'].flatMap((query) =>
        ['pools', 'sessions'].map((what): Case => [`stats/${what}?${query}`, 'a page that is none', get(`/api/v1/stats/${what}?${query}`), INVALID])),
      ...['tables=a..b', 'tables=a&tables=b', 'tables[]=a', 'tables[x]=a', 'tables="', `tables=${encodeURIComponent("orders'; drop table accounts; --")}`, `tables=${'a,'.repeat(200)}a`, `tables=${'x'.repeat(10_001)}`, 'table=orders'].map((query): Case => [`schema?${query.slice(0, 40)}`, 'a filter that becomes SQL', get(`/api/v1/schema?${query}`), INVALID]),
      [`a filter of wildcards`, 'patterns that never stop comparing', (scene) => get(`/api/v1/schema?tables=${'a*'.repeat(4000)}b`, [`X-Session-Id: ${scene.session}`])(scene), '200', /"relations":\[\]/],
      ['a URL that cannot be decoded', 'a handler that trips over it', get('/%zz'), INVALID], ['a URL of 20 kB', 'a handler that trips over it', get(`/api/v1/${'x'.repeat(20_000)}`), '431 HEADERS_TOO_LARGE'],
      ['3000 headers', 'a header that counts, behind those that are read', get('/metrics', [...new Array<string>(3000).fill('a:'), 'X-Forwarded-For: 203.0.113.1']), '431 HEADERS_TOO_LARGE'],
      ...['/api/v1/:id(', '/docs2/*', '/api/v1/*', '/api/v1/(a+)+$', '/.env', '/.git/config', '/package.json', '/node_modules/', '/api/v1/<script>alert(1)</script>', '/server-status', '/actuator/env', '/graphql'].map((path): Case => [path, 'paths that scanners try', get(path), '404 ROUTE_NOT_FOUND', /"detail":"There is no such route\."/]),
    ],
  },
};
