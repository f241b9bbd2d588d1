import { setTimeout as sleep } from 'node:timers/promises';
import { startService } from '../processes.mjs';
import { count, ms, ratio } from '../report.mjs';
import { connectTo, query } from '../sessions.mjs';
import { percentile, times } from '../statistics.mjs';

const CLIENTS = 1000;
export const title = `Fairness: a session beside another one of the same pool with ${count(CLIENTS)} slow statements at one time`;

const REPEATS = 1000;
const WARM_UP = 300;
const SLOW = 'select pg_sleep(0.05)';
/** Of the slow statements some run; nearly all the others have to wait before anything is measured. */
const WAITING = 0.95 * CLIENTS;
const PATIENCE_MS = 20_000;

export async function measure({ database, scope, report }) {
  const service = await startService(scope);
  const http = await service.http();
  const [modest, greedy] = [await connectTo(http, database.accounts), await connectTo(http, database.accounts)];
  const ask = (i) => query(http, modest, `select balance from accounts where id = ${10_000 + ((i * 7919) % 90_000)}`);

  await times(WARM_UP, ask);
  const alone = await times(REPEATS, ask);
  const flood = await startFlood(service, greedy);
  const queued = await untilQueued(http);
  await times(WARM_UP / 10, ask);
  const beside = await times(REPEATS, ask);
  const outcome = await flood.stop(http);
  // Once more, so that what the machine did meanwhile counts for both.
  alone.push(...(await times(REPEATS, ask)));

  for (const [name, share] of [['p50', 0.5], ['p99', 0.99]]) {
    const [usual, crowded] = [percentile(alone, share), percentile(beside, share)];
    report.row(`its point reads beside them ÷ alone, ${name}`, '≤ 2', `${ratio(crowded / usual)} (${ms(crowded)} ÷ ${ms(usual)})`);
  }
  report.row('slow statements waiting meanwhile, answered, refused', '', [queued, outcome.answered, outcome.refused].map(count).join(', '));
}

/** Clients of one session that send a slow statement, and another one as soon as it is answered. */
async function startFlood(service, session) {
  const outcome = { answered: 0, refused: 0 };
  let stopped = false;
  const client = async (connection) => {
    while (!stopped) {
      const { status } = await connection.post('/api/v1/query/sql', { session_id: session, sql: SLOW });
      if (stopped) return;
      if (status === 200) outcome.answered++;
      else {
        outcome.refused++;
        await sleep(1000);
      }
    }
  };
  const clients = [];
  for (let i = 0; i < CLIENTS; i++) clients.push(client(await service.http()));
  return {
    /** Ends the session, and with it whatever of it waits or runs. */
    async stop(http) {
      const told = { ...outcome };
      stopped = true;
      await http.post('/api/v1/database/disconnect', { session_id: session });
      await Promise.all(clients);
      return told;
    },
  };
}

/** @returns requests that wait for the pool, once they are nearly all */
async function untilQueued(http) {
  for (const deadline = performance.now() + PATIENCE_MS; ; await sleep(20)) {
    const { pools } = JSON.parse((await http.get('/api/v1/stats/pools')).body);
    const waiting = pools.reduce((sum, pool) => sum + pool.waiting, 0);
    if (waiting >= WAITING) return waiting;
    if (performance.now() > deadline) throw new Error(`only ${waiting} statements wait`);
  }
}
