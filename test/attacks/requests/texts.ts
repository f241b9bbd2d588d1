import { type AttackClass, type Case, connecting, get, post, QUESTION, SQL, WRITE, writing } from '../request-attack.js';

const CHARACTERS: Readonly<Record<string, string>> = { 'NUL': '\0', 'a carriage return': '\r', 'a line feed': '\n', 'a line separator': '\u2028', 'turned writing': '\u202e', 'an escape sequence': '\u001b[2J' };

const PACKET = 'a C string ends at NUL, and what follows becomes a field of its own';
const SPLIT = 'CWE-113: a line end in a header begins another one';
const TROJAN = 'CVE-2021-42574: text that reads otherwise than it runs';
const POLLUTION = 'CVE-2019-10744 and its kin: fields that are the prototype of all others';
const NOSQL = 'an operator in the place of a value';
const SESSION = 'ids of sessions that stores take for paths, patterns or keys of their own';

const INVALID = '400 VALIDATION_FAILED';
const UNKNOWN = '404 SESSION_NOT_FOUND';

/** One field with each of the characters in it; answers in their order. */
const within = (field: string, send: (text: string) => Case[2], answers: readonly string[]): Case[] =>
  Object.entries(CHARACTERS).map(([name, character], at) => [`${name} in ${field}`, at === 0 ? PACKET : at < 3 ? SPLIT : TROJAN, send(`a${character}b`), answers[at] ?? '']);
const each = (...answers: [string, number][]) => answers.flatMap(([answer, times]) => new Array<string>(times).fill(answer));

const poison = ['"__proto__":{"x":1}', '"\\u005f_proto__":{"x":1}', '"constructor":{"prototype":{"x":1}}'];
const shadows = ['"prototype":{"x":1}', '"toString":"x"', '"hasOwnProperty":1', '"valueOf":{"call":1}', '"then":1'];
const bodies: readonly [path: string, rest: string][] = [
  ['/api/v1/database/connect', '"host":"localhost","database":"d","username":"u","password":"p"'], ['/api/v1/database/disconnect', '"session_id":"x"'], ['/api/v1/database/ping', '"session_id":"x"'], ['/api/v1/schema/refresh', '"session_id":"x"'],
  [QUESTION, '"question":"How many accounts are there?"'], ['/api/v1/query/translate', '"question":"How many accounts are there?"'], [SQL, `"sql":"${WRITE}"`],
];

const inBody = (session_id: unknown, name: string, answer = UNKNOWN, from = SESSION): Case => [name, from, writing(() => ({ session_id })), answer];
const inHeader = (value: string | ((own: string) => string), name: string, answer = UNKNOWN): Case =>
  [name, SESSION, (scene) => post(SQL, { sql: WRITE }, [`X-Session-Id: ${typeof value === 'string' ? value : value(scene.session)}`]), answer];
const inPath = (path: (session: string) => string, answer = '404 ROUTE_NOT_FOUND'): Case => [`a session id in ${path(':id')}`, 'ids in URLs stand in logs and histories', get(({ session }) => path(session)), answer];

