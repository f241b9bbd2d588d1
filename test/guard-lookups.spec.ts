import type { Identity } from '../src/pools/identity.js';
import { CatalogueFacts } from '../src/query/guard/catalogue-facts.js';
import { Guard, type GuardRequest } from '../src/query/guard/guard.js';
import { loadSettings } from '../src/settings/load-settings.js';
import { eventually, testDatabase, type TestDatabase } from './support/test-database.js';
import { caller, identityOf, TestPools, testPools } from './support/test-pools.js';

/** One function that may do anything, and whatever can call it without saying so. */
const CONTENT = `
  create schema reports; create schema hidden; create sequence numbers;
  create table items (id int, name text, total numeric);
  create function loud(int) returns int language sql volatile as 'select $1';
  create function quiet(int) returns int language sql stable as 'select $1';

  create function hidden.quiet(int) returns int language sql stable as 'select $1';
  create function reports.crosstab(text) returns text language sql stable as 'select $1';
  create function dblink(text) returns text language sql stable as 'select $1';
  create procedure tidy_up() language sql as 'select 1';
  create extension dblink schema hidden;
  create procedure hidden.maintain(int) language sql as 'select 1'; alter extension dblink add procedure hidden.maintain(int);

  create function two(int, int default 2) returns int language sql volatile as 'select 1';
  create function many(variadic int[]) returns int language sql volatile as 'select 1';
  create function "left"(text) returns text language sql volatile as 'select $1';
  create function "repeat"(text, int, int) returns text language sql volatile as 'select $1';
  create aggregate first_of(int order by int) (sfunc = int4pl, stype = int, finalfunc = int4pl);

  create function add_loudly(int, int) returns int language sql volatile strict as 'select 1';
  create function loudly(int) returns int language sql volatile strict as 'select 1';
  create aggregate by_step(int) (sfunc = add_loudly, stype = int, initcond = '0');
  create aggregate by_end(int) (sfunc = int4pl, stype = int, finalfunc = loudly);
  create aggregate by_parts(int) (sfunc = int4pl, stype = int, combinefunc = add_loudly);
  create aggregate by_frame(int) (sfunc = int4pl, stype = int, msfunc = add_loudly, minvfunc = int4mi, mstype = int);
  create aggregate by_leaving(int) (sfunc = int4pl, stype = int, msfunc = int4pl, minvfunc = add_loudly, mstype = int);
  create aggregate by_frame_end(int) (sfunc = int4pl, stype = int, msfunc = int4pl, minvfunc = int4mi, mstype = int, mfinalfunc = loudly);
  create aggregate quietly(int) (sfunc = int4pl, stype = int);
  create view view_by_step as select by_step(id) from items; create view view_by_end as select by_end(id) from items; create view view_by_parts as select by_parts(id) from items;
  create view view_by_frame as select by_frame(id) from items; create view view_by_leaving as select by_leaving(id) from items; create view view_by_frame_end as select by_frame_end(id) from items;
  create view view_quietly as select quietly(id) from items;

  create view counting as select nextval('numbers'); create view as_xml as select table_to_xml('items', true, true, '');
  create view loud_view as select loud(id) as id from items;
  create table hidden.loud_view (id int); create view hidden.items as select loud(id) from items;
  create table parted (id int) partition by range (id); alter table parted enable row level security; create policy p on parted using (loud(id) > 0);
  create table unguarded (id int); create policy p on unguarded using (loud(id) > 0);
  create table only_inserts (id int); alter table only_inserts enable row level security; create policy p on only_inserts for insert with check (loud(id) > 0);

  create domain small as int check (loud(value) > 0); create view of_small as select '1'::small as x; create domain big as int; create type span as range (subtype = big);
  create type loud_span as range (subtype = small); create type of_spans as (a loud_span);
  create type amount as (value numeric); create table amounts (a amount, n int); create function amount_number(amount) returns bigint language sql volatile as 'select 1';
  create cast (amount as bigint) with function amount_number(amount); create domain whole as bigint;
  create function same(amount, amount) returns boolean language sql volatile as 'select true'; create operator === (leftarg = amount, rightarg = amount, function = same);
  create operator hidden.=== (leftarg = int, rightarg = int, function = int4eq);
  create operator <= (leftarg = amount, rightarg = amount, function = same);
  create operator ==== (leftarg = int, rightarg = int, function = int4eq);
`;

