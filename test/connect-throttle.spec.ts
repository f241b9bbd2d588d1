import { type Admission, type ConnectAttempt, ConnectLimits, type Outcome } from '../src/access/connect-limits.js';
import { ConnectThrottle } from '../src/access/connect-throttle.js';
import { FailureBuckets } from '../src/access/failure-buckets.js';
import { FailurePace } from '../src/access/failure-pace.js';
import { ProvenCredentials } from '../src/access/proven-credentials.js';
import { Problem } from '../src/problems/problem.js';
import { loadSettings } from '../src/settings/load-settings.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('failure buckets', () => {
  it('have room for a minute’s failures, and drain evenly', () => {
    const buckets = new FailureBuckets(4);
    for (let failures = 0; failures < 4; failures++) {
      expect(buckets.blockedMs('a', 0)).toBe(0);
      buckets.fail('a', 0);
    }
    expect(buckets.blockedMs('a', 0)).toBe(15 * SECOND);
    expect(buckets.blockedMs('a', 14 * SECOND)).toBe(SECOND);
    expect(buckets.blockedMs('a', 15 * SECOND)).toBe(0);
    buckets.fail('a', 15 * SECOND);
    expect(buckets.blockedMs('a', 15 * SECOND)).toBe(15 * SECOND);
    expect(buckets.blockedMs('b', 0)).toBe(0);
  });

  it('block for no longer than it takes one failure to drain, however many come', () => {
    const buckets = new FailureBuckets(4);
    for (let failures = 0; failures < 1000; failures++) buckets.fail('a', 0);
    expect(buckets.blockedMs('a', 0)).toBe(15 * SECOND);
  });

  it('give a place to as many attempts as may fail', () => {
    const buckets = new FailureBuckets(3);
    buckets.fail('a', 0);
    buckets.begin('a', 0);
    buckets.begin('a', 0);
    expect(buckets.hasPlace('a', 0)).toBe(false);
    expect(buckets.blockedMs('a', 0)).toBe(0);
    buckets.end('a');
    expect(buckets.hasPlace('a', 0)).toBe(true);
  });

  it('do not drain what is still under way', () => {
    const buckets = new FailureBuckets(1);
    buckets.begin('a', 0);
    expect(buckets.hasPlace('a', HOUR)).toBe(false);
  });

  it('forget a key when nothing is left in its bucket', () => {
    const buckets = new FailureBuckets(3);
    buckets.begin('a', 0);
    buckets.end('a');
    buckets.wake('a', 0);
    expect(buckets.size).toBe(0);
  });

  it('remember so many keys and no more, and forget those closest to empty', () => {
    const buckets = new FailureBuckets(2, { maxKeys: 100 });
    buckets.fail('full', 0);
    buckets.fail('full', 0);
    for (let key = 0; key < 10_000; key++) buckets.fail(`once ${key}`, 0);
    expect(buckets.size).toBe(100);
    expect(buckets.blockedMs('full', 0)).toBeGreaterThan(0);
    // Once all have drained, one new key sweeps them out, as far as it looks.
    buckets.fail('new', 2 * MINUTE);
    expect(buckets.size).toBe(1);
  });

  it('forget no key whose attempts are under way', () => {
    const buckets = new FailureBuckets(1, { maxKeys: 2 });
    buckets.begin('a', 0);
    for (let key = 0; key < 10; key++) buckets.fail(`other ${key}`, 0);
    expect(buckets.hasPlace('a', 0)).toBe(false);
    expect(buckets.size).toBe(2);
  });
});

it('proven credentials are remembered for an hour, so many and no more', () => {
  const proven = new ProvenCredentials(2);
  proven.add('a', 0);
  expect([proven.has('a', HOUR - 1), proven.has('a', HOUR), proven.has('b', 0)]).toEqual([true, false, false]);
  proven.add('b', 0);
  proven.add('a', 0);
  proven.add('c', 0);
  expect([proven.has('a', 0), proven.has('b', 0), proven.has('c', 0), proven.size]).toEqual([true, false, true, 2]);
});

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

