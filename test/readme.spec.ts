import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { PROBLEM_CODES } from '../src/problems/problem-codes.js';

const read = (file: string) => readFileSync(resolve(process.cwd(), file), 'utf8');

describe('the README', () => {
  const readme = read('README.md');

  it('lists every setting with its default', () => {
    for (const [key, value] of Object.entries(parse(read('config/default.yaml')) as Record<string, unknown>)) {
      const shown = Array.isArray(value) ? value.join(', ') || 'none' : (value ?? 'none');
      expect(readme).toContain(`| \`${key.toUpperCase()}\` | ${shown} |`);
    }
  });

  it('lists every problem code with its status and whether a retry makes sense', () => {
    for (const [code, { status, retryable }] of Object.entries(PROBLEM_CODES)) expect(readme).toContain(`| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} |`);
  });

  it('lists the numbers of every profile', () => {
    for (const profile of ['development', 'small-business', 'enterprise', 'high-traffic', 'max-throughput', 'min-memory', 'balanced']) {
      const { pool_min_connections: min, pool_max_connections: max, pool_idle_timeout_minutes: idle, session_timeout_minutes: session = 60 } = parse(read(`config/${profile}.yaml`));
      expect(readme).toContain(`| \`${profile}\` | ${min} | ${max} | ${idle} min | ${session} min |`);
    }
  });

  it('names every script that it tells its reader to run', () => {
    const { scripts } = JSON.parse(read('package.json'));
    for (const [, script] of readme.matchAll(/npm run ([\w-]+)/g)) expect(scripts).toHaveProperty(script ?? '');
  });
});
