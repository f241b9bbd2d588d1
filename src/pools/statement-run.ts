import { Problem } from '../problems/problem.js';
import type { Connection } from './connection.js';
import type { Caller } from './identity.js';
import { callerGone, Pool } from './pool.js';
import type { Statement } from './statement.js';
import { outcomeUnknown } from './write-recipe.js';

/** Milliseconds the server gets beyond the statement timeout before the client side ends it. */
const DEADLINE_GRACE_MS = 1000;

/** A statement on its way. */
interface Running<T> {
  readonly answer: Promise<T>;
  /** True when the connection may be leased again. */
  readonly clean: Promise<boolean>;
  /** True when nothing can take it back any more. */
  readonly committing?: boolean;
}

/** How a statement is run on a connection that is its own for the while. */
export type Recipe<T> = (connection: Connection, statement: Statement) => Running<T>;

/** Leases a connection, runs the statement until it is over, its caller gone or its time up, and gives the connection back. */
export async function runOnce<T>(pool: Pool, caller: Caller, statement: Statement, recipe: Recipe<T>): Promise<T> {
  const connection = await pool.lease({ caller, statement });
  if (caller.signal?.aborted) {
    pool.release(connection, true);
    throw callerGone();
  }
  const running = start(connection, pool, statement, recipe);
  return new Promise((resolve, reject) => {
    const end = (problem: Problem, reason: string) => {
      reject(problem);
      void connection.cancel(reason, problem);
    };
    const abort = () => {
      // What is being committed can neither be cancelled, nor does anybody wait for it now.
      if (!running.committing) end(callerGone(), 'caller gone');
    };
    const late = () => {
      if (!running.committing) return end(new Problem('STATEMENT_TIMEOUT', 'The statement ran longer than its time limit and was cancelled.'), 'deadline');
      reject(outcomeUnknown());
      connection.destroy('deadline');
    };
    const deadline = setTimeout(late, Math.max(0, statement.deadline - Date.now()) + DEADLINE_GRACE_MS);
    caller.signal?.addEventListener('abort', abort, { once: true });
    running.answer.then(resolve, (error) => reject(running.committing ? error : (connection.endProblem ?? error)));
    void running.clean.then((clean) => {
      clearTimeout(deadline);
      caller.signal?.removeEventListener('abort', abort);
      pool.release(connection, clean);
    });
  });
}

/** What cannot be sent leaves the connection as it was. */
function start<T>(connection: Connection, pool: Pool, statement: Statement, recipe: Recipe<T>): Running<T> {
  try {
    return recipe(connection, statement);
  } catch (error) {
    pool.release(connection, true);
    throw error;
  }
}
