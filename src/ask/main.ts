// `npm run ask -- "question"`: one question through the whole service, with the stages of its translation. Without `--url` the
// demo's database is asked, started if need be. DEMO_DIR names another folder than `.demo` for its data.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { GUEST } from '../access/principal.js';
import postgres from 'postgres';
import { createApp } from '../create-app.js';
import { EmbeddedPostgres } from '../demo/embedded-postgres.js';
import { openShop, shopAddress } from '../demo/shop.js';
import { SchemaService } from '../schema/schema.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { Settings } from '../settings/settings.js';
import { printed, type Answer } from './print.js';
import { stagesOf } from './stages.js';

const USAGE = 'npm run ask -- [--url postgres://user:password@host/database] [--json] "question"';

/** Where the demo's server is looked for by its users. */
const DATABASE_PORT = 15432;

// Leaving by itself, so that the server is asked to stop.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

const { values, positionals } = parseArgs({ options: { url: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } }, allowPositionals: true });
const question = positionals.join(' ').trim();
let server: EmbeddedPostgres | undefined;
let app: NestFastifyApplication | undefined;
try {
  if (!question || values.help) throw new Error(USAGE);
  await ask(values.url ?? (await demo()));
} catch (error) {
  process.exitCode = 1;
  console.error(withoutPassword(error instanceof Error ? error.message : String(error)));
} finally {
  await app?.close();
  await server?.stop();
}
process.exit();

async function demo(): Promise<string> {
  const dataDir = resolve(process.env.DEMO_DIR ?? fileURLToPath(new URL('../../.demo', import.meta.url)));
  // The server of a demo that runs is its own: it is asked as it is, and goes on.
  const port = await EmbeddedPostgres.portOf(dataDir);
  if (port !== undefined && (await answers(shopAddress(port)))) return shopAddress(port);
  server = await EmbeddedPostgres.start({ dataDir, port: DATABASE_PORT });
  return openShop(server, (step) => console.error(`${step} …`));
}

async function answers(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    await sql`SELECT FROM orders LIMIT 1`;
    return true;
  } catch {
    return false;
  } finally {
    await sql.end();
  }
}

async function ask(url: string): Promise<void> {
  app = await createApp({ environment: { DATABASE_URL: url, LOG_LEVEL: 'silent', API_KEYS_FILE: '', PORT: '0' } });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const { body } = await app.inject({ method: 'POST', url: '/api/v1/query', headers: { host: 'localhost' }, payload: { question } });
  const answer = JSON.parse(body) as Answer;
  const access = await app.get(SessionsService).access(undefined, { ...GUEST, requestId: 'ask', address: '127.0.0.1', signal: new AbortController().signal });
  const schema = app.get(SchemaService);
  const known = app.get(Settings).translationValues ? await schema.values(access) : undefined;
  const stages = stagesOf(question, await schema.snapshot(access), known, new Date());
  console.log(values.json ? JSON.stringify({ stages, answer }, null, 2) : printed(stages, answer));
  if (!answer.success) process.exitCode = 1;
}

/** What a library says of an address may repeat it. */
function withoutPassword(message: string): string {
  return message.replace(/(\w+:\/\/[^\s:/@]*):(?!password@)[^\s@]*@/g, '$1:***@');
}
