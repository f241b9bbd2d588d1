import { isIP } from 'node:net';
import { canonicalHost, parseAddress } from '../egress/address.js';
import type { ProblemCode } from '../problems/problem-codes.js';
import { networkOf } from './caller-network.js';
import { LeakyBuckets } from './leaky-buckets.js';
import { ProvenCredentials } from './proven-credentials.js';

/** Who tries to connect to what. */
export interface ConnectAttempt {
  readonly tenant: string;
  /** Address the request came from. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Keyed hash of target and password: the same credentials, the same hash. */
  readonly credentials: string;
}

/** What the limits say to an attempt. */
export type Verdict =
  | { readonly kind: 'admitted'; readonly admission: Admission }
  | { readonly kind: 'refused'; readonly detail: string; readonly retryAfterMs: number }
  /** So many attempts are under way that there may be room or not when they have ended. */
  | { readonly kind: 'busy'; readonly wait: (retry: (now: number) => void) => void };

/** An attempt that has begun, to be given back when it ends. */
export interface Admission extends Counts {
  /** Whether it has a place in each of its buckets; exempt ones need none. */
  readonly holdsPlaces: boolean;
}

/** The buckets in which an attempt counts. */
interface Counts {
  readonly role: Place;
  readonly credentials: Place;
  /** Those that only this network's attempts at this role fill. */
  readonly own: readonly Place[];
  readonly shared: readonly Place[];
  /** The caller at this server. */
  readonly visit: string;
}

/** How an attempt ended: with proof, or with the code of its failure; undefined for what says nothing about the caller, a shutdown for example. */
export type Outcome = 'proven' | ProblemCode | undefined;

const HOUR_MS = 3_600_000;

interface Limit {
  readonly buckets: LeakyBuckets;
  readonly detail: string;
}

/** One bucket of one limit. */
interface Place extends Limit {
  readonly key: string;
}

/**
 * How often connects may fail. Every failure counts against five limits, each a multiple of one base:
 *
 * | Counted by | Share of the base | Bounds |
 * |---|---|---|
 * | caller | 1 | scanning ports, one password tried on many roles |
 * | caller and role | 1/3 | guessing one role's password |
 * | caller and credentials | 1/6 | the same refused password again: a program nobody told the new one leaves room for those that know it |
 * | role, all callers | 2 | guessing one role's password from many networks |
 * | server, all callers | 10 | what a server has to refuse for us |
 *
 * A caller is a tenant and an address; of IPv6 the /64, which is what one customer gets. A role is named with its server, a
 * server as the caller names it: further names of one address are further servers, for which the caller's own limit remains.
 *
 * Successes are not counted, and forgive nothing.
 *
 * **Nobody is to be locked out by others.** The limits of a caller as a role and with credentials count what its own network
 * did at that very role. Others can exhaust the other three (the caller's too: behind a proxy or NAT many users are one
 * address), so those do not apply to credentials that this caller has proven within the last hour. Callers who have not
 * failed at a server within the last hour have the limits of role and server to themselves, once more as much: only fresh
 * networks, thousands an hour, can keep them out. An attempt that one of the three limits refuses counts against its caller
 * and role as if it had failed, or passwords could be tried until one turns out to be exempt.
 *
 * Times are arguments, in milliseconds from any fixed point. Memory is bounded; see {@link LeakyBuckets} for what is forgotten.
 */
export class ConnectLimits {
  private readonly proven = new ProvenCredentials();
  private readonly byCaller: Limit;
  private readonly byCallerAndRole: Limit;
  private readonly byCallerAndCredentials: Limit;
  private readonly byRole: Limit;
  private readonly byServer: Limit;
  /** Callers that have failed at a server within the last hour. */
  private readonly failedLately = new LeakyBuckets(1, { drainMs: HOUR_MS });

