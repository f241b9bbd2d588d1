import type { FastifyRequest } from 'fastify';

/** The tenant of callers without an API key, and of the default database. No key can be of it. */
export const DEFAULT_TENANT = 'default';

/**
 * What a caller may do besides using its own tenant's sessions:
 * - `guest` came without a key: no statistics
 * - `user`: its own tenant's statistics
 * - `admin`: everybody's statistics, and metrics; teaches its own tenant's databases
 */
export type Role = 'guest' | 'user' | 'admin';

/** Who sends a request. */
export interface Principal {
  /** Who owns the sessions, and all that comes with them. Other tenants' do not exist for it. */
  readonly tenant: string;
  readonly role: Role;
  /** Name of the API key, for log, audit and throttling; absent where none are in use. */
  readonly key?: string;
  /** Whether requests without a session may use the operator's default database. No, if left out. */
  readonly defaultDatabase?: boolean;
  /** Requests a minute with this key, instead of `RATE_LIMIT_PER_MINUTE`. */
  readonly requestsPerMinute?: number;
  /** The longest time limit in milliseconds that a request may have, below `STATEMENT_TIMEOUT_MS`. */
  readonly statementTimeoutMs?: number;
}

/** Whoever sends a request where no keys are in use. */
export const GUEST: Principal = { tenant: DEFAULT_TENANT, role: 'guest', defaultDatabase: true };

/** An administrator without a key: the holder of the admin token, or whoever is on the machine itself. */
export const KEYLESS_ADMIN: Principal = { ...GUEST, role: 'admin' };

// On the request itself: a WeakMap would cost the garbage collection more.
const PRINCIPAL = Symbol('principal');

type Identified = FastifyRequest & { [PRINCIPAL]?: Principal };

/**
 * Says who sends a request. For a guard of your own that takes the place of API keys: whatever it finds out, it has to say
 * before it lets the request pass. What is never said makes a {@link GUEST} of the caller.
 *
 * @example
 * ```ts
 * setPrincipal(request, { tenant: 'acme', role: 'user' });
 * ```
 */
export function setPrincipal(request: Identified, principal: Principal): void {
  request[PRINCIPAL] = principal;
}

/** Who sends the request, as far as a guard has said. */
export function principalOf(request: Identified): Principal {
  return request[PRINCIPAL] ?? GUEST;
}

/** Whether a guard has said who sends the request. */
export function isIdentified(request: Identified): boolean {
  return request[PRINCIPAL] !== undefined;
}
