import { type AccessKind, type Asker, type AuditedStatement, QueryExecuted, type QueryOutcome, StatementStarting } from '../audit/audit-events.js';
import type { AuditTrail } from '../audit/audit-trail.js';
import type { Access } from '../sessions/session.js';
import type { Fingerprints } from './guard/fingerprint.js';
import type { AdmittedKind } from './guard/verdict.js';

/** What a request asks for, as it is audited. */
export interface Asked {
  readonly route: AuditedStatement['route'];
  /** What was asked in English. */
  readonly question?: string;
}

/** Follows one request from statement to statement, and tells the audit. */
export class StatementTrail {
  private sql?: string;
  private access?: AccessKind;
  /** Of the statement that starts; what ends without having started is asked for then. */
  private fingerprint?: string;

  constructor(
    private readonly audit: AuditTrail,
    private readonly fingerprints: Fingerprints,
    private readonly asked: Asked,
    private readonly session: Access,
    private readonly asker: Asker,
    /** Whether texts may be told. */
    private readonly withTexts: boolean,
  ) {}

  /** Call it with each statement before anything is done with it. */
  tries(sql: string): void {
    this.sql = sql;
    this.access = undefined;
    this.fingerprint = undefined;
  }

  /** Call it when the guard has admitted the statement, and wait before running it. @throws {Problem} when it must not run */
  async starts(kind: AdmittedKind): Promise<void> {
    this.access = kind === 'write' ? 'write' : 'read';
    await this.audit.ask(new StatementStarting(this.asker, this.session.identity.target, this.statement()));
  }

  /**
   * @param happened see {@link AuditTrail.tell}
   * @param problem what the request is answered with, if not with rows
   * @throws {Problem} `AUDIT_FAILED`
   */
  async ended(outcome: QueryOutcome, happened: string, problem?: unknown): Promise<void> {
    await this.audit.tell(new QueryExecuted(this.asker, this.session.identity.target, this.statement(outcome.outcome), outcome), happened, problem);
  }

  private statement(outcome?: string): AuditedStatement {
    const { sql, access, withTexts } = this;
    // The parser has just refused it.
    const isNoSql = access === undefined && (outcome === 'SQL_INVALID' || outcome === 'BODY_TOO_LARGE');
    if (sql !== undefined && !isNoSql) this.fingerprint ??= this.fingerprints.of(sql);
    return {
      sessionRef: this.session.sessionRef, route: this.asked.route, access, fingerprint: this.fingerprint,
      sql: withTexts ? sql : undefined, question: withTexts ? this.asked.question : undefined,
    };
  }
}
