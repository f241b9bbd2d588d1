// Fills the service's own session store with a million sessions of one identity, by the service's own code without HTTP
// and database, and reports what that costs. Needs `--expose-gc`.
import 'reflect-metadata';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { CredentialsVault } from '../../dist/sessions/credentials-vault.js';
import { Keyring } from '../../dist/sessions/keyring.js';
import { MemorySessionStore } from '../../dist/sessions/memory-session-store.js';
import { SessionQuota } from '../../dist/sessions/session-quota.js';
import { SessionSweeper } from '../../dist/sessions/session.sweeper.js';
import { SessionsService } from '../../dist/sessions/sessions.service.js';
import { loadSettings } from '../../dist/settings/load-settings.js';

const EXPIRE_AFTER_MS = 5000;
/** Requests served between two looks at the event loop, as a busy service would. */
const SLICE = 20;

const REQUEST = { host: '127.0.0.1', port: 5432, database: 'bench', username: 'bench', password: 'bench' };
const CONTEXT = { tenant: 'bench', address: '127.0.0.1', requestId: 'bench', signal: new AbortController().signal };
/** Stand for callers who have not failed, and for pools whose credentials were verified already. */
const LIMITS = { of: () => ({}) };
const THROTTLE = { run: (_attempt, _signal, proof) => proof() };
const POOLS = { verify: async () => ({}), isStale: () => false, cancelQueue: () => {} };

process.once('message', async ({ sessions, expiring, touches }) => {
  const store = new MemorySessionStore();
  const keyring = new Keyring(loadSettings({}));
  const vault = new CredentialsVault(keyring);
  const service = (minutes) => {
    const settings = loadSettings({ SESSION_TIMEOUT_MINUTES: String(minutes) });
    return new SessionsService(settings, store, vault, keyring, new SessionQuota(store, LIMITS, settings), THROTTLE, POOLS, { access() {} }, new EventEmitter2());
  };
  const lasting = service(60);
  const short = service(EXPIRE_AFTER_MS / 60_000);
  await slices(20_000, async () => short.disconnect((await short.connect(REQUEST, CONTEXT)).session.id, CONTEXT));
  const nothing = await watched(2_000_000, async () => {});

  const before = memory();
  const opening = await watched(sessions, () => lasting.connect(REQUEST, CONTEXT));
  const after = memory();
  const perSession = { heap: (after.heapUsed - before.heapUsed) / sessions, rss: (after.rss - before.rss) / sessions };

  const ids = (await store.list(undefined, undefined, 10_000)).sessions.map(({ id }) => id);
  const touching = await watched(touches, (i) => lasting.access(ids[i % ids.length], CONTEXT));

  await slices(expiring, () => short.connect(REQUEST, CONTEXT));
  const expiry = await untilExpired(short);
  process.send({ perSession, rss: after.rss, nothing, opening, touching, expiry: { ...expiry, left: await store.count() } }, () => process.exit());
});
process.once('disconnect', () => process.exit());

async function slices(total, action) {
  for (let i = 0; i < total; i++) {
    await action(i);
    if (i % SLICE === SLICE - 1) await nextTurn();
  }
}

/** Milliseconds per action, and what kept the event loop from turning. */
async function watched(total, action) {
  const { taken, ...blocks } = await watch(() => slices(total, action));
  return { each: taken / total, ...blocks };
}

async function untilExpired(service) {
  await new Promise((resolve) => setTimeout(resolve, EXPIRE_AFTER_MS + 1000));
  const sweeper = new SessionSweeper(service);
  return watch(() => sweeper.sweep());
}

/** Milliseconds it took, the longest time the event loop stood still and the longest pause for garbage collection in it. */
async function watch(action) {
  const resolution = 1;
  const delays = monitorEventLoopDelay({ resolution });
  let collection = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) collection = Math.max(collection, duration);
  });
  observer.observe({ entryTypes: ['gc'] });
  delays.enable();
  const started = performance.now();
  await action();
  const taken = performance.now() - started;
  // The last block is only recorded when the loop turns again, and the observer is told later still.
  await new Promise((resolve) => setTimeout(resolve, 20));
  delays.disable();
  observer.disconnect();
  const block = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - resolution);
  return { taken, longest: block(delays.max), usual: block(delays.percentile(99)), collection };
}

function memory() {
  globalThis.gc();
  return process.memoryUsage();
}
