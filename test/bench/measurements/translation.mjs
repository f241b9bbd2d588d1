import { setTimeout as sleep } from 'node:timers/promises';
import { asStatements, plausibleTables } from '../plausible-schema.mjs';
import { runScript, startService } from '../processes.mjs';
import { bytes, count, ms, ratio } from '../report.mjs';
import { connectTo, query } from '../sessions.mjs';
import { percentile, times } from '../statistics.mjs';

export const title = 'Translation: the built-in translator, on generated schemas with plausible names';

const SIZES = [200, 1000];
const COLUMNS = 20;
const ROUNDS = 50;
const REPEATS = 3000;
const WARM_UP = 300;
const SCHEMA_TTL_MS = 600;

const QUESTIONS = [
  'How many customers are there?', 'What is the average total amount of orders per city?', 'Show the name and email of customers with more than 3 orders', 'Which 5 products have the highest unit price?',
  'invoices created in 2024', 'total quantity per month for invoices', 'How many shipments per warehouse', 'active employees by start date', 'customers without orders', 'What is the weather like?',
];

export async function measure({ database, scope, report }) {
  const job = { sizes: SIZES, columns: COLUMNS, questions: QUESTIONS, rounds: ROUNDS };
  const { lexicons, asked, threaded, idle, building } = await runScript(scope, 'translation-costs.mjs', job, ['--expose-gc']);
  for (const lexicon of lexicons) {
    const target = lexicon.tables === 1000 ? '≤ 2 s' : '';
    report.row(`lexicon of ${count(lexicon.tables)} tables × ${COLUMNS} columns`, target, `${ms(lexicon.ms)}, ${bytes(lexicon.bytes)}`);
  }
  report.row(`translation on ${SIZES[0]} tables, p50 (${QUESTIONS.length} questions)`, '≤ 5 ms', `${ms(asked.p50)} (p99 ${ms(asked.p99)}; ${asked.understood} understood)`);
  report.row('  … as a caller of the translation thread waits for it', '', `${ms(threaded.p50)} (p99 ${ms(threaded.p99)}; the first, with its lexicon, ${ms(threaded.first)})`);
  report.row(`event loop late by, p99, while ${building.lexicons} lexicons of ${count(SIZES[1])} tables are built`, '', `${ms(building.p99)} (longest ${ms(building.max)}, in ${ms(building.taken)}); idle: ${ms(idle.p99)}`);
  await besideOthers(database, scope, report);
}

/** Point reads of one session while another one asks about a schema that has changed, so that it is read and its lexicon built, again and again. */
async function besideOthers(database, scope, report) {
  const role = await database.createRole('translation');
  const server = await database.createDatabase('translation', role, [...asStatements(plausibleTables(SIZES[1], COLUMNS)), `grant select on all tables in schema public to ${role.user}`, 'vacuum analyze pg_catalog.pg_attribute']);
  const service = await startService(scope, { SCHEMA_TTL_MINUTES: String(SCHEMA_TTL_MS / 60_000) });
  const [http, other] = [await service.http(), await service.http()];
  const [reader, asker] = [await connectTo(http, database.accounts), await connectTo(other, server)];
  const read = (i) => query(http, reader, `select balance from accounts where id = ${10_000 + ((i * 7919) % 90_000)}`);
  const ask = async () => {
    const { status, body } = await other.post('/api/v1/query/translate', { session_id: asker, question: QUESTIONS[0] });
    if (status !== 200) throw new Error(`query/translate: ${status} ${body}`);
  };

  await times(WARM_UP, read);
  const alone = await times(REPEATS, read);
  let over = false;
  let built = 0;
  const building = (async () => {
    for (; !over; built++) {
      await database.changeStructure(server);
      await ask();
      await sleep(SCHEMA_TTL_MS);
    }
  })();
  const beside = await times(REPEATS, read);
  over = true;
  await building;
  // Once more, so that what the machine did meanwhile counts for both.
  alone.push(...(await times(REPEATS, read)));
  for (const [name, share] of [['p50', 0.5], ['p99', 0.99]]) {
    const [usual, crowded] = [percentile(alone, share), percentile(beside, share)];
    report.row(`another session’s point reads meanwhile ÷ alone, ${name}`, name === 'p99' ? '≤ 2' : '', `${ratio(crowded / usual)} (${ms(crowded)} ÷ ${ms(usual)}; ${built} schemas read and learnt)`);
  }
}
