import { ConfigurableModuleBuilder, DynamicModule, Module, Type } from '@nestjs/common';
import { EgressPolicy } from './egress-policy.js';
import { Resolver, SystemResolver } from './resolver.js';

/** What an application may replace in the decision about addresses. */
export interface EgressExtras {
  /** Turns host names into addresses. Default: {@link SystemResolver}. */
  resolver?: Type<Resolver>;
  /** Modules the resolver takes its dependencies from. */
  imports?: DynamicModule['imports'];
}

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder()
  .setClassMethodName('forRoot')
  .setExtras<EgressExtras>({}, (definition, { resolver, imports = [] }) => ({
    ...definition,
    global: true,
    imports: [...(definition.imports ?? []), ...imports],
    providers: [...(definition.providers ?? []), { provide: Resolver, useClass: resolver ?? SystemResolver }],
  }))
  .build();

/** Which addresses may be dialled. */
@Module({ providers: [EgressPolicy], exports: [EgressPolicy] })
export class EgressModule extends ConfigurableModuleClass {}
