import type { TestDatabase } from '../support/test-database.js';
import { ANALYTICS_CONTENT, EXTENSIONS } from './content.js';
import { POSTGIS_NAMES } from './extensions.js';
import type { Analytic } from './statement.js';

/** Fills a database with what the statements read. */
export async function fillForAnalytics({ sql }: TestDatabase): Promise<void> {
  await sql.unsafe(ANALYTICS_CONTENT);
  for (const name of EXTENSIONS.filter((extension) => available().has(extension))) await sql.unsafe(`create extension ${name}`);
  await sql.unsafe(POSTGIS_NAMES);
}

/** Whether the server that the tests run on can answer it at all. */
export function canAnswer({ since = 0, extension }: Analytic): boolean {
  return Number(process.env.TEST_DATABASE_VERSION) >= since && (extension === undefined || available().has(extension));
}

function available(): ReadonlySet<string> {
  return new Set((process.env.TEST_DATABASE_EXTENSIONS ?? '').split(' '));
}
