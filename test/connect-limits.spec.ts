import { type Admission, type ConnectAttempt, ConnectLimits, type Outcome } from '../src/access/connect-limits.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('connect limits', () => {
  // 30 by caller, 10 as one role, 5 with the same credentials; 60 as one role and 300 at one server over all callers.
  const limits = () => new ConnectLimits(30);
  let passwords = 0;
  /** Another password each time, unless credentials are given. */
  const attempt = (more: Partial<ConnectAttempt> = {}): ConnectAttempt => ({ tenant: 'default', address: '192.0.2.1', host: 'db.example', port: 5432, user: 'reader', credentials: `password ${passwords++}`, ...more });
  const network = (number: number) => `198.51.${number >> 8}.${number & 255}`;

  /** Begins and ends an attempt. @returns whether it was admitted */
  const make = (on: ConnectLimits, tried: ConnectAttempt, outcome: Outcome = 'AUTHENTICATION_FAILED', now = 0): boolean => {
    const verdict = on.begin(tried, now);
    if (verdict.kind === 'admitted') on.end(verdict.admission, outcome, now);
    return verdict.kind === 'admitted';
  };
  const admitted = (on: ConnectLimits, count: number, tried: (index: number) => Partial<ConnectAttempt>, outcome?: Outcome, now?: number): number =>
    Array.from({ length: count }, (_, index) => make(on, attempt(tried(index)), outcome, now)).filter(Boolean).length;

  it.each(['AUTHENTICATION_FAILED', 'DATABASE_NOT_FOUND', 'PERMISSION_DENIED', 'DATABASE_UNAVAILABLE', 'HOST_NOT_ALLOWED'] as const)('count %s', (code) => {
    expect(admitted(limits(), 20, () => ({}), code)).toBe(10);
  });

  it('count neither successes nor what says nothing about the caller', () => {
    const on = limits();
    expect(admitted(on, 1000, () => ({}), 'proven')).toBe(1000);
    for (let attempts = 0; attempts < 1000; attempts++) {
      const verdict = on.begin(attempt(), 0);
      if (verdict.kind !== 'admitted') throw new Error(verdict.kind);
      on.end(verdict.admission, undefined, 0);
    }
  });

  it('let one network fail 30 times a minute over all roles and servers, and tell when it may try again', () => {
    const on = limits();
    expect(admitted(on, 50, (index) => ({ user: `role ${index}`, port: 5000 + index }))).toBe(30);
    expect(on.begin(attempt({ user: 'another', port: 6000 }), 0)).toEqual({ kind: 'refused', detail: 'Too many connects from this address have failed.', retryAfterMs: 2 * SECOND });
    expect(make(on, attempt({ user: 'another', port: 6000 }), 'proven', 2 * SECOND)).toBe(true);
    expect(make(on, attempt({ user: 'yet another', port: 6000, address: '192.0.2.2' }))).toBe(true);
    expect(make(on, attempt({ user: 'yet another', port: 6000, tenant: 'another' }))).toBe(true);
  });

  it('take the /64 of IPv6 for one network, and an IPv4 address in whatever spelling for one', () => {
    const on = limits();
    expect(admitted(on, 20, (index) => ({ address: `2001:db8:0:1::${index.toString(16)}` }))).toBe(10);
    expect(make(on, attempt({ address: '2001:db8:0:2::1' }))).toBe(true);
    expect(admitted(on, 20, () => ({ address: '203.0.113.9' }))).toBe(10);
    expect(make(on, attempt({ address: '::ffff:203.0.113.9' }))).toBe(false);
  });

  it('take a server for one in whatever spelling', () => {
    const on = limits();
    expect(admitted(on, 20, (index) => ({ host: ['db.example', 'DB.example', 'db.example.', 'ｄb.example'][index % 4] }))).toBe(10);
    expect(admitted(on, 20, (index) => ({ host: ['127.0.0.1', '2130706433', '0x7f.1', '::ffff:127.0.0.1'][index % 4] }))).toBe(10);
  });

  it('leave room for the right password beside a program that repeats an old one', () => {
    const on = limits();
    let refusedAgain = 0;
    for (let now = 0; now < 5 * MINUTE; now += SECOND) if (make(on, attempt({ credentials: 'old' }), 'AUTHENTICATION_FAILED', now)) refusedAgain++;
    expect(refusedAgain).toBeLessThanOrEqual(5 + 5 * 5);
    expect(make(on, attempt({ credentials: 'new' }), 'proven', 5 * MINUTE)).toBe(true);
  });

  it('let credentials be tried again while their server is down, as often as the role', () => {
    expect(admitted(limits(), 20, () => ({ credentials: 'the same' }), 'DATABASE_UNAVAILABLE')).toBe(10);
  });

  it('forgive no failure for a success', () => {
    const on = limits();
    let failures = 0;
    for (let round = 0; round < 50; round++) {
      make(on, attempt({ user: `mine ${round}`, host: 'my.server' }), 'proven');
      if (make(on, attempt({ user: `role ${round}` }))) failures++;
    }
    expect(failures).toBe(30);
  });

  it('bound the failures as one role over all networks', () => {
    const on = limits();
    expect(admitted(on, 500, (index) => ({ address: network(index) }))).toBe(60);
    expect(on.begin(attempt(), 0)).toMatchObject({ kind: 'refused', detail: 'Too many connects as this role have failed.', retryAfterMs: SECOND });
    expect(make(on, attempt({ user: 'another' }))).toBe(true);
  });

  it('bound them for networks that have failed at the server before, too', () => {
    const on = limits();
    for (let now = 0; now < 10 * MINUTE; now += 10 * MINUTE / 200) admitted(on, 1, () => ({ address: network(now / 3000), user: 'another' }), 'AUTHENTICATION_FAILED', now);
    expect(admitted(on, 1000, (index) => ({ address: network(index % 200) }), 'AUTHENTICATION_FAILED', 10 * MINUTE)).toBe(60);
  });

  it('bound them when every network tries all it may at once', () => {
    const on = limits();
    const begun: Admission[] = [];
    const look = (tried: ConnectAttempt) => {
      const verdict = on.begin(tried, 0);
      if (verdict.kind === 'admitted') begun.push(verdict.admission);
      else if (verdict.kind === 'busy') verdict.wait(() => look(tried));
    };
    for (let index = 0; index < 1000; index++) look(attempt({ address: network(index % 100) }));
    for (const admission of begun) on.end(admission, 'AUTHENTICATION_FAILED', 0);
    // Twice 60: those that are fresh at the server, and those that have failed there by then.
    expect(begun.length).toBeLessThanOrEqual(120);
  });

  it('bound the failures at one server over all networks and roles', () => {
    const on = limits();
    expect(admitted(on, 1000, (index) => ({ address: network(index), user: `role ${index}` }))).toBe(300);
    expect(make(on, attempt({ port: 5433, user: 'another' }))).toBe(true);
  });

  it('let nobody be locked out by others: credentials proven from a network pass whatever other networks did', () => {
    const on = limits();
    const mine = attempt({ credentials: 'mine' });
    make(on, mine, 'proven');
    admitted(on, 500, (index) => ({ address: network(index) }));
    admitted(on, 1000, (index) => ({ address: network(index), user: `role ${index}` }));
    expect(make(on, mine, 'proven', MINUTE / 60)).toBe(true);
    // The same credentials from elsewhere have proven nothing.
    expect(make(on, { ...mine, address: '192.0.2.2' }, 'proven')).toBe(false);
  });

  it('let nobody be locked out by another behind the same address who fails as other roles', () => {
    const on = limits();
    const mine = attempt({ credentials: 'mine' });
    make(on, mine, 'proven');
    admitted(on, 100, (index) => ({ user: `role ${index}` }));
    expect(make(on, attempt({ user: 'newcomer' }), 'proven')).toBe(false);
    expect(make(on, mine, 'proven')).toBe(true);
    expect(make(on, mine, 'proven', HOUR + 1)).toBe(true);
  });

  it('let nobody try passwords until one is exempt: refused attempts count as the role’s failures', () => {
    const on = limits();
    const mine = attempt({ credentials: 'mine' });
    make(on, mine, 'proven');
    admitted(on, 100, (index) => ({ user: `role ${index}` }));
    for (let guess = 0; guess < 10; guess++) expect(make(on, attempt())).toBe(false);
    expect(on.begin(mine, 0)).toMatchObject({ kind: 'refused', detail: 'Too many connects from this address as this role have failed.' });
  });

  it('let those in who are new to a role under attack, however many networks go on attacking it', () => {
    const on = limits();
    const attackers = 100;
    // Every network tries each second; the newcomer comes after them all, and waits as long as it is told.
    let mayTryAt = 0;
    let inAt: number | undefined;
    for (let now = 0; inAt === undefined && now < 10 * MINUTE; now += SECOND) {
      for (let each = 0; each < attackers; each++) make(on, attempt({ address: network(each) }), 'AUTHENTICATION_FAILED', now);
      if (now < mayTryAt) continue;
      const verdict = on.begin(attempt({ credentials: 'mine' }), now);
      if (verdict.kind === 'admitted') inAt = now;
      else if (verdict.kind === 'refused') mayTryAt = now + verdict.retryAfterMs;
    }
    expect(inAt).toBeDefined();
  });

  it('forget the exemption of credentials once they are refused', () => {
    const on = limits();
    const mine = attempt({ credentials: 'mine' });
    make(on, mine, 'proven');
    admitted(on, 100, (index) => ({ user: `role ${index}` }));
    expect(make(on, mine, 'AUTHENTICATION_FAILED')).toBe(true);
    expect(make(on, mine)).toBe(false);
  });

  it('hold as many attempts as may fail under way, and admit the next when one has succeeded', () => {
    const on = limits();
    const begun: Admission[] = [];
    let woken = 0;
    for (let index = 0; index < 1000; index++) {
      const verdict = on.begin(attempt(), 0);
      if (verdict.kind === 'admitted') begun.push(verdict.admission);
      else if (verdict.kind === 'busy') verdict.wait(() => void woken++);
    }
    expect(begun).toHaveLength(10);
    const [first, ...rest] = begun;
    if (!first) throw new Error('none was admitted');
    on.end(first, 'AUTHENTICATION_FAILED', 0);
    // Nine under way and one failure: for nobody it is decided yet.
    expect(woken).toBe(0);
    for (const each of rest) on.end(each, 'AUTHENTICATION_FAILED', 0);
    expect(woken).toBe(990);
  });
});
