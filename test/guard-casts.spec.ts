import type { Identity } from '../src/pools/identity.js';
import { CatalogueFacts } from '../src/query/guard/catalogue-facts.js';
import { Guard, type GuardRequest } from '../src/query/guard/guard.js';
import { loadSettings } from '../src/settings/load-settings.js';
import { testDatabase, type TestDatabase } from './support/test-database.js';
import { caller, identityOf, TestPools, testPools } from './support/test-pools.js';

/** Types with one cast each, which calls what may do anything; a type's name tells which. */
const CONTENT = `
  create table items (id int, name text, tags text[]);

  create type explicit as enum ('a'); create table explicits (x explicit, n int); create view shown as select x from explicits; create view told as select n from explicits;
  create function to_text(explicit) returns text language sql volatile as 'select null'; create cast (explicit as text) with function to_text(explicit);
  create function made() returns explicit language sql stable as 'select null::explicit';
  create function listed(out x explicit, out n int) language sql stable as 'select null::explicit, 1';
  create function same(explicit, explicit) returns boolean language sql stable as 'select true';
  create function next(int, int) returns explicit language sql stable as 'select null::explicit'; create operator ~~> (leftarg = int, rightarg = int, function = next);

  create type assigned as enum ('a'); create table assigneds (x assigned);
  create function to_bool(assigned) returns boolean language sql volatile as 'select true'; create cast (assigned as boolean) with function to_bool(assigned) as assignment;

  create type several as enum ('a'); create table severals (x several);
  create function to_text(several[]) returns text language sql volatile as 'select null'; create cast (several[] as text) with function to_text(several[]);
  create function to_ints(several) returns int[] language sql volatile as 'select null::int[]'; create cast (several as int[]) with function to_ints(several);

  create type json_made as enum ('a'); create table jsons (x json_made);
  create function to_jsonb(json_made) returns jsonb language sql volatile as 'select null::jsonb'; create cast (json_made as jsonb) with function to_jsonb(json_made);

  create type implied as (a int); create table implieds (x implied); create type implied_range as range (subtype = implied);
  create function to_lsn(implied) returns pg_lsn language sql volatile as 'select null::pg_lsn'; create cast (implied as pg_lsn) with function to_lsn(implied) as implicit;
  create table ranges (r implied_range);
  do $$ begin if current_setting('server_version_num')::int >= 140000 then execute '
    create table multiranges (r implied_multirange);
    create type counted as (a int); create type counted_range as range (subtype = counted); create table counted_ranges (r counted_range);
    create function to_count(counted_multirange) returns int language sql volatile as ''select 1''; create cast (counted_multirange as int) with function to_count(counted_multirange);
    create table counted_multiranges (r counted_multirange); create function to_count(counted_range) returns bigint language sql volatile as ''select 1''; create cast (counted_range as bigint) with function to_count(counted_range)';
  end if; end $$;

  create type wanted as (a int); create function of_int(int) returns wanted language sql volatile as 'select row(1)::wanted'; create cast (int as wanted) with function of_int(int) as implicit;
  create table wanteds (x wanted); create function takes(wanted) returns int language sql stable as 'select 1';
  create function given(wanted) returns boolean language sql stable as 'select true'; create operator !!! (rightarg = wanted, function = given);

  create function taken(wanted, int) returns boolean language sql stable as 'select true'; create operator ~~< (leftarg = wanted, rightarg = int, function = taken);

  create type plain as (a int); create table plains (x plain); create type calm as (a int); create table calms (x calm);
  create function of_plain(plain) returns calm language sql volatile as 'select null::calm'; create cast (plain as calm) with function of_plain(plain);
  create schema apart; create function apart.loud(int) returns boolean language sql volatile as 'select true'; create domain apart.plain as int check (apart.loud(value));
  create function add_cast(date) returns "char" language sql volatile as 'select null::"char"'; create cast (date as "char") with function add_cast(date) as implicit;
`;

let database: TestDatabase;
let pools: TestPools;
let identity: Identity;

beforeAll(async () => {
  database = await testDatabase(CONTENT);
  pools = testPools();
  identity = identityOf(database, await database.role(['grant select on all tables in schema public to :role']));
});
afterAll(async () => {
  pools.end();
  await database.drop();
});

