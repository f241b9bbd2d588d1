import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import postgres from 'postgres';
import { testDatabase, type TestDatabase } from '../support/test-database.js';

/** Stands in places that must not be shown to anybody. */
export const PLANTED_SECRET = 'planted-8f21c6-secret';

/** What the next caller on the same connection sees of it. */
export const INNOCENT = `select (select count(*) from accounts) as rows, (select sum(balance) from public.accounts) as money, current_setting('TimeZone') as zone, current_user = session_user as self,
  coalesce(current_setting('intruder.x', true), '') as left_behind, current_setting('transaction_read_only') as read_only, current_setting('standard_conforming_strings') as strings,
  (select count(*) from pg_class where relpersistence = 't') as temporary, (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) as locks,
  (select count(*) from pg_prepared_statements where name like 'intruder%') as prepared, (select count(*) from pg_cursors where name = 'intruder') as cursors, (select count(*) from pg_listening_channels()) as channels`;
/** What it is to see. */
export const UNTOUCHED = { rows: 10, money: 1000, zone: 'UTC', self: true, left_behind: '', read_only: 'on', strings: 'on', temporary: 0, locks: 0, prepared: 0, cursors: 0, channels: 0 };

/** `loud` leaves what a read-only transaction lets it; all trojans call it. */
const CONTENT = `
  create table accounts (id int primary key, balance int not null);
  insert into accounts select i, 100 from generate_series(1, 10) i;
  create table orders (id int primary key, account int references accounts);
  insert into orders select i, i from generate_series(1, 5) i;
  create table secrets (id int); create sequence numbers start 42;
  create materialized view figures as select sum(balance) from accounts;
  create function loud(int) returns int language plpgsql volatile as $$ begin
    perform pg_notify('heard', 'loud'), set_config('TimeZone', 'Asia/Tokyo', false), pg_advisory_lock(99);
    return $1;
  end $$;
  create procedure pay() language plpgsql as $$ begin update accounts set balance = 0; commit; end $$;
  create function loudly(accounts) returns int language sql volatile as 'select loud(1)';
  create function upper(int) returns text language sql volatile as 'select loud(1)::text';
  create function add_loudly(int, int) returns int language sql volatile as 'select loud(1)';
  create aggregate total(int) (sfunc = add_loudly, stype = int, initcond = '0');
  create view report as select loud(id) as id from accounts;
  create view report_of_report as select * from (select id + 1 as id from report) r;
  create table guarded (id int); insert into guarded values (1); alter table guarded enable row level security;
  create policy loud on guarded using (loud(id) > 0);
  create domain loud_domain as int check (loud(value) > 0);
  create type amount as (value numeric);
  create function same(amount, amount) returns boolean language sql volatile as 'select loud(1) > 0';
  create operator === (leftarg = amount, rightarg = amount, function = same);
  create function differs(int, int) returns boolean language sql volatile as 'select loud(1) > 0';
  create operator ~== (leftarg = int, rightarg = int, function = int4eq, negator = !~==); create operator !~== (leftarg = int, rightarg = int, function = differs, negator = ~==);
  create function amount(text) returns amount language sql volatile as 'select row(loud(1))::amount';
  create cast (text as amount) with function amount(text);
  create type weight as (grams numeric); create table weights (w weight); insert into weights values (row(1));
  create function weight_text(weight) returns text language sql volatile as 'select loud(1)::text';
  create function weight_int(weight) returns int language sql volatile as 'select loud(1)';
  create cast (weight as text) with function weight_text(weight) as implicit; create cast (weight as int) with function weight_int(weight);
  create domain whole as int; create type pair as (a whole, b int); create materialized view weighed as select w from weights;
  create type temper as enum ('fine'); create table tempers (m temper); insert into tempers values ('fine');
  create function temper_json(temper) returns json language sql volatile as 'select to_json(loud(1))'; create cast (temper as json) with function temper_json(temper);
  create type grade as (level int); create function grade(int) returns grade language sql volatile as 'select row(loud(1))::grade'; create cast (int as grade) with function grade(int) as implicit;
  create function graded(grade, grade) returns boolean language sql stable as 'select true'; create operator ~~~ (leftarg = grade, rightarg = grade, function = graded);
  create type flag as enum ('up'); create table flags (f flag); insert into flags values ('up');
  create function flag_up(flag) returns boolean language sql volatile as 'select loud(1) > 0'; create cast (flag as boolean) with function flag_up(flag) as assignment;
  create function flags_text(flag[]) returns text language sql volatile as 'select loud(1)::text'; create cast (flag[] as text) with function flags_text(flag[]);
  create function flag_ints(flag) returns int[] language sql volatile as 'select array[loud(1)]'; create cast (flag as int[]) with function flag_ints(flag);
  create type coin as (value numeric);
  create function hardware(coin) returns macaddr language sql volatile as 'select ''08:00:2b:01:02:03''::macaddr where loud(1) > 0';
  create cast (coin as macaddr) with function hardware(coin) as implicit;
  create table priced (id int, price coin, more coin[]); insert into priced values (1, row(1), '{(1)}');
  create foreign data wrapper vault; create server vault foreign data wrapper vault;
  create user mapping for public server vault options (password '${PLANTED_SECRET}');
  select lo_from_bytea(0, '${PLANTED_SECRET}');
  grant usage, create on schema public to public; grant select on all tables in schema public to public; revoke all on secrets from public;
  grant insert, update, delete, truncate on accounts, orders to public; grant all on sequence numbers to public;
`;

