import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runScript } from './processes.mjs';

const hasWrk = spawnSync('wrk', ['-v']).error === undefined;

/** wrk needs less of the machine and leaves more to what is measured; without it, our own. */
export const loadGenerator = hasWrk ? 'wrk' : 'built in';

/**
 * Point reads from many clients at once.
 *
 * @returns {Promise<{ perSecond: number, requests: number, errors: number, p50: number, p99: number }>} `perSecond` counts good answers only; latencies in ms
 */
export function load(scope, job) {
  return hasWrk ? wrk(scope, job) : runScript(scope, 'load-generator.mjs', job);
}

async function wrk(scope, { port, path, session, clients, seconds }) {
  const script = fileURLToPath(new URL('point-read.lua', import.meta.url));
  const running = promisify(execFile)(
    'wrk', ['-t1', `-c${clients}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, `http://127.0.0.1:${port}${path}`],
    { env: { ...process.env, BENCH_SESSION: session } },
  );
  scope.add(running.child, (child) => child.kill());
  const { stdout } = await running;
  const { requests, microseconds, errors, p50, p99 } = JSON.parse(/^RESULT (.*)$/m.exec(stdout)[1]);
  return { perSecond: ((requests - errors) * 1e6) / microseconds, requests, errors, p50, p99 };
}
