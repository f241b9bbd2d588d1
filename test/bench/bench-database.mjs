import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { serverUrl } from './database-server.mjs';

/**
 * A database with 100,000 accounts and a role that may read them, on the server that TEST_DATABASE_URL names, or else on an
 * embedded one in a temporary folder. Everything made here is removed when the scope closes.
 */
export async function openDatabase(scope) {
  const url = await serverUrl(scope);
  const server = scope.add(postgres(url.href, { max: 1, onnotice: () => {} }), (sql) => sql.end({ timeout: 1 }));
  const unique = `bench_${randomBytes(4).toString('hex')}`;
  const endpoint = { host: url.hostname, port: Number(url.port || 5432) };
  const [{ version }] = await server`select current_setting('server_version') as version`;

  /** A login role with a password. */
  const createRole = async (suffix) => {
    const role = { user: `${unique}_${suffix}`, password: randomBytes(12).toString('hex') };
    await server.unsafe(`create role ${role.user} login password '${role.password}'`);
    return scope.add(role, () => server.unsafe(`drop role ${role.user}`));
  };

  /** Another database on the same server. `statements` run one by one: each is a transaction. @returns where the role finds it */
  const createDatabase = async (suffix, role, statements) => {
    const name = `${unique}_${suffix}`;
    await server.unsafe(`create database ${name}`);
    scope.add(name, () => server.unsafe(`drop database ${name} with (force)`));
    const inside = new URL(url);
    inside.pathname = `/${name}`;
    const sql = postgres(inside.href, { max: 1, onnotice: () => {} });
    try {
      for (const statement of statements) await sql.unsafe(statement);
    } finally {
      await sql.end();
    }
    return { ...endpoint, name, ...role };
  };

  /** Makes a table's comment another one: the least that makes the schema a new one. */
  const changeStructure = async ({ name }) => {
    const inside = new URL(url);
    inside.pathname = `/${name}`;
    const sql = postgres(inside.href, { max: 1, onnotice: () => {} });
    await sql.unsafe(`comment on table customers is '${randomBytes(8).toString('hex')}'`).finally(() => sql.end());
  };

  const reader = await createRole('reader');
  const accounts = await createDatabase('accounts', reader, [
    'create table accounts (id integer primary key, balance integer not null, filler text not null)',
    "insert into accounts select i, i % 1000, repeat('x', 80) from generate_series(1, 100000) i",
    `grant select on accounts to ${reader.user}`,
    'vacuum analyze accounts',
  ]);
  return { version, server, accounts, createRole, createDatabase, changeStructure };
}
