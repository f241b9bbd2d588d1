import { openDriver, runOn } from '../driver.mjs';
import { startService } from '../processes.mjs';
import { ms } from '../report.mjs';
import { connectTo, query } from '../sessions.mjs';
import { percentile, times } from '../statistics.mjs';

export const title = 'Latency: what query/sql adds to the same statement through the driver, one at a time';

const REPEATS = 2000;
const WARM_UP = 500;

export async function measure({ database, scope, report }) {
  const service = await startService(scope);
  const http = await service.http();
  const session = await connectTo(http, database.accounts);
  const sql = scope.add(openDriver(database.accounts), (connection) => connection.end());
  const statement = (i) => `select balance from accounts where id = ${10_000 + ((i * 7919) % 90_000)}`;

  const taken = { driver: [], service: [], health: [] };
  // In turn, so that whatever the machine does meanwhile hits all alike.
  await times(WARM_UP + REPEATS, async (i) => {
    const [driver] = await times(1, () => runOn(sql, statement(i)));
    const [through] = await times(1, () => query(http, session, statement(i)));
    const [health] = await times(1, () => http.get('/health/live'));
    if (i < WARM_UP) return;
    taken.driver.push(driver);
    taken.service.push(through);
    taken.health.push(health);
  });

  for (const [name, share, target] of [['p50', 0.5, '≤ 1 ms'], ['p99', 0.99, '≤ 5 ms']]) {
    const at = (what) => percentile(taken[what], share);
    report.row(`added to a query, ${name}`, target, `${ms(at('service') - at('driver'))} (service ${ms(at('service'))} − driver ${ms(at('driver'))})`);
  }
  report.row('of which HTTP alone (/health/live), p50', '', ms(percentile(taken.health, 0.5)));
}
