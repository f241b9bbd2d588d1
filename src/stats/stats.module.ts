import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.js';
import { Metrics } from './metrics.js';
import { MetricsController } from './metrics.controller.js';
import { StatsController } from './stats.controller.js';
import { StatsService } from './stats.service.js';

/** Statistics, metrics and health: it only reads and listens. */
@Module({ imports: [TerminusModule.forRoot({ logger: false })], controllers: [StatsController, MetricsController, HealthController], providers: [StatsService, Metrics] })
export class StatsModule {}
