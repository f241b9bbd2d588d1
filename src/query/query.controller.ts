import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { Context, type RequestContext } from '../access/request-context.js';
import { ApiProblems } from '../problems/api-problems.js';
import { QuestionAnswerDto, QuestionDto, SqlAnswerDto, SqlDto, TranslateDto, TranslationDto } from './query.dto.js';
import { QueryQuota } from './query-quota.js';
import { QueryService } from './query.service.js';

const JSON_TEXT = 'application/json; charset=utf-8';

@ApiTags('query')
@ApiSecurity('session')
@Controller('query')
export class QueryController {
  constructor(
    private readonly queries: QueryService,
    private readonly quota: QueryQuota,
  ) {}

  /** Answers a question in plain English. */
  @Post()
  @HttpCode(200)
  @Header('Content-Type', JSON_TEXT)
  @ApiOperation({ summary: 'Ask a question', description: 'Translates the question to SQL and runs it, always read-only. Without a session the default database is asked.' })
  @ApiOkResponse({ type: QuestionAnswerDto })
  @ApiProblems('VALIDATION_FAILED', 'SESSION_REQUIRED', 'AUTHENTICATION_FAILED', 'SESSION_NOT_FOUND', 'PERMISSION_DENIED', 'QUERY_CANCELLED', 'QUESTION_NOT_UNDERSTOOD', 'SQL_FAILED', 'RESULT_TOO_LARGE', 'TOO_MANY_REQUESTS', 'POOL_EXHAUSTED', 'DATABASE_UNAVAILABLE', 'STATEMENT_TIMEOUT')
  @ApiBody({
    type: QuestionDto,
    examples: {
      'top customers': { value: { question: 'Which 5 customers have the most orders?' } },
      'orders per month': { value: { question: 'How many orders were placed per month?', max_rows: 24 } },
      'with a session': { value: { session_id: 'the session_id of connect', question: 'How many products are there?', row_format: 'array' } },
    },
  })
  ask(@Body() body: QuestionDto, @Context() context: RequestContext): Promise<string> {
    return this.quota.run(context.tenant, () => this.queries.ask(body, context));
  }

  /** Translates a question without running it. */
  @Post('translate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Translate a question', description: 'The SQL a question would run, other ways to read it, and what was understood. It may go on from the last question that was answered in the session, but none goes on from it.' })
  @ApiProblems('VALIDATION_FAILED', 'SESSION_REQUIRED', 'AUTHENTICATION_FAILED', 'SESSION_NOT_FOUND', 'QUESTION_NOT_UNDERSTOOD', 'POOL_EXHAUSTED', 'DATABASE_UNAVAILABLE')
  @ApiBody({ type: TranslateDto, examples: { 'most expensive products': { value: { question: 'What are the 3 most expensive products?' } } } })
  translate(@Body() body: TranslateDto, @Context() context: RequestContext): Promise<TranslationDto> {
    return this.quota.run(context.tenant, () => this.queries.translate(body, context));
  }

  /** Runs one SQL statement. */
  @Post('sql')
  @HttpCode(200)
  @Header('Content-Type', JSON_TEXT)
  @ApiOperation({ summary: 'Run SQL', description: 'Runs one statement on an isolated connection. It may only read, unless the session was connected with `read_only: false`; then one that writes runs in a transaction of its own and is committed before the answer.' })
  @ApiOkResponse({ type: SqlAnswerDto })
  @ApiProblems('VALIDATION_FAILED', 'SESSION_REQUIRED', 'AUTHENTICATION_FAILED', 'SESSION_NOT_FOUND', 'WRITES_NOT_ALLOWED', 'STATEMENT_NOT_ALLOWED', 'PERMISSION_DENIED', 'QUERY_CANCELLED', 'SQL_INVALID', 'SQL_FAILED', 'RESULT_TOO_LARGE', 'TOO_MANY_REQUESTS', 'POOL_EXHAUSTED', 'DATABASE_UNAVAILABLE', 'WRITE_OUTCOME_UNKNOWN', 'STATEMENT_TIMEOUT')
  @ApiBody({
    type: SqlDto,
    examples: {
      'orders by status': { value: { sql: 'SELECT status, count(*) FROM orders GROUP BY status ORDER BY 2 DESC' } },
      'with parameters': { value: { sql: 'SELECT id, status, placed_at FROM orders WHERE id = $1', params: [42], exact_numbers: true } },
    },
  })
  sql(@Body() body: SqlDto, @Context() context: RequestContext): Promise<string> {
    return this.quota.run(context.tenant, () => this.queries.sql(body, context));
  }
}
