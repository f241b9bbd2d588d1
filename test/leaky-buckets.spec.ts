import { LeakyBuckets } from '../src/access/leaky-buckets.js';
import { ProvenCredentials } from '../src/access/proven-credentials.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('leaky buckets', () => {
  it('have room for a minute’s worth, and drain evenly', () => {
    const buckets = new LeakyBuckets(4);
    for (let failures = 0; failures < 4; failures++) {
      expect(buckets.blockedMs('a', 0)).toBe(0);
      buckets.fill('a', 0);
    }
    expect(buckets.blockedMs('a', 0)).toBe(15 * SECOND);
    expect(buckets.blockedMs('a', 14 * SECOND)).toBe(SECOND);
    expect(buckets.blockedMs('a', 15 * SECOND)).toBe(0);
    buckets.fill('a', 15 * SECOND);
    expect(buckets.blockedMs('a', 15 * SECOND)).toBe(15 * SECOND);
    expect(buckets.blockedMs('b', 0)).toBe(0);
  });

  it('block for no longer than it takes one to drain, however many come', () => {
    const buckets = new LeakyBuckets(4);
    for (let failures = 0; failures < 1000; failures++) buckets.fill('a', 0);
    expect(buckets.blockedMs('a', 0)).toBe(15 * SECOND);
  });

  it('give a place to as many attempts as may fail', () => {
    const buckets = new LeakyBuckets(3);
    buckets.fill('a', 0);
    buckets.begin('a', 0);
    buckets.begin('a', 0);
    expect(buckets.hasPlace('a', 0)).toBe(false);
    expect(buckets.blockedMs('a', 0)).toBe(0);
    buckets.end('a');
    expect(buckets.hasPlace('a', 0)).toBe(true);
  });

  it('do not drain what is still under way', () => {
    const buckets = new LeakyBuckets(1);
    buckets.begin('a', 0);
    expect(buckets.hasPlace('a', HOUR)).toBe(false);
  });

  it('forget a key when nothing is left in its bucket', () => {
    const buckets = new LeakyBuckets(3);
    buckets.begin('a', 0);
    buckets.end('a');
    buckets.wake('a', 0);
    expect(buckets.size).toBe(0);
  });

  it('remember so many keys and no more, and forget those closest to empty', () => {
    const buckets = new LeakyBuckets(2, { maxKeys: 100 });
    buckets.fill('full', 0);
    buckets.fill('full', 0);
    for (let key = 0; key < 10_000; key++) buckets.fill(`once ${key}`, 0);
    expect(buckets.size).toBe(100);
    expect(buckets.blockedMs('full', 0)).toBeGreaterThan(0);
    // Once all have drained, one new key sweeps them out, as far as it looks.
    buckets.fill('new', 2 * MINUTE);
    expect(buckets.size).toBe(1);
  });

  it('forget none that failed again for one that did not', () => {
    const buckets = new LeakyBuckets(2, { maxKeys: 150 });
    const again = Array.from({ length: 100 }, (_, key) => `again ${key}`);
    for (const key of again) buckets.fill(key, 0);
    for (let key = 0; key < 50; key++) buckets.fill(`once ${key}`, 0);
    for (const key of again) buckets.fill(key, SECOND);
    for (let key = 0; key < 50; key++) buckets.fill(`new ${key}`, SECOND);
    expect(again.filter((key) => buckets.blockedMs(key, SECOND) === 0)).toEqual([]);
  });

  it('forget no key whose attempts are under way', () => {
    const buckets = new LeakyBuckets(1, { maxKeys: 2 });
    buckets.begin('a', 0);
    for (let key = 0; key < 10; key++) buckets.fill(`other ${key}`, 0);
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
