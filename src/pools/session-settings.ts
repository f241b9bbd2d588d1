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
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  // A second net under BEGIN READ ONLY.
  default_transaction_read_only: 'on',
};

/** Asked once on every new connection: is it what was asked for? */
export const READ_SESSION_SETTINGS = `SELECT pg_catalog.current_setting('search_path') AS "search_path", ${Object.keys(SESSION_SETTINGS)
  .map((name) => `pg_catalog.current_setting('${name}') AS "${name}"`)
  .join(', ')}`;

/**
 * Statements to put behind each BEGIN of a connection. Empty on an ordinary connection. Where start-up parameters did not
 * arrive (poolers drop or overwrite them) all are set again for the transaction; and a search path that names pg_catalog
 * anywhere but first is reordered, or a function in another schema could stand in for a built-in one.
 */
export function preambleFor(actual: Readonly<Record<string, string | null | undefined>>): string {
  const statements: string[] = [];
  const differs = Object.entries(SESSION_SETTINGS).some(([name, value]) => actual[name] !== value);
  if (differs) for (const [name, value] of Object.entries(SESSION_SETTINGS)) if (!name.startsWith('default_transaction')) statements.push(`SET LOCAL ${name} = '${value}'`);

  const path = splitPath(actual['search_path'] ?? '');
  if (path.indexOf('"pg_catalog"') > 0) {
    statements.push(`SET LOCAL search_path = pg_catalog, ${path.filter((entry) => entry !== '"pg_catalog"').join(', ')}`);
  }
  return statements.map((statement) => `; ${statement}`).join('');
}

/** Splits a search_path as PostgreSQL prints it into quoted entries, folding unquoted ones as PostgreSQL does. */
function splitPath(text: string): string[] {
  return (text.match(/"(?:[^"]|"")*"|[^,\s]+/g) ?? []).map((entry) => (entry.startsWith('"') ? entry : `"${entry.toLowerCase().replaceAll('"', '""')}"`));
}
