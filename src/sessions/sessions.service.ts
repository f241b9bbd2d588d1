import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConnectThrottle } from '../access/connect-throttle.js';
import type { RequestContext } from '../access/request-context.js';
import { ConnectRefused, SessionClosed, SessionOpened } from '../audit/audit-events.js';
import { AuditTrail } from '../audit/audit-trail.js';
import type { Identity, Target } from '../pools/identity.js';
import { PoolManager } from '../pools/pool-manager.js';
import { Problem } from '../problems/problem.js';
import { Settings } from '../settings/settings.js';
import { CredentialsVault } from './credentials-vault.js';
import { type ProvenDatabase, readDatabaseInfo } from './database-info.js';
import { DefaultDatabase } from './default-database.js';
import { Keyring } from './keyring.js';
import type { Access, Session } from './session.js';
import type { ConnectDto, DatabaseInfoDto } from './session.dto.js';
import { isSessionId } from './session-id.js';
import { SessionQuota } from './session-quota.js';
import { SessionStore } from './session-store.js';

/** An identity's proof: when a real handshake succeeded last, and what the database told then. */
interface Verification {
  readonly at: number;
  readonly proof: Promise<ProvenDatabase>;
}

/** Opens, finds and closes sessions. */
@Injectable()
export class SessionsService {
  /** Weak: a proof lives exactly as long as the credential record it is about. */
  private readonly verified = new WeakMap<Identity, Verification>();
  /** References of sessions disconnected lately, oldest first, and when. */
  private readonly disconnected = new Map<string, number>();
  private readonly timeoutMs: number;

  constructor(
    private readonly settings: Settings,
    private readonly store: SessionStore,
    private readonly vault: CredentialsVault,
    private readonly keyring: Keyring,
    private readonly quota: SessionQuota,
    private readonly throttle: ConnectThrottle,
    private readonly pools: PoolManager,
    private readonly defaultDatabase: DefaultDatabase,
    private readonly audit: AuditTrail,
  ) {
    this.timeoutMs = settings.sessionTimeoutMinutes * 60_000;
  }

  /**
   * Proves the credentials and opens a session.
   *
   * @throws {Problem} `AUTHENTICATION_FAILED`, `DATABASE_NOT_FOUND`, `DATABASE_UNAVAILABLE`, `HOST_NOT_ALLOWED`, `ROLE_NOT_ALLOWED`, `WRITES_NOT_ALLOWED`,
   * `PERMISSION_DENIED`, `TOO_MANY_REQUESTS`, `TOO_MANY_SESSIONS`
   */
  async connect(request: ConnectDto, context: RequestContext): Promise<{ session: Session; info: DatabaseInfoDto }> {
    const target: Target = {
      tenant: context.tenant, host: request.host.toLowerCase().replace(/^\[|\]$/g, ''), port: request.port ?? 5432, database: request.database, user: request.username,
      ssl: request.ssl ?? this.settings.sslMode, ca: request.ssl_ca, exempt: false,
    };
    const readOnly = request.read_only ?? true;
    const leave = await this.quota.enter(context.tenant);
    const identity = this.vault.hold(target, request.password);
    try {
      if (!readOnly && !this.settings.allowWrites) throw new Problem('WRITES_NOT_ALLOWED', 'The operator lets no session write.', { hint: 'Leave read_only out, or ask the operator to set ALLOW_WRITES.' });
      const attempt = { tenant: context.tenant, address: context.address, host: target.host, port: target.port, user: target.user, credentials: identity.key };
      const { info, role } = await this.throttle.run(attempt, context.signal, () => this.verify(identity));
      this.admitRole(info, role, readOnly);
      // Nobody would know the session of a caller who has hung up.
      if (context.signal.aborted) throw new Problem('QUERY_CANCELLED', 'The caller has gone away.');
      return { session: await this.open(identity, readOnly, context), info };
    } catch (error) {
      this.vault.release(identity);
      const code = error instanceof Problem ? error.code : 'INTERNAL';
      await this.audit.tell(new ConnectRefused(context, target, code), `The connect failed with ${code}`, error);
      throw error;
    } finally {
      leave();
    }
  }

  /**
   * What a request may use: the session it names, or the default database when it names none. Counts as a use of the session.
   *
   * @param sessionId from the body; the header counts when there is none
   * @throws {Problem} `SESSION_NOT_FOUND`, `SESSION_REQUIRED`, `AUTHENTICATION_FAILED` once the database has refused the credentials
   */
  async access(sessionId: string | undefined, context: RequestContext): Promise<Access> {
    const id = sessionId ?? context.sessionHeader;
    if (id === undefined) return this.defaultDatabase.access(context);
    const session = await this.find(id, context);
    if (this.pools.isStale(session.identity)) throw new Problem('AUTHENTICATION_FAILED', 'The database no longer accepts the credentials of this session.');
    const ref = this.refOf(id);
    return { identity: session.identity, queue: ref, sessionRef: ref, session };
  }

