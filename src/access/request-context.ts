import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Principal, principalOf } from './principal.js';

/** What a request is to the layers below the controllers. */
export interface RequestContext extends Principal {
  /** The caller's own `X-Request-Id`, or ours. */
  readonly requestId: string;
  /** Address the request came from. */
  readonly address: string;
  /** `X-Session-Id`, if sent. */
  readonly sessionHeader?: string;
  /** Aborted when the caller closes its connection. Requests of one connection share it: take listeners off when you are done. */
  readonly signal: AbortSignal;
}

/** Injects the {@link RequestContext} into a controller method. */
export const Context = createParamDecorator((_: unknown, execution: ExecutionContext): RequestContext => {
  const http = execution.switchToHttp();
  const request = http.getRequest<FastifyRequest>();
  const signal = hangUpSignal(request.raw.socket);
  const header = request.headers['x-session-id'];
  return { ...principalOf(request), requestId: request.id, address: request.ip, sessionHeader: typeof header === 'string' ? header : undefined, signal };
});

/** What is aborted when a connection closes: one for all its requests, since nothing else ever aborts them. */
const hangUps = new WeakMap<Socket, AbortController>();

/**
 * Aborted when the connection closes, which means nothing to a request that was answered before. The response's own `close`
 * would not do: of requests sent behind each other on one connection, only the first one's response belongs to the socket
 * already.
 */
function hangUpSignal(socket: Socket): AbortSignal {
  let controller = hangUps.get(socket);
  if (!controller) {
    const mine = (controller = new AbortController());
    // Any number of requests may be under way behind each other.
    setMaxListeners(0, mine.signal);
    if (socket.destroyed) mine.abort();
    else socket.once('close', () => mine.abort());
    hangUps.set(socket, controller);
  }
  return controller.signal;
}
