import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Logger, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { acceptsJson } from './access/accept-check.js';
import { readableForwardedFor } from './access/forwarded-for.js';
import { headProblem } from './access/head-check.js';
import { ownHostCheck } from './access/host-check.js';
import { OriginRule } from './access/origin-rule.js';
import { AppModule, AppOptions } from './app.module.js';
import { AuditTrail } from './audit/audit-trail.js';
import { PoolManager } from './pools/pool-manager.js';
import { answerParserError, answerRouterError } from './problems/early-errors.js';
import { readJson } from './problems/json-body.js';
import { Problem } from './problems/problem.js';
import { send } from './problems/problem.filter.js';
import { securityHeaders } from './problems/security-headers.js';
import { loadSettings } from './settings/load-settings.js';
import { Settings } from './settings/settings.js';
import { setUpSwagger } from './swagger.js';

/** Ids of callers are taken over when they can stand in a log line and a header as they are. */
const REQUEST_ID = /^[\w.:-]{1,128}$/;

/** Paths outside the versioned API: orchestrators and Prometheus expect them at the root. */
const AT_THE_ROOT = ['health/live', 'health/ready', 'metrics'];

/** Milliseconds a request may take to arrive, headers and body. Said in the hint of REQUEST_TIMEOUT too. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Milliseconds after the grace period for the answers of cancelled statements to go out. */
const LAST_ANSWERS_MS = 2000;

/** The shortest bound on a body, whatever MAX_SQL_BYTES says: parameters need room too. */
const MIN_BODY_BYTES = 4_194_304;

/** Builds the service, ready to listen. */
export async function createApp(options: AppOptions = {}, logger: LoggerService | false = false): Promise<NestFastifyApplication> {
  // The HTTP server is built before the modules, with the same settings.
  const { host, maxSqlBytes, shutdownGraceSeconds, trustedProxies, corsOrigins } = loadSettings({ ...process.env, ...options.environment });
  const adapter = new FastifyAdapter({
    genReqId: ({ headers }: IncomingMessage) => (typeof headers['x-request-id'] === 'string' && REQUEST_ID.test(headers['x-request-id']) ? headers['x-request-id'] : randomUUID()),
    // By it `request.ip` is the last address of X-Forwarded-For that is no proxy of ours; without it the header means nothing.
    trustProxy: trustedProxies.length > 0 && trustedProxies,
    // The shutdown answer is ours, with a code and Retry-After.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    // JSON escapes can make a statement several times longer than it is.
    bodyLimit: Math.max(MIN_BODY_BYTES, 4 * maxSqlBytes),
    // Bounds what arrives. Nothing bounds a quiet connection: its statement may run as long as STATEMENT_TIMEOUT_MS lets it.
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: REQUEST_TIMEOUT_MS / 2, connectionsCheckingInterval: 5000, requireHostHeader: false },
    frameworkErrors: answerRouterError,
    clientErrorHandler: answerParserError,
    routerOptions: { ignoreTrailingSlash: true },
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(options), adapter, { logger, abortOnError: false, bodyParser: false });
  app.setGlobalPrefix('api/v1', { exclude: AT_THE_ROOT });
  setUpSwagger(app);

  const fastify = app.getHttpAdapter().getInstance();
  // JSON only; the head is checked for it too.
  fastify.removeContentTypeParser('text/plain');
  readJson(fastify);
  const pools = app.get(PoolManager);
  const audit = app.get(AuditTrail);
  const problems = new Logger('Problem');
  // Node would leave out what comes after the thousandth header, the one that a proxy appends among it. They are counted below.
  fastify.server.maxHeadersCount = 0;
  const origins = new OriginRule(corsOrigins);
  fastify.addHook('onRequest', (request, reply, next) => {
    const { headers } = request.raw;
    void reply.header('X-Request-Id', request.id).headers(securityHeaders(request.url)).headers(origins.headers(headers));
    if (trustedProxies.length > 0 && typeof headers['x-forwarded-for'] === 'string') headers['x-forwarded-for'] = readableForwardedFor(headers['x-forwarded-for']);
    const preflight = isOwnHost(headers.host) ? origins.preflight(request.method, headers) : undefined;
    if (preflight) return void reply.headers(preflight).status(204).send();
    const problem = refusal(request);
    if (!problem) return next();
    audit.refused(problem, request);
    send(problem, request, problem.code === 'SHUTTING_DOWN' ? reply.header('Connection', 'close') : reply, problems);
  });
  const isOwnHost = ownHostCheck(host);
  const refusal = (request: FastifyRequest): Problem | undefined => {
    const { url, method, headers } = request;
    const doubt = headProblem(request);
    if (doubt) return doubt;
    if (!isOwnHost(headers.host)) {
      return new Problem('FORBIDDEN', 'This service listens on loopback and does not answer to that name.', { hint: 'Send the request to localhost or to an IP address; a proxy must send that as Host.' });
    }
    if (!origins.admits(method, headers)) {
      return new Problem('FORBIDDEN', 'A web page of another origin may not use this service.', { hint: 'Ask the operator to add the origin of the page to CORS_ORIGINS.' });
    }
    if (!pools.accepting && !url.startsWith('/health')) return new Problem('SHUTTING_DOWN', 'The service is shutting down.');
    if (url.startsWith('/api/v1') && !acceptsJson(headers.accept)) return new Problem('NOT_ACCEPTABLE', 'The answer would not be of a type that Accept names.');
    return undefined;
  };
  // A connection kept alive behind the last answer would hold up the shutdown until its client lets go.
  fastify.addHook('onSend', (_request, reply, payload, next) => {
    if (!pools.accepting) void reply.header('Connection', 'close');
    next(null, payload);
  });
  // Closing waits for every request, also for one whose client never sends the rest of it.
  fastify.addHook('preClose', (done) => {
    setTimeout(() => fastify.server.closeAllConnections(), shutdownGraceSeconds * 1000 + LAST_ANSWERS_MS).unref();
    done();
  });
  return app;
}

/** The address the service listens on after `listen`. */
export async function listen(app: NestFastifyApplication): Promise<string> {
  const { host, port } = app.get(Settings);
  await app.listen(port, host);
  return app.getUrl();
}
