import { PROBLEM_CODES, ProblemCode } from './problem-codes.js';

/** What a problem may tell besides its code. */
export interface ProblemOptions {
  /** What to do about it; the code's general hint when left out. */
  readonly hint?: string;
  /** Seconds after which a retry makes sense: sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** Members added to the envelope, e.g. `sqlstate`, `position`, `errors`. Never secrets, never ids of sessions. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** HTTP status, for a code that stands for several (`REQUEST_REFUSED`, a foreign guard's `INTERNAL`); the code's own when left out. */
  readonly status?: number;
  /** What caused it: for the log, never for the caller. */
  readonly cause?: unknown;
}

/** An error with a permanent code that becomes an RFC 9457 answer. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly hint: string;
  readonly status: number;
  readonly retryAfterSeconds?: number;
  readonly extensions: Readonly<Record<string, unknown>>;

  /**
   * @param code see {@link PROBLEM_CODES}
   * @param detail what happened, in plain words for the caller
   */
  constructor(readonly code: ProblemCode, readonly detail: string, options: ProblemOptions = {}) {
    super(`${code}: ${detail}`, { cause: options.cause });
    this.hint = options.hint ?? PROBLEM_CODES[code].hint;
    this.status = options.status ?? PROBLEM_CODES[code].status;
    this.retryAfterSeconds = options.retryAfterSeconds ?? (PROBLEM_CODES[code].retryable ? 1 : undefined);
    this.extensions = options.extensions ?? {};
  }

  /** The `application/problem+json` body. */
  toBody(requestId: string): Record<string, unknown> {
    const { title, retryable } = PROBLEM_CODES[this.code];
    return {
      success: false, type: 'about:blank', title, status: this.status, code: this.code, detail: this.detail, hint: this.hint, retryable,
      ...this.extensions, request_id: requestId,
    };
  }
}
