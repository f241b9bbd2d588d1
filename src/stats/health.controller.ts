import { Controller, Get, Res, ServiceUnavailableException } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckResult, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { PoolManager } from '../pools/pool-manager.js';
import { DefaultDatabase } from '../sessions/default-database.js';

/** Milliseconds the default database has to answer. */
const PROBE_MS = 2000;

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly pools: PoolManager,
    private readonly defaultDatabase: DefaultDatabase,
  ) {}

  /** Whether the process lives. */
  @Get('live')
  @ApiOperation({ summary: 'Liveness', description: '200 as long as the process answers at all.' })
  live(): { status: string } {
    return { status: 'ok' };
  }

  /** Whether the service takes requests. */
  @Get('ready')
  @HealthCheck()
  @ApiOperation({ summary: 'Readiness', description: '200 when requests are taken: not shutting down, and the default database, where one is configured, answers. 503 otherwise.' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthCheckResult> {
    try {
      return await this.check();
    } catch (error) {
      // Not ready is an answer of its own, with the details that probes and their readers expect, not a problem.
      if (!(error instanceof ServiceUnavailableException)) throw error;
      void reply.status(503);
      return error.getResponse() as HealthCheckResult;
    }
  }

  private check(): Promise<HealthCheckResult> {
    const { identity } = this.defaultDatabase;
    return this.health.check([
      () => (this.pools.accepting ? this.indicators.check('pools').up() : this.indicators.check('pools').down('shutting down')),
      ...(identity
        ? [
            async () => {
              const indicator = this.indicators.check('default_database');
              try {
                await this.pools.read(identity, { queue: 'health', sessionRef: 'health', requestId: 'health' }, { text: 'SELECT 1', kind: 'cursor', maxRows: 1, maxBytes: 64, deadline: Date.now() + PROBE_MS });
                return indicator.up();
              } catch {
                return indicator.down('does not answer');
              }
            },
          ]
        : []),
    ]);
  }
}
