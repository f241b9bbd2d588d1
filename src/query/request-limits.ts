import type { RequestContext } from '../access/request-context.js';
import { Problem } from '../problems/problem.js';
import type { Settings } from '../settings/settings.js';
import type { QueryOptionsDto } from './query.dto.js';

/** The limits of one request: what the caller asked for, within what the server allows. */
export interface RequestLimits {
  readonly maxRows: number;
  /** When the whole request must be over, milliseconds since 1970. */
  readonly deadline: number;
}

/** @throws {Problem} `VALIDATION_FAILED` for a limit above the server's or the caller's key's */
export function limitsOf({ max_rows, timeout_ms }: QueryOptionsDto, settings: Settings, { statementTimeoutMs = Infinity }: RequestContext, now: number): RequestLimits {
  const longest = Math.min(settings.statementTimeoutMs, statementTimeoutMs);
  const errors: { field: string; message: string }[] = [];
  if (max_rows !== undefined && max_rows > settings.maxRows) errors.push({ field: 'max_rows', message: `max_rows must not be greater than ${settings.maxRows}` });
  if (timeout_ms !== undefined && timeout_ms > longest) {
    errors.push({ field: 'timeout_ms', message: `timeout_ms must not be greater than ${longest}` });
  }
  if (errors.length > 0) throw new Problem('VALIDATION_FAILED', errors.map(({ message }) => message).join('; '), { extensions: { errors } });
  return { maxRows: max_rows ?? settings.defaultRows, deadline: now + (timeout_ms ?? longest) };
}
