import { hash, timingSafeEqual } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { CanActivate, ExecutionContext, Injectable, Logger, OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AuditTrail } from '../audit/audit-trail.js';
import { Problem } from '../problems/problem.js';
import { send, toProblem } from '../problems/problem.filter.js';
import { Settings } from '../settings/settings.js';
import { ApiKeys } from './api-keys.js';
import { networkOf } from './caller-network.js';
import { isDirectLoopback } from './direct-loopback.js';
import { LeakyBuckets } from './leaky-buckets.js';
import { GUEST, isIdentified, KEYLESS_ADMIN, Principal, setPrincipal } from './principal.js';
import { RequestThrottle } from './request-throttle.js';
import { isPublic, isStatistics, isTeaching } from './routes.js';
import { tooManyRequests } from './too-many-requests.js';

/** Wrong keys and tokens an address may send a minute. They cannot be guessed; whoever sends more is told to stop. */
const WRONG_A_MINUTE = 30;

/**
 * Asks every request who sends it, whatever its route, except the few of {@link isPublic}. It stands before the whole server,
 * not before routes one by one: one that is added, by a module of yours or to Fastify itself, is guarded without a word, and
 * paths without a route cannot be told from others without a key. It asks before the body is read.
 *
 * A right key passes whatever else its address sends: nobody is locked out by others. `ADMIN_TOKEN` may be a word that can be
 * guessed, so that an address that has sent too many wrong ones has to wait with the right one, too.
 */
@Injectable()
export class AccessGuard implements CanActivate, OnModuleInit {
  private readonly logger = new Logger('Problem');
  private readonly wrong = new LeakyBuckets(WRONG_A_MINUTE);

  constructor(
    private readonly settings: Settings,
    private readonly keys: ApiKeys,
    private readonly throttle: RequestThrottle,
    private readonly server: HttpAdapterHost,
    private readonly audit: AuditTrail,
  ) {}

  onModuleInit(): void {
    this.server.httpAdapter.getInstance<FastifyInstance>().addHook('onRequest', (request, reply, next) => {
      try {
        this.admit(request);
      } catch (error) {
        const problem = toProblem(error);
        this.audit.refused(problem, request);
        return send(problem, request, reply, this.logger);
      }
      next();
    });
  }

  /** What has come this far has been admitted; asked all the same, so that nothing hangs on the order of hooks. */
  canActivate(execution: ExecutionContext): boolean {
    this.admit(execution.switchToHttp().getRequest<FastifyRequest>());
    return true;
  }

  /** @throws {Problem} `API_KEY_REQUIRED`, `TOO_MANY_REQUESTS` */
  private admit(request: FastifyRequest): void {
    if (isPublic(request) || isIdentified(request)) return;
    const principal = this.keys.inUse ? this.keyHolder(request) : this.anybody(request);
    setPrincipal(request, principal);
    this.throttle.count(request, principal);
  }

  private keyHolder(request: FastifyRequest): Principal {
    const sent = credentialIn(request);
    const key = sent === undefined ? undefined : this.keys.find(sent);
    if (key) return key;
    const isToken = sent !== undefined && this.isAdminToken(sent, request);
    if (isToken && isStatistics(request)) return KEYLESS_ADMIN;
    // One answer, so that it tells nothing of what was sent.
    throw new Problem('API_KEY_REQUIRED', 'This request needs a valid API key.');
  }

  private anybody(request: FastifyRequest): Principal {
    if (!isStatistics(request) && !isTeaching(request)) return GUEST;
    if (this.settings.adminToken === undefined) return isDirectLoopback(request) ? KEYLESS_ADMIN : GUEST;
    const sent = credentialIn(request);
    return sent !== undefined && this.isAdminToken(sent, request) ? KEYLESS_ADMIN : GUEST;
  }

  /** Counts what is neither key nor token. */
  private isAdminToken(sent: string, { ip }: FastifyRequest): boolean {
    const { adminToken } = this.settings;
    const caller = networkOf(ip);
    const now = performance.now();
    const blockedMs = this.wrong.blockedMs(caller, now);
    if (blockedMs > 0) throw tooManyRequests('Too many wrong keys have come from this address.', blockedMs);
    if (adminToken !== undefined && sameSecret(sent, adminToken)) return true;
    this.wrong.fill(caller, now);
    return false;
  }
}

/** The key or token of a request. Other kinds of `Authorization` may be a proxy's, and are none of ours. */
function credentialIn({ headers }: FastifyRequest): string | undefined {
  const key = headers['x-api-key'];
  return typeof key === 'string' ? key : /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
}

function sameSecret(sent: string, expected: string): boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer');
  return timingSafeEqual(digest(sent), digest(expected));
}
