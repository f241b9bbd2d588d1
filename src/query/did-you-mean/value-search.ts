import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../access/request-context.js';
import { Problem } from '../../problems/problem.js';
import type { Access } from '../../sessions/session.js';
import { QueryAudit } from '../query-audit.js';
import type { RequestLimits } from '../request-limits.js';
import { StatementRunner } from '../statement-runner.js';
import { quoteIdentifier } from '../translation/builtin/sql/quote.js';
import { nearValues } from '../translation/near-values.js';
import type { ComparedValue } from '../translation/sql-translator.js';

/** Milliseconds for one statement: the answer waits for it. */
const SEARCH_MS = 500;
/** Rows looked through, where PostgreSQL has no trigrams, and different values fetched of them. */
const MAX_ROWS = 20_000;
const MAX_VALUES = 2000;
/** Values that trigrams find similar. */
const MAX_SIMILAR = 200;

const TRIGRAMS = `SELECT n.nspname FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm'`;

/** What makes a search fail and the answer none the worse. */
const HARMLESS = new Set(['PERMISSION_DENIED', 'SQL_INVALID', 'SQL_FAILED', 'STATEMENT_NOT_ALLOWED', 'STATEMENT_TIMEOUT', 'RESULT_TOO_LARGE', 'POOL_EXHAUSTED', 'DATABASE_UNAVAILABLE']);

/** Looks into the database for values near to one that is not there, as the caller, guarded and audited as any statement. */
@Injectable()
export class ValueSearch {
  constructor(
    private readonly runner: StatementRunner,
    private readonly audit: QueryAudit,
  ) {}

  /** Values near to the one asked for, best first; none when looking for them fails or takes too long. @throws {Problem} `AUDIT_FAILED`, `QUERY_CANCELLED` */
  async near({ schema, table, column, value }: ComparedValue, question: string, limits: RequestLimits, access: Access, context: RequestContext): Promise<string[]> {
    const [from, name] = [`${quoteIdentifier(schema)}.${quoteIdentifier(table)}`, quoteIdentifier(column)];
    const ask = (sql: string, params: string[] = []) => this.ask(sql, params, question, limits, access, context);
    const [trigrams] = await ask(TRIGRAMS);
    if (trigrams !== undefined) {
      const similar = await ask(`SELECT DISTINCT ${name}::text FROM (SELECT ${name} FROM ${from} WHERE ${name}::text OPERATOR(${quoteIdentifier(trigrams)}.%) $1::text LIMIT ${MAX_SIMILAR}) AS similar_values`, [value]);
      const near = nearValues(value, similar, (text) => text);
      if (near.length > 0) return near;
    }
    const several = await ask(`SELECT DISTINCT ${name}::text FROM (SELECT ${name} FROM ${from} WHERE ${name} IS NOT NULL LIMIT ${MAX_ROWS}) AS some_rows LIMIT ${MAX_VALUES}`);
    return nearValues(value, several, (text) => text);
  }

  private async ask(sql: string, params: string[], question: string, { deadline }: RequestLimits, access: Access, context: RequestContext): Promise<string[]> {
    const limits = { maxRows: MAX_VALUES, deadline: Math.min(deadline, Date.now() + SEARCH_MS) };
    let rows: (string | null)[][] = [];
    try {
      await this.audit.around({ route: 'values', question }, access, context, async (trail) => {
        const ran = await this.runner.run({ sql, params, writes: 'never', trail }, { row_format: 'array' }, limits, access, context);
        rows = JSON.parse(ran.json) as typeof rows;
        return { ran, body: '' };
      });
    } catch (error) {
      if (!(error instanceof Problem) || !HARMLESS.has(error.code)) throw error;
    }
    return rows.flatMap(([text]) => text ?? []);
  }
}
