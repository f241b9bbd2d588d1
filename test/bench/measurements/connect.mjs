import { openDriver, runOn } from '../driver.mjs';
import { startService } from '../processes.mjs';
import { ms, ratio } from '../report.mjs';
import { connectTo } from '../sessions.mjs';
import { median, percentile, times } from '../statistics.mjs';

export const title = 'Connect';

const ROLES = 20;
const REPEATS = 1000;

export async function measure({ database, scope, report }) {
  const service = await startService(scope);
  const http = await service.http();
  const roles = [];
  for (let i = 0; i < ROLES; i++) roles.push({ ...database.accounts, ...(await database.createRole(`role_${i}`)) });

  const first = [];
  const bare = [];
  for (const role of roles) {
    first.push(...(await times(1, () => connectTo(http, role))));
    bare.push(...(await times(1, () => handshakeAndQuery(role))));
  }
  // The first of each also paid for code that had never run.
  const [service1, driver1] = [median(first.slice(1)), median(bare.slice(1))];
  report.row('first connect ÷ handshake and one query of the driver', '≈ 1: one of each', `${ratio(service1 / driver1)} (${ms(service1)} ÷ ${ms(driver1)})`);

  await times(200, () => connectTo(http, roles[0]));
  const again = await times(REPEATS, () => connectTo(http, roles[0]));
  const health = await times(REPEATS, () => http.get('/health/live'));
  for (const [name, share, target] of [['p50', 0.5, '≤ 1 ms'], ['p99', 0.99, '']]) {
    const [whole, floor] = [percentile(again, share), percentile(health, share)];
    report.row(`credentials verified in the last 30 s, server time, ${name}`, target, `${ms(whole - floor)} (${ms(whole)} − ${ms(floor)} of /health/live)`);
  }
}

async function handshakeAndQuery(role) {
  const sql = openDriver(role);
  await runOn(sql, 'select version()');
  void sql.end();
}
