import { BeforeApplicationShutdown, Injectable } from '@nestjs/common';

/** Milliseconds between the moments at which failed connects are answered. */
const STEP_MS = 250;

/**
 * Answers failed connects at whole steps after their begin, so that the time tells no more than the answer does: a closed
 * port, a server that is no PostgreSQL or fails at TLS, a name without an address, a wrong password all take one step, or two
 * on a slow path. What takes several steps stays visible: a port that drops packets is answered when the connect has timed
 * out, and holding every failure back that long would hurt honest callers more.
 *
 * Refusals by the egress policy keep the pace too, since some need the name's addresses first. That their code differs from
 * an unknown name's tells whether a name has addresses, which is the price of telling honest callers what to ask for; the
 * throttle bounds how many names can be tried. Successes are never held back.
 */
@Injectable()
export class FailurePace implements BeforeApplicationShutdown {
  /** Ends the wait of each answer that is held back. */
  private readonly held = new Set<() => void>();
  private closing = false;

  /**
   * Resolves at the next step; at once when the service shuts down or nobody waits for the answer any more.
   *
   * @param elapsedMs since the attempt began
   * @param signal aborted when the caller has gone away
   */
  hold(elapsedMs: number, signal: AbortSignal): Promise<void> {
    const delayMs = Math.ceil(elapsedMs / STEP_MS) * STEP_MS - elapsedMs;
    if (delayMs === 0 || this.closing || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.held.delete(end);
        resolve();
      };
      const timer = setTimeout(end, delayMs);
      signal.addEventListener('abort', end, { once: true });
      this.held.add(end);
    });
  }

  beforeApplicationShutdown(): void {
    this.closing = true;
    for (const end of this.held) end();
  }
}
