import { Injectable } from '@nestjs/common';
import { assertAdministrator } from '../access/administrator.js';
import type { RequestContext } from '../access/request-context.js';
import { GlossaryChanged } from '../audit/audit-events.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { Problem } from '../problems/problem.js';
import { matchesETag } from '../schema/schema-etag.js';
import { SchemaService } from '../schema/schema.service.js';
import type { SchemaSnapshot } from '../schema/schema.dto.js';
import type { Access } from '../sessions/session.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { ConfiguredGlossaries } from './configured-glossaries.js';
import { type Glossary, glossaryOf, versionOf, withoutTaught } from './glossary.js';
import type { GlossaryDto, GlossaryTerm } from './glossary.dto.js';
import { readTerms } from './glossary-terms.js';
import type { Knowledge } from './knowledge.js';
import { scopeOf } from './knowledge-scope.js';
import { findNamed } from './schema-names.js';
import { TaughtKnowledge } from './taught-knowledge.js';

/** A glossary as it is shown. */
export interface ShownGlossary {
  readonly taught: readonly GlossaryTerm[];
  readonly configured: readonly GlossaryTerm[];
  /** Terms that name what the schema does not have. */
  readonly unknown: readonly string[];
  readonly etag: string;
}

/** The words that people use for tables and columns. */
@Injectable()
export class GlossaryService {
  /** Made once: by what is stored, which is of one scope, or by what is configured where nothing else is there. */
  private readonly glossaries = new WeakMap<readonly GlossaryTerm[], Glossary>();

  constructor(
    private readonly sessions: SessionsService,
    private readonly schema: SchemaService,
    private readonly knowledge: TaughtKnowledge,
    private readonly configured: ConfiguredGlossaries,
    private readonly audit: AuditTrail,
  ) {}

  /** The words for a database that somebody asks, out of what was taught about it; undefined where there are none. */
  of({ glossary }: Knowledge, access: Access, context: RequestContext): Glossary | undefined {
    const configured = this.configured.of(scopeOf(access.identity, context));
    const source = glossary.length > 0 ? glossary : configured;
    if (source.length === 0) return undefined;
    const known = this.glossaries.get(source) ?? glossaryOf(glossary, configured);
    this.glossaries.set(source, known);
    return known;
  }

  /** @throws {Problem} when there is no such session, or schema or store cannot be read */
  async show(context: RequestContext): Promise<ShownGlossary> {
    const access = await this.sessions.access(undefined, context);
    const [schema, { glossary }] = await Promise.all([this.schema.snapshot(access, context.signal), this.knowledge.of(scopeOf(access.identity, context))]);
    return this.shown(glossary, schema, access, context);
  }

  /**
   * Puts a glossary in the place of the one before.
   *
   * @param ifMatch the `ETag` of the one that is to be replaced; any, if left out
   * @throws {Problem} `ADMIN_REQUIRED`; `VALIDATION_FAILED` naming each bad term; `PRECONDITION_FAILED`; `STORE_UNAVAILABLE`
   */
  async replace({ session_id, terms: sent }: GlossaryDto, ifMatch: string | undefined, context: RequestContext): Promise<ShownGlossary> {
    assertAdministrator(context, 'Glossaries are written by administrators.');
    const access = await this.sessions.access(session_id, context);
    const schema = await this.schema.snapshot(access, context.signal);
    const { terms, faults } = readTerms(sent, schema);
    if (faults.length > 0) throw new Problem('VALIDATION_FAILED', faults.map(({ message }) => message).join('; '), { extensions: { errors: faults } });
    const { glossary } = await this.knowledge.change(scopeOf(access.identity, context), (knowledge) => {
      if (ifMatch !== undefined && !matchesETag(ifMatch, etagOf(knowledge.glossary))) throw new Problem('PRECONDITION_FAILED', 'The glossary has been changed since it was read.');
      return { ...knowledge, glossary: terms };
    });
    await this.audit.tell(new GlossaryChanged(context, access.identity.target, access.sessionRef, glossary.length), 'The glossary has been replaced');
    return this.shown(glossary, schema, access, context);
  }

  private shown(taught: readonly GlossaryTerm[], schema: SchemaSnapshot, { identity }: Access, context: RequestContext): ShownGlossary {
    const configured = withoutTaught(this.configured.of(scopeOf(identity, context)), taught);
    const unknown = [...taught, ...configured].filter((term) => !isKnown(term, schema)).map(({ term }) => term);
    return { taught, configured, unknown, etag: etagOf(taught) };
  }
}

function isKnown({ table, column }: GlossaryTerm, schema: SchemaSnapshot): boolean {
  try {
    return table === undefined || Boolean(findNamed(schema, table, column));
  } catch {
    return false;
  }
}

function etagOf(terms: readonly GlossaryTerm[]): string {
  return `"${versionOf(terms)}"`;
}
