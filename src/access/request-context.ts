import type { Socket } from 'node:net';
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
  const signal = hangUpSignal(request.raw.socket, reply);
  const header = request.headers['x-session-id'];
  return { requestId: request.id, address: request.ip, tenant: DEFAULT_TENANT, sessionHeader: typeof header === 'string' ? header : undefined, signal };
});

/** Requests under way by connection: one listener serves them all, however many a client sends before it reads an answer. */
const underWay = new WeakMap<Socket, Set<AbortController>>();

/**
 * Aborted when the connection closes before the answer was sent. The response's own `close` would not do: of requests sent
 * behind each other on one connection, only the first one's response belongs to the socket already.
 */
function hangUpSignal(socket: Socket, reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  if (socket.destroyed) controller.abort();
  let requests = underWay.get(socket);
  if (!requests) {
    const mine = (requests = new Set());
    underWay.set(socket, mine);
    socket.once('close', () => {
      for (const request of mine) request.abort();
      mine.clear();
    });
  }
  requests.add(controller);
  reply.raw.once('finish', () => requests.delete(controller));
  return controller.signal;
}
