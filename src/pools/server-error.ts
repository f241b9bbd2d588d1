import { errorFields } from './wire-messages.js';

/** An error that the server sent: https://www.postgresql.org/docs/current/protocol-error-fields.html */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  /** SQLSTATE. */
  readonly code: string;
  readonly detail?: string;
  readonly hint?: string;
  /** Characters from the start of the statement, the first being 1. */
  readonly position?: string;
  /** True when the server ends the connection with it. */
  readonly fatal: boolean;

  /**
   * @param at start of the message's body in `bytes`, which is well-formed
   * @param end end of the message
   */
  constructor(bytes: Buffer, at: number, end: number) {
    // Servers before 9.6, and poolers, tell the severity in words of their own language alone.
    const { C: code = '', M: message = '', D: detail, H: hint, P: position, S: words, V: severity = words } = errorFields(bytes, at, end);
    super(message);
    this.code = code;
    this.detail = detail;
    this.hint = hint;
    this.position = position;
    this.fatal = severity === 'FATAL' || severity === 'PANIC';
  }
}