let database: TestDatabase;
let pools: TestPools;
let identity: Identity;

beforeAll(async () => {
  database = await testDatabase(CONTENT);
  pools = testPools();
  identity = identityOf(database, await database.role(['grant usage on schema reports, hidden to :role', 'grant select on all tables in schema public, hidden to :role']));
});
afterAll(async () => {
  pools.end();
  await database.drop();
});

async function guardWith(allowed = ''): Promise<Guard> {
  const guard = new Guard(new CatalogueFacts(pools.manager, loadSettings({})), loadSettings(allowed ? { ALLOW_FUNCTIONS: allowed } : {}));
  await guard.onModuleInit();
  return guard;
}

const request = (writes: GuardRequest['writes'] = 'refused'): GuardRequest => ({ identity, caller: caller(), deadline: Date.now() + 10_000, writes });
const refusedFor = (word: string) => ({ code: 'STATEMENT_NOT_ALLOWED', detail: expect.stringContaining(word) });

describe('ALLOW_FUNCTIONS', () => {
  it.each([
    ['reports.crosstab', "select reports.crosstab('x')"],
    ['reports.*', "select reports.crosstab('x')"],
    ['public.dblink', "select ('x'::text).dblink"],
  ])('%s allows a function that is named like a refused one: %s', async (allowed, sql) => {
    await expect((await guardWith(allowed)).admit(sql, request())).resolves.toMatchObject({ kind: 'cursor' });
  });

  it.each([
    ['pg_catalog.*', "select table_to_xml('items', true, true, '')", 'table_to_xml'],
    ['pg_catalog.pg_notify', "select pg_notify('a', 'b')", 'pg_notify'],
    ['reports.*', "select pg_notify('a', 'b')", 'pg_notify'],
    ['reports.*', "select 'x'::text as x, (1).pg_terminate_backend", 'pg_terminate_backend'],
    ['public.quiet', 'select hidden.quiet(1)', 'hidden.quiet'],
    ['reports.crosstab', "select hidden.dblink_exec('x')", 'dblink_exec'],
  ])('%s allows nothing else: %s', async (allowed, sql, name) => {
    await expect((await guardWith(allowed)).admit(sql, request())).rejects.toMatchObject(refusedFor(name));
  });

  it('is heeded where a refusal is told with its place', async () => {
    await expect((await guardWith('reports.*')).admit("select reports.crosstab('x'), loud(1)", request())).rejects.toMatchObject({ ...refusedFor('public.loud'), extensions: { position: 31 } });
  });
});

describe('what is called', () => {
  it.each<[sql: string, name: string]>([
    ['select two(1)', 'two'],
    ['select two(1, 2)', 'two'],
    ['select many(1)', 'many'],
    ['select many(1, 2, 3)', 'many'],
    ['select many(variadic array[1])', 'many'],
    ['select first_of(1) within group (order by id) from items', 'first_of'],
    ['select * from counting', 'nextval'],
    ['select * from as_xml', 'table_to_xml'],
    ...['by_step', 'by_end', 'by_parts', 'by_frame', 'by_leaving', 'by_frame_end'].map((name): [string, string] => [`select * from view_${name}`, name]),
    ['select * from parted', 'loud'],
    ['select * from items tablesample loud (1)', 'loud'],
    ["select '[1,2]'::loud_span", 'loud'],
    ["select '(\"[1,2]\")'::of_spans", 'loud'],
    ['select a between a and a from amounts', 'the operator <='],
    ['select a::bigint from amounts', 'amount_number'],
    ['select a::whole from amounts', 'amount_number'],
    ['select * from hidden.items', 'hidden.items'],
    ["select \"left\"('a', 1), \"left\"('a')", 'public.left'],
    ["select \"left\"('a'), \"left\"('a', 1)", 'public.left'],
    ['select 1 from hidden.loud_view, public.loud_view l', 'public.loud_view'],
    ['select 1 from public.loud_view l, hidden.loud_view', 'public.loud_view'],
    ['select * from of_small', 'public.of_small cannot be read'],
    ["select * from xmltable('/a' passing '<a/>' columns a small)", 'small'],
    ["select json_value('1', '$' returning small)", 'small'],
  ])('is found: %s', async (sql, name) => {
    await expect((await guardWith()).admit(sql, request())).rejects.toMatchObject(refusedFor(name));
  });

  it.each([
    "select \"left\"('a', 1), \"repeat\"('a', 2)",
    'select * from view_quietly',
    'select * from unguarded',
    'select * from only_inserts',
    "select '[1,2]'::span",
    "select big('1'), big(n) from amounts",
    'select * from hidden.loud_view',
    'select * from public.items',
    'select 1 operator(hidden.===) 1',
    'select case when a is null then 1 end, n in (select 1), n = any (select 1) from amounts',
    'select pg_catalog.from_a_newer_server(1)',
    'select i.total, (i).name from items i',
    'select 1 ==== 2',
    'select loud from (select 1 as loud) x',
  ])('is told from what is not: %s', async (sql) => {
    await expect((await guardWith()).admit(sql, request())).resolves.toMatchObject({ kind: 'cursor' });
  });
});

