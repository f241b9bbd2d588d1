import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import postgres from 'postgres';
import { exclusionParameters } from '../src/schema/value-exclusion.js';
import type { ReadResult } from '../src/pools/read-result.js';

export const CATALOGUE = readFileSync(new URL('../src/schema/catalogue.sql', import.meta.url), 'utf8');
export const VALUES = readFileSync(new URL('../src/schema/values.sql', import.meta.url), 'utf8');

const PASSWORD = 'schema-test';

/** A database of its own on the test server, with roles of its own; `close` drops both. */
export class SchemaDatabase {
  private readonly open: postgres.Sql[] = [];

  private constructor(
    readonly name: string,
    private readonly roles: ReadonlyMap<string, string>,
  ) {}

  /**
   * @param roles short names; `role(name)` is what each is called on the server
   * @param structure SQL for the new database; `:name` stands for the role of that short name
   */
  static async create(roles: string[], structure: string): Promise<SchemaDatabase> {
    const suffix = randomBytes(6).toString('hex');
    const database = new SchemaDatabase(`schema_${suffix}`, new Map(roles.map((role) => [role, `${role}_${suffix}`])));
    const server = database.connect();
    await server.unsafe(`CREATE DATABASE ${database.name}`);
    for (const role of database.roles.values()) await server.unsafe(`CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORD}'`);
    try {
      await database.run(structure);
    } catch (error) {
      await database.close();
      throw error;
    }
    return database;
  }

  role(name: string): string {
    return this.roles.get(name) ?? name;
  }

  /** Where a role connects to this database. */
  target(role: string) {
    const { hostname, port } = new URL(process.env['TEST_DATABASE_URL'] ?? '');
    return { host: hostname, port: Number(port || 5432), database: this.name, user: this.role(role), password: PASSWORD };
  }

  /** Runs statements in this database as superuser. */
  async run(statements: string): Promise<void> {
    const sql = this.connect({ database: this.name });
    await sql.unsafe(statements.replaceAll(/(?<!:):([a-z]+)\b/g, (whole, name: string) => this.roles.get(name) ?? whole));
    await sql.end();
  }

  /** Runs one reading statement as a role and gives the server's own text, as the pools do. */
  async read(role: string, statement: string, params: readonly string[] = statement === VALUES ? exclusionParameters([]) : []): Promise<ReadResult> {
    const sql = this.connect(this.target(role));
    await sql.unsafe('BEGIN READ ONLY');
    await sql.unsafe(`DECLARE c NO SCROLL CURSOR FOR ${statement}`, [...params], { simple: false } as never);
    const rows = await sql.unsafe('FETCH ALL FROM c').raw();
    await sql.end();
    const columns = rows.columns.map(({ name, type }) => ({ name, type }));
    return { columns, rows: rows.map((row) => row.map((value) => value?.toString() ?? null)), truncated: false };
  }

  async close(): Promise<void> {
    await Promise.all(this.open.map((sql) => sql.end()));
    const server = this.connect();
    await server.unsafe(`DROP DATABASE ${this.name} WITH (FORCE)`);
    for (const role of this.roles.values()) await server.unsafe(`DROP ROLE ${role}`);
    await server.end();
  }

  private connect(options: postgres.Options<Record<string, never>> = {}): postgres.Sql {
    const sql = postgres(process.env['TEST_DATABASE_URL'] ?? '', { max: 1, fetch_types: false, prepare: false, onnotice: () => {}, ...options });
    this.open.push(sql);
    return sql;
  }
}
