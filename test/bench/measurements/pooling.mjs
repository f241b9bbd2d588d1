import { setTimeout as sleep } from 'node:timers/promises';
import { startDelayProxy } from '../delay-proxy.mjs';
import { openDriver, runOn } from '../driver.mjs';
import { openPool } from '../pool-lease.mjs';
import { startService } from '../processes.mjs';
import { ms, ratio } from '../report.mjs';
import { connectTo, query } from '../sessions.mjs';
import { median, times } from '../statistics.mjs';

export const title = 'Without and with pooling: time. Without: a connection for each query; times are medians';

const STATEMENT = 'select balance from accounts where id = 4711';
/** Longer than a connection may be idle before it is asked for a sign of life. */
const IDLE_MS = 600;

export async function measure({ database, scope, report }) {
  const service = await startService(scope);
  const far = { ...database.accounts, port: await startDelayProxy(scope, database.accounts, 50) };
  for (const [where, server, repeats] of [['loopback', database.accounts, 100], ['50 ms round trip', far, 10]]) {
    const without = await withoutPool(scope, server, repeats);
    const leases = await leaseTimes(scope, server, repeats);
    const through = await withService(service, server, repeats);
    // The driver does not tell when it is connected: the rest of the query on a new connection is what connecting took.
    const connection = without.query - without.statement;
    const added = through.query - without.statement;

    report.row(`connection time, ${where}`, '100 × faster', `${ms(connection)} → ${ms(leases.hot)}: ${ratio(connection / leases.hot)}`);
    report.row('  … of a connection idle for 0.6 s', '', `${ms(connection)} → ${ms(leases.idle)}`);
    report.row('  … of a further user: connect over HTTP', '', `${ms(connection)} → ${ms(through.connect)}: ${ratio(connection / through.connect)}`);
    report.row(`latency added to a query, ${where}`, '50 × less', `${ms(connection)} → ${ms(added)}: ${ratio(connection / added)}`);
  }
}

/** Medians of a query on a connection made for it, and of the same on one that is there. */
async function withoutPool(scope, server, repeats) {
  const ending = [];
  const queries = await times(repeats, async () => {
    const sql = openDriver(server);
    await runOn(sql, STATEMENT);
    ending.push(sql.end());
  });
  await Promise.all(ending);
  const warm = scope.add(openDriver(server), (sql) => sql.end());
  const statements = await times(10 + repeats, () => runOn(warm, STATEMENT));
  return { query: median(queries), statement: median(statements.slice(10)) };
}

async function leaseTimes(scope, server, repeats) {
  const lease = await openPool(scope, server);
  const leaseAndRelease = async () => (await lease())();
  const hot = await times(10 + repeats, leaseAndRelease);
  const idle = [];
  for (let i = 0; i < 3; i++) {
    await sleep(IDLE_MS);
    idle.push(...(await times(1, leaseAndRelease)));
  }
  return { hot: median(hot.slice(10)), idle: median(idle) };
}

async function withService(service, server, repeats) {
  const http = await service.http();
  const session = await connectTo(http, server);
  const connect = await times(10 + repeats, () => connectTo(http, server));
  const queries = await times(10 + repeats, () => query(http, session, STATEMENT));
  return { connect: median(connect.slice(10)), query: median(queries.slice(10)) };
}
