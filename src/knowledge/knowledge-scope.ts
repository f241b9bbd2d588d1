import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import type { Principal } from '../access/principal.js';
import type { Target } from '../pools/identity.js';

/**
 * Whose knowledge, about which database. The server is what the caller's connections are made to, never what that server
 * says of itself: somebody's own server cannot pass for another one. Role and password are no part of it, so that what is
 * taught outlives them and serves all who may read the database.
 */
export interface KnowledgeScope {
  /** The caller's, the default database included: what one tenant teaches about it, no other one sees. */
  readonly tenant: string;
  /** One spelling of an address or a name. A name and the address it resolves to are two servers. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

/** The scope of a request: its caller, and the database that it asks. */
export function scopeOf({ target: { host, port, database } }: { readonly target: Target }, { tenant }: Principal): KnowledgeScope {
  return { tenant, host: canonicalHost(host), port, database };
}

/**
 * One text for a host however it is written: `LOCALHOST.` is `localhost`, `::ffff:10.0.0.1` is `10.0.0.1`. Addresses that are
 * written in ways that systems read differently (`010.0.0.1`, `127.1`) stay as they are: they may be another server's.
 */
export function canonicalHost(host: string): string {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return ipaddr.IPv4.isValidFourPartDecimal(name) || ipaddr.IPv6.isValid(name) ? ipaddr.process(name).toString() : name;
}

/** A name for a scope that is safe in a path or a key, the same in every process. No two scopes have one. */
export function scopeName({ tenant, host, port, database }: KnowledgeScope): string {
  const hash = createHash('sha256');
  for (const part of [tenant, host, String(port), database]) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex');
}
