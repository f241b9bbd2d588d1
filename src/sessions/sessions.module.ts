import { ConfigurableModuleBuilder, DynamicModule, Module, Type } from '@nestjs/common';
import { ConnectThrottle } from '../access/connect-throttle.js';
import { FailurePace } from '../access/failure-pace.js';
import { CredentialsVault } from './credentials-vault.js';
import { DefaultDatabase } from './default-database.js';
import { Keyring } from './keyring.js';
import { MemorySessionStore } from './memory-session-store.js';
import { SessionQuota } from './session-quota.js';
import { SessionStore } from './session-store.js';
import { SessionSweeper } from './session.sweeper.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';

/** What an application may replace in the sessions. */
export interface SessionsExtras {
  /** Where sessions live. Default: {@link MemorySessionStore}. */
  store?: Type<SessionStore>;
  /** Modules the store takes its dependencies from. */
  imports?: DynamicModule['imports'];
}

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder()
  .setClassMethodName('forRoot')
  .setExtras<SessionsExtras>({}, (definition, { store, imports = [] }) => ({
    ...definition,
    global: true,
    imports: [...(definition.imports ?? []), ...imports],
    providers: [...(definition.providers ?? []), { provide: SessionStore, useClass: store ?? MemorySessionStore }],
  }))
  .build();

/** Sessions: connect, disconnect, info, ping. Needs `PoolsModule.forRoot()` beside it. */
@Module({
  controllers: [SessionsController],
  providers: [Keyring, CredentialsVault, DefaultDatabase, FailurePace, ConnectThrottle, SessionQuota, SessionsService, SessionSweeper],
  exports: [SessionsService, SessionStore, DefaultDatabase],
})
export class SessionsModule extends ConfigurableModuleClass {}
