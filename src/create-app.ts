import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Logger, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule, AppOptions } from './app.module.js';
import { PoolManager } from './pools/pool-manager.js';
import { Problem } from './problems/problem.js';
import { send } from './problems/problem.filter.js';
import { Settings } from './settings/settings.js';
import { setUpSwagger } from './swagger.js';

/** Ids of callers are taken over when they can stand in a log line and a header as they are. */
const REQUEST_ID = /^[\w.:-]{1,128}$/;

/** Paths outside the versioned API: orchestrators and Prometheus expect them at the root. */
const AT_THE_ROOT = ['health/live', 'health/ready', 'metrics'];

/** Builds the service, ready to listen. */
export async function createApp(options: AppOptions = {}, logger: LoggerService | false = false): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    genReqId: ({ headers }: IncomingMessage) => (typeof headers['x-request-id'] === 'string' && REQUEST_ID.test(headers['x-request-id']) ? headers['x-request-id'] : randomUUID()),
    // The shutdown answer is ours, with a code and Retry-After.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    // JSON escapes can make a statement several times longer than it is.
    bodyLimit: 4_194_304,
    routerOptions: { ignoreTrailingSlash: true },
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(options), adapter, { logger, abortOnError: false, bodyParser: false });
  app.setGlobalPrefix('api/v1', { exclude: AT_THE_ROOT });
  setUpSwagger(app);

  const fastify = app.getHttpAdapter().getInstance();
  // JSON only: a browser can send text and forms to us from any page without asking first.
  fastify.removeContentTypeParser('text/plain');
  const pools = app.get(PoolManager);
  const problems = new Logger('Problem');
  fastify.addHook('onRequest', (request, reply, next) => {
    void reply.header('X-Request-Id', request.id);
    if (pools.accepting || request.url.startsWith('/health')) next();
    else send(new Problem('SHUTTING_DOWN', 'The service is shutting down.'), request, reply.header('Connection', 'close'), problems);
  });
  // A connection kept alive behind the last answer would hold up the shutdown until its client lets go.
  fastify.addHook('onSend', (_request, reply, payload, next) => {
    if (!pools.accepting) void reply.header('Connection', 'close');
    next(null, payload);
  });
  return app;
}

/** The address the service listens on after `listen`. */
export async function listen(app: NestFastifyApplication): Promise<string> {
  const { host, port } = app.get(Settings);
  await app.listen(port, host);
  return app.getUrl();
}
