import 'reflect-metadata';
import { PinoLogger } from './audit/pino-logger.js';
import { createApp, listen } from './create-app.js';
import { endAtSecondSignal } from './impatience.js';
import { InvalidSettings, loadSettings } from './settings/load-settings.js';

async function main(): Promise<void> {
  // The driver reads these by itself; nothing but the settings may decide how we connect.
  for (const name of Object.keys(process.env)) if (name.startsWith('PG')) delete process.env[name];

  const settings = loadSettings();
  const logger = new PinoLogger(settings.logLevel);
  const app = await createApp({}, logger);
  app.enableShutdownHooks();
  endAtSecondSignal(app);
  const url = await listen(app);
  logger.log(`DatabaseAI listens on ${url}, documentation at ${url}/docs`, 'Main');
}

main().catch((error: unknown) => {
  console.error(error instanceof InvalidSettings ? error.message : error);
  process.exit(1);
});
