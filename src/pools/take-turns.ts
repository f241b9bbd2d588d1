import { setTimeout as after } from 'node:timers/promises';

/**
 * Makes attempts in their order: each begins when the one before has failed, or has not succeeded for a while and goes on
 * beside it. The first success is the outcome, and ends the other attempts.
 *
 * @param attempts must fail when their signal fires, leaving nothing open: whatever they come to later is lost
 * @param patienceMs how long an attempt has the field to itself
 * @param signal ends all of them
 * @throws {Error} what the attempt failed with; an `AggregateError` where there were several or none
 */
export async function takeTurns<T>(attempts: readonly ((signal: AbortSignal) => Promise<T>)[], patienceMs: number, signal: AbortSignal): Promise<T> {
  const race = new AbortController();
  const giveUp = () => race.abort(signal.reason);
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });

  let turn: Promise<unknown> = Promise.resolve();
  const outcomes = attempts.map((attempt) => {
    const begin = turn;
    const outcome = begin.then(() => {
      race.signal.throwIfAborted();
      return attempt(race.signal);
    });
    const failed = new Promise<void>((resolve) => outcome.catch(() => resolve()));
    turn = begin.then(() => Promise.race([failed, after(patienceMs, undefined, { signal: race.signal }).catch(() => {})]));
    return outcome;
  });
  try {
    return await Promise.any(outcomes);
  } catch (error) {
    throw reasonOf(error as AggregateError);
  } finally {
    signal.removeEventListener('abort', giveUp);
    race.abort();
  }
}

/** With a message that says what failed: the log shows that alone. */
function reasonOf({ errors }: AggregateError): Error {
  if (errors.length === 1) return errors[0];
  return new AggregateError(errors, [...new Set(errors.map(({ message }) => message))].join('; ') || 'nothing to try');
}