  /** @param failuresPerMinute the base, at least 1 */
  constructor(failuresPerMinute: number) {
    const limit = (share: number, detail: string) => ({ buckets: new LeakyBuckets(Math.max(1, Math.ceil(failuresPerMinute * share))), detail });
    this.byCaller = limit(1, 'Too many connects from this address have failed.');
    this.byCallerAndRole = limit(1 / 3, 'Too many connects from this address as this role have failed.');
    this.byCallerAndCredentials = limit(1 / 6, 'These credentials were refused several times.');
    this.byRole = limit(2, 'Too many connects as this role have failed.');
    this.byServer = limit(10, 'Too many connects to this server have failed.');
  }

  /** Asks for an attempt to begin. An admitted one has to {@link end}; until then it counts as the failure it may become. */
  begin(attempt: ConnectAttempt, now: number): Verdict {
    const counts = this.countsOf(attempt, now);
    const { role, credentials, own, shared } = counts;
    const exempt = this.proven.has(credentials.key, now);
    const places = exempt ? own : [...own, ...shared];
    const blockedMs = ({ buckets, key }: Place) => buckets.blockedMs(key, now);

    if (places.some((place) => blockedMs(place) > 0)) {
      if (own.every((place) => blockedMs(place) === 0)) role.buckets.fill(role.key, now);
      const [longest] = places.map((place) => ({ detail: place.detail, retryAfterMs: blockedMs(place) })).sort((a, b) => b.retryAfterMs - a.retryAfterMs);
      return { kind: 'refused', detail: '', retryAfterMs: 0, ...longest };
    }
    // Who has proven the password already is not guessing: any number may come at the same time.
    if (exempt) return { kind: 'admitted', admission: { ...counts, holdsPlaces: false } };
    const busy = places.find(({ buckets, key }) => !buckets.hasPlace(key, now));
    if (busy) return { kind: 'busy', wait: (retry) => busy.buckets.wait(busy.key, retry) };
    for (const { buckets, key } of places) buckets.begin(key, now);
    return { kind: 'admitted', admission: { ...counts, holdsPlaces: true } };
  }

  end({ credentials, own, shared, visit, holdsPlaces }: Admission, outcome: Outcome, now: number): void {
    const places = [...own, ...shared];
    const refused = outcome === 'AUTHENTICATION_FAILED';
    if (holdsPlaces) for (const { buckets, key } of places) buckets.end(key);
    if (outcome === 'proven') this.proven.add(credentials.key, now);
    else if (outcome !== undefined) {
      // A server that is down says nothing about the credentials: whoever waits for it to come back brings the same again and again.
      for (const place of places) if (place !== credentials || refused) place.buckets.fill(place.key, now);
      this.failedLately.fill(visit, now);
    }
    if (refused) this.proven.forget(credentials.key);
    if (holdsPlaces) for (const { buckets, key } of places) buckets.wake(key, now);
  }

  private countsOf(attempt: ConnectAttempt, now: number): Counts {
    // Neither names of hosts nor of roles contain control characters.
    const caller = callerOf(attempt);
    const server = serverOf(attempt);
    const visit = `${caller}\n${server}`;
    const role: Place = { ...this.byCallerAndRole, key: `${visit}\n${attempt.user}` };
    const credentials: Place = { ...this.byCallerAndCredentials, key: `${caller}\n${attempt.credentials}` };
    const standing = this.failedLately.blockedMs(visit, now) > 0 ? 'failed' : 'fresh';
    const shared: Place[] = [
      { ...this.byCaller, key: caller },
      { ...this.byRole, key: `${standing}\n${server}\n${attempt.user}` },
      { ...this.byServer, key: `${standing}\n${server}` },
    ];
    return { role, credentials, own: [role, credentials], shared, visit };
  }
}

function callerOf({ tenant, address }: ConnectAttempt): string {
  return `${tenant}\n${networkOf(address)}`;
}

/** One spelling for the many that a name or an address has. */
function serverOf({ host, port }: ConnectAttempt): string {
  const name = canonicalHost(host).toLowerCase().replace(/\.$/, '');
  return `${isIP(name) === 6 ? String(parseAddress(name)) : name}:${port}`;
}
