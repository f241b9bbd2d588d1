import { ConfigurableModuleBuilder, DynamicModule, Module, Type } from '@nestjs/common';
import { Dialer } from './dialer.js';
import { PoolManager } from './pool-manager.js';
import { PoolPolicy, SettingsPoolPolicy } from './pool-policy.js';
import { PoolSweeper } from './pool.sweeper.js';
import { ServerBreakers } from './server-breakers.js';

/** What an application may replace in the pools. */
export interface PoolsExtras {
  /** Decides sizes and clocks per target. Default: {@link SettingsPoolPolicy}. */
  policy?: Type<PoolPolicy>;
  /** Modules the policy takes its dependencies from. */
  imports?: DynamicModule['imports'];
}

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder()
  .setClassMethodName('forRoot')
  .setExtras<PoolsExtras>({}, (definition, { policy, imports = [] }) => ({
    ...definition,
    global: true,
    imports: [...(definition.imports ?? []), ...imports],
    providers: [...(definition.providers ?? []), { provide: PoolPolicy, useClass: policy ?? SettingsPoolPolicy }],
  }))
  .build();

/** Connection pools, one per identity. */
@Module({ providers: [Dialer, ServerBreakers, PoolManager, PoolSweeper], exports: [PoolManager, PoolPolicy] })
export class PoolsModule extends ConfigurableModuleClass {}
