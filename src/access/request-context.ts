import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What a request is to the layers below the controllers. */
export interface RequestContext {
  /** The caller's own `X-Request-Id`, or ours. */
  readonly requestId: string;
  /** Address the request came from. */
  readonly address: string;
  /** Who the caller is; one tenant until API keys tell several apart. */
  readonly tenant: string;
  /** `X-Session-Id`, if sent. */
  readonly sessionHeader?: string;
  /** Aborted when the caller closes its connection before the answer was sent. */
  readonly signal: AbortSignal;
}

/** The tenant of callers without an API key. */
export const DEFAULT_TENANT = 'default';

/** Injects the {@link RequestContext} into a controller method. */
export const Context = createParamDecorator((_: unknown, execution: ExecutionContext): RequestContext => {
  const http = execution.switchToHttp();
  const request = http.getRequest<FastifyRequest>();
  const reply = http.getResponse<FastifyReply>();
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  const header = request.headers['x-session-id'];
  return { requestId: request.id, address: request.ip, tenant: DEFAULT_TENANT, sessionHeader: typeof header === 'string' ? header : undefined, signal: controller.signal };
});
