import { ArrayMaxSize, IsBoolean, IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { FreeForm } from '../problems/free-form.js';
import { SessionIdDto } from '../sessions/session.dto.js';

/** Options of both query routes. */
export class QueryOptionsDto extends SessionIdDto {
  /** Rows to return at most, up to the server's MAX_ROWS; the server's DEFAULT_ROWS when left out. */
  @IsOptional() @IsInt() @Min(1)
  max_rows?: number;

  /** Milliseconds the whole request may take, translation and retries included, up to the server's STATEMENT_TIMEOUT_MS. */
  @IsOptional() @IsInt() @Min(1)
  timeout_ms?: number;

  /** Rows as objects by column name, or as arrays in column order. */
  @IsOptional() @IsIn(['object', 'array'])
  row_format?: 'object' | 'array';

  /** True: `int8` and `numeric` come as strings, so that no JSON reader can lose digits. */
  @IsOptional() @IsBoolean()
  exact_numbers?: boolean;
}

/** A question in plain English. */
export class QuestionDto extends QueryOptionsDto {
  /**
   * The question.
   * @example "Which 5 customers have the most orders?"
   */
  @IsString() @MinLength(1) @MaxLength(2000)
  question: string;

  /** Further attempts after a failed one: the translator's next interpretation, or a repaired statement. */
  @IsOptional() @IsInt() @Min(0) @Max(10)
  max_retries?: number = 3;
}

/** A question to translate without running it. */
export class TranslateDto extends SessionIdDto {
  /**
   * The question.
   * @example "How many orders were placed per month?"
   */
  @IsString() @MinLength(1) @MaxLength(2000)
  question: string;
}

/** One SQL statement. */
export class SqlDto extends QueryOptionsDto {
  /**
   * One reading statement: SELECT, VALUES, TABLE, SHOW or EXPLAIN; in a session that may write, also one that changes rows or structure.
   * @example "SELECT status, count(*) FROM orders GROUP BY status ORDER BY 2 DESC"
   */
  @IsString() @MinLength(1)
  sql: string;

  /** Values for `$1`, `$2`, …: null, booleans, numbers, strings, arrays, objects (as JSON). Large integers as strings. */
  @IsOptional() @ArrayMaxSize(65_533, { message: 'params must be a list of at most 65533 values' }) @FreeForm()
  params?: unknown[];
}

/** Something about an answer that its reader should know. */
export class WarningDto {
  /**
   * `PRECISION`: digits a JavaScript number would lose. `ASSUMPTION`: how the question was read. `APPROVED_STALE`: the answer
   * approved for the question was left aside. `DID_YOU_MEAN`: nothing was found, perhaps because a value is spelt otherwise.
   */
  code: string;

  message: string;

  /** The column it is about, if one. */
  column?: string;

  /** Of `DID_YOU_MEAN`: the value that the question named. */
  value?: string;

  /** Of `DID_YOU_MEAN`: up to three values of the column that are near to it. */
  near?: string[];

  /** Of `DID_YOU_MEAN`: the question with each of these in its place, where it can be answered. */
  suggestions?: string[];
}

/** An attempt that failed before another one succeeded. */
export class AttemptErrorDto {
  /** The statement tried. */
  sql: string;

  /** Problem code it failed with. */
  code: string;

  error: string;
}

/** Rows of a statement. */
export class SqlAnswerDto {
  success: boolean;

  /** The statement that ran. */
  sql_query: string;

  /** Column names as used in `results`; a second `id` is called `id_2`. */
  columns: string[];

  /** PostgreSQL types of the columns. */
  column_types: string[];

  /** Rows, as objects or arrays. Values keep what PostgreSQL said: numbers with all digits, dates and times as ISO 8601 text. */
  results: Record<string, unknown>[];

  /** Rows in `results`. */
  row_count: number;

  /** Whether there were more rows than were returned. */
  truncated: boolean;

  /** What a statement that may write did, as PostgreSQL names it: `INSERT`, `CREATE TABLE`, …; absent for one that only read. */
  command?: string;

  /** Rows that `command` inserted, changed, deleted or returned. */
  rows_affected?: number;

  /** Seconds the statement took, waiting for a connection included. */
  execution_time: number;

  warnings: WarningDto[];

  request_id: string;
}

/** Answer to a question. */
export class QuestionAnswerDto extends SqlAnswerDto {
  /** The question asked. */
  question: string;

  /** What was understood, to check against the question. */
  explanation: string;

  /** Attempts after the first. */
  retry_count: number;

  /** The attempts that failed. */
  errors_encountered: AttemptErrorDto[];

  /** Which translator wrote the statement; `approved` for one that an administrator has approved for this question. */
  translator: string;
}

/** A question's SQL, not run. */
export class TranslationDto {
  success: boolean;

  question: string;

  sql_query: string;

  /** What was understood, to check against the question. */
  explanation: string;

  /** Other ways to read the question, best first. */
  alternatives: AlternativeDto[];

  translator: string;

  warnings: WarningDto[];

  request_id: string;
}

/** Another way to read a question. */
export class AlternativeDto {
  sql_query: string;

  explanation: string;
}
