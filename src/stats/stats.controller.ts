import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminGuard } from '../access/admin.guard.js';
import { ApiProblems } from '../problems/api-problems.js';
import { PageDto, PoolsStatsDto, SessionsStatsDto } from './stats.dto.js';
import { StatsService } from './stats.service.js';

@ApiTags('stats')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('stats')
export class StatsController {
  constructor(private readonly stats: StatsService) {}

  /** The connection pools as they are now. */
  @Get('pools')
  @ApiOperation({ summary: 'Pools', description: 'The connection pools as they are now, a page at a time. For administrators.' })
  @ApiProblems('VALIDATION_FAILED', 'ADMIN_REQUIRED')
  pools(@Query() page: PageDto): PoolsStatsDto {
    return this.stats.pools(page);
  }

  /** The sessions as they are now. */
  @Get('sessions')
  @ApiOperation({ summary: 'Sessions', description: 'The sessions as they are now, a page at a time, each by its keyed reference. For administrators.' })
  @ApiProblems('VALIDATION_FAILED', 'ADMIN_REQUIRED')
  sessions(@Query() page: PageDto): Promise<SessionsStatsDto> {
    return this.stats.sessions(page);
  }
}
