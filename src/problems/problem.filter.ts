import { ArgumentsHost, Catch, ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { loggedPath } from './logged-path.js';
import { Problem } from './problem.js';
import type { ProblemCode } from './problem-codes.js';

/** Errors of the framework and of foreign guards that have a code of their own in the catalogue. */
const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: 'VALIDATION_FAILED', 401: 'UNAUTHORIZED', 403: 'FORBIDDEN', 404: 'ROUTE_NOT_FOUND', 405: 'METHOD_NOT_ALLOWED', 406: 'NOT_ACCEPTABLE', 408: 'REQUEST_TIMEOUT',
  413: 'BODY_TOO_LARGE', 415: 'UNSUPPORTED_MEDIA_TYPE', 429: 'TOO_MANY_REQUESTS', 431: 'HEADERS_TOO_LARGE',
};

/** Turns whatever was thrown into one RFC 9457 answer. What is not a problem is a defect: logged whole, answered without internals. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = toProblem(error);
    const allowed = problem.code === 'ROUTE_NOT_FOUND' ? otherMethods(request) : [];
    if (allowed.length === 0) return send(problem, request, reply, this.logger);
    const detail = `This route takes ${allowed.join(', ')}.`;
    send(new Problem('METHOD_NOT_ALLOWED', detail), request, reply.header('Allow', allowed.join(', ')), this.logger);
  }
}

/** Answers with a problem and logs it: caller's mistakes at debug level, our own and the database's louder. */
export function send(problem: Problem, request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const line = { request_id: request.id, code: problem.code, detail: problem.detail, method: request.method, path: loggedPath(request.url), cause: problem.status >= 500 ? causeOf(problem) : undefined };
  if (problem.code === 'INTERNAL') logger.error(line);
  else if (problem.status >= 500) logger.warn(line);
  else logger.debug(line);

  if (reply.sent || reply.raw.destroyed) return;
  if (problem.code === 'API_KEY_REQUIRED') void reply.header('WWW-Authenticate', 'Bearer');
  if (problem.retryAfterSeconds !== undefined) void reply.header('Retry-After', String(problem.retryAfterSeconds));
  void reply.status(problem.status).header('Content-Type', 'application/problem+json; charset=utf-8').send(JSON.stringify(problem.toBody(request.id)));
}

/** Methods that the path of this request would be answered with. */
function otherMethods({ server, url }: FastifyRequest): string[] {
  const path = url.split('?')[0]?.replace(/(.)\/$/, '$1') ?? '';
  // The router would read such a path as the pattern of a route, and fail on most.
  if (/[:*(]/.test(path)) return [];
  return ['GET', 'POST', 'PUT', 'DELETE'].filter((method) => server.hasRoute({ method: method as 'GET', url: path }));
}

/** What a thrown value is in the catalogue. A status that the catalogue does not know is kept, with the code for its kind. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const status = error instanceof HttpException ? error.getStatus() : Number(Reflect.get(Object(error), 'statusCode'));
  const detail = error instanceof Error ? error.message : 'The request was refused.';
  const code = BY_STATUS[status];
  if (code === 'ROUTE_NOT_FOUND') return new Problem(code, 'There is no such route.');
  if (code) return new Problem(code, detail);
  if (status >= 400 && status < 500) return new Problem('REQUEST_REFUSED', detail, { status });
  // A foreign guard's 502 or 503 stays one.
  return new Problem('INTERNAL', 'The service made a mistake.', { cause: error, status: status > 500 && status < 600 ? status : undefined });
}

/** Name, code and stack of the causes, never the driver's copies of statement and parameters. */
function causeOf(problem: Problem): unknown {
  const { cause } = problem;
  if (!(cause instanceof Error)) return cause === undefined ? undefined : String(cause);
  return { name: cause.name, code: Reflect.get(cause, 'code'), message: cause.message, stack: problem.code === 'INTERNAL' ? cause.stack : undefined };
}
