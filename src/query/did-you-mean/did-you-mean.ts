import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../access/request-context.js';
import { Problem } from '../../problems/problem.js';
import { SchemaService } from '../../schema/schema.service.js';
import { isExcluded } from '../../schema/value-exclusion.js';
import type { Access } from '../../sessions/session.js';
import { Settings } from '../../settings/settings.js';
import { Candidates } from '../candidates.js';
import type { WarningDto } from '../query.dto.js';
import type { RequestLimits } from '../request-limits.js';
import type { Ran } from '../statement-runner.js';
import { nearValues } from '../translation/near-values.js';
import type { ComparedValue, Translation } from '../translation/sql-translator.js';
import { ValueSearch } from './value-search.js';

/** Values of one question looked for. */
const MAX_VALUES = 2;

const NOT_TO_BE_HIDDEN = new Set(['AUDIT_FAILED', 'QUERY_CANCELLED', 'SHUTTING_DOWN']);

/** "No city Berln; did you mean Berlin?": says so beside an empty answer, which stays as it is. */
@Injectable()
export class DidYouMean {
  constructor(
    private readonly schema: SchemaService,
    private readonly search: ValueSearch,
    private readonly candidates: Candidates,
    private readonly settings: Settings,
  ) {}

  /** Warnings about values that the question named and the database seems not to have; none for an answer with something in it. */
  async warnings(question: string, { compared = [] }: Translation, ran: Ran, limits: RequestLimits, access: Access, context: RequestContext): Promise<WarningDto[]> {
    if (compared.length === 0 || !this.settings.translationValues || !isEmpty(ran)) return [];
    try {
      return await this.found(question, compared, limits, access, context);
    } catch (error) {
      // The answer is there already: what cannot be found in time does not take it away.
      if (!(error instanceof Problem) || NOT_TO_BE_HIDDEN.has(error.code)) throw error;
      return [];
    }
  }

  private async found(question: string, compared: readonly ComparedValue[], limits: RequestLimits, access: Access, context: RequestContext): Promise<WarningDto[]> {
    const warnings: WarningDto[] = [];
    for (const each of compared.slice(0, MAX_VALUES)) {
      if (isExcluded(this.settings.valuesExclude, each)) continue;
      const near = await this.near(each, question, limits, access, context);
      if (near.length === 0) continue;
      const column = `${each.schema === 'public' ? '' : `${each.schema}.`}${each.table}.${each.column}`;
      const suggestions: string[] = [];
      for (const value of near) {
        const other = replaced(question, each.value, value);
        if (other !== undefined && (await this.candidates.answers(other, limits, access, context))) suggestions.push(other);
      }
      const message = `No ${column} is "${each.value}"; did you mean ${near.map((value) => `"${value}"`).join(' or ')}?`;
      warnings.push({ code: 'DID_YOU_MEAN', message, column, value: each.value, near, suggestions });
    }
    return warnings;
  }

  /** What is known comes first; only where it helps nothing the database is asked. */
  private async near(compared: ComparedValue, question: string, limits: RequestLimits, access: Access, context: RequestContext): Promise<string[]> {
    const { schema, table, column, value } = compared;
    const known: string[] = [];
    for (const each of (await this.schema.values(access, context.signal)).all()) {
      if (each.column === column && each.table === table && each.schema === schema) known.push(each.value);
    }
    // It is there: the answer is empty for another reason.
    if (known.some((each) => each.toLowerCase() === value.toLowerCase())) return [];
    const near = nearValues(value, known, (each) => each);
    return near.length > 0 ? near : this.search.near(compared, question, limits, access, context);
  }
}

/** No row, or one that holds nothing but zeros and nulls: what counts and sums of nothing come to. */
function isEmpty({ rowCount, json }: Ran): boolean {
  if (rowCount !== 1 || json.length > 1000) return rowCount === 0;
  const [row] = JSON.parse(json) as (Record<string, unknown> | unknown[])[];
  return Object.values(row ?? {}).every((value) => value === null || Number(value) === 0);
}

function replaced(question: string, value: string, by: string): string | undefined {
  const at = question.toLowerCase().indexOf(value.toLowerCase());
  return at < 0 ? undefined : question.slice(0, at) + by + question.slice(at + value.length);
}
