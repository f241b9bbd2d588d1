import { DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { ScheduleModule } from '@nestjs/schedule';
import { AccessExtras, AccessModule } from './access/access.module.js';
import { AuditModule } from './audit/audit.module.js';
import { RefusalFilter } from './audit/refusal.filter.js';
import { EgressExtras, EgressModule } from './egress/egress.module.js';
import { KnowledgeExtras, KnowledgeModule } from './knowledge/knowledge.module.js';
import { PoolsExtras, PoolsModule } from './pools/pools.module.js';
import { validationPipe } from './problems/validation.js';
import { QueryExtras, QueryModule } from './query/query.module.js';
import { SchemaModule } from './schema/schema.module.js';
import { SessionsExtras, SessionsModule } from './sessions/sessions.module.js';
import { SettingsModule } from './settings/settings.module.js';
import { StatsModule } from './stats/stats.module.js';

/** Replacements for the parts that are meant to be replaced, and settings over the environment's. */
export interface AppOptions {
  /** Variables over the process's own, e.g. `{ PORT: '0' }`. */
  environment?: NodeJS.ProcessEnv;
  access?: AccessExtras;
  egress?: EgressExtras;
  pools?: PoolsExtras;
  sessions?: SessionsExtras;
  knowledge?: KnowledgeExtras;
  query?: QueryExtras;
  /** Modules of the application's own: further guards, listeners. */
  imports?: DynamicModule['imports'];
}

/** The whole service: the one place where modules and implementations are chosen. */
@Module({})
export class AppModule {
  static forRoot(options: AppOptions = {}): DynamicModule {
    return {
      module: AppModule,
      imports: [
        SettingsModule.forRoot(options.environment),
        EventEmitterModule.forRoot(),
        ScheduleModule.forRoot(),
        AccessModule.forRoot(options.access ?? {}),
        EgressModule.forRoot(options.egress ?? {}),
        PoolsModule.forRoot(options.pools ?? {}),
        SessionsModule.forRoot(options.sessions ?? {}),
        SchemaModule,
        KnowledgeModule.forRoot(options.knowledge ?? {}),
        QueryModule.forRoot(options.query ?? {}),
        AuditModule,
        StatsModule,
        ...(options.imports ?? []),
      ],
      providers: [
        { provide: APP_FILTER, useClass: RefusalFilter },
        { provide: APP_PIPE, useFactory: validationPipe },
      ],
    };
  }
}
