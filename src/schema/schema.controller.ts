import { Body, Controller, Get, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiResponse, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Context, type RequestContext } from '../access/request-context.js';
import { ApiProblems } from '../problems/api-problems.js';
import { SessionIdDto } from '../sessions/session.dto.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { SchemaAnswerDto } from './schema-answer.dto.js';
import type { SchemaSnapshot } from './schema.dto.js';
import { matchesETag, schemaETag } from './schema-etag.js';
import { SchemaQuery } from './schema-query.dto.js';
import { SchemaService } from './schema.service.js';
import { filterRelations, parseTablesFilter, TablesFilter } from './tables-filter.js';

@ApiTags('schema')
@ApiSecurity('session')
@Controller('schema')
export class SchemaController {
  constructor(
    private readonly schema: SchemaService,
    private readonly sessions: SessionsService,
  ) {}

  /** The structure of the database, as cached. */
  @Get()
  @ApiOperation({ summary: 'Schema', description: 'Relations the role may read, with columns, types, keys, comments and row estimates. Cached for all sessions with the same credentials; `If-None-Match` answers 304.' })
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'ETag of an earlier answer.' })
  @ApiResponse({ status: 304, description: 'The structure is what the ETag stands for.' })
  @ApiProblems('VALIDATION_FAILED', 'SESSION_REQUIRED', 'AUTHENTICATION_FAILED', 'SESSION_NOT_FOUND', 'POOL_EXHAUSTED', 'DATABASE_UNAVAILABLE')
  async read(
    @Query() { tables }: SchemaQuery,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Context() context: RequestContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SchemaAnswerDto | undefined> {
    const filter = parseTablesFilter(tables);
    const snapshot = await this.schema.snapshot(await this.sessions.access(undefined, context), context.signal);
    const etag = schemaETag(snapshot.fingerprint, filter);
    void reply.header('ETag', etag).header('Cache-Control', 'private, no-cache');
    if (!matchesETag(ifNoneMatch, etag)) return answer(snapshot, filter, context);
    void reply.status(304);
    return undefined;
  }

  /** Reads the structure again. */
  @Post('refresh')
  @HttpCode(200)
  @ApiBody({ type: SessionIdDto, examples: { 'default database': { value: {} } } })
  @ApiOperation({ summary: 'Refresh the schema', description: 'Reads the structure from the database again, for all sessions with the same credentials.' })
  @ApiProblems('VALIDATION_FAILED', 'SESSION_REQUIRED', 'AUTHENTICATION_FAILED', 'SESSION_NOT_FOUND', 'POOL_EXHAUSTED', 'DATABASE_UNAVAILABLE')
  async refresh(@Body() body: SessionIdDto, @Context() context: RequestContext): Promise<SchemaAnswerDto> {
    const access = await this.sessions.access(body?.session_id, context);
    return answer(await this.schema.refresh(access, context.signal), [], context);
  }
}

function answer(snapshot: SchemaSnapshot, filter: TablesFilter, { requestId }: RequestContext): SchemaAnswerDto {
  const { relations, unknown } = filterRelations(snapshot.relations, filter);
  return { success: true, ...snapshot, relations, unknown_tables: unknown, request_id: requestId };
}
