import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { AdminGuard } from '../access/admin.guard.js';
import { ApiProblems } from '../problems/api-problems.js';
import { Metrics } from './metrics.js';

@ApiTags('health')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  /** Prometheus metrics. */
  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiOperation({ summary: 'Metrics', description: 'Prometheus text format. For administrators.' })
  @ApiProduces('text/plain')
  @ApiProblems('ADMIN_REQUIRED')
  read(): Promise<string> {
    return this.metrics.text();
  }
}
