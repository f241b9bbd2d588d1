import { openDriver, runOn } from '../driver.mjs';
import { processMemory } from '../process-memory.mjs';
import { startService } from '../processes.mjs';
import { bytes, count, ratio } from '../report.mjs';
import { connectTo, query } from '../sessions.mjs';
import { inParallel } from '../statistics.mjs';

export const title = 'Without and with pooling: users. Without: a connection for each user; with: a session for each';

const USERS = 10_000;
const CONNECTIONS = 40;
const STATEMENT = 'select balance from accounts where id = 4711';

export async function measure({ database, scope, report }) {
  const backend = await memoryOfABackend(scope, database);
  const limit = await connectionLimit(database);

  const service = await startService(scope);
  const lanes = await Promise.all(Array.from({ length: 32 }, () => service.http()));
  // What the first thousands leave behind in the process (compiled code, buffers) would count as memory of users.
  const warmUp = await connectTo(lanes[0], database.accounts);
  await inParallel(2000, lanes.length, (_, lane) => connectTo(lanes[lane], database.accounts));
  await inParallel(2000, lanes.length, (_, lane) => query(lanes[lane], warmUp, STATEMENT));

  const before = await service.ask('memory');
  const sessions = [];
  await inParallel(USERS, lanes.length, async (_, lane) => sessions.push(await connectTo(lanes[lane], database.accounts)));
  const after = await service.ask('memory');
  const heap = (after.heapUsed - before.heapUsed) / USERS;

  let answered = 0;
  await inParallel(USERS, lanes.length, async (i, lane) => {
    await query(lanes[lane], sessions[i], STATEMENT);
    answered++;
  });
  const [{ connections }] = await database.server`select count(*)::integer as connections from pg_stat_activity where usename = ${database.accounts.user}`;

  const measured = backend === undefined ? 'unknown' : bytes(backend);
  report.row('memory per user', '100 × less', `${measured} → ${bytes(heap)}${backend === undefined ? '' : `: ${ratio(backend / heap)}`}`);
  report.row('  without: one PostgreSQL process (its own pages)', '', measured);
  report.row(`  with: growth by ${count(USERS)} sessions, each`, '', `${bytes(heap)} of heap`);
  report.row('users at one time', '1,000 × more', `${count(limit)} (the server's limit) → ${count(answered)} of ${count(USERS)} tried, each answered: ${ratio(answered / limit)}`);
  report.row('connections they need', '10 × fewer', `${count(answered)} → ${count(connections)}: ${ratio(answered / connections)}`);
}

/** Memory of a server process that has run a query, on average; what the client needs for a connection comes on top. */
async function memoryOfABackend(scope, { accounts }) {
  const held = scope.nested();
  const pids = [];
  for (let i = 0; i < CONNECTIONS; i++) {
    const sql = held.add(openDriver(accounts), (connection) => connection.end({ timeout: 1 }));
    await runOn(sql, STATEMENT);
    const [{ pid }] = await sql`select pg_backend_pid() as pid`;
    pids.push(pid);
  }
  const memory = await Promise.all(pids.map((pid) => processMemory(pid, 'postgres')));
  await held.close();
  return memory.includes(undefined) ? undefined : memory.reduce((sum, size) => sum + size) / memory.length;
}

/** Connections that ordinary roles can have at one time. */
async function connectionLimit({ server }) {
  const [{ connections }] = await server`
    select sum(case name when 'max_connections' then setting::integer else -setting::integer end)::integer as connections
    from pg_settings where name in ('max_connections', 'superuser_reserved_connections', 'reserved_connections')`;
  return connections;
}
