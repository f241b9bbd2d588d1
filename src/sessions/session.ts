import type { Identity } from '../pools/identity.js';

/** A caller's right to use one identity for a while. Times are milliseconds since 1970. */
export interface Session {
  /** UUID v4: whoever knows it may use the session. Never logged, never shown. */
  readonly id: string;
  readonly identity: Identity;
  /** False where the caller asked to write and the operator lets it. */
  readonly readOnly: boolean;
  readonly createdAt: number;
  lastAccessedAt: number;
  /** Slides with each request. */
  expiresAt: number;
  requestCount: number;
}

/** What a request runs as: a session, or the default database for callers without one. */
export interface Access {
  readonly identity: Identity;
  /** Requests of one queue wait in line together. */
  readonly queue: string;
  readonly sessionRef: string;
  /** Absent for the default database. */
  readonly session?: Session;
}