async function guard(): Promise<Guard> {
  const made = new Guard(new CatalogueFacts(pools.manager, loadSettings({})), loadSettings({ ALLOW_FUNCTIONS: 'public.made, public.listed, public.same, public.takes' }));
  await made.onModuleInit();
  return made;
}

const request = (): GuardRequest => ({ identity, caller: caller(), deadline: Date.now() + 10_000, writes: 'refused' });

describe('a cast of the database’s own', () => {
  it.each<[sql: string, name: string]>([
    ['select x::text from explicits', 'to_text'],
    ['select cast(x as text) from shown', 'to_text'],
    ["select 'a'::explicit::text", 'to_text'],
    ['select text(x) from explicits', 'to_text'],
    ['select (x).text from explicits', 'to_text'],
    ['select made()::text', 'to_text'],
    ['select x::text from listed()', 'to_text'],
    ['select $1::text where same($1, null)', 'to_text'],
    ['select (1 ~~> 2)::text', 'to_text'],
    ['select v.*::text from (select x from explicits) v', 'to_text'],

    ['select 1 from assigneds where x', 'to_bool'],
    ['select case when not x then 1 end from assigneds', 'to_bool'],

    ['select array_agg(x)::text from severals', 'to_text'],
    ['select x::int[] from severals', 'to_ints'],
    ['select x::_int4 from severals', 'to_ints'],

    ["select json_value(x, '$') from jsons", 'to_jsonb'],

    ["select pg_wal_lsn_diff(x, '0/0') from implieds", 'to_lsn'],
    ["select pg_wal_lsn_diff(lower(r), '0/0') from ranges", 'to_lsn'],
    ["select pg_wal_lsn_diff((array_agg(x))[1], '0/0') from (select * from implieds) i", 'to_lsn'],

    ['select 1 from wanteds where x = 1', 'of_int'],
    ['select takes(1)', 'of_int'],
    ['select !!! 1', 'of_int'],
    ['select 1::wanted', 'of_int'],
    ['select 1 ~~< 2', 'of_int'],
    ['select x::calm from plains', 'of_plain'],
    ['select now()::date::"char"', 'add_cast'],
  ])('is found where it can be called: %s', async (sql, name) => {
    await expect((await guard()).admit(sql, request())).rejects.toMatchObject({ code: 'STATEMENT_NOT_ALLOWED', detail: expect.stringMatching(`public\\.${name}, which a cast (to|of what comes with) `) });
  });

  const since14 = Number(process.env.TEST_DATABASE_VERSION) >= 14 ? it : it.skip;
  since14.each<[sql: string, name: string]>([
    ["select pg_wal_lsn_diff(lower(r), '0/0') from multiranges", 'to_lsn'],
    ['select range_agg(r)::int from counted_ranges', 'to_count'],
    ['select unnest(r)::bigint from counted_multiranges', 'to_count'],
  ])('is found behind multiranges: %s', async (sql, name) => {
    await expect((await guard()).admit(sql, request())).rejects.toMatchObject({ detail: expect.stringContaining(`public.${name}`) });
  });

  it.each([
    'select id::text, tags::text, now()::text, $1::text from items',
    "select x, n from explicits where x = 'a'",
    'select n::text from told',
    'select tags::int[], array_agg(id)::text from items',
    'select x::int from plains',
    'select id, 1 + 1, now()::date from items',
    'select x::text from plains, items',
    'select p.x, c.x from plains p, calms c',
    'select x::plain from plains',
  ])('blocks nothing else: %s', async (sql) => {
    await expect((await guard()).admit(sql, request())).resolves.toMatchObject({ kind: 'cursor' });
  });

  it('is told at the place of the type that is named, or of what brings the value', async () => {
    await expect((await guard()).admit('select x::text from explicits', request())).rejects.toMatchObject({ extensions: { position: 11 } });
    await expect((await guard()).admit('select x from assigneds where x', request())).rejects.toMatchObject({ extensions: { position: 15 } });
  });

  it('may be called by who may write', async () => {
    await expect((await guard()).admit("insert into items select 1, x::text from explicits", { ...request(), writes: 'allowed' })).resolves.toMatchObject({ kind: 'write' });
  });
});
