import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { Context, type RequestContext } from '../../access/request-context.js';
import { ApiProblems } from '../../problems/api-problems.js';
import { QueryQuota } from '../query-quota.js';
import { ApprovalsService } from './approvals.service.js';
import { ApprovedAnswerDto, ApproveDto, ApprovedListDto, ApprovedPageDto, WithdrawnDto } from './approved.dto.js';

@ApiTags('knowledge')
@ApiSecurity('session')
@Controller('query')
export class ApprovalsController {
  constructor(
    private readonly approvals: ApprovalsService,
    private readonly quota: QueryQuota,
  ) {}

  /** Approves SQL as the answer to a question. */
  @Post('approve')
  @HttpCode(200)
  @ApiOperation({ summary: 'Approve an answer', description: 'Keeps a question with the SQL that answers it, for everybody of the caller’s tenant who asks this database the same, or a close paraphrase: other case, plural, politeness, never another number, value or order of words. It replaces the answer approved before. For administrators. The SQL is planned, not run, before it is kept; each time it is used it runs read-only, with the rights of whoever asks.' })
  @ApiProblems('VALIDATION_FAILED', 'SESSION_REQUIRED', 'AUTHENTICATION_FAILED', 'ADMIN_REQUIRED', 'STATEMENT_NOT_ALLOWED', 'PERMISSION_DENIED', 'SESSION_NOT_FOUND', 'SQL_INVALID', 'TOO_MANY_REQUESTS', 'POOL_EXHAUSTED', 'DATABASE_UNAVAILABLE', 'STORE_UNAVAILABLE', 'STATEMENT_TIMEOUT')
  @ApiBody({
    type: ApproveDto,
    examples: {
      'turnover of the demo’s shop': { value: { question: 'What was our turnover last month?', sql: "SELECT sum(total_amount) AS turnover FROM orders WHERE placed_at >= date_trunc('month', now()) - interval '1 month' AND placed_at < date_trunc('month', now())" } },
    },
  })
  approve(@Body() body: ApproveDto, @Context() context: RequestContext): Promise<ApprovedAnswerDto> {
    return this.quota.run(context.tenant, async () => ({ success: true, ...(await this.approvals.approve(body, context)), request_id: context.requestId }));
  }

  /** The approved questions of the database. */
  @Get('approved')
  @ApiOperation({ summary: 'Approved questions', description: 'The questions approved for this database, latest first, a page at a time.' })
  @ApiProblems('VALIDATION_FAILED', 'SESSION_REQUIRED', 'AUTHENTICATION_FAILED', 'SESSION_NOT_FOUND', 'POOL_EXHAUSTED', 'DATABASE_UNAVAILABLE', 'STORE_UNAVAILABLE')
  async list(@Query() page: ApprovedPageDto, @Context() context: RequestContext): Promise<ApprovedListDto> {
    const { approved, total, nextCursor } = await this.approvals.list(page, context);
    return { success: true, approved: [...approved], total, next_cursor: nextCursor, request_id: context.requestId };
  }

  /** Takes an approval back. */
  @Delete('approved/:id')
  @HttpCode(200)
  @ApiOperation({ summary: 'Withdraw an approval', description: 'The question is translated again from now on. For administrators.' })
  @ApiParam({ name: 'id', description: 'Of the approved question, as listed.', example: '0mb5k2x9r1f0a9c3d7e2b' })
  @ApiProblems('SESSION_REQUIRED', 'AUTHENTICATION_FAILED', 'ADMIN_REQUIRED', 'SESSION_NOT_FOUND', 'APPROVAL_NOT_FOUND', 'STORE_UNAVAILABLE')
  async withdraw(@Param('id') id: string, @Context() context: RequestContext): Promise<WithdrawnDto> {
    await this.approvals.withdraw(id, context);
    return { success: true, request_id: context.requestId };
  }
}