it('what is called is told at its place, though the like was seen before', async () => {
  const guard = await guardWith();
  for (const [id, position] of [['7', 11], ['123456', 16], ['7', 11]] as const) await expect(guard.admit(`select ${id}, loud(1)`, request())).rejects.toMatchObject({ extensions: { position } });
});

it('policies that need each other are looked into once', async () => {
  await database.sql.unsafe(`
    create table one (id int); create table other (id int); alter table one enable row level security; alter table other enable row level security;
    create policy p on one using (exists (select from other)); create policy p on other using (exists (select from one))`);
  await expect((await guardWith()).admit('select * from one', request())).resolves.toMatchObject({ kind: 'cursor' });
});

it('what hides is told at the place of what holds it', async () => {
  await expect((await guardWith()).admit('select 1 from items, loud_view', request())).rejects.toMatchObject({ extensions: { position: 22 } });
});

describe('a session that may write', () => {
  it.each([
    'insert into items select loud(1)',
    'delete from items where id in (select id from loud_view)',
    'insert into items select 1 from amounts where a === a',
    "insert into items values ('1'::small)",
    'insert into items select 1 from as_xml',
    'call tidy_up()',
    "insert into items values (nextval('numbers'))",
  ])('may call what its database has: %s', async (sql) => {
    await expect((await guardWith()).admit(sql, request('allowed'))).resolves.toMatchObject({ kind: 'write' });
    await expect((await guardWith()).admit(sql, request('never'))).rejects.toMatchObject({ code: 'STATEMENT_NOT_ALLOWED', hint: expect.not.stringContaining('read_only') });
  });

  it.each([
    ['call hidden.maintain(1)', 'hidden.maintain'],
    ["insert into items select 1 from hidden.dblink_is_busy('x')", 'dblink_is_busy'],
    ['insert into items values (lo_create(0))', 'lo_create'],
    ['insert into items select 1 where pg_stat_clear_snapshot() is null', 'The function pg_stat_clear_snapshot is not allowed'],
  ])('may not call more of the server and its modules: %s', async (sql, name) => {
    await expect((await guardWith()).admit(sql, request('allowed'))).rejects.toMatchObject(refusedFor(name));
  });

  it('is told at which place', async () => {
    await expect((await guardWith()).admit('insert into items values (1), (lo_create(0))', request('allowed'))).rejects.toMatchObject({ extensions: { position: 32 } });
    await expect((await guardWith()).admit('insert into items select 1 where 22 = 22 and pg_stat_clear_snapshot() is null', request('allowed'))).rejects.toMatchObject({ extensions: { position: 46 } });
  });

  it('may read as any other', async () => {
    await expect((await guardWith()).admit('select * from items', request('allowed'))).resolves.toMatchObject({ kind: 'cursor' });
  });

  it('is told of the syntax once, as any other', async () => {
    await expect((await guardWith()).admit('insert intro items', request('allowed'))).rejects.toMatchObject({ code: 'SQL_INVALID' });
  });
});