  /** Like {@link access}, for routes that make no sense without a session. */
  async session(sessionId: string | undefined, context: RequestContext): Promise<Session> {
    const { session } = sessionId === undefined && context.sessionHeader === undefined ? {} : await this.access(sessionId, context);
    if (!session) throw new Problem('SESSION_REQUIRED', 'This request needs a session.');
    return session;
  }

  /**
   * Closes the session now: its waiting requests fail, its running statements are cancelled, and it begins no further ones.
   *
   * @throws {Problem} `SESSION_NOT_FOUND`, `SESSION_REQUIRED`
   */
  async disconnect(sessionId: string | undefined, context: RequestContext): Promise<void> {
    const id = sessionId ?? context.sessionHeader;
    if (id === undefined) throw new Problem('SESSION_REQUIRED', 'This request needs a session.');
    await this.find(id, context);
    const session = await this.store.close(context.tenant, id);
    if (!session) throw notFound();
    const ref = this.refOf(id);
    this.disconnected.set(ref, Date.now());
    this.pools.cancelQueue(session.identity, ref);
    this.vault.release(session.identity);
    await this.audit.tell(new SessionClosed(session.identity.target, ref, 'disconnected', context), 'The session has ended');
  }

  /**
   * To be asked right before a statement is handed to the pools: a request that was translating, say, while its session was
   * disconnected goes no further.
   *
   * @throws {Problem} `QUERY_CANCELLED`
   */
  assertConnected({ sessionRef }: Access): void {
    if (this.disconnected.has(sessionRef)) throw new Problem('QUERY_CANCELLED', 'The session was disconnected.');
  }

  /** One step of expiry; see {@link SessionStore.expire}. @returns whether another step is due */
  async expire(now: number, limit: number): Promise<boolean> {
    const { expired, more } = await this.store.expire(now, limit);
    for (const { id, identity } of expired) {
      this.vault.release(identity);
      this.audit.note(new SessionClosed(identity.target, this.refOf(id), 'expired'));
    }
    this.forgetDisconnected(now);
    return more;
  }

  /** The keyed reference of a session for logs and statistics. */
  refOf(sessionId: string): string {
    return this.keyring.sessionRef(sessionId);
  }

  /** A session of the caller's tenant; anybody else's is as unknown as one that never was. */
  private async find(id: string, { tenant }: RequestContext): Promise<Session> {
    if (!isSessionId(id)) throw notFound();
    const session = await this.store.touch(tenant, id, Date.now(), this.timeoutMs);
    if (!session) throw notFound();
    return session;
  }

  private async open(identity: Identity, readOnly: boolean, context: RequestContext): Promise<Session> {
    const now = Date.now();
    // randomUUID() returns a rope of pieces that costs some 425 bytes more than the flat string it stands for.
    const id = Buffer.from(randomUUID(), 'latin1').toString('latin1');
    const session: Session = { id, identity, readOnly, createdAt: now, lastAccessedAt: now, expiresAt: now + this.timeoutMs, requestCount: 0 };
    await this.store.open(session);
    try {
      await this.audit.tell(new SessionOpened(context, identity.target, this.refOf(id), readOnly ? 'read' : 'write'), 'No session was opened');
    } catch (error) {
      await this.store.close(context.tenant, id);
      throw error;
    }
    return session;
  }

  /** No request outlives the statement timeout by much, so that longer memory serves nobody. */
  private forgetDisconnected(now: number): void {
    for (const [ref, at] of this.disconnected) {
      if (now - at < 2 * this.settings.statementTimeoutMs) return;
      this.disconnected.delete(ref);
    }
  }

  /** A handshake unless one succeeded lately; callers of one identity who come at the same time share it. */
  private verify(identity: Identity): Promise<ProvenDatabase> {
    const known = this.verified.get(identity);
    if (known && Date.now() - known.at < this.settings.credentialsRecheckSeconds * 1000 && !this.pools.isStale(identity)) return known.proof;
    const proof = this.pools.verify(identity, (connection) => readDatabaseInfo(connection, this.settings.connectTimeoutMs));
    const verification = { at: Date.now(), proof };
    this.verified.set(identity, verification);
    proof.catch(() => {
      if (this.verified.get(identity) === verification) this.verified.delete(identity);
    });
    return proof;
  }

  /** @throws {Problem} `ROLE_NOT_ALLOWED`, `WRITES_NOT_ALLOWED` */
  private admitRole({ user }: DatabaseInfoDto, { powers, writesByDefault }: ProvenDatabase['role'], readOnly: boolean): void {
    if (this.settings.refuseSuperuser && powers) throw new Problem('ROLE_NOT_ALLOWED', `The role ${user} is ${powers}, which the operator does not allow.`);
    if (!readOnly && !writesByDefault) {
      throw new Problem('WRITES_NOT_ALLOWED', `The role ${user} has default_transaction_read_only set: its owner wants it to read only.`, { hint: 'Connect as another role, or leave read_only out.' });
    }
  }
}

function notFound(): Problem {
  return new Problem('SESSION_NOT_FOUND', 'There is no such session.');
}
