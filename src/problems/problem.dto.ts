import { PROBLEM_CODES, type ProblemCode } from './problem-codes.js';

/** One bad field of a request. */
export class FieldErrorDto {
  /** @example "port" */
  field: string;

  /** @example "port must not be greater than 65535" */
  message: string;
}

/** An error, RFC 9457 (`application/problem+json`). Branch on `code`: it is permanent, the texts are not. */
export class ProblemDto {
  /** @example false */
  success: boolean;

  /** @example "about:blank" */
  type: string;

  /** @example "Session not found" */
  title: string;

  /** HTTP status. */
  status: number;

  /** Permanent code. */
  code: string;

  /** What happened, in plain words. */
  detail: string;

  /** What to do about it. */
  hint: string;

  /** Whether the same request may succeed later; then `Retry-After` says when. */
  retryable: boolean;

  /** The bad fields, for VALIDATION_FAILED. */
  errors?: FieldErrorDto[];

  /** PostgreSQL's error code, where PostgreSQL refused. */
  sqlstate?: string;

  /** Place in the statement, in characters, starting at 1. */
  position?: number;

  /** Words not understood, for QUESTION_NOT_UNDERSTOOD. */
  unknown_words?: string[];

  /** Nearest tables and columns, for QUESTION_NOT_UNDERSTOOD. */
  nearest?: string[];

  /** Questions that would work, for QUESTION_NOT_UNDERSTOOD. */
  suggestions?: string[];

  /** The same as in the header `X-Request-Id` and in the log. */
  request_id: string;
}

/** A code's envelope as an example for the documentation. */
export function exampleProblem(code: ProblemCode): Record<string, unknown> {
  const { status, title, hint, retryable } = PROBLEM_CODES[code];
  return { success: false, type: 'about:blank', title, status, code, detail: `${title}.`, hint, retryable, request_id: '5f0c1b8e-…' };
}
