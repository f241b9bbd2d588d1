import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../access/request-context.js';
import type { Caller } from '../pools/identity.js';
import { PoolManager } from '../pools/pool-manager.js';
import type { ReadResult, WriteResult } from '../pools/read-result.js';
import type { Statement } from '../pools/statement.js';
import { Problem } from '../problems/problem.js';
import { SchemaService } from '../schema/schema.service.js';
import type { Access } from '../sessions/session.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { Settings } from '../settings/settings.js';
import { EncodedRows, encodeRows } from './encoding/encode-rows.js';
import { RowTooLarge } from './encoding/row-too-large.js';
import { TypeCatalogue } from './encoding/type-catalogue.js';
import { CatalogueFacts } from './guard/catalogue-facts.js';
import { Guard, type GuardRequest } from './guard/guard.js';
import type { QueryOptionsDto, WarningDto } from './query.dto.js';
import type { RequestLimits } from './request-limits.js';
import type { StatementTrail } from './statement-trail.js';

/** What is to run. */
export interface Wanted {
  readonly sql: string;
  /** Values for `$1`, `$2`, … as PostgreSQL text. */
  readonly params?: readonly (string | null)[];
  readonly writes: GuardRequest['writes'];
  /** Is told of the statement. */
  readonly trail: StatementTrail;
}

/** Rows of a statement, encoded, and how long they took. */
export interface Ran extends Omit<EncodedRows, 'warnings'> {
  readonly warnings: readonly WarningDto[];
  readonly seconds: number;
  /** What a statement that may write did; absent for one that only read. */
  readonly written?: Pick<WriteResult, 'command' | 'rowsAffected'>;
}

/** Commands that change rows and nothing else. Whatever is not among them may have changed the structure. */
const CHANGES_ROWS = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'TRUNCATE TABLE']);

/** The one way from SQL text to rows, whoever wrote it: guard, isolated connection, encoding. */
@Injectable()
export class StatementRunner {
  constructor(
    private readonly guard: Guard,
    private readonly pools: PoolManager,
    private readonly types: TypeCatalogue,
    private readonly facts: CatalogueFacts,
    private readonly schema: SchemaService,
    private readonly sessions: SessionsService,
    private readonly settings: Settings,
  ) {}

  /** @throws {Problem} what the guard, the pool or PostgreSQL refuses */
  async run({ sql, params, writes, trail }: Wanted, options: QueryOptionsDto, { maxRows, deadline }: RequestLimits, access: Access, context: RequestContext): Promise<Ran> {
    const { maxSqlBytes, maxResponseBytes } = this.settings;
    trail.tries(sql);
    if (sql.length > maxSqlBytes || Buffer.byteLength(sql) > maxSqlBytes) throw new Problem('BODY_TOO_LARGE', `The statement is longer than ${maxSqlBytes} bytes.`);
    const started = performance.now();
    const { identity, queue, sessionRef } = access;
    const caller: Caller = { queue, sessionRef, requestId: context.requestId, signal: context.signal };
    const { text, kind } = await this.guard.admit(sql, { identity, caller, deadline, writes });
    await trail.starts(kind);
    this.sessions.assertConnected(access);
    const statement: Statement = { text, kind, params, maxRows, maxBytes: maxResponseBytes, deadline };
    if (kind === 'write') return this.write(statement, options, access, caller, started);
    const result = await this.pools.read(identity, caller, statement);
    return { ...(await this.encode(result, options, access, caller, deadline)), seconds: secondsSince(started) };
  }

  private async write(statement: Statement, options: QueryOptionsDto, access: Access, caller: Caller, started: number): Promise<Ran> {
    const result = await this.pools.write(access.identity, caller, statement);
    if (!CHANGES_ROWS.has(result.command)) {
      this.schema.invalidate(access.identity.target);
      this.facts.forget(access.identity);
    }
    const encoded = await this.encode(result, options, access, caller, statement.deadline).catch(rowsLeftOut);
    return { ...encoded, written: result, seconds: secondsSince(started) };
  }

  private async encode(result: ReadResult, { row_format, exact_numbers }: QueryOptionsDto, { identity }: Access, caller: Caller, deadline: number): Promise<EncodedRows> {
    const { maxResponseBytes, maxRowBytes } = this.settings;
    const types = await this.types.typesOf(result.columns, identity, caller, deadline);
    try {
      const encoded = encodeRows(result, { rowFormat: row_format ?? 'object', exactNumbers: exact_numbers ?? false, types, maxBytes: maxResponseBytes, maxRowBytes });
      return { ...encoded, truncated: encoded.truncated || result.truncated };
    } catch (error) {
      if (error instanceof RowTooLarge) throw new Problem('RESULT_TOO_LARGE', error.message, { cause: error });
      throw error;
    }
  }
}

/** The change is there: that its rows cannot be shown must not look as if it had failed. */
function rowsLeftOut(error: unknown): Omit<Ran, 'seconds'> {
  if (!(error instanceof Problem)) throw error;
  return { columns: [], columnTypes: [], json: '[]', rowCount: 0, truncated: true, warnings: [{ code: 'ROWS_LEFT_OUT', message: `The change was made. The rows it returned are left out: ${error.detail}` }] };
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
