import { Problem } from '../problems/problem.js';

/** @param retryAfterMs milliseconds until it makes sense to try again; told in whole seconds, one at least */
export function tooManyRequests(detail: string, retryAfterMs: number): Problem {
  return new Problem('TOO_MANY_REQUESTS', detail, { retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1000)) });
}
