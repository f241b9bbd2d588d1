import { gzipSync } from 'node:zlib';
import { bodyBytes, getText } from '../../support/http-line.js';
import { type AttackClass, type Case, get, JSON_TYPE, post, SQL, WRITE, writeText, writing, type Scene } from '../request-attack.js';

const DIFFER = 'Bishop Fox 2021: two readers of one JSON text';
const EXHAUST = 'CVE-2020-36518 and its kin: a short text that is much work';
const CSRF = 'forms and simple requests need no leave of a browser';
const CHARSET = 'CVE-2018-1000613 and its kin: text that a filter reads in another encoding';
const SMUGGLE = 'Kettle 2019: HTTP desync, two readers disagree about where a request ends';
const OVERRIDE = 'a method that a filter does not see';

const INVALID = '400 VALIDATION_FAILED';
const TYPE = '415 UNSUPPORTED_MEDIA_TYPE';
const REFUSED = '400 REQUEST_REFUSED';

const text = (name: string, from: string, make: (scene: Scene) => string, answer = INVALID, saying?: RegExp): Case => [name, from, (scene) => post(SQL, make(scene)), answer, saying];
const bytes = (name: string, from: string, make: (json: string) => Buffer, answer = INVALID, headers: string[] = [JSON_TYPE]): Case => [name, from, (scene) => bodyBytes(SQL, make(writeText(scene)), headers), answer];
const typed = (types: string[], from: string, answer = TYPE): Case => [`${types.join(' and ') || 'no content type'}`, from, (scene) => bodyBytes(SQL, writeText(scene), types.map((type) => `Content-Type: ${type}`)), answer];

/** A request whose end two readers may see in different places; what follows it writes if it is taken for a request. */
const smuggling = (name: string, head: string, body: string, answer = REFUSED, first = 'POST /api/v1/database/ping HTTP/1.1'): Case => [
  name, SMUGGLE,
  (scene) => {
    const hidden = bodyBytes(SQL, writeText(scene)).toString();
    return `${first}\r\nHost: localhost\r\n${JSON_TYPE}\r\n${head}\r\n\r\n${body.replace(':hidden', hidden).replace(':length', String(hidden.length))}`;
  },
  answer,
];

