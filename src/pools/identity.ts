/** How TLS to the database is done; the names and meanings are libpq's `sslmode`. */
export type SslMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** A database as one role sees it. */
export interface Target {
  /** Who owns the sessions; nothing is shared across tenants. */
  readonly tenant: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly ssl: SslMode;
  /** PEM certificates to trust instead of those built into Node. */
  readonly ca?: string;
  /** True for targets the operator configured: exempt from egress rules. */
  readonly exempt: boolean;
}

/** A target together with one credential. Everything that is shared (pool, schema) is shared by identity and by nothing else. */
export interface Identity {
  /** Keyed hash over tenant, server, database, role, password and TLS: another password is another identity. */
  readonly key: string;
  readonly target: Target;
  /** Decrypts the password. Call it where the plaintext is used and keep the result nowhere. */
  password(): string;
}

/** Who a statement runs for. */
export interface Caller {
  /** Callers of one queue wait in line together; the queues of a pool are served in turn. */
  readonly queue: string;
  /** Keyed reference of the session for logs and statistics; never the session id. */
  readonly sessionRef: string;
  readonly requestId: string;
  /** Aborted when the caller goes away: the statement is cancelled on the server. */
  readonly signal?: AbortSignal;
}
