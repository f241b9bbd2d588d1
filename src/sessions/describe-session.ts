import type { Session } from './session.js';
import type { SessionDescriptionDto } from './session.dto.js';

/** A session as it may be shown: without its id and without a credential. */
export function describeSession({ identity, createdAt, lastAccessedAt, expiresAt, requestCount }: Session): SessionDescriptionDto {
  const { database, host, user } = identity.target;
  const iso = (time: number) => new Date(time).toISOString();
  return { database, host, user, created_at: iso(createdAt), last_accessed: iso(lastAccessedAt), expires_at: iso(expiresAt), request_count: requestCount };
}
