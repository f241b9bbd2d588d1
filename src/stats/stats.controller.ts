import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Context, type RequestContext } from '../access/request-context.js';
import { ApiProblems } from '../problems/api-problems.js';
import { PageDto, PoolsStatsDto, SessionsStatsDto } from './stats.dto.js';
import { scopeOf } from './scope.js';
import { StatsService } from './stats.service.js';

@ApiTags('stats')
@Controller('stats')
export class StatsController {
  constructor(private readonly stats: StatsService) {}

  /** The connection pools as they are now. */
  @Get('pools')
  @ApiOperation({ summary: 'Pools', description: 'The connection pools as they are now, a page at a time: all for administrators, those of its own tenant for another key.' })
  @ApiProblems('VALIDATION_FAILED', 'ADMIN_REQUIRED')
  pools(@Query() page: PageDto, @Context() context: RequestContext): PoolsStatsDto {
    return this.stats.pools(page, scopeOf(context));
  }

  /** The sessions as they are now. */
  @Get('sessions')
  @ApiOperation({ summary: 'Sessions', description: 'The sessions as they are now, a page at a time, each by its keyed reference: all for administrators, those of its own tenant for another key.' })
  @ApiProblems('VALIDATION_FAILED', 'ADMIN_REQUIRED')
  sessions(@Query() page: PageDto, @Context() context: RequestContext): Promise<SessionsStatsDto> {
    return this.stats.sessions(page, scopeOf(context));
  }
}
