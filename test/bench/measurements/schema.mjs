import { startService } from '../processes.mjs';
import { bytes, ms, ratio } from '../report.mjs';
import { connectTo } from '../sessions.mjs';
import { startDelayProxy } from '../delay-proxy.mjs';
import { median, times } from '../statistics.mjs';

export const title = 'Schema of 1,000 tables × 20 columns';

const TABLES = 1000;
const BATCH = 100;
const ROUND_TRIP_MS = 200;

export async function measure({ database, scope, report }) {
  const role = await database.createRole('schema');
  const server = await database.createDatabase('schema', role, [...tables(), `grant select on all tables in schema public to ${role.user}`, 'vacuum analyze pg_catalog.pg_attribute']);
  const service = await startService(scope);
  const http = await service.http();
  const session = await connectTo(http, server);
  const other = await connectTo(http, server);
  let answer;
  const read = (id, headers = {}) => times(1, async () => {
    answer = await http.get('/api/v1/schema', { 'X-Session-Id': id, ...headers });
  }).then(([taken]) => taken);
  const repeated = async (action) => median((await times(10, action)).slice(1));

  const first = await read(session);
  const otherFirst = await read(other);
  const { relations } = JSON.parse(answer.body);
  const columns = relations.reduce((sum, relation) => sum + relation.columns.length, 0);
  const size = answer.body.length;
  const cached = await repeated(() => read(session));
  const etag = /^etag: (.*)$/im.exec(answer.head)[1];
  const unchanged = await repeated(() => read(session, { 'If-None-Match': etag }));
  const refreshed = await repeated(() => http.post('/api/v1/schema/refresh', { session_id: session }));

  report.row('first GET schema of a new service', '≤ 0.5 s', ms(first));
  report.row('read again (POST schema/refresh), median', '≤ 0.5 s', ms(refreshed));
  report.row('from the cache, median', '', `${ms(cached)}; not modified: ${ms(unchanged)}`);
  report.row('first GET of another session, same identity', 'from the cache', `${ms(otherFirst)}: ${ratio(otherFirst / first)} of the first`);
  report.row('round trips to the database', '1', await roundTrips(scope, http, server, refreshed));
  report.row('answer', '', `${relations.length} tables, ${columns} columns, ${bytes(size)}`);
}

/** How much longer reading takes when each round trip does. */
async function roundTrips(scope, http, server, near) {
  const session = await connectTo(http, { ...server, port: await startDelayProxy(scope, server, ROUND_TRIP_MS) });
  const read = async () => median(await times(5, () => http.post('/api/v1/schema/refresh', { session_id: session })));
  const far = await read();
  return `${((far - near) / ROUND_TRIP_MS).toFixed(1)} (${ms(far)} over a line of ${ROUND_TRIP_MS} ms)`;
}

function tables() {
  const types = ['integer', 'text not null', 'numeric(12,2)', 'timestamptz', 'boolean', 'date', 'varchar(80)', 'bigint', 'jsonb'];
  const columns = Array.from({ length: 18 }, (_, i) => `column_${i + 3} ${types[i % types.length]}`).join(', ');
  const batches = [];
  // In batches: each new table holds locks to the end of its transaction, and the server has room for so many.
  for (let from = 1; from <= TABLES; from += BATCH) {
    batches.push(`do $$ begin for i in ${from}..${from + BATCH - 1} loop
      execute format('create table table_%s (id integer primary key, parent_id integer references table_%s, ${columns})', i, greatest(i - 1, 1));
      execute format('comment on table table_%s is %L', i, 'Table number ' || i);
    end loop; end $$`);
  }
  return batches;
}
