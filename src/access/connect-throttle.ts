import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { Problem } from '../problems/problem.js';
import type { ProblemCode } from '../problems/problem-codes.js';
import { Settings } from '../settings/settings.js';
import { type Admission, type ConnectAttempt, ConnectLimits } from './connect-limits.js';
import { FailurePace } from './failure-pace.js';
import { tooManyRequests } from './too-many-requests.js';

/** What a guess or a scan ends with. */
const FAILURES: ReadonlySet<ProblemCode> = new Set(['AUTHENTICATION_FAILED', 'DATABASE_NOT_FOUND', 'PERMISSION_DENIED', 'DATABASE_UNAVAILABLE', 'HOST_NOT_ALLOWED']);

/** Runs the proof of credentials for those who have not failed too often, and lets failures take even times. */
@Injectable()
export class ConnectThrottle {
  private readonly limits: ConnectLimits;

  constructor(
    private readonly settings: Settings,
    private readonly pace: FailurePace,
  ) {
    this.limits = new ConnectLimits(settings.connectFailuresPerMinute);
  }

  /**
   * Begins the proof when it is the attempt's turn, and counts how it ends. Of attempts that arrive together no more run than
   * may fail; the others wait for their outcomes, so that the right passwords among them are not refused.
   *
   * @param signal aborted when the caller has gone away
   * @returns what the proof returns
   * @throws {Problem} `TOO_MANY_REQUESTS` with nothing begun; what the proof throws, failures at an even time
   */
  async run<T>(attempt: ConnectAttempt, signal: AbortSignal, proof: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const admission = await this.turn(attempt, signal, startedAt);
    let outcome: T;
    try {
      outcome = await proof();
    } catch (error) {
      const failure = error instanceof Problem && FAILURES.has(error.code) ? error.code : undefined;
      this.limits.end(admission, failure, performance.now());
      if (failure) await this.pace.hold(performance.now() - startedAt, signal);
      throw error;
    }
    this.limits.end(admission, 'proven', performance.now());
    return outcome;
  }

  private turn(attempt: ConnectAttempt, signal: AbortSignal, startedAt: number): Promise<Admission> {
    return new Promise((resolve, reject) => {
      const look = (now: number) => {
        // Who has waited would learn from an answer at once when the attempts before it have ended.
        const refuse = (problem: Problem) => void this.pace.hold(now - startedAt, signal).then(() => reject(problem));
        if (signal.aborted) return refuse(new Problem('QUERY_CANCELLED', 'The caller has gone away.'));
        // As many may stand in line as the callers send, but not for much longer than one connect may take.
        if (now - startedAt > this.settings.connectTimeoutMs) return refuse(tooManyRequests('Too many connects from this address, or as this role, are under way.', 0));
        const verdict = this.limits.begin(attempt, now);
        switch (verdict.kind) {
          case 'admitted':
            return resolve(verdict.admission);
          case 'refused':
            return refuse(tooManyRequests(verdict.detail, verdict.retryAfterMs));
          case 'busy':
            return verdict.wait(look);
        }
      };
      look(startedAt);
    });
  }
}
