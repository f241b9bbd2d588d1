import type { SeededRandom } from './seeded-random.js';
import type { TestDatabase } from './test-database.js';

/** What the statements of a storm need. Everything here may be called by every role. */
export const STORM_CONTENT = `
  CREATE TABLE written (marker text);
  GRANT ALL ON written TO PUBLIC;
  CREATE FUNCTION litter(marker text, key int) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
    BEGIN
      PERFORM set_config('storm.marker', marker, false), set_config('TimeZone', 'Asia/Tokyo', false), pg_advisory_lock(key);
      RETURN current_setting('storm.marker');
    END $$;
  CREATE FUNCTION peek() RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT concat_ws('|', coalesce(current_setting('storm.marker', true), ''), current_setting('TimeZone'),
      (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())) $$;
  CREATE FUNCTION fail(marker text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
    BEGIN
      RAISE NOTICE 'notice of %', marker;
      RAISE EXCEPTION 'message of %', marker USING DETAIL = 'detail of ' || marker, HINT = 'hint of ' || marker;
    END $$;
  CREATE FUNCTION write(marker text) RETURNS text LANGUAGE sql VOLATILE AS 'INSERT INTO written VALUES (marker) RETURNING 1::text'`;

/** One statement of one session, with a marker that no other statement has, and what it must come to when nothing disturbs it. */
export interface Ask {
  readonly marker: string;
  readonly sql: string;
  readonly params?: readonly string[];
  readonly kind?: 'cursor' | 'plain';
  readonly maxRows: number;
  /** How its caller behaves: waits, sets a short time limit, or goes away. */
  readonly temper: 'patient' | 'hurried' | 'fickle';
  /** Milliseconds until the limit or until it goes away. */
  readonly patienceMs: number;
  readonly expected: { readonly rows: readonly (readonly string[])[]; readonly truncated?: boolean; readonly column?: string } | { readonly code: string };
}

/** What a statement came to. `text` is all of it that its caller or the log can see; the code `UNSEEN` stands for a caller who was gone. */
export type Outcome = { readonly text: string } & (
  | { readonly rows: readonly (readonly (string | null)[])[]; readonly columns: readonly string[]; readonly truncated: boolean }
  | { readonly code: string }
);

const MARKER = /mk_\w+?_km/g;

let asked = 0;

/** Composes the next statement of a session. @param guarded whether the guard stands in front, which refuses some of them */
export function nextAsk(session: string, random: SeededRandom, guarded: boolean): Ask {
  const key = ++asked;
  const marker = `mk_${session}_${key}_km`;
  // Whoever is cancelled costs a connection, and a new one costs more than all statements it serves.
  const temper = random.chance(0.94) ? 'patient' : random.pick(['hurried', 'fickle'] as const);
  const patienceMs = temper === 'hurried' ? random.between(1, 30) : random.between(0, 20);
  const base: Omit<Ask, 'sql' | 'expected'> = { marker, maxRows: 1000, temper, patienceMs };
  const rows = (count: number, value = marker) => Array.from({ length: count }, (_, i) => [`${value} ${i + 1}`]);
  const count = random.between(2, 300);
  const width = random.between(100, 800);
  const asks: (() => Ask)[] = [
    () => ({ ...base, sql: `SELECT '${marker}'`, expected: { rows: [[marker]] } }),
    () => ({ ...base, sql: `SELECT 'a' AS "${marker}"`, expected: { rows: [['a']], column: marker } }),
    () => ({ ...base, sql: `SELECT '${marker} ' || i FROM generate_series(1, ${count}) i`, expected: { rows: rows(count) } }),
    () => ({ ...base, maxRows: count, sql: `SELECT '${marker} ' || i FROM generate_series(1, 400) i`, expected: { rows: rows(count), truncated: true } }),
    () => ({ ...base, sql: `SELECT repeat('${marker},', ${width}) || ' ' || i FROM generate_series(1, 10) i`, expected: { rows: rows(10, `${marker},`.repeat(width)) } }),
    () => ({ ...base, sql: 'SELECT $1::text, $2::text', params: [marker, 'second'], expected: { rows: [[marker, 'second']] } }),
    () => ({ ...base, kind: 'plain', sql: `EXPLAIN (VERBOSE, COSTS off) SELECT '${marker}'::text`, expected: { rows: [['Result'], [`  Output: '${marker}'::text`]] } }),
    () => ({ ...base, sql: `SELECT '${marker}' FROM pg_sleep(0.0${random.between(1, 3)})`, expected: { rows: [[marker]] } }),
    () => ({ ...base, sql: `SELECT '${marker} ' || i || substr(pg_sleep(0.0005)::text, 1, 0) FROM generate_series(1, 20) i`, expected: { rows: rows(20) } }),
    () => ({ ...base, sql: `SELECT litter('${marker}', ${key})`, expected: { rows: [[marker]] } }),
    () => ({ ...base, sql: 'SELECT peek()', expected: { rows: [['|UTC|0']] } }),
    () => ({ ...base, sql: `SELECT ('${marker}')::int`, expected: { code: 'SQL_FAILED' } }),
    () => ({ ...base, sql: `SELECT fail('${marker}')`, expected: { code: 'SQL_FAILED' } }),
    () => ({ ...base, sql: `SELECT CASE WHEN i < 250 THEN '${marker}' ELSE fail('${marker}') END FROM generate_series(1, 300) i`, expected: { code: 'SQL_FAILED' } }),
    () => ({ ...base, sql: `SELECT write('${marker}')`, expected: { code: 'STATEMENT_NOT_ALLOWED' } }),
  ];
  const belowTheGuard: (() => Ask)[] = [
    () => ({ ...base, sql: `SELECT set_config('storm.marker', '${marker}', false), current_setting('storm.marker'), pg_try_advisory_lock(${key})::text`, expected: { rows: [[marker, marker, 'true']] } }),
    () => ({ ...base, sql: `SELECT '${marker}', pg_terminate_backend(pg_backend_pid())::text`, expected: { code: 'DATABASE_UNAVAILABLE' } }),
    () => ({ ...base, kind: 'plain', sql: `COPY (SELECT '${marker}') TO STDOUT`, expected: { code: 'DATABASE_UNAVAILABLE' } }),
  ];
  return random.pick(guarded || random.chance(0.9) ? asks : belowTheGuard)();
}