/** A database under attack, and somebody in it who only listens. */
export interface AttackedDatabase extends TestDatabase {
  readonly reader: { user: string; password: string };
  /** A statement with what it names filled in. */
  fill(sql: string): string;
  /** Everything that an attack could have changed, in one answer. Equal fingerprints: nothing did. What is heard may come one later. */
  fingerprint(): Promise<string>;
}

export async function attackedDatabase(): Promise<AttackedDatabase> {
  const database = await testDatabase(CONTENT);
  const extensions = await database.sql<{ name: string }[]>`select name from pg_available_extensions where name in ('dblink', 'tablefunc')`;
  for (const { name } of extensions) await database.sql.unsafe(`create extension ${name}`);
  const reader = await database.role(['grant all on database :database to :role']);
  const { user, password } = database.admin;
  const bystander = postgres({ host: database.host, port: database.port, database: database.name, user, password, max: 1, onnotice: () => {} });
  const heard: string[] = [];
  const { state } = await bystander.listen('heard', (payload) => heard.push(payload));
  const file = join(tmpdir(), `${database.name}_intruder`);
  return {
    ...database,
    reader,
    fill: (sql) => sql.replaceAll(':database', database.name).replaceAll(':bystander', String(state.pid)).replaceAll(':reader', reader.user).replaceAll(':file', file),
    async fingerprint() {
      const [seen] = await database.sql.unsafe(FINGERPRINT.replaceAll(':bystander', String(state.pid)).replaceAll(':reader', reader.user));
      return JSON.stringify({ ...seen, heard, file: existsSync(file) });
    },
    async drop() {
      await bystander.end({ timeout: 1 });
      await database.drop();
    },
  };
}

// Other tests use the same server: of what belongs to all of it, only what the attacks name counts. An open transaction does not:
// the service may be ending its own.
const FINGERPRINT = `select
  (select md5(string_agg(a::text, ',' order by id)) from accounts a) as accounts,
  (select md5(string_agg(o::text, ',' order by id)) from orders o) as orders,
  (select md5(string_agg(f::text, ',')) from figures f) as figures,
  (select md5(string_agg(concat_ws(' ', relname, relkind, relpersistence, relowner, relacl, relnatts, obj_description(oid, 'pg_class')), ',' order by oid)) from pg_class where oid >= 16384 and relnamespace::regnamespace::text not like 'pg_toast%') as relations,
  (select md5(string_agg(concat_ws(' ', proname, prosrc, proacl), ',' order by oid)) from pg_proc where oid >= 16384) as functions,
  (select md5(string_agg(definition, ',' order by viewname)) from pg_views where schemaname = 'public') as views,
  (select string_agg(extname, ',' order by extname) from pg_extension) as extensions,
  (select last_value || ' ' || is_called from numbers) as sequence,
  (select md5(string_agg(s::text, ',')) from pg_db_role_setting s where setdatabase = (select oid from pg_database where datname = current_database()) or setrole = ':reader'::regrole) as settings,
  (select md5(string_agg(a::text, ',' order by oid)) from pg_authid a where rolname in (':reader', 'intruder')) as roles,
  (select count(*)::int from pg_largeobject_metadata) as objects, (select md5(string_agg(data, ',' order by loid)) from pg_largeobject) as contents,
  (select count(*)::int from pg_replication_slots where slot_name like 'intruder%') as slots,
  (select count(*)::int from pg_replication_origin where roname like 'intruder%') as origins,
  (select count(*)::int from pg_prepared_xacts where database = current_database()) as prepared,
  (select count(*)::int from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())) as locks,
  (select count(*)::int from pg_locks l join pg_class c on c.oid = l.relation where l.mode not in ('AccessShareLock') and l.locktype = 'relation' and c.relnamespace = 'public'::regnamespace and l.database = (select oid from pg_database where datname = current_database())) as held,
  (select count(*)::int from pg_stat_activity where pid = :bystander and datname = current_database()) as bystander`;
