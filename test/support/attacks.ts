import type { Statement } from '../../src/pools/statement.js';
import type { TestDatabase } from './test-database.js';

// What callers try on one another through a connection they share, run below the guard: it would refuse most of these and
// so prove nothing about the connections.

/** The database that is attacked. */
export const ATTACKED_CONTENT = `
  CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL);
  INSERT INTO accounts SELECT i, 100 FROM generate_series(1, 10) i;
  CREATE FUNCTION take_money() RETURNS int LANGUAGE sql VOLATILE AS 'UPDATE accounts SET balance = 0 RETURNING 1';
  CREATE FUNCTION make_temp() RETURNS int LANGUAGE plpgsql VOLATILE AS 'BEGIN CREATE TEMP TABLE leftover (x int); PERFORM set_config(''my.setting'', ''x'', false); RETURN 1; END';
  CREATE PROCEDURE pay() LANGUAGE sql AS 'UPDATE accounts SET balance = 0';
`;

/** The role may write: only the connection's own recipe keeps it from doing so. */
export const ATTACKER_GRANTS = ['GRANT ALL ON accounts TO :role', 'GRANT ALL ON SCHEMA public TO :role', 'GRANT ALL ON DATABASE :database TO :role', 'GRANT pg_monitor TO :role'];

/**
 * What the next caller can see of whoever was there before. Of a custom setting PostgreSQL forgets the value but not that the
 * name was once used (it then reads as empty instead of unset), which is why the two count as the same.
 */
export const TRACES = `SELECT current_user, session_user,
  current_setting('search_path'), current_setting('DateStyle'), current_setting('TimeZone'), current_setting('statement_timeout') <> '0',
  current_setting('work_mem'), current_setting('application_name'), coalesce(current_setting('my.setting', true), ''),
  current_setting('default_transaction_read_only'), current_setting('transaction_isolation'),
  (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_cursors WHERE name <> 'c'), (SELECT count(*) FROM pg_listening_channels()),
  (SELECT count(*) FROM pg_class WHERE relpersistence = 't'),
  (SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database WHERE locktype = 'advisory' AND datname = current_database()),
  (SELECT count(*) FROM accounts), (SELECT sum(balance) FROM accounts)`;

const cursor = (text: string): [string, Partial<Statement>] => [text, { kind: 'cursor' }];
const plain = (text: string): [string, Partial<Statement>] => [text, { kind: 'plain' }];

export const ATTACKS = [
  cursor("SELECT set_config('search_path', 'evil', false)"),
  cursor("SELECT set_config('my.setting', 'left behind', false), set_config('DateStyle', 'German', false), set_config('work_mem', '64kB', false)"),
  cursor("SELECT set_config('role', 'pg_monitor', false)"),
  cursor("SELECT set_config('default_transaction_read_only', 'off', false), set_config('transaction_read_only', 'off', false)"),
  cursor('SELECT pg_advisory_lock(42), pg_advisory_lock_shared(43)'),
  cursor('SELECT take_money()'),
  cursor('SELECT make_temp()'),
  cursor("SELECT 1; UPDATE accounts SET balance = 0"),
  cursor("SELECT 1; COMMIT; UPDATE accounts SET balance = 0"),
  cursor('SELECT 1; COMMIT; BEGIN READ WRITE; UPDATE accounts SET balance = 0; COMMIT'),
  cursor("SELECT 1; ROLLBACK; SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE; UPDATE accounts SET balance = 0"),
  cursor('WITH gone AS (DELETE FROM accounts RETURNING *) SELECT * FROM gone'),
  cursor('SELECT * FROM accounts FOR UPDATE'),
  cursor('SELECT * INTO stolen FROM accounts'),
  cursor('SELECT 1/0'),
  cursor('SELECT pg_terminate_backend(pg_backend_pid())'),
  cursor('COMMIT'),
  cursor('COPY accounts FROM STDIN'),
  plain('COMMIT'),
  plain('ROLLBACK'),
  plain('SET TRANSACTION READ WRITE'),
  plain('SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE'),
  plain("SET work_mem = '64kB'"),
  plain("SET SESSION AUTHORIZATION DEFAULT"),
  plain('SET statement_timeout = 0'),
  plain('CREATE TEMP TABLE accounts (balance int)'),
  plain('PREPARE theft AS SELECT 1'),
  plain('DECLARE kept CURSOR WITH HOLD FOR SELECT 1'),
  plain('LISTEN secrets'),
  plain('UPDATE accounts SET balance = 0'),
  plain('DELETE FROM accounts'),
  plain('DO $$ BEGIN UPDATE accounts SET balance = 0; END $$'),
  plain('CALL pay()'),
  plain('LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE'),
  plain('COPY accounts FROM STDIN'),
  plain('COPY accounts TO STDOUT'),
  plain('DISCARD ALL'),
  plain('SAVEPOINT a'),
  plain('SELECT 1; COMMIT; UPDATE accounts SET balance = 0'),
  plain('COMMIT; BEGIN READ WRITE; UPDATE accounts SET balance = 0; COMMIT'),
] as const;

/** What an attack did to the database, seen from outside. */
export const damage = ({ sql, name }: TestDatabase) => sql`SELECT (SELECT count(*)::int FROM accounts) AS accounts, (SELECT sum(balance)::int FROM accounts) AS money,
  (SELECT count(*)::int FROM pg_class WHERE relname IN ('stolen', 'leftover')) AS tables,
  (SELECT count(*)::int FROM pg_locks JOIN pg_database ON pg_database.oid = database WHERE locktype = 'advisory' AND datname = current_database()) AS locks,
  (SELECT count(*)::int FROM pg_stat_activity WHERE datname = ${name} AND state LIKE 'idle in transaction%') AS open_transactions`;

export const NO_DAMAGE = { accounts: 10, money: 1000, tables: 0, locks: 0, open_transactions: 0 };

/** Settings of a role or database that change how values look or statements are read, wherever they get through. */
export const ODD_SETTINGS = ["DateStyle = 'German, DMY'", "TimeZone = 'Asia/Kathmandu'", "IntervalStyle = 'postgres_verbose'", "bytea_output = 'escape'", 'extra_float_digits = -5', 'transform_null_equals = on', "lc_monetary = 'C'", "xmlbinary = 'hex'", 'quote_all_identifiers = on', "default_transaction_isolation = 'serializable'"];

/** One value of each kind such settings change, and what it must look like. */
export const VALUES = `SELECT timestamptz '2024-02-03 04:05:06.789012+00', date '2024-02-03', interval '1 year 2 days 3 hours', '\\xdeadbeef'::bytea, 0.1::float8 + 0.2::float8, NULL::int = NULL, 'a\\b', abs(-1)`;
export const VALUES_AS_TEXT = ['2024-02-03 04:05:06.789012+00', '2024-02-03', 'P1Y2DT3H', '\\xdeadbeef', '0.30000000000000004', null, 'a\\b', '1'];
