// `npm run demo`: a real PostgreSQL with a shop in it, the service on top, one question asked. It goes on until Ctrl-C.
// DEMO_DIR names another folder than `.demo` for its data, PORT another port to try first.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmbeddedPostgres, EmbeddedPostgresUnavailable } from './embedded-postgres.js';
import { nextFreePort, ServiceProcess } from './service-process.js';
import { openShop } from './shop.js';
import { table } from './table.js';

const QUESTION = 'Which 5 products have the most reviews?';

/** The port in the documentation's examples. */
const DATABASE_PORT = 15432;

const folder = resolve(process.env.DEMO_DIR ?? fileURLToPath(new URL('../../.demo', import.meta.url)));
const wantedPort = Number(process.env.PORT ?? 3000);
const leaving = new AbortController();
/** What has been started and has to be stopped, the last first. */
const running: { stop(): Promise<void> }[] = [];

// SIGHUP: the terminal was closed; nothing can be written any more then, and that must not keep us from cleaning up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => leaving.abort());
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => leaving.abort());

try {
  await run();
} catch (error) {
  if (!leaving.signal.aborted) {
    process.exitCode = 1;
    console.error(advice(error));
  }
}
if (leaving.signal.aborted) console.log('\nStopping …');
for (const part of running.reverse()) await part.stop();
process.exit();

async function run(): Promise<void> {
  say('Starting PostgreSQL');
  const database = started(await EmbeddedPostgres.start({ dataDir: folder, port: DATABASE_PORT, onProgress: say }));
  const shop = await openShop(database, say);
  leaving.signal.throwIfAborted();

  const port = await nextFreePort(wantedPort);
  if (port !== wantedPort) say(`Port ${wantedPort} is taken: using ${port}`);
  say('Starting the service');
  const settings = { DATABASE_URL: shop, LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn' };
  const service = started(await ServiceProcess.start(port, settings, leaving.signal));

  await ask(service.baseUrl);
  console.log(invitation(service.baseUrl, database.port));
  await Promise.race([service.ended(), new Promise((resolved) => leaving.signal.addEventListener('abort', resolved))]);
  if (!leaving.signal.aborted) throw new Error('The service has ended by itself; see its messages above.');
}

function started<T extends { stop(): Promise<void> }>(part: T): T {
  running.push(part);
  leaving.signal.throwIfAborted();
  return part;
}

/** The part of an answer, or of a problem, that is printed. */
interface Answer {
  success: boolean;
  sql_query: string;
  columns: string[];
  results: Record<string, unknown>[];
  detail?: string;
}

async function ask(baseUrl: string): Promise<void> {
  const response = await fetch(`${baseUrl}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ question: QUESTION }),
    signal: leaving.signal,
  });
  const answer = (await response.json()) as Answer;
  if (!answer.success) throw new Error(`The service did not answer “${QUESTION}”: ${answer.detail ?? response.status}`);
  console.log(`\n${QUESTION}\n\n${indented(answer.sql_query)}\n\n${indented(table(answer.columns, answer.results))}`);
}

function invitation(baseUrl: string, databasePort: number): string {
  const post = (path: string, body: object) => `curl -s ${baseUrl}/api/v1/${path} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
  return `
Try it in the browser:   ${baseUrl}/docs
or from another terminal:

  ${post('query', { question: 'How many orders are there per status?' })}
  ${post('query/sql', { sql: 'select * from monthly_revenue order by month desc', max_rows: 3 })}
  ${post('database/connect', { host: 'localhost', port: databasePort, database: 'shop', username: 'shop_reader', password: 'demo' })}

Ctrl-C stops the service and the database.`;
}

function advice(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof EmbeddedPostgresUnavailable)) return message;
  return `${message}

The demo brings a PostgreSQL of its own, and this one cannot run here. Any other PostgreSQL will do for the service:

  DATABASE_URL=postgres://user:password@host:5432/database npm start`;
}

function say(step: string): void {
  console.log(`${step} …`);
}

function indented(lines: string): string {
  return lines.replace(/^/gm, '  ');
}
