/** SQLSTATE of everything PgBouncer complains of by itself, and of most that it passes on: only the text tells them apart. */
const PROTOCOL_VIOLATION = '08P01';

/** Put behind the BEGIN and the settings of a transaction through a pooler; {@link POOLED_RESET} returns to it. */
export const POOLED_MARK = 'SAVEPOINT clean';

/**
 * What ends a transaction through a pooler and clears what a rollback does not: session-level locks and prepared statements.
 * One message, with the ROLLBACK last: the backend is another client's as soon as the transaction is over. If any of it is
 * cancelled or fails, the transaction stays open, and the pooler closes a backend whose client goes away within one.
 */
export const POOLED_RESET = 'ROLLBACK TO clean; SELECT pg_catalog.pg_advisory_unlock_all(); DEALLOCATE ALL; ROLLBACK';

const REFUSED_PARAMETER = 'unsupported startup parameter';
const NO_TRANSACTIONS = 'transaction blocks not allowed in statement pooling mode';

/** Texts that are PgBouncer's own, in every version the same and never translated, and the SQLSTATE PostgreSQL has for it. */
const OWN_TEXTS: readonly (readonly [pattern: RegExp, sqlstate: string])[] = [
  [/^(SASL|PAM|LDAP|certificate|"trust"|password) authentication failed$/, '28P01'],
  [/^(no such user(: .*)?|empty password returned by client|login rejected)$/, '28P01'],
  [/^no such database: /, '3D000'],
  [/^no more connections allowed/, '53300'],
];

/** How long a server is remembered that refuses start-up parameters, and how many of them. */
const REMEMBERED_MS = 600_000;
const MAX_REMEMBERED = 1000;

/** An error as the server sent it. */
interface Told {
  readonly code: string;
  readonly message: string;
}

/** True for a pooler that accepts no start-up parameters but its own few. */
export function refusesParameters({ code, message }: Told): boolean {
  return code === PROTOCOL_VIOLATION && message.startsWith(REFUSED_PARAMETER);
}

/** True for a pooler that hands out its connections statement by statement. */
export function refusesTransactions({ code, message }: Told): boolean {
  return code === PROTOCOL_VIOLATION && message === NO_TRANSACTIONS;
}

/**
 * What opening a connection failed with. Where the pooler logs in only once its client did, it passes the server's own
 * refusal on without its SQLSTATE; that is recognised in English alone, and of a role only if it is the caller's, for the
 * operator may have set another in the pooler.
 *
 * @returns the SQLSTATE PostgreSQL would have sent, or the error's own where its text leaves a doubt
 */
export function connectSqlstate({ code, message }: Told, user: string): string {
  if (code !== PROTOCOL_VIOLATION) return code;
  if (message === `password authentication failed for user "${user}"`) return '28P01';
  if (message === `role "${user}" is not permitted to log in`) return '28000';
  if (/^database ".*" does not exist$/s.test(message)) return '3D000';
  return OWN_TEXTS.find(([pattern]) => pattern.test(message))?.[1] ?? code;
}

/**
 * Servers that refused start-up parameters lately, so that not every connection to them is dialled twice. They are
 * forgotten after a while: there may be another server at the address.
 */
export class ParameterRefusals {
  /** When each may be asked again, the oldest first. */
  private readonly until = new Map<string, number>();

  add(server: string, now: number): void {
    this.until.delete(server);
    this.until.set(server, now + REMEMBERED_MS);
    const [oldest] = this.until.keys();
    if (this.until.size > MAX_REMEMBERED && oldest !== undefined) this.until.delete(oldest);
  }

  has(server: string, now: number): boolean {
    return (this.until.get(server) ?? 0) > now;
  }
}
