import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../egress/address.js';

/** Headers that proxies add: a request that carries one did not come from this machine itself, whatever its address says. */
const PROXY_HEADER = /^(forwarded|via|x-real-ip|x-forwarded-.*)$/;

/** True for a request from this machine that came through no proxy. */
export function isDirectLoopback(request: FastifyRequest): boolean {
  if (Object.keys(request.headers).some((name) => PROXY_HEADER.test(name))) return false;
  return isLoopback(request.socket.remoteAddress ?? '');
}
