import type { FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.js';

/** Headers a request may have. Their size is bounded by the parser. */
const MAX_HEADERS = 100;

/** Headers of which Node takes the first one, and somebody before or behind us perhaps the last. */
const SINGLE = new Set(['host', 'content-type', 'authorization', 'origin', 'x-session-id', 'x-api-key']);

/** JSON is UTF-8; a body that says otherwise would be read as something else than was sent. */
const JSON_TYPE = /^application\/json\s*(?:;\s*charset="?utf-?8"?\s*)?$/i;

/** What is wrong with the head of a request that the parser has let through. */
export function headProblem({ raw, headers, method }: FastifyRequest): Problem | undefined {
  const names = raw.rawHeaders;
  if (names.length > 2 * MAX_HEADERS) return new Problem('HEADERS_TOO_LARGE', `The request has more than ${MAX_HEADERS} headers.`);
  if (raw.httpVersionMajor < 1) return new Problem('REQUEST_REFUSED', 'The request is not HTTP/1.1.');
  // Node would refuse it too, but without a word.
  if (headers.host === undefined && raw.httpVersionMinor > 0) return new Problem('REQUEST_REFUSED', 'The request has no Host header.');
  // A whole URL names a host of its own, which nobody has checked, and has another path for those who read it from its beginning.
  if (raw.url?.startsWith('/') === false && raw.url !== '*') return new Problem('REQUEST_REFUSED', 'The target of the request is not a path.', { hint: 'Send the path alone, the host as Host: this service is no proxy.' });
  const seen = new Set<string>();
  for (let at = 0; at < names.length; at += 2) {
    const name = (names[at] ?? '').toLowerCase();
    if (!SINGLE.has(name)) continue;
    if (seen.has(name)) return new Problem('REQUEST_REFUSED', `The request has more than one ${name} header.`);
    seen.add(name);
  }
  const type = headers['content-type'];
  if (type !== undefined && method !== 'GET' && method !== 'HEAD' && !JSON_TYPE.test(type)) return new Problem('UNSUPPORTED_MEDIA_TYPE', 'The body is not of a type this service reads.');
  // Read as it is, while whoever unpacks it on the way may see another text.
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return new Problem('UNSUPPORTED_MEDIA_TYPE', 'The body is compressed, which this service does not read.', { hint: 'Send the JSON as it is, without Content-Encoding.' });
  return undefined;
}
