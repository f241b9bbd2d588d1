import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { send, toProblem } from './problem.filter.js';
import { Problem } from './problem.js';
import { SECURITY_HEADERS } from './security-headers.js';

const logger = new Logger('Problem');

/** Answers what the router refuses before there is a route, e.g. a URL that cannot be decoded. */
export function answerRouterError(error: Error & { code?: string }, request: FastifyRequest, reply: FastifyReply): void {
  // The framework's own words quote the URL.
  const problem = error.code === 'FST_ERR_BAD_URL' ? new Problem('VALIDATION_FAILED', 'The URL cannot be decoded.') : toProblem(error);
  send(problem, request, reply.header('X-Request-Id', request.id).headers(SECURITY_HEADERS), logger);
}

/** Answers what the HTTP parser refuses before there is a request, on the bare socket, and closes it: what follows cannot be understood. */
export function answerParserError(error: Error & { code?: string }, socket: Socket): void {
  // A second head would become part of the answer that is going out.
  const answering = Reflect.get(Object(Reflect.get(socket, '_httpMessage')), 'headersSent') === true;
  if (error.code === 'ECONNRESET' || !socket.writable || answering) return void socket.destroy();
  const problem = parserProblem(error.code);
  const id = randomUUID();
  logger.debug({ request_id: id, code: problem.code, detail: problem.detail, reason: error.code });
  const body = JSON.stringify(problem.toBody(id));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`, 'Content-Type: application/problem+json; charset=utf-8', `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${id}`, ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`), 'Connection: close',
  ];
  // Not every parser error ends the socket by itself, and its client may never do so.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function parserProblem(code?: string): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem('REQUEST_TIMEOUT', 'The request did not arrive in time.');
  if (code === 'HPE_HEADER_OVERFLOW') return new Problem('HEADERS_TOO_LARGE', 'The headers of the request are too large.');
  return new Problem('REQUEST_REFUSED', 'The request is not HTTP/1.1.');
}
