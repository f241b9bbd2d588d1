import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../access/request-context.js';
import { PoolManager } from '../pools/pool-manager.js';
import { Problem } from '../problems/problem.js';
import type { Access } from '../sessions/session.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { Settings } from '../settings/settings.js';
import { EncodedRows, encodeRows } from './encoding/encode-rows.js';
import { TypeCatalogue } from './encoding/type-catalogue.js';
import { RowTooLarge } from './encoding/row-too-large.js';
import { Guard, type GuardRequest } from './guard/guard.js';
import type { QueryOptionsDto } from './query.dto.js';
import type { RequestLimits } from './request-limits.js';

/** Rows of a statement, encoded, and how long they took. */
export interface Ran extends EncodedRows {
  readonly seconds: number;
}

/** What is to run. */
export interface Wanted {
  readonly sql: string;
  /** Values for `$1`, `$2`, … as PostgreSQL text. */
  readonly params?: readonly (string | null)[];
  readonly writes: GuardRequest['writes'];
}

/** The one way from SQL text to rows, whoever wrote it: guard, isolated connection, encoding. */
@Injectable()
export class StatementRunner {
  constructor(
    private readonly guard: Guard,
    private readonly pools: PoolManager,
    private readonly catalogue: TypeCatalogue,
    private readonly sessions: SessionsService,
    private readonly settings: Settings,
  ) {}

  /** @throws {Problem} what the guard, the pool or PostgreSQL refuses */
  async run({ sql, params, writes }: Wanted, options: QueryOptionsDto, limits: RequestLimits, access: Access, context: RequestContext): Promise<Ran> {
    const { maxSqlBytes, maxResponseBytes, maxRowBytes } = this.settings;
    if (sql.length > maxSqlBytes || Buffer.byteLength(sql) > maxSqlBytes) throw new Problem('BODY_TOO_LARGE', `The statement is longer than ${maxSqlBytes} bytes.`);
    const started = performance.now();
    const { identity, queue, sessionRef } = access;
    const { deadline } = limits;
    const caller = { queue, sessionRef, requestId: context.requestId, signal: context.signal };
    const { text, kind } = await this.guard.admit(sql, { identity, caller, deadline, writes });
    this.sessions.assertConnected(access);
    const result = await this.pools.read(identity, caller, { text, kind, params, maxRows: limits.maxRows, maxBytes: maxResponseBytes, deadline });
    const types = await this.catalogue.typesOf(result.columns, identity, caller, deadline);
    const seconds = (performance.now() - started) / 1000;
    const encoded = withinLimits(() => encodeRows(result, { rowFormat: options.row_format ?? 'object', exactNumbers: options.exact_numbers ?? false, types, maxBytes: maxResponseBytes, maxRowBytes }));
    return { ...encoded, truncated: encoded.truncated || result.truncated, seconds };
  }
}

function withinLimits(encode: () => EncodedRows): EncodedRows {
  try {
    return encode();
  } catch (error) {
    if (error instanceof RowTooLarge) throw new Problem('RESULT_TOO_LARGE', error.message, { cause: error });
    throw error;
  }
}
