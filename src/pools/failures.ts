import { Problem } from '../problems/problem.js';
import { unreachable } from './dialer.js';
import { connectSqlstate, refusesTransactions } from './pooler.js';
import { ServerError } from './server-error.js';

/** SQLSTATEs with which a server refuses a role or its password. */
const REFUSED_CREDENTIALS = new Set(['28000', '28P01']);

/** True for an error the server sent, as opposed to one of the network; while a connection is made the driver reads it. */
export function isServerError(error: unknown): error is ServerError {
  return error instanceof ServerError || (error instanceof Error && error.name === 'PostgresError');
}

/**
 * What opening a connection failed with. The server's text is never passed on: nobody has authenticated yet.
 *
 * @param user the role it was opened as
 */
export function connectProblem(error: unknown, user = ''): Problem {
  if (error instanceof Problem) return error;
  if (!isServerError(error)) return unreachable(error);
  const code = connectSqlstate(error, user);
  if (REFUSED_CREDENTIALS.has(code)) return new Problem('AUTHENTICATION_FAILED', 'The database refused the credentials.', { cause: error });
  if (code === '3D000') return new Problem('DATABASE_NOT_FOUND', 'The server has no database of this name.', { cause: error });
  if (code === '42501') return new Problem('PERMISSION_DENIED', 'The role may not connect to this database.', { cause: error });
  if (code === '53300') {
    return new Problem('DATABASE_UNAVAILABLE', 'The database server has no connection left.', { hint: 'Lower POOL_MAX_CONNECTIONS or raise max_connections of the server.', retryAfterSeconds: 5, cause: error });
  }
  if (refusesTransactions(error)) {
    return new Problem('DATABASE_UNAVAILABLE', 'The pooler in front of the database allows no transactions.', { hint: 'Connect where it pools by transaction or by session, or to the database itself.', cause: error });
  }
  return unreachable(error);
}

/** True when the server, or the pooler in front of it, has no connection left. */
export function isTooManyConnections({ cause }: Problem): boolean {
  return isServerError(cause) && connectSqlstate(cause, '') === '53300';
}

/** True for a statement that was cut short, by its timeout or by a request to cancel it. */
export function isCancellation(error: Error): boolean {
  return isServerError(error) && error.code === '57014';
}

/**
 * What a statement failed with.
 *
 * @param prefixLength characters put in front of the caller's text, which the server counts in `position`
 */
export function statementProblem(error: unknown, prefixLength = 0): Problem {
  if (error instanceof Problem) return error;
  if (!isServerError(error)) return connectionLost(error);
  const { code, message, detail, hint, position } = error;
  const told = (problem: ConstructorParameters<typeof Problem>[0], text = message) =>
    new Problem(problem, text, {
      hint,
      cause: error,
      extensions: { sqlstate: code, ...(detail ? { server_detail: detail } : {}), ...(position ? { position: Math.max(1, Number(position) - prefixLength) } : {}) },
    });

  if (isCancellation(error)) return told('STATEMENT_TIMEOUT', 'The statement ran longer than its time limit and was cancelled.');
  if (code === '42501') return told('PERMISSION_DENIED');
  if (code === '25006') return told('STATEMENT_NOT_ALLOWED');
  // Whatever its code, what ends the connection is not about the statement.
  if (error.fatal) return ended(error);
  // What a server says to a Bind with too few or too many values.
  if (code === '08P01') return told('SQL_INVALID', 'The number of params is not that of the placeholders in the statement.');
  // Insufficient resources: the statement is not to blame.
  if (code.startsWith('53')) return ended(error);
  // Syntax error or access rule violation, invalid cursor/statement/schema names, unsupported feature: planning never got through.
  if (/^(42|3F|34|26|0A)/.test(code)) return told('SQL_INVALID');
  return told('SQL_FAILED');
}

export function connectionLost(cause?: unknown): Problem {
  return new Problem('DATABASE_UNAVAILABLE', 'The connection to the database was lost.', { hint: 'Retry the request.', cause });
}

function ended(error: ServerError): Problem {
  return new Problem('DATABASE_UNAVAILABLE', 'The database server ended the statement.', { hint: 'Retry the request.', cause: error, extensions: { sqlstate: error.code } });
}