/** What may come to a statement from outside: backends killed, backends cancelled, its caller gone. */
const disturbances = ({ temper }: Ask) => ['DATABASE_UNAVAILABLE', 'STATEMENT_TIMEOUT', 'UNSEEN', ...(temper === 'fickle' ? ['QUERY_CANCELLED'] : [])];

/**
 * Looks for anything in an outcome that is not its asker's own.
 *
 * @returns what is wrong, or undefined
 */
export function wrongWith(ask: Ask, outcome: Outcome): string | undefined {
  const { marker, expected } = ask;
  const told = () => `${JSON.stringify(ask).slice(0, 1000)} came to ${'code' in outcome ? outcome.code : 'rows'} ${outcome.text.slice(0, 1000)}`;
  const foreign = outcome.text.match(MARKER)?.find((found) => found !== marker);
  if (foreign) return `the marker ${foreign} of another statement: ${told()}`;
  if ('code' in outcome) {
    if (disturbances(ask).includes(outcome.code)) return undefined;
    if (!('code' in expected) || outcome.code !== expected.code) return `an unexpected failure: ${told()}`;
    if (outcome.code === 'SQL_FAILED' && !outcome.text.includes(marker)) return `an error without its own marker: ${told()}`;
    return undefined;
  }
  if ('code' in expected) return `rows instead of a failure: ${told()}`;
  const whole = JSON.stringify(outcome.rows) === JSON.stringify(expected.rows) && outcome.truncated === (expected.truncated ?? false) && (expected.column ?? outcome.columns[0]) === outcome.columns[0];
  return whole ? undefined : `not the rows asked for: ${told()}`;
}

/** Kinds of outcome and how often each came. */
export class Tally extends Map<string, number> {
  count(kind: string, by = 1): void {
    this.set(kind, (this.get(kind) ?? 0) + by);
  }

  countOutcome(ask: Ask, outcome: Outcome): void {
    if (!('code' in outcome)) this.count('rows');
    else if ('code' in ask.expected && ask.expected.code === outcome.code) this.count('own failures');
    else this.count(outcome.code);
  }
}

/** Cancels or kills one backend of the service, one that has something to lose if there is any. */
export async function strike(database: TestDatabase, random: SeededRandom, tally: Tally): Promise<void> {
  const backends = await database.backends();
  if (backends.length === 0) return;
  const busy = backends.filter(({ state }) => state !== 'idle');
  const { pid } = random.pick(busy.length > 0 ? busy : backends);
  const cancels = random.chance(0.6);
  const [{ done } = {}] = cancels ? await database.sql`SELECT pg_cancel_backend(${pid}) AS done` : await database.sql`SELECT pg_terminate_backend(${pid}) AS done`;
  if (done) tally.count(cancels ? 'backends cancelled' : 'backends killed');
}

/** What a storm may have left behind in the database, seen from outside. */
export async function debris(database: TestDatabase): Promise<Record<string, number>> {
  const [row] = await database.sql`SELECT
    (SELECT count(*)::int FROM written) AS written,
    (SELECT count(*)::int FROM pg_locks JOIN pg_database ON pg_database.oid = database WHERE locktype = 'advisory' AND datname = current_database()) AS locks,
    (SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'databaseai' AND state <> 'idle') AS busy`;
  return { ...row };
}
