import { Problem } from '../problems/problem.js';
import type { Connection } from './connection.js';
import { isCancellation, isServerError, statementProblem } from './failures.js';
import type { ReadResult } from './read-result.js';
import { resetAskers } from './reset.js';
import { RowCollector } from './row-collector.js';
import type { Statement } from './statement.js';
import type { Answer } from './wire-reader.js';
import { execution, SYNC } from './wire-requests.js';

/** A statement on its way: the answer comes first, the connection is clean (or not) a moment later. */
export interface Reading {
  /**
   * @throws {Problem} what the statement failed with
   * @throws {NotStarted} when it was not even begun
   */
  readonly answer: Promise<ReadResult>;
  /** True when the connection was proven clean and may be leased again; never rejects. */
  readonly clean: Promise<boolean>;
}

/** The transaction could not be prepared, so that the statement cannot have run: it may be tried on another connection. */
export class NotStarted extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message, { cause: problem });
  }
}

const DECLARE = 'DECLARE c NO SCROLL CURSOR FOR ';

const BEGIN = execution('BEGIN READ ONLY');

/** Milliseconds by which the server's own clock may be late; the client's comes a second after the deadline anyway. */
const TIMEOUT_SLACK_MS = 500;

/**
 * Runs one reading statement so that it can neither write nor leave anything behind.
 *
 * Everything is written at once and so costs one round trip. BEGIN, settings and statement are one group: the server skips
 * the rest of a group after an error, so that a failed BEGIN can never let the statement run. Most statements are
 * declared as a cursor: outside a transaction PostgreSQL refuses DECLARE, by its own grammar DECLARE takes exactly one
 * reading statement, and it pins the snapshot, so that SET TRANSACTION READ WRITE comes too late; FETCH then bounds the
 * rows, whatever the plan. SHOW and EXPLAIN cannot be declared and stand for themselves. ROLLBACK reverts settings changed
 * by functions, the rest of the reset what is left then.
 *
 * It does not go by the driver, for which these are five queries: two thirds of the CPU time of a request went there.
 */
export function read(connection: Connection, statement: Statement): Reading {
  const { text, params, maxRows } = statement;
  const settings = settingsFor(connection, statement);
  const statements =
    statement.kind === 'cursor'
      ? [execution(DECLARE + text, { params }), execution(`FETCH ${maxRows + 1} FROM c`, { describe: true })]
      : [execution(text, { params, describe: true })];
  const { reset } = connection;
  const request = Buffer.concat([BEGIN, ...settings.map((setting) => execution(setting)), ...statements, SYNC, ...reset.map((step) => step.request)]);

  const rows = new RowCollector(statement);
  let settle: (clean: boolean) => void = () => {};
  const clean = new Promise<boolean>((resolve) => (settle = resolve));
  const answer = new Promise<ReadResult>((resolve, reject) => {
    rows.onFull = (result) => {
      resolve(result);
      connection.destroy('byte limit');
    };
    let trusted = true;
    connection.send(request, [
      {
        onRow: rows.add,
        onAnswer: (group) => {
          trusted = leavesConnectionGood(group, settings.length);
          const error = failureOf(group, settings.length, statement);
          if (error) reject(error);
          else resolve(rows.result(group.columns));
          if (reset.length === 0) settle(false);
        },
      },
      ...resetAskers(reset, (done) => settle(done && trusted && !connection.dead)),
    ]);
  });
  return { answer, clean };
}

/** What to put behind BEGIN. */
export function settingsFor(connection: Connection, { deadline }: Statement): readonly string[] {
  const remaining = Math.max(1, deadline - Date.now());
  const timely = Math.abs(connection.statementTimeoutMs - remaining) <= TIMEOUT_SLACK_MS;
  return timely ? connection.preamble : [`SET LOCAL statement_timeout = ${remaining}`, ...connection.preamble];
}

/**
 * What a group of BEGIN, settings and statement failed with.
 *
 * @param settings statements between BEGIN and the caller's
 */
export function failureOf({ error, completed, unsent }: Answer, settings: number, { kind, deadline }: Statement): Error | undefined {
  if (!error) return undefined;
  // Without a word of the server itself it may have run, and what it calls may not have been a mere reading. A pooler that has
  // lost the server (08…) knows no more.
  if (unsent || (completed <= settings && isServerError(error) && !error.code.startsWith('08'))) return new NotStarted(statementProblem(error));
  if (isCancellation(error) && Date.now() < deadline - TIMEOUT_SLACK_MS) return new Problem('DATABASE_UNAVAILABLE', 'The statement was cancelled on the server by somebody else.', { hint: 'Retry the request.', cause: error });
  return statementProblem(error, kind === 'cursor' && completed === settings + 1 ? DECLARE.length : 0);
}

/** A statement may fail and leave the connection good, as long as it was the server that said so. */
export function leavesConnectionGood({ error, completed, inTransaction }: Answer, settings: number): boolean {
  // It ended the transaction by itself: nobody knows what it has left.
  if (!inTransaction) return false;
  if (!error) return true;
  if (completed <= settings || !isServerError(error) || error.fatal) return false;
  // Cancelled, timed out, the server is going away or confused: what follows on this connection cannot be trusted.
  return !/^(57|XX|58|08(?!P01))/.test(error.code);
}
