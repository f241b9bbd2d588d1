/** Fields every audit event has. No event ever carries a session id, a credential or a value. */
interface AuditEvent {
  readonly requestId: string;
  readonly tenant: string;
  readonly address: string;
}

/** A connect was accepted and a session opened. */
export class SessionOpened implements AuditEvent {
  constructor(
    readonly requestId: string,
    readonly tenant: string,
    readonly address: string,
    readonly sessionRef: string,
    readonly target: string,
  ) {}
}

/** A connect was refused. */
export class ConnectRefused implements AuditEvent {
  constructor(
    readonly requestId: string,
    readonly tenant: string,
    readonly address: string,
    readonly target: string,
    /** Problem code, e.g. `AUTHENTICATION_FAILED`. */
    readonly code: string,
  ) {}
}

/**
 * A request was turned away before anybody knew for whom it would have acted: no key or a wrong one, too many requests, no
 * administrator. There is no tenant to name.
 */
export class AccessRefused {
  constructor(
    readonly requestId: string,
    readonly address: string,
    /** Path of the request, as `loggedPath` gives it. */
    readonly path: string,
    /** Problem code, e.g. `TOO_MANY_REQUESTS`. */
    readonly code: string,
  ) {}
}

/** A session ended: by its caller or by its timeout. */
export class SessionClosed {
  constructor(
    readonly tenant: string,
    readonly sessionRef: string,
    readonly reason: 'disconnected' | 'expired',
  ) {}
}

/** A statement was run, or refused before it ran. */
export class QueryExecuted implements AuditEvent {
  constructor(
    readonly requestId: string,
    readonly tenant: string,
    readonly address: string,
    readonly sessionRef: string,
    readonly database: string,
    /** `query` for a question, `sql` for SQL. */
    readonly route: 'query' | 'sql',
    /** Problem code, or `OK`. */
    readonly outcome: string,
    readonly rowCount: number,
    readonly durationMs: number,
  ) {}
}
