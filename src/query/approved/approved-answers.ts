import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../access/request-context.js';
import { ApprovedPairs, type Fitness } from '../../knowledge/approved-pairs.js';
import type { Glossary } from '../../knowledge/glossary.js';
import type { ApprovedPair, Knowledge } from '../../knowledge/knowledge.js';
import { scopeOf } from '../../knowledge/knowledge-scope.js';
import { Problem } from '../../problems/problem.js';
import type { SchemaSnapshot } from '../../schema/schema.dto.js';
import type { Access } from '../../sessions/session.js';
import type { WarningDto } from '../query.dto.js';
import type { RequestLimits } from '../request-limits.js';
import type { Translation } from '../translation/sql-translator.js';
import { approvedFor } from './approved-index.js';
import { nameWords } from './name-words.js';
import { PlanCheck } from './plan-check.js';

/** What has been approved for a question: an answer, or why the approved one is not given. Neither where nothing has. */
export interface ApprovedAnswer {
  readonly translation?: Translation;
  readonly warning?: WarningDto;
}

/** What refuses a statement for this caller, or for now, and says nothing of others. */
const NOT_FOR_ALL = new Set(['PERMISSION_DENIED', 'STATEMENT_NOT_ALLOWED', 'SQL_FAILED']);

/** Answers questions with the SQL that was approved for them. */
@Injectable()
export class ApprovedAnswers {
  constructor(
    private readonly pairs: ApprovedPairs,
    private readonly plans: PlanCheck,
  ) {}

  /**
   * Looks for the question among those that were approved. SQL approved for a schema that has changed since, or that this role
   * sees differently, is planned first.
   *
   * @throws {Problem} when planning is needed and the database cannot be asked
   */
  async find(question: string, knowledge: Knowledge, schema: SchemaSnapshot, glossary: Glossary | undefined, limits: RequestLimits, access: Access, context: RequestContext): Promise<ApprovedAnswer> {
    const pair = approvedFor(question, knowledge, nameWords(schema, glossary));
    if (!pair) return {};
    const fitness = this.pairs.fitness(pair, schema.fingerprint) ?? (await this.plan(pair, schema.fingerprint, limits, access, context));
    const { sql, question: asked, approved_by: by, approved_at: at } = pair;
    if (fitness === 'fits') return { translation: { sql, explanation: `The answer that ${by} approved on ${at.slice(0, 10)} for the question ${JSON.stringify(asked)}.` } };
    const why = fitness === 'stale' ? 'does not fit the schema any more' : 'is not for this role';
    return { warning: { code: 'APPROVED_STALE', message: `The SQL approved for the question ${JSON.stringify(asked)} ${why}; it was left aside.` } };
  }

  private async plan(pair: ApprovedPair, fingerprint: string, limits: RequestLimits, access: Access, context: RequestContext): Promise<Fitness | 'refused'> {
    let fitness: Fitness = 'fits';
    try {
      await this.plans.plan(pair.question, pair.sql, limits, access, context);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (NOT_FOR_ALL.has(error.code)) return 'refused';
      if (error.code !== 'SQL_INVALID') throw error;
      fitness = 'stale';
    }
    await this.pairs.note(scopeOf(access.identity, context), pair, fingerprint, fitness);
    return fitness;
  }
}
