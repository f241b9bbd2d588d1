import type { Target } from '../pools/identity.js';

/** Who asks for something; the context of a request is one. */
export interface Asker {
  /** The caller's own `X-Request-Id`, or ours. */
  readonly requestId: string;
  readonly tenant: string;
  /** Name of the API key, where keys are in use. */
  readonly key?: string;
  /** Address the request came from. */
  readonly address: string;
}

/** What most audit events tell: who, and about which database. No event ever carries a session id, a credential or a value. */
abstract class AuditEvent implements Asker {
  readonly requestId: string;
  readonly tenant: string;
  readonly key?: string;
  readonly address: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** Role at the database. */
  readonly user: string;

  constructor({ requestId, tenant, key, address }: Asker, { host, port, database, user }: Target) {
    this.requestId = requestId;
    this.tenant = tenant;
    this.key = key;
    this.address = address;
    this.host = host;
    this.port = port;
    this.database = database;
    this.user = user;
  }
}

/** Whether something only reads, or may write. */
export type AccessKind = 'read' | 'write';

/** A connect was accepted and a session opened. */
export class SessionOpened extends AuditEvent {
  constructor(
    asker: Asker,
    target: Target,
    readonly sessionRef: string,
    /** What the session may do. */
    readonly access: AccessKind,
  ) {
    super(asker, target);
  }
}

/** A connect was refused. */
export class ConnectRefused extends AuditEvent {
  constructor(
    asker: Asker,
    target: Target,
    /** Problem code, e.g. `AUTHENTICATION_FAILED`. */
    readonly code: string,
  ) {
    super(asker, target);
  }
}

/**
 * A request was turned away at the door: no key or a wrong one, too many requests, no administrator, an unknown session, a
 * page of another origin.
 */
export class AccessRefused {
  constructor(
    readonly requestId: string,
    readonly address: string,
    /** Path of the request, as `loggedPath` gives it. */
    readonly path: string,
    /** Problem code, e.g. `TOO_MANY_REQUESTS`. */
    readonly code: string,
    /** Absent when nobody knew yet who it was. */
    readonly tenant?: string,
    readonly key?: string,
  ) {}
}

/** A session ended: by its caller or by its timeout. */
export class SessionClosed {
  readonly tenant: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly requestId?: string;
  readonly key?: string;
  readonly address?: string;

  /** @param asker who ended it; nobody when it expired */
  constructor({ tenant, host, port, database, user }: Target, readonly sessionRef: string, readonly reason: 'disconnected' | 'expired', asker?: Asker) {
    this.tenant = tenant;
    this.host = host;
    this.port = port;
    this.database = database;
    this.user = user;
    this.requestId = asker?.requestId;
    this.key = asker?.key;
    this.address = asker?.address;
  }
}

/** What is told of a statement. */
export interface AuditedStatement {
  readonly sessionRef: string;
  /**
   * `query` for a question, `sql` for SQL, `plan` for an approved statement that is planned and not run, `values` for one that
   * looks for the value meant by a question without an answer.
   */
  readonly route: 'query' | 'sql' | 'plan' | 'values';
  /** How the guard lets it run; absent when it lets it not. */
  readonly access?: AccessKind;
  /** The same for statements that differ in constants alone: what `pg_query` computes. Absent for what is no SQL. */
  readonly fingerprint?: string;
  /** With `AUDIT_SQL` only: the text of the statement, constants included, parameters not. */
  readonly sql?: string;
  /** With `AUDIT_SQL` only: what was asked in English. */
  readonly question?: string;
}

abstract class StatementEvent extends AuditEvent implements AuditedStatement {
  readonly sessionRef: string;
  readonly route: AuditedStatement['route'];
  readonly access?: AccessKind;
  readonly fingerprint?: string;
  readonly sql?: string;
  readonly question?: string;

  constructor(asker: Asker, target: Target, { sessionRef, route, access, fingerprint, sql, question }: AuditedStatement) {
    super(asker, target);
    this.sessionRef = sessionRef;
    this.route = route;
    this.access = access;
    this.fingerprint = fingerprint;
    this.sql = sql;
    this.question = question;
  }
}

/**
 * A statement is about to run: it is sent to the database when all listeners are done, and never if a mandatory one fails.
 * A question may have several. A listener that throws a problem refuses the statement with it.
 */
export class StatementStarting extends StatementEvent {}

/** How a request of the query routes ended. */
export interface QueryOutcome {
  /** Problem code, or `OK`. */
  readonly outcome: string;
  /** Rows of the answer. */
  readonly rowCount: number;
  /** Rows a write changed. */
  readonly rowsAffected?: number;
  /** Bytes of the answer. */
  readonly bytes: number;
  readonly durationMs: number;
}

/** A request of the query routes is over, before its answer goes out. What it tells of the statement is about the last one tried. */
export class QueryExecuted extends StatementEvent implements QueryOutcome {
  readonly outcome: string;
  readonly rowCount: number;
  readonly rowsAffected?: number;
  readonly bytes: number;
  readonly durationMs: number;

  constructor(asker: Asker, target: Target, statement: AuditedStatement, { outcome, rowCount, rowsAffected, bytes, durationMs }: QueryOutcome) {
    super(asker, target, statement);
    this.outcome = outcome;
    this.rowCount = rowCount;
    this.rowsAffected = rowsAffected;
    this.bytes = bytes;
    this.durationMs = durationMs;
  }
}

/** An administrator has replaced the glossary of a database. */
export class GlossaryChanged extends AuditEvent {
  constructor(
    asker: Asker,
    target: Target,
    readonly sessionRef: string,
    /** Terms that it has now. */
    readonly terms: number,
  ) {
    super(asker, target);
  }
}

/** An administrator has approved SQL as the answer to a question. */
export class QueryApproved extends AuditEvent {
  readonly sessionRef: string;
  /** Of the approved pair. */
  readonly id: string;
  /** As in {@link AuditedStatement}. */
  readonly fingerprint?: string;
  /** With `AUDIT_SQL` only. */
  readonly sql?: string;
  /** With `AUDIT_SQL` only. */
  readonly question?: string;

  constructor(asker: Asker, target: Target, { sessionRef, id, fingerprint, sql, question }: Pick<QueryApproved, 'sessionRef' | 'id' | 'fingerprint' | 'sql' | 'question'>) {
    super(asker, target);
    this.sessionRef = sessionRef;
    this.id = id;
    this.fingerprint = fingerprint;
    this.sql = sql;
    this.question = question;
  }
}

/** An administrator has taken an approval back. */
export class ApprovalWithdrawn extends AuditEvent {
  constructor(
    asker: Asker,
    target: Target,
    readonly sessionRef: string,
    /** Of the approved pair. */
    readonly id: string,
  ) {
    super(asker, target);
  }
}
