import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import postgres, { type Sql } from 'postgres';

const SCHEMA = readFileSync(new URL('./shop-schema.sql', import.meta.url), 'utf8');
const DATA = readFileSync(new URL('./shop-data.sql', import.meta.url), 'utf8');
const REVISION = createHash('sha256').update(SCHEMA).update(DATA).digest('hex');
const DATABASE = 'shop';
const READER = 'shop_reader';

/** Known to everyone, so that the documentation's examples work: the role can only read generated data, and only on this machine. */
const READER_PASSWORD = 'demo';

/** The reader's address of the shop, on a server that has one. */
export function shopAddress(port: number): string {
  return `postgres://${READER}:${READER_PASSWORD}@127.0.0.1:${port}/${DATABASE}`;
}

/** What the shop needs from a server: addresses at which a superuser may connect. */
export interface ShopServer {
  url(database?: string): string;
}

/**
 * Makes sure that the server has the shop and a role that can read it and do nothing else, and returns that role's
 * address of the shop.
 */
export async function openShop(server: ShopServer, onProgress: (step: string) => void): Promise<string> {
  const admin = connect(server.url());
  try {
    const [database] = await admin`select 1 from pg_database where datname = ${DATABASE}`;
    if (!database) await admin`create database ${admin(DATABASE)}`;
    if (!(await isFilled(server.url(DATABASE)))) {
      onProgress('Filling the shop with customers, products and three years of orders');
      await admin`drop database ${admin(DATABASE)} with (force)`;
      await admin`create database ${admin(DATABASE)}`;
      await use(server.url(DATABASE), (sql) => fillShop(sql, new Date()));
    }
    await use(server.url(DATABASE), (sql) => grantReader(sql, READER, READER_PASSWORD));
    const url = new URL(server.url(DATABASE));
    url.username = READER;
    url.password = READER_PASSWORD;
    return url.href;
  } finally {
    await admin.end();
  }
}

/**
 * Creates the shop in the schema `public` of an empty database, as it is at the instant `until`: everything or, when
 * interrupted, nothing. `sql` has to be a superuser's or the owner's.
 */
export async function fillShop(sql: Sql, until: Date): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`select set_config('shop.until', ${until.toISOString()}, true), set_config('timezone', 'UTC', true), set_config('search_path', 'public', true)`;
    await transaction.unsafe(SCHEMA);
    await transaction.unsafe(DATA);
    const [current] = await transaction`select current_database() as name`;
    await transaction.unsafe(`alter database ${quoted(current?.name)} set shop.revision = '${REVISION}'`);
  });
}

/** Gives the role `role`, made when missing, the password and the right to read the shop. */
export async function grantReader(sql: Sql, role: string, password: string): Promise<void> {
  const name = quoted(role);
  const [current] = await sql`select current_database() as name, exists (select from pg_roles where rolname = ${role}) as known`;
  const database = quoted(current?.name);
  if (!current?.known) await sql.unsafe(`create role ${name}`);
  await sql.unsafe(`
    alter role ${name} with login nosuperuser nocreatedb nocreaterole noinherit noreplication nobypassrls password '${password.replaceAll("'", "''")}';
    alter role ${name} set default_transaction_read_only = on;
    revoke all on database ${database} from public;
    grant connect on database ${database} to ${name};
    grant usage on schema public to ${name};
    grant select on all tables in schema public to ${name};`);
}

/** A shop of another revision counts as none: the program has changed since. */
function isFilled(url: string): Promise<boolean> {
  return use(url, async (sql) => (await sql`select current_setting('shop.revision', true) as revision`)[0]?.revision === REVISION);
}

async function use<T>(url: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = connect(url);
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

function connect(url: string): Sql {
  return postgres(url, { max: 1, onnotice: () => undefined });
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
