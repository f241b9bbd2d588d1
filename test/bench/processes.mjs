import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../dist/demo/server-process.js';
import { HttpConnection } from './http-connection.mjs';

const STOP_TIMEOUT_MS = 25_000;
const START_TIMEOUT_MS = 30_000;

const file = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Starts a program of ours. It has a session of its own, so that Ctrl-C reaches only us, who stop it then, and it ends
 * by itself when the channel to us closes.
 */
export function startProgram(scope, args, environment = {}) {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...environment }, detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return scope.add(child, stop);
}

/** Starts one of the scripts beside this file, sends it a job and waits for its one answer. */
export async function runScript(scope, script, job, nodeOptions = []) {
  const child = startProgram(scope, [...nodeOptions, file(script)]);
  child.send(job);
  return answerOf(child, script);
}

/** The reference: the driver behind bare HTTP. */
export async function startBareServer(scope, database) {
  const child = startProgram(scope, ['--import', file('probe.mjs'), file('bare-server.mjs')], { BENCH_DATABASE: JSON.stringify(database) });
  return { port: await answerOf(child, 'the bare server'), ask: asking(child, 'the bare server') };
}

/** The service as `npm start` runs it, on a free port, with its default settings and those of the environment; `settings` are over both. */
export async function startService(scope, settings = {}) {
  const port = await freePort();
  const child = startProgram(scope, ['--expose-gc', '--import', file('probe.mjs'), file('../../dist/main.js')], { HOST: '127.0.0.1', PORT: String(port), ...settings });
  for (const deadline = Date.now() + START_TIMEOUT_MS; !(await isReady(port)); await sleep(50)) {
    if (hasEnded(child)) throw new Error('the service ended while it was starting; see its message above');
    if (Date.now() > deadline) throw new Error('the service does not get ready');
  }
  return {
    port,
    http: async () => scope.add(await HttpConnection.open(port), (connection) => connection.close()),
    ask: asking(child, 'the service'),
  };
}

/** Asks the probe in a process for `cpu` or `memory`. */
function asking(child, name) {
  return async (what) => {
    child.send({ ask: what });
    return (await answerOf(child, name))[what];
  };
}

async function isReady(port) {
  try {
    const connection = await HttpConnection.open(port);
    const { status } = await connection.get('/health/ready');
    connection.close();
    return status === 200;
  } catch {
    return false;
  }
}

async function answerOf(child, name) {
  const over = new AbortController();
  const ended = once(child, 'exit', { signal: over.signal }).then(() => {
    throw new Error(`${name} ended without an answer`);
  });
  ended.catch(() => {}); // aborted, or already thrown below
  try {
    const [answer] = await Promise.race([once(child, 'message', { signal: over.signal }), ended]);
    return answer;
  } finally {
    over.abort();
  }
}

function hasEnded(child) {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function stop(child) {
  if (hasEnded(child)) return;
  const killing = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  child.kill('SIGTERM');
  await once(child, 'exit');
  clearTimeout(killing);
}
