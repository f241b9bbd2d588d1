import { DynamicModule, Global, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { loadSettings } from './load-settings.js';
import { Settings } from './settings.js';

/** Makes the validated {@link Settings} injectable everywhere. */
@Global()
@Module({})
export class SettingsModule {
  /** @param overrides values for an embedding application or a test; the environment is read for the rest */
  static forRoot(overrides: NodeJS.ProcessEnv = {}): DynamicModule {
    return {
      module: SettingsModule,
      imports: [ConfigModule.forRoot({ ignoreEnvFile: true, load: [() => ({ settings: loadSettings({ ...process.env, ...overrides }) })] })],
      providers: [{ provide: Settings, useFactory: (config: ConfigService) => config.getOrThrow<Settings>('settings'), inject: [ConfigService] }],
      exports: [Settings],
    };
  }
}