export const TEXT_CLASSES: Readonly<Record<string, AttackClass>> = {
  'control characters': {
    cases: [
      ...within('host', (host) => connecting(() => ({ host })), each([INVALID, 4], ['503 DATABASE_UNAVAILABLE', 1], [INVALID, 1])),
      ...within('database', (database) => connecting(() => ({ database })), each([INVALID, 3], ['404 DATABASE_NOT_FOUND', 2], [INVALID, 1])),
      ...within('username', (username) => connecting(() => ({ username })), each([INVALID, 3], ['401 AUTHENTICATION_FAILED', 2], [INVALID, 1])),
      ...within('password', (password) => connecting(() => ({ password })), each([INVALID, 1], ['401 AUTHENTICATION_FAILED', 5])),
      ...within('a session id', (session_id) => writing(() => ({ session_id })), each([UNKNOWN, 6])),
      ...within('a question', (text) => (scene) => post(QUESTION, { session_id: scene.session, question: `How many accounts${text}; ${WRITE}` }), each(['422 QUESTION_NOT_UNDERSTOOD', 6])),
      ...within('SQL', (text) => writing(() => ({ sql: `select '${text}'; ${WRITE}` })), each(['422 SQL_INVALID', 1], ['403 STATEMENT_NOT_ALLOWED', 5])),
      ...within('a parameter', (text) => writing(() => ({ sql: 'select $1::text', params: [text] })), each([INVALID, 1], ['200', 5])),
      ...within('a name of a parameter’s', (text) => writing(() => ({ sql: 'select $1::jsonb', params: [{ [text]: text }] })), each(['422 SQL_FAILED', 1], ['200', 5])),
      ...within('a name of a field’s', (text) => writing(() => ({ [text]: 1 })), each([INVALID, 6])),
      ...within('the names of tables', (text) => get(`/api/v1/schema?tables=${encodeURIComponent(`a ${text}`)}`), each([INVALID, 1], [INVALID, 5])),
      ...['X-Session-Id', 'X-Request-Id', 'Origin', 'Authorization', 'Accept', 'X-Api-Key'].map((name): Case => [`NUL in ${name}`, PACKET, writing(undefined, () => [`${name}: a\0b`]), '400 REQUEST_REFUSED']),
      ...['a\u001b[2Jb', '\u202eid', 'a b', '<script>', 'x'.repeat(129), '../../etc/passwd', '${jndi:ldap://127.0.0.1/a}', '%0d%0aSet-Cookie:a=b'].map((id): Case => [`the request id ${JSON.stringify(id).slice(0, 40)}`, 'CVE-2021-44228 and its kin: what is logged is taken for more than text', get('/api/v1/nothing', [`X-Request-Id: ${id}`]), id.includes('\u001b') ? '400 REQUEST_REFUSED' : '404 ROUTE_NOT_FOUND', /"request_id":"[0-9a-f-]{36}"/]),
    ],
  },
  'ids of sessions': {
    cases: [
      ...['', 'x', "' OR 1=1 --", '../../etc/passwd', '..%2f..%2f', 'a/b', '*', '__proto__', 'constructor', 'default', 'null', '00000000-0000-1000-8000-000000000000', '00000000-0000-4000-8000-000000000000', 'A'.repeat(100_000), '\ud800'].map((id) => inBody(id, `the session id ${JSON.stringify(id).slice(0, 40)}`)),
      ...[['x'], { $ne: null }, { toString: 'x' }, 1, true].map((id) => inBody(id, `the session id ${JSON.stringify(id)}`, INVALID, NOSQL)),
      ['a closed session', 'a session that lives on after its end', ({ closed }) => post(SQL, { session_id: closed, sql: WRITE }), UNKNOWN],
      ['its own id in capitals', SESSION, ({ session }) => post(SQL, { session_id: session.toUpperCase(), sql: WRITE }), UNKNOWN],
      ['its own id with blanks', SESSION, ({ session }) => post(SQL, { session_id: ` ${session}\n`, sql: WRITE }), UNKNOWN],
      ['a closed session in the body, an open one in the header', 'two places, of which one is checked and the other one used', ({ session, closed }) => post(SQL, { session_id: closed, sql: WRITE }, [`X-Session-Id: ${session}`]), UNKNOWN],
      inHeader((own) => `${own}, 00000000-0000-4000-8000-000000000000`, 'two ids in one header'),
      inHeader((own) => `${own}\r\nX-Session-Id: ${own}`, 'two headers', '400 REQUEST_REFUSED'),
      inHeader('x'.repeat(100_000), 'a header of 100 kB', '431 HEADERS_TOO_LARGE'),
      inHeader('../../../etc/passwd', 'a path in the header'),
      inPath((id) => `/api/v1/database/session?session_id=${id}`, '400 SESSION_REQUIRED'),
      inPath((id) => `/api/v1/database/session/${id}`), inPath((id) => `/api/v1/database/session%2f${id}`), inPath((id) => `/api/v1/database/../${id}`), inPath((id) => `/api/v1/database/session/..%2f${id}`),
      ['the id as a cookie', 'a cookie would be sent for a page of others', ({ session }) => post('/api/v1/database/ping', {}, [`Cookie: session_id=${session}; X-Session-Id=${session}`]), '400 SESSION_REQUIRED'],
    ],
  },
  'prototypes': {
    cases: [
      ...bodies.flatMap(([path, rest]) => poison.map((bad): Case => [`${bad} sent to ${path}`, POLLUTION, () => post(path, `{${rest},${bad}}`), INVALID])),
      ...shadows.map((name): Case => [`${name} beside SQL`, POLLUTION, () => post(SQL, `{"sql":"${WRITE}",${name}}`), name.includes('then') ? INVALID : '400 SESSION_REQUIRED']),
      ...poison.map((bad): Case => [`a parameter with ${bad}`, POLLUTION, ({ session }) => post(SQL, `{"session_id":"${session}","sql":"select $1::jsonb","params":[{${bad}}]}`), INVALID]),
      ...['__proto__[x]=1', 'constructor[prototype][x]=1', '__proto__.x=1', 'limit[__proto__]=1'].map((query): Case => [`?${query}`, POLLUTION, get(`/api/v1/stats/pools?${query}`), INVALID]),
    ],
  },
};
