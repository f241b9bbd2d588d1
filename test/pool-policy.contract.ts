import type { Target } from '../src/pools/identity.js';
import type { PoolLimits, PoolPolicy } from '../src/pools/pool-policy.js';

/** Every member that a target can have; what is not here, a password above all, nobody hands to a policy. */
const REFERENCE: Required<Target> = { tenant: 'default', host: 'localhost', port: 5432, database: 'shop', user: 'reader', ssl: 'prefer', ca: 'PEM', exempt: false };
const usual: Target = { tenant: 'default', host: 'localhost', port: 5432, database: 'shop', user: 'reader', ssl: 'prefer', exempt: false };

/** Targets as they come from callers: anybody may name any of these in a connect. */
const TARGETS: readonly (readonly [string, Target])[] = [
  ['a usual target', usual],
  ['another tenant', { ...usual, tenant: 'another' }],
  ['the operator’s own target', { ...usual, exempt: true }],
  ['an IPv6 address', { ...usual, host: '::1' }],
  ['the highest port', { ...usual, port: 65_535 }],
  ['port 0', { ...usual, port: 0 }],
  ['a host nobody knows', { ...usual, host: 'no-such-host.invalid' }],
  ['empty names', { ...usual, tenant: '', host: '', database: '', user: '' }],
  ['names with quotes and blanks', { ...usual, database: `a "b" 'c'; --`, user: 'ü ß 漢字' }],
  ['names of objects’ own members', { ...usual, tenant: '__proto__', database: 'constructor', user: 'hasOwnProperty', host: 'toString' }],
  ['very long names', { ...usual, host: 'h'.repeat(10_000), database: 'd'.repeat(10_000), user: 'u'.repeat(10_000) }],
  ['certificates', { ...usual, ssl: 'verify-full', ca: '-----BEGIN CERTIFICATE-----' }],
];

const COUNTS: readonly (keyof PoolLimits)[] = ['min', 'max', 'maxWaiting', 'maxWaitingPerQueue', 'maxHeldPerQueue'];
const DURATIONS: readonly (keyof PoolLimits)[] = ['idleTimeoutMs', 'acquireTimeoutMs', 'connectionIdleMs', 'connectionMaxLifetimeMs'];

/**
 * What every `PoolPolicy` must do. Call it inside a `describe` with a function that makes one.
 *
 * @param own further targets, those that this policy treats apart from others
 */
export function poolPolicyContract(makePolicy: () => PoolPolicy, own: readonly (readonly [string, Target])[] = []): void {
  const targets = [...TARGETS, ...own];
  /** Names of the targets whose limits are not as they should be. */
  const unfit = (isFit: (limits: PoolLimits) => boolean) => targets.filter(([, target]) => !isFit(makePolicy().limitsFor(target))).map(([name]) => name);

  it('answers at once, with a number for each limit', () => {
    expect(unfit((limits) => [...COUNTS, ...DURATIONS].every((name) => typeof limits[name] === 'number'))).toEqual([]);
  });

  it('counts in whole connections and requests', () => {
    expect(unfit((limits) => COUNTS.every((name) => Number.isSafeInteger(limits[name]) && limits[name] >= 0))).toEqual([]);
  });

  it('lets a pool open at least one connection, and keeps no more warm than it may open', () => {
    expect(unfit(({ min, max }) => max >= 1 && min <= max)).toEqual([]);
  });

  it('lets a queue hold at least one connection, and no more than there are', () => {
    expect(unfit(({ maxHeldPerQueue, max }) => maxHeldPerQueue >= 1 && maxHeldPerQueue <= max)).toEqual([]);
  });

  it('lets time pass before anything ends, and ends it at some time', () => {
    expect(unfit((limits) => DURATIONS.every((name) => limits[name] > 0 && limits[name] < Infinity))).toEqual([]);
  });

  it('gives a target the same answer each time, whichever others it was asked about in between', () => {
    const policy = makePolicy();
    const answers = targets.map(([name, target]) => [name, { ...policy.limitsFor(target) }]);
    const again = [...targets].reverse().map(([name, target]) => [name, { ...policy.limitsFor({ ...target }) }]);
    expect(again.reverse()).toEqual(answers);
  });

  it('changes nothing of the target, and needs nothing but the target', () => {
    const policy = makePolicy();
    for (const [, target] of targets) {
      const read: PropertyKey[] = [];
      const guarded = new Proxy(Object.freeze({ ...target }), {
        get: (object, name) => {
          read.push(name);
          return Reflect.get(object, name);
        },
      });
      expect(policy.limitsFor(guarded)).toEqual(policy.limitsFor(target));
      expect(read.filter((name) => !(name in REFERENCE))).toEqual([]);
    }
  });
}
