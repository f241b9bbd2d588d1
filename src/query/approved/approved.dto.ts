import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import { SessionIdDto } from '../../sessions/session.dto.js';

/** What ids of approved pairs look like. */
export const APPROVED_ID = /^[0-9a-z]{1,40}$/;

/** A question and the SQL that answers it. */
export class ApproveDto extends SessionIdDto {
  /**
   * The question, as people ask it.
   * @example "What was our turnover last year?"
   */
  @IsString() @MinLength(1) @MaxLength(2000)
  question: string;

  /**
   * One query without parameters, at most 10,000 characters. It is planned before it is kept.
   * @example "SELECT sum(total_amount) AS turnover FROM orders WHERE placed_at >= date_trunc('year', now()) - interval '1 year' AND placed_at < date_trunc('year', now())"
   */
  @IsString() @MinLength(1) @MaxLength(10_000)
  sql: string;
}

/** Which page. */
export class ApprovedPageDto {
  /** Entries at most. */
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(500)
  limit?: number = 100;

  /** `next_cursor` of the page before. */
  @IsOptional() @IsString() @Matches(APPROVED_ID, { message: 'cursor must be a next_cursor of an earlier page' })
  cursor?: string;
}

/** An approved question. */
export class ApprovedDto {
  /** Names it to `DELETE query/approved/{id}`. */
  id: string;

  question: string;

  sql: string;

  /** Name of the administrator's API key; `admin` where no keys are in use. */
  approved_by: string;

  /** ISO 8601. */
  approved_at: string;

  /** True when the SQL does not fit the schema any more: the question is translated as if it were not approved. Approve it again. */
  stale: boolean;
}

export class ApprovedAnswerDto extends ApprovedDto {
  success: boolean;

  request_id: string;
}

export class ApprovedListDto {
  success: boolean;

  /** Latest first. */
  approved: ApprovedDto[];

  /** Approved questions in all. */
  total: number;

  /** Give it back as `cursor` for the next page; absent on the last one. */
  next_cursor?: string;

  request_id: string;
}

export class WithdrawnDto {
  success: boolean;

  request_id: string;
}
