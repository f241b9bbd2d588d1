import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Context, type RequestContext } from '../access/request-context.js';
import { ApiProblems } from '../problems/api-problems.js';
import { Metrics } from './metrics.js';
import { assertSeesAll } from './scope.js';

@ApiTags('health')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  /** Prometheus metrics. */
  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiOperation({ summary: 'Metrics', description: 'Prometheus text format. For administrators.' })
  @ApiProduces('text/plain')
  @ApiProblems('ADMIN_REQUIRED')
  read(@Context() context: RequestContext): Promise<string> {
    assertSeesAll(context);
    return this.metrics.text();
  }
}