describe('looking up', () => {
  const locked = async <T>(work: (release: () => Promise<void>) => Promise<T>): Promise<T> => {
    const holder = await database.sql.reserve();
    await holder`begin`;
    await holder`lock table pg_catalog.pg_policy in access exclusive mode`;
    let released: Promise<unknown> | undefined;
    const release = async () => void (await (released ??= holder`rollback`));
    try {
      return await work(release);
    } finally {
      await release();
      holder.release();
    }
  };
  const waiting = () => eventually(() => database.backends(), (backends) => backends.some(({ query, state }) => state === 'active' && query.includes('What the connected server has')));

  it('is given up at the time limit of the request', async () => {
    const guard = await guardWith();
    await locked(async () => {
      await expect(guard.admit('select initcap(name) from items', { ...request(), deadline: Date.now() + 300 })).rejects.toMatchObject({ code: 'STATEMENT_TIMEOUT' });
    });
  });

  it('that nobody waits for any more is none to wait for', async () => {
    const guard = await guardWith();
    await locked(async (release) => {
      const gone = new AbortController();
      const first = guard.admit('select reverse(name) from items', { ...request(), caller: caller('a', gone.signal) });
      const left = expect(first).rejects.toMatchObject({ code: 'QUERY_CANCELLED' });
      await waiting();
      gone.abort();
      await left;
      const second = guard.admit('select reverse(name) from items', request());
      await release();
      await expect(second).resolves.toMatchObject({ kind: 'cursor' });
    });
  });

  it('goes on for others when the session that began it ends', async () => {
    const guard = await guardWith();
    await locked(async (release) => {
      const began = guard.admit('select repeat(name, 2) from items', { ...request(), caller: caller('a') });
      const joined = guard.admit('select repeat(name, 2) from items', { ...request(), caller: caller('b') });
      await waiting();
      pools.manager.cancelQueue(identity, 'a');
      await release();
      await expect(Promise.all([began, joined])).resolves.toMatchObject([{ kind: 'cursor' }, { kind: 'cursor' }]);
    });
  });

  it('finds too much to be checked where there is', async () => {
    await database.sql.unsafe(`do $$ begin for i in 1..36 loop execute format('create view big_%s as select %L::text as x', i, repeat('x', 1000000)); end loop; end $$`);
    const names = Array.from({ length: 36 }, (_, i) => `big_${i + 1}`);
    await expect((await guardWith()).admit(`select 1 from ${names.join(', ')}`, request())).rejects.toMatchObject(refusedFor('more functions and views than can be checked'));
  });

  it('goes through views of views up to a number', async () => {
    await database.sql.unsafe(`do $$ begin for i in 1..1100 loop execute format('create view leaf_%s as select %s as x', i, i); end loop; end $$`);
    const leaves = (most: number) => `select 1 from ${Array.from({ length: most }, (_, i) => `leaf_${i + 1}`).join(', ')}`;
    await expect((await guardWith()).admit(leaves(900), request())).resolves.toMatchObject({ kind: 'cursor' });
    await expect((await guardWith()).admit(leaves(1_100), request())).rejects.toMatchObject(refusedFor('more than can be checked'));
  });

  it('forgets names that are too many', () => {
    const facts = new CatalogueFacts(pools.manager, loadSettings({}));
    const known = facts.knownTo(request(), 0);
    known.settle('type', Array.from({ length: 20_000 }, (_, i) => `t${i}`));
    expect(facts.knownTo(request(), 0)).toBe(known);
    known.settle('type', ['one_more']);
    expect(facts.knownTo(request(), 0)).not.toBe(known);
  });

  it('asks for columns once', async () => {
    const guard = await guardWith();
    await guard.admit('select i.total from items i', request());
    const before = pools.events.length;
    await guard.admit('select i.total, 1 from items i', request());
    expect(pools.events.slice(before).map((event) => event.constructor.name)).not.toContain('ConnectionLeased');
  });
});
