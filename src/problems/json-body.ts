import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.js';

/**
 * Reads JSON bodies as Fastify does, prototypes of ours out of reach, but those alone that are UTF-8. In any other text bytes
 * would be replaced without a word, and something else be looked for, or written, than was sent.
 */
export function readJson(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeContentTypeParser('application/json');
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (!isUtf8(body)) return done(new Problem('VALIDATION_FAILED', 'The body is not UTF-8.', { hint: 'Send JSON in UTF-8.' }));
    return parse(request, body.toString(), done);
  });
}
