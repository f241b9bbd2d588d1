import { Problem } from '../problems/problem.js';
import type { Connection } from './connection.js';
import { connectionLost, isServerError, statementProblem } from './failures.js';
import { failureOf, leavesConnectionGood, settingsFor } from './read-recipe.js';
import type { WriteResult } from './read-result.js';
import { RowCollector } from './row-collector.js';
import { resetAskers, type ResetStep } from './reset.js';
import type { Statement } from './statement.js';
import type { Answer } from './wire-reader.js';
import { execution, simpleQuery, SYNC } from './wire-requests.js';

/** A statement that may write, on its way: see {@link write}. */
export interface Writing {
  /**
   * Settled once the server has committed, or has not.
   *
   * @throws {Problem} what the statement or its COMMIT failed with: nothing was changed, except under `WRITE_OUTCOME_UNKNOWN`
   * @throws {NotStarted} when it was not even begun
   */
  readonly answer: Promise<WriteResult>;
  /** True when the connection was proven clean and may be leased again; never rejects. */
  readonly clean: Promise<boolean>;
  /** True from when COMMIT is sent: nothing can take the statement back any more. */
  readonly committing: boolean;
}

const BEGIN = execution('BEGIN READ WRITE');
const COMMIT = simpleQuery('COMMIT');
const ROLLBACK = simpleQuery('ROLLBACK');

/**
 * Runs one statement in a transaction of its own and commits it.
 *
 * BEGIN, settings and statement are one group: the server skips the rest of a group after an error, so that after a failed BEGIN
 * nothing runs that would commit by itself. COMMIT goes out when the group has been answered well and the caller is still
 * there; the answer is given when COMMIT has been answered with its own name, for after a failure PostgreSQL answers `ROLLBACK`,
 * and deferred constraints fail only here.
 *
 * @param wanted asked right before COMMIT; false rolls back
 */
export function write(connection: Connection, statement: Statement, wanted: () => boolean): Writing {
  return new WriteRun(connection, statement, wanted);
}

class WriteRun implements Writing {
  readonly answer: Promise<WriteResult>;
  readonly clean: Promise<boolean>;
  committing = false;
  private readonly rows: RowCollector;
  private readonly settings: readonly string[];
  private tag = '';
  private trusted = true;
  private resolve: (result: WriteResult) => void;
  private reject: (error: Error) => void;
  private settle: (clean: boolean) => void;

  constructor(
    private readonly connection: Connection,
    private readonly statement: Statement,
    private readonly wanted: () => boolean,
  ) {
    this.rows = new RowCollector(statement);
    this.settings = settingsFor(connection, statement);
    const { text, params } = statement;
    const request = Buffer.concat([BEGIN, ...this.settings.map((setting) => execution(setting)), execution(text, { params, describe: true }), SYNC]);
    this.clean = new Promise((resolve) => (this.settle = resolve));
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    connection.send(request, [{ onRow: this.rows.add, onCommand: (tag) => (this.tag = tag), onAnswer: (answer) => this.executed(answer) }]);
  }

  private executed(answer: Answer): void {
    this.trusted = leavesConnectionGood(answer, this.settings.length);
    const error = failureOf(answer, this.settings.length, this.statement);
    if (error) {
      this.reject(error);
      return this.reset();
    }
    // Whatever has ended the transaction, it may have committed it.
    if (!answer.inTransaction) {
      this.reject(outcomeUnknown());
      return this.reset();
    }
    if (this.connection.dead) {
      this.reject(this.connection.endProblem ?? connectionLost());
      return this.settle(false);
    }
    if (!this.wanted()) {
      this.reject(new Problem('QUERY_CANCELLED', 'The caller has gone away; nothing was changed.'));
      return this.reset();
    }
    const result = { ...this.rows.result(answer.columns), ...commandOf(this.tag) };
    this.committing = true;
    this.connection.send(COMMIT, [{ onCommand: (tag) => (this.tag = tag), onAnswer: ({ error: failure }) => this.committed(result, failure) }]);
    // Through a pooler the backend is another client's from here on.
    if (!this.connection.pooled) this.reset();
  }

  private committed(result: WriteResult, error?: Error): void {
    if (this.connection.pooled) this.settle(error === undefined && !this.connection.dead);
    if (!error && this.tag === 'COMMIT') return this.resolve(result);
    if (!error) return this.reject(new Problem('SQL_FAILED', 'PostgreSQL rolled the transaction back; nothing was changed.'));
    // A server that goes away may have committed before it did.
    if (isServerError(error) && !error.fatal && !error.code.startsWith('08')) return this.reject(statementProblem(error));
    this.trusted = false;
    this.reject(outcomeUnknown(error));
  }

  /** Clears what a statement may have left besides rows. */
  private reset(): void {
    const reset: readonly ResetStep[] = this.connection.pooled ? [{ request: ROLLBACK }] : this.connection.reset;
    if (reset.length === 0) return this.settle(false);
    const askers = resetAskers(reset, (done) => this.settle(done && this.trusted && !this.connection.dead));
    this.connection.send(Buffer.concat(reset.map(({ request }) => request)), askers);
  }
}

/** What is told when nobody knows. */
export function outcomeUnknown(cause?: unknown): Problem {
  return new Problem('WRITE_OUTCOME_UNKNOWN', 'The connection was lost while the change was being committed: it may be there or not.', { cause });
}

/** `INSERT 0 3` → INSERT and 3; `CREATE TABLE` → CREATE TABLE and 0. */
function commandOf(tag: string): { command: string; rowsAffected: number } {
  const [, command = tag, rows = '0'] = /^(.*?)(?: \d+)? (\d+)$/.exec(tag) ?? [];
  return { command, rowsAffected: Number(rows) };
}
