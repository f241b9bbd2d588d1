import { CanActivate, ConfigurableModuleBuilder, DynamicModule, Module, Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TenantConnections } from '../pools/tenant-connections.js';
import { AccessGuard } from './access.guard.js';
import { ApiKeyLimits } from './api-key-limits.js';
import { ApiKeys } from './api-keys.js';
import { RequestThrottle } from './request-throttle.js';
import { TenantLimits } from './tenant-limits.js';
import { ThrottleGuard } from './throttle.guard.js';

/** What an application may replace in deciding who may do what. */
export interface AccessExtras {
  /**
   * Takes the place of the guard over every route; see {@link setPrincipal} and {@link isPublic}. It runs when the body has been
   * read, and not for paths without a route. Default: {@link AccessGuard}.
   */
  guard?: Type<CanActivate>;
  /** What each tenant may use. Default: {@link ApiKeyLimits}. */
  limits?: Type<TenantLimits>;
  /** Modules that guard and limits take their dependencies from. */
  imports?: DynamicModule['imports'];
}

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder()
  .setClassMethodName('forRoot')
  .setExtras<AccessExtras>({}, (definition, { guard, limits, imports = [] }) => ({
    ...definition,
    global: true,
    imports: [...(definition.imports ?? []), ...imports],
    providers: [
      ...(definition.providers ?? []),
      { provide: APP_GUARD, useClass: guard ?? AccessGuard },
      ...(guard ? [{ provide: APP_GUARD, useClass: ThrottleGuard }] : []),
      { provide: TenantLimits, useClass: limits ?? ApiKeyLimits },
    ],
  }))
  .build();

/** Who calls, and how much they may use. */
@Module({
  providers: [ApiKeys, RequestThrottle, { provide: TenantConnections, useExisting: TenantLimits }],
  exports: [TenantLimits, TenantConnections],
})
export class AccessModule extends ConfigurableModuleClass {}
