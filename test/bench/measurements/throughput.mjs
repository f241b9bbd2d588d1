import { load, loadGenerator } from '../load.mjs';
import { startBareServer, startService } from '../processes.mjs';
import { count, ms, ratio } from '../report.mjs';
import { connectTo } from '../sessions.mjs';
import { median } from '../statistics.mjs';

export const title = 'Throughput: point reads by key through query/sql, beside bare HTTP on the same driver';

const CLIENTS = 64;
const MANY_CLIENTS = 512;

export async function measure({ database, scope, options: { seconds, rounds }, report }) {
  const service = await startService(scope);
  const session = await connectTo(await service.http(), database.accounts);
  const contenders = { bare: await startBareServer(scope, database.accounts), service };
  const run = async (name, more = {}) => {
    const { port, ask } = contenders[name];
    const before = await ask('cpu');
    const result = await load(scope, { port, path: '/api/v1/query/sql', session, clients: CLIENTS, seconds, ...more });
    return { ...result, cpu: ((await ask('cpu')) - before) / 1000 / result.requests };
  };

  for (const name of Object.keys(contenders)) await run(name);
  const ceiling = await run('bare', { path: '/fixed' });

  const runs = { bare: [], service: [] };
  for (let round = 0; round < rounds; round++) {
    // Who goes first changes, so that whatever the machine does meanwhile hits both alike.
    const order = round % 2 ? ['service', 'bare'] : ['bare', 'service'];
    for (const name of order) runs[name].push(await run(name));
  }
  const many = await run('service', { clients: MANY_CLIENTS });

  const ratios = runs.service.map(({ perSecond }, round) => perSecond / runs.bare[round].perSecond);
  const middle = (name, field) => median(runs[name].map((result) => result[field]));
  const both = (field, format) => `service ${format(middle('service', field))} · bare ${format(middle('bare', field))}`;
  const failed = (results) => `${count(sum(results, 'errors'))} of ${count(sum(results, 'requests'))}`;

  report.row(`service ÷ bare, ${CLIENTS} clients of one session`, '≥ 0.6, proven clean ≥ 0.8', `${ratio(median(ratios))} (rounds ${ratio(Math.min(...ratios))}–${ratio(Math.max(...ratios))})`);
  report.row('requests per second', '', both('perSecond', count));
  report.row('p50', '', both('p50', ms));
  report.row('p99', '', both('p99', ms));
  report.row('CPU time of the server process per request', '', both('cpu', ms));
  report.row('errors', '0', `service ${failed(runs.service)} · bare ${failed(runs.bare)}`);
  report.row(`errors with ${MANY_CLIENTS} clients of one session`, '0', `${failed([many])} (${count(many.perSecond)}/s, p99 ${ms(many.p99)})`);
  report.row(`load generator (${loadGenerator}): its ceiling ÷ service`, '', `${ratio(ceiling.perSecond / middle('service', 'perSecond'))} (a fixed answer: ${count(ceiling.perSecond)}/s)`);
}

function sum(results, field) {
  return results.reduce((total, result) => total + result[field], 0);
}
