import { Scope } from './scope.mjs';

/**
 * Runs a command to its end, or until it is interrupted or its reader goes away, and then takes away what it has made: servers,
 * databases, folders. Ends the process.
 *
 * @param {(scope: Scope) => Promise<void>} run
 */
export async function runInScope(run) {
  const scope = new Scope();
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.once(signal, () => {
        // What still runs fails when its servers go away; nobody wants to read about that.
        process.on('unhandledRejection', () => {});
        process.exitCode = 130;
        resolve();
      });
    }
    process.stdout.on('error', resolve); // the reader has gone, as `| head` does
  });
  try {
    await Promise.race([run(scope), interrupted]);
  } catch (error) {
    process.exitCode = 1;
    console.error(error);
  }
  await scope.close();
  process.exit();
}
