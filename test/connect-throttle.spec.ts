import type { ConnectAttempt } from '../src/access/connect-limits.js';
import { ConnectThrottle } from '../src/access/connect-throttle.js';
import { FailurePace } from '../src/access/failure-pace.js';
import { Problem } from '../src/problems/problem.js';
import { loadSettings } from '../src/settings/load-settings.js';

describe('the throttle', () => {
  const throttle = (environment: Record<string, string> = {}) => new ConnectThrottle(loadSettings(environment), new FailurePace());
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

  it('answers those who waited no sooner than failures, or they would learn when those came', async () => {
    const under = throttle({ CONNECT_FAILURES_PER_MINUTE: '1' });
    const begun = performance.now();
    const first = under.run(attempt('a'), listening(), refuse).catch(() => {});
    await expect(under.run(attempt('b'), listening(), refuse)).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    // A timer may be a millisecond early.
    expect(performance.now() - begun).toBeGreaterThan(248);
    await first;
  });

  it('keeps nobody in line for longer than a connect may take', async () => {
    const under = throttle({ CONNECT_FAILURES_PER_MINUTE: '1', CONNECT_TIMEOUT_MS: '20' });
    const slow = under.run(attempt('a'), listening(), () => new Promise((resolve) => setTimeout(resolve, 40)));
    let begun = false;
    const waiting = under.run(attempt('b'), listening(), async () => void (begun = true));
    await expect(waiting).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfterSeconds: 1, detail: expect.stringContaining('under way') });
    await slow;
    expect(begun).toBe(false);
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
