// `npm run bench [-- --only throughput,latency] [--seconds N] [--rounds N]`: the numbers the service is built to reach,
// measured on this machine. Prints them beside their targets and judges nothing: quote the ratios, times are the machine's.
import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { openDatabase } from './bench-database.mjs';
import * as connect from './measurements/connect.mjs';
import * as fairness from './measurements/fairness.mjs';
import * as latency from './measurements/latency.mjs';
import * as pooling from './measurements/pooling.mjs';
import * as schema from './measurements/schema.mjs';
import * as sessions from './measurements/sessions.mjs';
import * as throughput from './measurements/throughput.mjs';
import * as translation from './measurements/translation.mjs';
import * as users from './measurements/users.mjs';
import { bytes, section } from './report.mjs';
import { runInScope } from './run-in-scope.mjs';

const MEASUREMENTS = { throughput, latency, fairness, connect, pooling, users, schema, translation, sessions };

const { chosen, options } = readOptions();
await runInScope(run);

async function run(scope) {
  const [load] = loadavg();
  const database = await openDatabase(scope);
  const processors = cpus();
  console.log(
    `${processors.length} × ${processors[0].model.trim()}, ${bytes(totalmem())}, load ${load.toFixed(1)} before the start; `
      + `Node ${process.version}, PostgreSQL ${database.version}. Clients, service and database share the machine.`,
  );
  for (const name of chosen) {
    const { title, measure } = MEASUREMENTS[name];
    const own = scope.nested();
    try {
      await measure({ database, scope: own, options, report: section(title) });
    } finally {
      await own.close();
    }
  }
}

function readOptions() {
  try {
    const { values } = parseArgs({ options: { only: { type: 'string' }, seconds: { type: 'string', default: '2' }, rounds: { type: 'string', default: '5' } } });
    const names = values.only?.split(',') ?? Object.keys(MEASUREMENTS);
    const unknown = names.filter((name) => !Object.hasOwn(MEASUREMENTS, name));
    if (unknown.length > 0) throw new Error(`--only takes ${Object.keys(MEASUREMENTS).join(', ')}; there is no ${unknown.join(', ')}`);
    return { chosen: names, options: { seconds: positive('seconds', values.seconds), rounds: positive('rounds', values.rounds) } };
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

function positive(name, text) {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--${name} takes a whole number from 1 on`);
  return Number(text);
}
