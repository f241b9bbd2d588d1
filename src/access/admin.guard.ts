import { createHash, timingSafeEqual } from 'node:crypto';
import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../egress/address.js';
import { Problem } from '../problems/problem.js';
import { Settings } from '../settings/settings.js';

/** Headers that proxies add: a request that carries one did not come from this machine itself, whatever its address says. */
const PROXY_HEADER = /^(forwarded|via|x-real-ip|x-forwarded-.*)$/;

/** Lets administrators pass: holders of the admin token, or, where none is configured, direct callers on loopback. */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(private readonly settings: Settings) {}

  canActivate(execution: ExecutionContext): boolean {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const { adminToken } = this.settings;
    const allowed = adminToken ? sameSecret(bearerToken(request), adminToken) : isDirectLoopback(request);
    if (!allowed) throw new Problem('ADMIN_REQUIRED', 'Statistics and metrics are for administrators.');
    return true;
  }
}

/** True for a request from this machine that came through no proxy. */
export function isDirectLoopback(request: FastifyRequest): boolean {
  if (Object.keys(request.headers).some((name) => PROXY_HEADER.test(name))) return false;
  return isLoopback(request.socket.remoteAddress ?? '');
}

function bearerToken(request: FastifyRequest): string {
  return /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