describe('the throttle', () => {
  const pace = () => new FailurePace();
  const throttle = (environment: Record<string, string> = {}) => new ConnectThrottle(loadSettings(environment), pace());
  const attempt = (credentials: string, user = 'reader'): ConnectAttempt => ({ tenant: 'default', address: '192.0.2.1', host: 'db.example', port: 5432, user, credentials });
  const listening = () => new AbortController().signal;
  const refuse = async () => {
    throw new Problem('AUTHENTICATION_FAILED', 'No.');
  };
  const codes = async (outcomes: Promise<unknown>[]) =>
    (await Promise.allSettled(outcomes)).map((outcome) => (outcome.status === 'fulfilled' ? 'OK' : outcome.reason.code));

  it('begins no more of a thousand wrong attempts at once than may fail', async () => {
    const under = throttle();
    let begun = 0;
    const outcomes = await codes(
      Array.from({ length: 1000 }, (_, index) =>
        under.run(attempt(`password ${index}`), listening(), async () => {
          begun++;
          await new Promise((resolve) => setTimeout(resolve, 1));
          return refuse();
        }),
      ),
    );
    expect(begun).toBe(10);
    expect(outcomes.filter((code) => code === 'TOO_MANY_REQUESTS')).toHaveLength(990);
  });

  it('refuses none of a thousand right attempts at once', async () => {
    const under = throttle();
    let running = 0;
    let most = 0;
    const outcomes = await codes(
      Array.from({ length: 1000 }, (_, index) =>
        under.run(attempt(`password ${index}`, `role ${index}`), listening(), async () => {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setImmediate(resolve));
          running--;
        }),
      ),
    );
    expect(new Set(outcomes)).toEqual(new Set(['OK']));
    expect(most).toBe(30);
  });

  it('lets everybody with the same credentials through as soon as one has proven them', async () => {
    const under = throttle();
    let letIn = () => {};
    const proof = new Promise<void>((resolve) => (letIn = resolve));
    let begun = 0;
    const outcomes = codes(Array.from({ length: 512 }, () => under.run(attempt('the same'), listening(), () => (begun++, proof))));
    await Promise.resolve();
    expect(begun).toBe(5);
    letIn();
    expect(new Set(await outcomes)).toEqual(new Set(['OK']));
  });

  it('begins nothing for a caller who has hung up while it waited', async () => {
    const under = throttle({ CONNECT_FAILURES_PER_MINUTE: '1' });
    const hangUp = new AbortController();
    let letIn = () => {};
    const first = under.run(attempt('a'), listening(), () => new Promise<void>((resolve) => (letIn = resolve)));
    await Promise.resolve();
    let begun = false;
    const second = under.run(attempt('b'), hangUp.signal, async () => void (begun = true));
    hangUp.abort();
    letIn();
    await first;
    await expect(second).rejects.toMatchObject({ code: 'QUERY_CANCELLED' });
    expect(begun).toBe(false);
    await expect(under.run(attempt('c'), listening(), async () => 'fine')).resolves.toBe('fine');
  });

  it('says in whole seconds when a retry makes sense', async () => {
    const under = throttle({ CONNECT_FAILURES_PER_MINUTE: '1' });
    await expect(under.run(attempt('a'), listening(), refuse)).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED' });
    const { code, retryAfterSeconds } = await under.run(attempt('b'), listening(), refuse).catch((problem: Problem) => problem as never);
    expect(code).toBe('TOO_MANY_REQUESTS');
    expect(retryAfterSeconds).toBeGreaterThan(50);
    expect(retryAfterSeconds).toBeLessThanOrEqual(60);
    expect(Number.isInteger(retryAfterSeconds)).toBe(true);
  });
});

describe('the pace of failures', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());
  const never = new AbortController().signal;

  /** @returns milliseconds until the answer, to a tenth */
  const heldMs = async (elapsedMs: number): Promise<number> => {
    let ended = false;
    void new FailurePace().hold(elapsedMs, never).then(() => (ended = true));
    for (let ms = 0; ; ms++) {
      await Promise.resolve();
      if (ended) return ms;
      jest.advanceTimersByTime(1);
    }
  };

  it('is whole steps of a quarter second', async () => {
    expect(await heldMs(1)).toBe(249);
    expect(await heldMs(249)).toBe(1);
    expect(await heldMs(251)).toBe(249);
    expect(await heldMs(5001)).toBe(249);
    expect(await heldMs(0)).toBe(0);
  });

  it('keeps no timer for a caller who has hung up', async () => {
    const pace = new FailurePace();
    const hangUp = new AbortController();
    const held = pace.hold(1, hangUp.signal);
    expect(jest.getTimerCount()).toBe(1);
    hangUp.abort();
    await held;
    expect(jest.getTimerCount()).toBe(0);
    await pace.hold(1, hangUp.signal);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('holds up no shutdown', async () => {
    const pace = new FailurePace();
    const held = [pace.hold(1, never), pace.hold(2, never)];
    pace.beforeApplicationShutdown();
    await Promise.all([...held, pace.hold(3, never)]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
