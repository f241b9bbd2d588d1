import { Body, Controller, Get, Header, Headers, Put, Res } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Context, type RequestContext } from '../access/request-context.js';
import { ApiProblems } from '../problems/api-problems.js';
import { GlossaryAnswerDto, GlossaryDto } from './glossary.dto.js';
import { GlossaryService, type ShownGlossary } from './glossary.service.js';

@ApiTags('knowledge')
@ApiSecurity('session')
@Controller('schema/glossary')
export class GlossaryController {
  constructor(private readonly glossaries: GlossaryService) {}

  /** The words in use for the database. */
  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Glossary', description: 'The words for tables and columns that questions about this database may use: what was taught, and what the operator has configured. Send the `ETag` as `If-Match` with a change.' })
  @ApiProblems('SESSION_REQUIRED', 'AUTHENTICATION_FAILED', 'SESSION_NOT_FOUND', 'POOL_EXHAUSTED', 'DATABASE_UNAVAILABLE', 'STORE_UNAVAILABLE')
  async read(@Context() context: RequestContext, @Res({ passthrough: true }) reply: FastifyReply): Promise<GlossaryAnswerDto> {
    return told(await this.glossaries.show(context), context, reply);
  }

  /** Replaces the glossary. */
  @Put()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Teach words', description: 'Puts the terms in the place of all that were taught before, for everybody of the caller’s tenant who asks this database. For administrators. Tables and columns must be in the schema; no phrase may stand for two things.' })
  @ApiHeader({ name: 'If-Match', required: false, description: '`ETag` of the glossary that is to be replaced: 412 when it has been changed meanwhile.' })
  @ApiProblems('VALIDATION_FAILED', 'SESSION_REQUIRED', 'AUTHENTICATION_FAILED', 'ADMIN_REQUIRED', 'SESSION_NOT_FOUND', 'PRECONDITION_FAILED', 'POOL_EXHAUSTED', 'DATABASE_UNAVAILABLE', 'STORE_UNAVAILABLE')
  @ApiBody({
    type: GlossaryDto,
    examples: {
      'words for the demo’s shop': {
        value: {
          terms: [
            { term: 'client', synonyms: ['buyer'], table: 'customers' },
            { term: 'turnover', table: 'orders', column: 'total_amount' },
            { term: 'gold client', description: 'Whoever has spent more than 10,000 in one year.' },
          ],
        },
      },
      'nothing': { value: { terms: [] } },
    },
  })
  async replace(@Body() body: GlossaryDto, @Headers('if-match') ifMatch: string | undefined, @Context() context: RequestContext, @Res({ passthrough: true }) reply: FastifyReply): Promise<GlossaryAnswerDto> {
    return told(await this.glossaries.replace(body, ifMatch, context), context, reply);
  }
}

function told({ taught, configured, unknown, etag }: ShownGlossary, { requestId }: RequestContext, reply: FastifyReply): GlossaryAnswerDto {
  void reply.header('ETag', etag);
  return { success: true, terms: [...taught], configured: [...configured], unknown_terms: [...unknown], request_id: requestId };
}
