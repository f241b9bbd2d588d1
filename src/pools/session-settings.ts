import { POOLED_MARK } from './pooler.js';
import { READ_DBLINK_SCHEMA } from './reset.js';

/**
 * What every connection runs with, whatever a role, a database or a server has configured: these decide how values are
 * printed and how statements are read. Sent as start-up parameters, which beat role and database settings and which
 * `DISCARD ALL` returns to.
 */
export const SESSION_SETTINGS: Readonly<Record<string, string>> = {
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'iso_8601',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  transform_null_equals: 'off',
  lc_monetary: 'C',
  lc_numeric: 'C',
  xmlbinary: 'base64',
  quote_all_identifiers: 'off',
  // Rows are fetched all at once or up to a limit close to it: the planner should not prefer a quick first row.
  cursor_tuple_fraction: '1',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  // A second net under BEGIN READ ONLY.
  default_transaction_read_only: 'on',
};

/** What a connection answers to {@link READ_SESSION_SETTINGS}. */
export type ActualSettings = Readonly<Record<string, string | null | undefined>>;

/** Asked once on every new connection: is it what was asked for, and whose is it? */
export const READ_SESSION_SETTINGS = `SELECT pg_catalog.pg_backend_pid() AS "backend_pid", pg_catalog.current_setting('search_path') AS "search_path", (${READ_DBLINK_SCHEMA}) AS "dblink_schema", ${Object.keys(SESSION_SETTINGS)
  .map((name) => `pg_catalog.current_setting('${name}') AS "${name}"`)
  .join(', ')}`;

/**
 * The search path that role and database have. Asked behind a pooler, within a transaction whose own path is the built-in
 * schema: what is in force there may be what another client of the pooler has set and left.
 */
export const READ_SEARCH_PATH = "SELECT reset_val FROM pg_settings WHERE name = 'search_path'";

/**
 * True when what answers is not the backend that the connection was made to, or not with the parameters it was given: there
 * is a pooler in between, and each transaction may be on another backend.
 *
 * @param pid the process that was named when the connection was made
 */
export function isPooled(actual: ActualSettings, pid: number): boolean {
  return Number(actual['backend_pid']) !== pid || Object.entries(SESSION_SETTINGS).some(([name, value]) => actual[name] !== value);
}

/**
 * Statements to put behind each BEGIN of an ordinary connection. Empty unless the search path names pg_catalog anywhere but
 * first: it is reordered then, or a function in another schema could stand in for a built-in one.
 */
export function preambleFor(searchPath: string): string[] {
  return splitPath(searchPath).indexOf('"pg_catalog"') > 0 ? [setPath(searchPath)] : [];
}

/**
 * Statements to put behind each BEGIN of a connection through a pooler, where nothing that was set before can be relied on:
 * start-up parameters did not arrive, and other clients of the pooler may have left settings of theirs.
 */
export function pooledPreamble(searchPath: string): string[] {
  const settings = Object.entries(SESSION_SETTINGS).filter(([name]) => !name.startsWith('default_transaction'));
  return [
    'SET TRANSACTION ISOLATION LEVEL READ COMMITTED, NOT DEFERRABLE',
    'SET LOCAL role TO DEFAULT',
    ...[...settings, ['client_encoding', 'UTF8']].map(([name, value]) => `SET LOCAL ${name} = '${value}'`),
    setPath(searchPath),
    POOLED_MARK,
  ];
}

/** The path as it is, but for the built-in schema, which is looked into first even where it is not named. */
function setPath(searchPath: string): string {
  const path = splitPath(searchPath);
  const others = path.filter((entry) => entry !== '"pg_catalog"');
  return `SET LOCAL search_path = ${(path.length > others.length ? ['pg_catalog', ...others] : others).join(', ') || "''"}`;
}

/** Splits a search_path as PostgreSQL prints it into quoted entries, folding unquoted ones as PostgreSQL does. */
function splitPath(text: string): string[] {
  return (text.match(/"(?:[^"]|"")*"|[^,\s]+/g) ?? []).map((entry) => (entry.startsWith('"') ? entry : `"${entry.toLowerCase().replaceAll('"', '""')}"`));
}
