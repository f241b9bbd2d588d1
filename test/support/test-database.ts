import { randomBytes } from 'node:crypto';
import postgres from 'postgres';

/** A database of its own on the test server, with a superuser connection to look into it from outside. */
export interface TestDatabase {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly admin: { readonly user: string; readonly password: string };
  /** Superuser connection to this database. */
  readonly sql: postgres.Sql;
  /** Creates a login role with its password; `statements` run with `:role` replaced by its name. */
  role(statements?: readonly string[]): Promise<{ user: string; password: string }>;
  /** Client backends connected to this database, without our own connection. */
  backends(): Promise<{ pid: number; state: string; query: string; usename: string }[]>;
  /** Closes a gate; see {@link Gate}. */
  gate(): Promise<Gate>;
  drop(): Promise<void>;
}

/** Statements that wait until the test lets them go on, so that none depends on how long anything takes. */
export interface Gate {
  /** Runs, within any transaction, until the gate is open; no rows are wanted of it. */
  readonly statement: string;
  open(): Promise<void>;
}

/** Creates a database with the given content. Drop it in `afterAll`. */
export async function testDatabase(content = ''): Promise<TestDatabase> {
  const url = new URL(process.env.TEST_DATABASE_URL ?? '');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const options = { max: 1, onnotice: () => {}, idle_timeout: 0 } as const;
  const maintenance = postgres(url.href, options);
  await maintenance.unsafe(`CREATE DATABASE ${name}`);
  const inside = new URL(url.href);
  inside.pathname = `/${name}`;
  const sql = postgres(inside.href, { ...options, max: 2 });
  if (content) await sql.unsafe(content);
  const roles: string[] = [];
  let gates = 0;
  return {
    name,
    host: url.hostname,
    port: Number(url.port || 5432),
    admin: { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) },
    sql,
    async role(statements = []) {
      const user = `role_${randomBytes(6).toString('hex')}`;
      const password = randomBytes(8).toString('hex');
      roles.push(user);
      await sql.unsafe(`CREATE ROLE ${user} LOGIN PASSWORD '${password}'`);
      for (const statement of statements) await sql.unsafe(statement.replaceAll(':role', user).replaceAll(':database', name));
      return { user, password };
    },
    async backends() {
      const rows = await sql`SELECT pid, state, query, usename FROM pg_stat_activity WHERE datname = ${name} AND backend_type = 'client backend' AND application_name = 'databaseai'`;
      return [...rows] as never;
    },
    async gate() {
      const key = ++gates;
      // On a connection of its own: the lock belongs to it.
      const keeper = postgres(inside.href, { ...options, max: 1 });
      await keeper`SELECT pg_advisory_lock(${key})`;
      return { statement: `SELECT pg_advisory_xact_lock_shared(${key})`, open: () => keeper.end({ timeout: 1 }) };
    },
    async drop() {
      await sql.end({ timeout: 1 });
      await maintenance.unsafe(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      for (const role of roles) await maintenance.unsafe(`DROP ROLE IF EXISTS ${role}`);
      await maintenance.end({ timeout: 1 });
    },
  };
}

/** Waits until the condition holds, looking again and again; fails after the deadline. */
export async function eventually<T>(look: () => Promise<T> | T, holds: (value: T) => boolean, deadlineMs = 10_000): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    if (Date.now() > end) throw new Error(`not reached within ${deadlineMs} ms; last seen: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
