import { Problem } from '../problems/problem.js';
import type { Connection, DriverResult } from './connection.js';
import { isServerError, statementProblem } from './failures.js';
import { POOLED_RESET } from './pooler.js';
import type { ReadResult } from './read-result.js';
import type { Statement } from './statement.js';

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

/** BEGIN failed, so that the statement cannot have run: it may be tried on another connection. */
export class NotStarted extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message, { cause: problem });
  }
}

const DECLARE = 'DECLARE c NO SCROLL CURSOR FOR ';

/**
 * Runs one reading statement so that it can neither write nor leave anything behind.
 *
 * For a cursor statement everything is written in one tick and so costs one round trip. It is fail-closed: outside a
 * transaction PostgreSQL refuses DECLARE, so that a failed BEGIN can never let the statement run; DECLARE takes exactly
 * one reading statement by the server's own grammar and pins the snapshot, so that SET TRANSACTION READ WRITE comes too
 * late. ROLLBACK reverts settings changed by functions, DISCARD ALL the rest.
 *
 * Through a pooler all from BEGIN to ROLLBACK is on one backend, and what comes after on any.
 */
export function read(connection: Connection, statement: Statement): Reading {
  const rows = new RowCollector(connection, statement);
  const begin = `BEGIN READ ONLY; SET LOCAL statement_timeout = ${Math.max(1, statement.deadline - Date.now())}; SET LOCAL cursor_tuple_fraction = 1${connection.preamble}`;
  return statement.kind === 'cursor' ? readByCursor(connection, statement, begin, rows) : readPlain(connection, statement, begin, rows);
}

function readByCursor(connection: Connection, statement: Statement, begin: string, rows: RowCollector): Reading {
  const began = connection.query(begin, { simple: true });
  const declared = connection.query(DECLARE + statement.text, { simple: false, params: statement.params });
  const fetched = connection.query(`FETCH ${statement.maxRows + 1} FROM c`, { simple: true, onRow: rows.add });
  const reset = resetQueries(connection);

  const answer = Promise.allSettled([began, declared, Promise.race([fetched, rows.full])]).then(([begun, declaration, fetching]) => {
    if (begun.status === 'rejected') throw new NotStarted(statementProblem(begun.reason));
    if (declaration.status === 'rejected') throw statementProblem(declaration.reason, DECLARE.length);
    if (fetching.status === 'rejected') throw statementProblem(fetching.reason);
    return rows.result(fetching.value);
  });
  const clean = Promise.all([began, ignoreStatementFailure(declared), ignoreStatementFailure(fetched), ...reset]).then(() => !connection.dead, () => false);
  return { answer, clean };
}

/** SHOW and EXPLAIN cannot be declared as cursors: they go by the extended protocol after a BEGIN that was awaited. */
function readPlain(connection: Connection, statement: Statement, begin: string, rows: RowCollector): Reading {
  let markClean: (clean: boolean | Promise<boolean>) => void = () => {};
  const clean = new Promise<boolean>((resolve) => (markClean = resolve));
  const answer = (async () => {
    try {
      await connection.query(begin, { simple: true });
    } catch (error) {
      markClean(false);
      throw new NotStarted(statementProblem(error));
    }
    const ran = connection.query(statement.text, { simple: false, params: statement.params, onRow: rows.add });
    const reset = resetQueries(connection);
    markClean(Promise.all([ignoreStatementFailure(ran), ...reset]).then(() => !connection.dead, () => false));
    try {
      return rows.result(await Promise.race([ran, rows.full]));
    } catch (error) {
      throw statementProblem(error);
    }
  })();
  return { answer, clean };
}

function resetQueries(connection: Connection): Promise<DriverResult>[] {
  const reset = connection.pooled ? [POOLED_RESET] : ['ROLLBACK', 'DISCARD ALL'];
  return reset.map((text) => connection.query(text, { simple: true }));
}

/** A statement may fail and leave the connection good, as long as it was the server that said so. */
function ignoreStatementFailure(query: Promise<unknown>): Promise<unknown> {
  return query.catch((error) => {
    if (!isServerError(error)) throw error;
    // Cancelled, timed out, the server is going away or confused: what follows on this connection cannot be trusted.
    if (/^(57|XX|58|08(?!P01))/.test(error.code)) throw error;
  });
}

/** Collects rows until the statement's row or byte limit; past the byte limit it ends the connection rather than read on. */
class RowCollector {
  private readonly rows: (string | null)[][] = [];
  private bytes = 0;
  private stopped = false;
  private columns: DriverResult['columns'];
  private stop: () => void = () => {};
  /** Resolves when the byte limit was reached. */
  readonly full = new Promise<undefined>((resolve) => (this.stop = () => resolve(undefined)));

  constructor(private readonly connection: Connection, private readonly statement: Statement) {}

  readonly add = (row: (string | null)[], result?: DriverResult): void => {
    if (this.stopped) return;
    this.columns ??= columnsOf(result);
    for (const value of row) this.bytes += value === null ? 4 : value.length + 4;
    if (this.bytes > this.statement.maxBytes && this.rows.length > 0) {
      this.stopped = true;
      this.stop();
      this.connection.destroy('byte limit');
      return;
    }
    this.rows.push(row);
  };

  result(answered: DriverResult | undefined): ReadResult {
    const columns = (columnsOf(answered) ?? this.columns ?? []).map(({ name, type }) => ({ name, type }));
    const surplus = this.rows.length > this.statement.maxRows;
    if (surplus) this.rows.length = this.statement.maxRows;
    if (columns.length === 0 && this.rows.length > 0) throw new Problem('INTERNAL', 'The result has no description.');
    return { columns, rows: this.rows, truncated: surplus || this.stopped };
  }
}

/** While rows arrive the driver knows the columns only through the statement. */
function columnsOf(result: DriverResult | undefined): DriverResult['columns'] {
  return result?.columns ?? (result as { statement?: { columns?: DriverResult['columns'] } } | undefined)?.statement?.columns;
}