export const BODY_CLASSES: Readonly<Record<string, AttackClass>> = {
  'JSON that is more or less than JSON': {
    cases: [
      text('the same field twice, a harmless one last', DIFFER, ({ session }) => `{"session_id":"${session}","sql":"${WRITE}","sql":"select 7 as last"}`, '200', /"results":\[\{"last":7\}\]/),
      text('the same field twice, once with escapes', DIFFER, ({ session }) => `{"session_id":"${session}","sql":"${WRITE}","\\u0073ql":"select 7 as last"}`, '200', /"results":\[\{"last":7\}\]/),
      text('fields that differ in case', DIFFER, ({ session }) => `{"session_id":"${session}","sql":"select 7","SQL":"${WRITE}"}`),
      text('comments', DIFFER, ({ session }) => `{"session_id":"${session}",/*"sql":"select 1",*/"sql":"${WRITE}"}`),
      text('something behind the end', DIFFER, (scene) => `${writeText(scene)}{}`),
      text('single quotes', DIFFER, (scene) => writeText(scene).replaceAll('"', "'")),
      text('NaN', DIFFER, ({ session }) => `{"session_id":"${session}","sql":"${WRITE}","max_rows":NaN}`),
      text('a comma too many', DIFFER, (scene) => writeText(scene).replace('}', ',}')),
      text('a bare NUL', DIFFER, (scene) => `${writeText(scene)}\0`),
      text('half a surrogate in SQL', DIFFER, ({ session }) => `{"session_id":"${session}","sql":"select '\\ud800'; ${WRITE}"}`, '422 SQL_INVALID'),
      text('half a surrogate in a parameter', DIFFER, ({ session }) => `{"session_id":"${session}","sql":"select $1::text","params":["\\ud800"]}`),
      ...['1e999', '1e400', '-1', '0', '1.5', '"10"', 'true', '[]', '{}'].map((number) => text(`max_rows ${number}`, 'a number that overflows', ({ session }) => `{"session_id":"${session}","sql":"${WRITE}","max_rows":${number}}`)),
      ...['1e999', '-1', '0', 'null, "sql": null', '"1; drop table accounts"'].map((number) => text(`timeout_ms ${number}`, 'a number that overflows', ({ session }) => `{"session_id":"${session}","sql":"${WRITE}","timeout_ms":${number}}`)),
      ...['[]', '"x"', '1', 'null', 'true', '', '[[]]'].map((body) => text(`the body ${body || 'of no bytes'}`, 'a body that is no object', () => body)),
      ...[['sql', [WRITE]], ['sql', { toString: WRITE }], ['sql', { text: WRITE }], ['sql', null], ['sql', 1], ['params', { 0: 1, length: 1 }], ['params', 'x'], ['row_format', ['array']], ['exact_numbers', 'false'], ['max_retries', 1]].map(([field, value]): Case =>
        [`${String(field)} ${JSON.stringify(value)}`, 'a field of another type than its check expects', writing(() => ({ [String(field)]: value })), INVALID]),
      text('lists inside each other', EXHAUST, ({ session }) => `{"session_id":"${session}","sql":"${WRITE}","params":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
      text('objects inside each other', EXHAUST, ({ session }) => `{"session_id":"${session}","sql":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`),
      text('a hundred thousand fields', EXHAUST, ({ session }) => `{"session_id":"${session}","sql":"${WRITE}",${Array.from({ length: 100_000 }, (_, i) => `"k${i}":1`).join(',')}}`),
      text('a million parameters', EXHAUST, ({ session }) => `{"session_id":"${session}","sql":"${WRITE}","params":[${'{},'.repeat(1_000_000)}1]}`),
      text('a field with a name of a megabyte', EXHAUST, ({ session }) => `{"session_id":"${session}","sql":"${WRITE}","${'x'.repeat(1_000_000)}":1}`),
      text('a number of a megabyte', EXHAUST, ({ session }) => `{"session_id":"${session}","sql":"${WRITE}","max_rows":${'9'.repeat(1_000_000)}}`),
      text('a body of five megabytes', EXHAUST, ({ session }) => `{"session_id":"${session}","sql":"${WRITE}${' '.repeat(5_000_000)}"}`, '413 BODY_TOO_LARGE'),
    ],
  },
  'bytes that are not what they say': {
    cases: [
      bytes('bytes that are no UTF-8', CHARSET, (json) => Buffer.concat([Buffer.from(json.slice(0, -2)), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])),
      bytes('an overlong quotation mark', CHARSET, (json) => Buffer.concat([Buffer.from(json.slice(0, -2)), Buffer.from([0xc0, 0xa2]), Buffer.from('"}')])),
      ...(['utf16le', 'ucs2'] as const).map((encoding) => bytes(encoding, CHARSET, (json) => Buffer.from(json, encoding))),
      bytes('two byte order marks', CHARSET, (json) => Buffer.from(`\ufeff\ufeff${json}`)),
      bytes('UTF-7', CHARSET, (json) => Buffer.from(json.replaceAll('"', '+ACI-'))),
      bytes('a compressed body', 'a bomb: a kilobyte that unpacks to gigabytes', (json) => gzipSync(json), TYPE, [JSON_TYPE, 'Content-Encoding: gzip']),
      bytes('a compressed body, unsaid', 'a filter that does not unpack', (json) => gzipSync(json)),
      ...['gzip', 'br', 'deflate', 'identity, gzip', 'x'].map((encoding) => bytes(`a plain body that says ${encoding}`, 'a filter that unpacks what was not packed', (json) => Buffer.from(json), TYPE, [JSON_TYPE, `Content-Encoding: ${encoding}`])),
      ...['application/json; charset=utf-16', 'application/json; charset=utf-7', 'application/json;charset=utf-8;charset=utf-16', 'application/json; charset=iso-2022-jp'].map((type) => typed([type], CHARSET)),
      ...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain; a=application/json', 'text/plain\tapplication/json'].map((type) => typed([type], CSRF)),
      ...['application/json, text/plain', 'text/plain, application/json', 'application/jsonp', 'application/json; q=1', 'application/problem+json', 'text/json', 'application/*', '*/*', 'application/json\u00a0', 'application/xml', 'application/json; charset=utf-8, text/plain', 'application\\json', ''].map((type) => typed([type], 'a type that begins like one that is taken')),
      typed([], CSRF),
      typed(['application/json', 'text/plain'], DIFFER, REFUSED), typed(['text/plain', 'application/json'], DIFFER, REFUSED), typed(['application/json', 'application/json'], DIFFER, REFUSED),
    ],
  },
  'where a request ends': {
    cases: [
      smuggling('a length and chunks', 'Content-Length: :length\r\nTransfer-Encoding: chunked', '0\r\n\r\n:hidden'),
      smuggling('chunks and a length', 'Transfer-Encoding: chunked\r\nContent-Length: 5', '0\r\n\r\n:hidden'),
      smuggling('two lengths', 'Content-Length: 2\r\nContent-Length: 9', '{}:hidden'), smuggling('the same length twice', 'Content-Length: 2\r\nContent-Length: 2', '{}:hidden'), smuggling('two lengths in one', 'Content-Length: 2, 2', '{}:hidden'),
      ...['+2', '-2', '0x2', '2 2', '2a', '1e1', '²', '99999999999999999999999', ''].map((length) => smuggling(`the length "${length}"`, `Content-Length: ${length}`, '{}:hidden')),
      ...['xchunked', 'chunked, identity', 'identity, chunked, x', 'chunked\u000b', 'x', 'chunked, chunked', '"chunked"', 'chunked;q=1'].map((encoding) => smuggling(`the encoding "${encoding}"`, `Transfer-Encoding: ${encoding}`, '0\r\n\r\n:hidden')),
      smuggling('two encodings', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', '0\r\n\r\n:hidden'),
      smuggling('a blank before the colon', 'Content-Length : 2', '{}:hidden'), smuggling('a blank before the name', 'X: y\r\n Content-Length: 2', '{}:hidden'), smuggling('a folded header', 'X-A: b\r\n\tTransfer-Encoding: chunked\r\nContent-Length: 2', '{}:hidden'),
      smuggling('a header that ends in a bare line feed', 'X-A: b\nTransfer-Encoding: chunked\r\nContent-Length: 2', '{}:hidden'), smuggling('a bare carriage return', 'X-A: b\rTransfer-Encoding: chunked\r\nContent-Length: 2', '{}:hidden'),
      smuggling('NUL in a name', 'Content\0-Length: 2', '{}:hidden'), smuggling('a name that is not ASCII', 'Content‑Length: 2', '{}:hidden'), smuggling('a header without a colon', 'Content-Length 2', '{}:hidden'),
      ...['g', '0x5', '-1', 'ffffffffffffffffff', '5 ', '5\n', ';a=b'].map((size) => smuggling(`a chunk of the size ${JSON.stringify(size)}`, 'Transfer-Encoding: chunked', `${size}\r\n{}   \r\n0\r\n\r\n:hidden`)),
      smuggling('a chunk that is longer than it says', 'Transfer-Encoding: chunked', '2\r\n{}   \r\n0\r\n\r\n:hidden'), smuggling('chunks that end in line feeds', 'Transfer-Encoding: chunked', '2\n{}\n0\n\n:hidden'),
      smuggling('chunks in HTTP/1.0', 'Transfer-Encoding: chunked', '0\r\n\r\n:hidden', REFUSED, 'POST /api/v1/database/ping HTTP/1.0'), smuggling('another version', 'Content-Length: 2', '{}:hidden', REFUSED, 'POST /api/v1/database/ping HTTP/1.2'),
      smuggling('a second line for a target', 'Content-Length: 2', '{}:hidden', REFUSED, 'POST /api/v1/database/ping HTTP/1.1\nX: y'), smuggling('a target with blanks', 'Content-Length: 2', '{}:hidden', REFUSED, 'POST /api/v1/ database/ping HTTP/1.1'),
      ['HTTP/0.9', SMUGGLE, () => 'GET /metrics\r\n\r\n', REFUSED], ['the preface of HTTP/2', SMUGGLE, () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', REFUSED], ['TLS', SMUGGLE, () => Buffer.from('160301020001', 'hex'), REFUSED], ['PostgreSQL', SMUGGLE, () => Buffer.from('0000000804d2162f', 'hex'), REFUSED],
      ['a session id in a trailer', 'trailers that become headers', ({ session }) => `POST ${SQL} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${JSON_TYPE}\r\nTransfer-Encoding: chunked\r\nTrailer: X-Session-Id\r\n\r\n2\r\n{}\r\n0\r\nX-Session-Id: ${session}\r\n\r\n`, INVALID],
      ['a body on GET', 'a cache that does not look at bodies', (scene) => bodyBytes('/api/v1/stats/pools?limit=0', writeText(scene), [JSON_TYPE], 'GET'), INVALID],
    ],
  },
  'targets and methods': {
    cases: [
      ...['http://169.254.169.254/latest/meta-data', 'http://localhost/metrics', 'https://evil.example/', 'ftp://localhost/x'].map((target): Case => [`the target ${target}`, 'a service that is talked into being a proxy', () => getText(target), REFUSED]),
      ['CONNECT', 'a service that is talked into being a proxy', () => 'CONNECT 127.0.0.1:5432 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', ''],
      ['a request for a web socket', 'an upgrade past the checks', () => getText('/api/v1/stats/pools?limit=0', ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: x', 'Sec-WebSocket-Version: 13']), INVALID],
      ['a request for HTTP/2', 'h2c smuggling', () => getText('/api/v1/stats/pools?limit=0', ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA']), INVALID],
      ...['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'].map((name): Case => [name, OVERRIDE, (scene) => bodyBytes(SQL, writeText(scene), [JSON_TYPE, `${name}: POST`], 'PUT'), '405 METHOD_NOT_ALLOWED']),
      ['a method in the query', OVERRIDE, get(`${SQL}?_method=POST`), '405 METHOD_NOT_ALLOWED'],
      ...['X-Original-URL', 'X-Rewrite-URL', 'X-Forwarded-Prefix', 'X-Forwarded-Uri'].map((name): Case => [name, 'CVE-2018-14773: a path from a header', get('/api/v1/nothing', [`${name}: /metrics`]), '404 ROUTE_NOT_FOUND']),
      ...['PUT', 'DELETE', 'PATCH', 'GET'].map((method): Case => [`${method} instead of POST`, OVERRIDE, (scene) => bodyBytes(SQL, writeText(scene), [JSON_TYPE], method), '405 METHOD_NOT_ALLOWED']),
      ...['TRACE', 'PROPFIND', 'PURGE', 'LOCK', 'MERGE', 'SEARCH'].map((method): Case => [method, 'methods that nobody thought of', get(SQL, [], method), '405 METHOD_NOT_ALLOWED']),
      ['QUERY', 'RFC 9110’s younger sister: a method with a body that changes nothing', (scene) => bodyBytes(SQL, writeText(scene), [JSON_TYPE], 'QUERY'), '405 METHOD_NOT_ALLOWED'],
      ...['post', 'DEBUG', 'POST2', ''].map((method): Case => [`the method "${method}"`, 'methods that nobody thought of', get(SQL, [], method), REFUSED]),
    ],
  },
};
