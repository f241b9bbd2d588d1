import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { PoolManager } from './pools/pool-manager.js';

/** Milliseconds for the cancelled statements' answers to go out. */
const LAST_ANSWERS_MS = 1000;

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * A second signal means that whoever sent it does not want to wait for the grace period: what runs is cancelled on the
 * server now, so that nothing goes on there without us, and the process ends with its answers or a second later without.
 */
export function endAtSecondSignal(app: NestFastifyApplication): void {
  const pools = app.get(PoolManager);
  const first = (): void => {
    for (const signal of SIGNALS) process.off(signal, first).once(signal, second);
  };
  const second = (signal: NodeJS.Signals): void => {
    pools.cancelAll();
    setTimeout(() => {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }, LAST_ANSWERS_MS);
  };
  for (const signal of SIGNALS) process.on(signal, first);
  // Nest ends the process by sending it the signal once more, when nobody listens to it any longer.
  app.getHttpAdapter().getInstance().addHook('onClose', (_instance, done) => {
    for (const signal of SIGNALS) process.off(signal, first).off(signal, second);
    done();
  });
}
