import { createHash } from 'node:crypto';
import type { TablesFilter } from './tables-filter.js';

/**
 * `ETag` of a schema as filtered. Weak, because row estimates and the time of reading are not part of the fingerprint:
 * equal tags mean the same structure.
 */
export function schemaETag(fingerprint: string, filter: TablesFilter): string {
  const hash = createHash('sha256').update(JSON.stringify([fingerprint, filter]));
  return `W/"${hash.digest('base64url')}"`;
}

/** True when `If-None-Match` names the tag, so that 304 is the answer. Compared weakly, as RFC 9110 demands of this header. */
export function matchesETag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const opaque = etag.replace(/^W\//, '');
  return ifNoneMatch.match(/"[^"]*"/g)?.includes(opaque) ?? false;
}
