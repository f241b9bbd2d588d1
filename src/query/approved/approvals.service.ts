import { Injectable } from '@nestjs/common';
import { assertAdministrator } from '../../access/administrator.js';
import type { RequestContext } from '../../access/request-context.js';
import { ApprovalWithdrawn, QueryApproved } from '../../audit/audit-events.js';
import { AuditTrail } from '../../audit/audit-trail.js';
import { ApprovedPairs } from '../../knowledge/approved-pairs.js';
import type { ApprovedPair } from '../../knowledge/knowledge.js';
import { scopeOf } from '../../knowledge/knowledge-scope.js';
import { TaughtKnowledge } from '../../knowledge/taught-knowledge.js';
import { Problem } from '../../problems/problem.js';
import { SchemaService } from '../../schema/schema.service.js';
import { SessionsService } from '../../sessions/sessions.service.js';
import { Settings } from '../../settings/settings.js';
import { Fingerprints } from '../guard/fingerprint.js';
import { limitsOf } from '../request-limits.js';
import { APPROVED_ID, type ApproveDto, type ApprovedDto, type ApprovedPageDto } from './approved.dto.js';
import { PlanCheck } from './plan-check.js';
import { exactMeaning } from './question-meaning.js';

/** A page of approved questions. */
export interface ApprovedPage {
  readonly approved: readonly ApprovedDto[];
  readonly total: number;
  readonly nextCursor?: string;
}

/** What administrators approve, list and take back. */
@Injectable()
export class ApprovalsService {
  constructor(
    private readonly sessions: SessionsService,
    private readonly schema: SchemaService,
    private readonly knowledge: TaughtKnowledge,
    private readonly pairs: ApprovedPairs,
    private readonly plans: PlanCheck,
    private readonly fingerprints: Fingerprints,
    private readonly audit: AuditTrail,
    private readonly settings: Settings,
  ) {}

  /**
   * Keeps a question with the SQL that answers it, once PostgreSQL has planned that on the caller's connection.
   *
   * @throws {Problem} `ADMIN_REQUIRED`; what the guard or PostgreSQL refuses; `VALIDATION_FAILED`; `STORE_UNAVAILABLE`
   */
  async approve({ question: asked, sql, session_id }: ApproveDto, context: RequestContext): Promise<ApprovedDto> {
    assertAdministrator(context, 'Questions are approved by administrators.');
    const question = asked.trim();
    const meaning = exactMeaning(question);
    if (meaning === '') throw new Problem('VALIDATION_FAILED', 'question must have words in it', { extensions: { errors: [{ field: 'question', message: 'question must have words in it' }] } });
    const limits = limitsOf({}, this.settings, context, Date.now());
    const access = await this.sessions.access(session_id, context);
    const { fingerprint } = await this.schema.snapshot(access, context.signal);
    await this.plans.plan(question, sql, limits, access, context);
    const pair = await this.pairs.add(scopeOf(access.identity, context), { question, sql, approved_by: context.key ?? 'admin' }, fingerprint, (other) => exactMeaning(other) === meaning);
    const texts = this.settings.auditSql ? { question, sql } : {};
    const event = new QueryApproved(context, access.identity.target, { sessionRef: access.sessionRef, id: pair.id, fingerprint: this.fingerprints.of(sql), ...texts });
    await this.audit.tell(event, 'The question has been approved');
    return this.shown(pair, fingerprint);
  }

  /** Those of the database that the caller asks, latest first. @throws {Problem} `STORE_UNAVAILABLE` */
  async list({ limit = 100, cursor }: ApprovedPageDto, context: RequestContext): Promise<ApprovedPage> {
    const access = await this.sessions.access(undefined, context);
    const [{ fingerprint }, { approved }] = await Promise.all([this.schema.snapshot(access, context.signal), this.knowledge.of(scopeOf(access.identity, context))]);
    const latestFirst = [...approved].sort((a, b) => (a.id < b.id ? 1 : -1)).filter(({ id }) => cursor === undefined || id < cursor);
    const page = latestFirst.slice(0, limit);
    return { approved: page.map((pair) => this.shown(pair, fingerprint)), total: approved.length, nextCursor: latestFirst.length > limit ? page.at(-1)?.id : undefined };
  }

  /** @throws {Problem} `ADMIN_REQUIRED`, `APPROVAL_NOT_FOUND`, `STORE_UNAVAILABLE` */
  async withdraw(id: string, context: RequestContext): Promise<void> {
    assertAdministrator(context, 'Approvals are withdrawn by administrators.');
    const access = await this.sessions.access(undefined, context);
    if (!APPROVED_ID.test(id)) throw new Problem('APPROVAL_NOT_FOUND', 'No approved question has an id of this form.');
    await this.pairs.remove(scopeOf(access.identity, context), id);
    await this.audit.tell(new ApprovalWithdrawn(context, access.identity.target, access.sessionRef, id), 'The approval has been withdrawn');
  }

  private shown(pair: ApprovedPair, fingerprint: string): ApprovedDto {
    const { id, question, sql, approved_by, approved_at } = pair;
    return { id, question, sql, approved_by, approved_at, stale: this.pairs.fitness(pair, fingerprint) === 'stale' };
  }
}
