import { CatalogueFacts } from '../src/query/guard/catalogue-facts.js';
import { Guard, type GuardRequest } from '../src/query/guard/guard.js';
import type { Identity } from '../src/pools/identity.js';
import { loadSettings } from '../src/settings/load-settings.js';
import { GUARD_SCHEMA, NEWER_QUERIES, PLAIN, QUERIES } from './guard-statements.js';
import { testDatabase, type TestDatabase } from './support/test-database.js';
import { caller, identityOf, TestPools, testPools } from './support/test-pools.js';

/** What somebody may have put into a database. `seen` counts calls, where the transaction lets it. */
const OWN = `
  create schema reports; create schema hidden;
  create function fiscal_year(date) returns int language sql immutable as 'select extract(year from $1)::int';
  create function reports.tidy(text) returns text language sql stable as 'select trim($1)';
  create function reports.also(text) returns text language sql stable as 'select trim($1)';
  create function touch(int) returns int language plpgsql volatile as $$ begin perform pg_notify('touched', 'x'); return $1; end $$;
  create function touched(orders) returns int language plpgsql volatile as $$ begin perform pg_notify('touched', 'x'); return 1; end $$;
  create function hidden.unseen(int) returns int language sql immutable as 'select $1';
  create function round(numeric, text) returns numeric language sql volatile as 'select $1';
  create aggregate kill_all(int) (sfunc = int4pl, stype = int, initcond = '0');
  create view plain_view as select id, upper(status) as status from orders;
  create view stable_view as select id, fiscal_year(placed_on) as year from orders;
  create view loud_view as select touch(id::int) as id from orders;
  create view loud_view_of_view as select * from (select * from loud_view) v;
  create view locking_view as select pg_advisory_lock(1)::text, id from orders;
  create view whispering_view as select (select pg_notify('a', 'b')) is null as x, id from orders;
  create materialized view loud_result as select touch(id::int) as id from orders;
  create table guarded (id int); alter table guarded enable row level security;
  create policy loud on guarded using (touch(id) > 0);
  create table quiet (id int); alter table quiet enable row level security;
  create policy quiet on quiet using (id > 0 and current_user is not null);
  create domain loud_domain as int check (touch(value) > 0);
  create domain loud_domain_of_domain as loud_domain;
  create domain quiet_domain as int check (value > 0);
  create type pair as (a loud_domain, b int);
  create table of_domains (id int, x loud_domain);
  create type amount as (value numeric);
  create function amount_text(amount) returns text language sql volatile as 'select $1::text';
  create function text_amount(text) returns amount language sql volatile as 'select row(1)::amount';
  create function same(amount, amount) returns boolean language sql volatile as 'select true';
  create cast (text as amount) with function text_amount(text);
  create operator === (leftarg = amount, rightarg = amount, function = same);
  create type weight as (value numeric); create domain dweight as weight;
  create function weight_lsn(weight) returns pg_lsn language sql volatile as 'select ''0/0''::pg_lsn';
  create cast (weight as pg_lsn) with function weight_lsn(weight) as implicit;
  create table weighed (id int, w weight); create view weights as select id, w from weighed; create materialized view old_weights as select w from weighed;
  create table shelves (id int, ws weight[]); create table labels (id int, label dweight); create table shelf_rows (id int, shelf shelves);
  create type quiet_weight as (value numeric); create table quiet_weighed (id int, w quiet_weight);
  create function quiet_lsn(quiet_weight) returns pg_lsn language sql stable as 'select ''0/0''::pg_lsn';
  create cast (quiet_weight as pg_lsn) with function quiet_lsn(quiet_weight) as implicit;
  create domain damount as amount; create type bill as (a amount, n int);
  create function step(int, int) returns int language plpgsql volatile as $$ begin perform pg_notify('touched', 'x'); return 1; end $$;
  create aggregate loud_sum(int) (sfunc = step, stype = int, initcond = '0');
  create view loud_sums as select loud_sum(id) from customers;
  create operator reports.+ (leftarg = amount, rightarg = amount, function = same);
`;

let database: TestDatabase;
let pools: TestPools;
let identity: Identity;

beforeAll(async () => {
  database = await testDatabase(GUARD_SCHEMA);
  await database.sql.unsafe(OWN);
  pools = testPools();
  identity = identityOf(database, await database.role(['grant usage on schema reports, hidden to :role', 'grant select on all tables in schema public to :role']));
});
afterAll(async () => {
  pools.end();
  await database.drop();
});

async function guardWith(environment: Record<string, string> = {}): Promise<Guard> {
  const guard = new Guard(new CatalogueFacts(pools.manager, loadSettings({})), loadSettings(environment));
  await guard.onModuleInit();
  return guard;
}

const request = (writes: GuardRequest['writes'] = 'refused'): GuardRequest => ({ identity, caller: caller(), deadline: Date.now() + 10_000, writes });

describe('what an analyst sends', () => {
  it.each([...QUERIES, ...PLAIN])('is admitted after a look at the catalogue: %s', async (sql) => {
    await expect((await guardWith()).admit(sql, request())).resolves.toMatchObject({ allowed: true });
  });

  it.each(NEWER_QUERIES)('is admitted though the server may not know it: %s', async (sql) => {
    await expect((await guardWith()).admit(sql, request())).resolves.toMatchObject({ allowed: true });
  });

  it.each([
    'select * from plain_view', 'select * from stable_view where year > 2000', 'select * from loud_result', 'select * from quiet', "select pg_wal_lsn_diff(w, '0/0') from quiet_weighed",
    "select '5'::quiet_domain, cast(7 as quiet_domain)", 'select pg_catalog.round(total, 1), round(1.5) from orders', 'select o.total, o.status from orders o',
    'select count(*) from orders o join customers c on c.id = o.customer_id',
    'select x from of_domains', 'select a.b.c from x a',
  ])('may be views, domains and policies that only read: %s', async (sql) => {
    await expect((await guardWith()).admit(sql, request())).resolves.toMatchObject({ allowed: true });
  });
});

describe('functions of the database’s own', () => {
  it.each([
    ['select fiscal_year(placed_on) from orders', 'public.fiscal_year', 8],
    ['select 12345, fiscal_year(placed_on) from orders', 'public.fiscal_year', 15],
    ["select reports.tidy('x')", 'reports.tidy', 8],
    ['select * from orders where touch(1) = 1', 'public.touch', 28],
    ['select o.touched from orders o', 'public.touched', 8],
    ['select (o).touched from orders o', 'public.touched', undefined],
    ["select round(total, 'up') from orders", 'public.round', 8],
    ['select kill_all(id) over (order by id) from customers', 'public.kill_all', 8],
    ['select hidden.unseen(1)', 'hidden.unseen', 8],
    ['select U&"fiscal\\005fyear"(now()::date)', 'public.fiscal_year', 8],
  ])('are refused unless the operator names them: %s', async (sql, name, position) => {
    await expect((await guardWith()).admit(sql, request())).rejects.toMatchObject({
      code: 'STATEMENT_NOT_ALLOWED', detail: expect.stringContaining(`The function ${name} is not allowed`), hint: expect.stringContaining(`ALLOW_FUNCTIONS=${name}`), extensions: position === undefined ? {} : { position },
    });
  });

  it('stand in the way of PostgreSQL’s own of the same name, which can be told apart by their schema', async () => {
    await expect((await guardWith()).admit('select round(total, 1) from orders', request())).rejects.toMatchObject({ code: 'STATEMENT_NOT_ALLOWED', hint: expect.stringContaining('write pg_catalog.round') });
  });

  it('are admitted by name, or by schema', async () => {
    const guard = await guardWith({ ALLOW_FUNCTIONS: 'public.fiscal_year, reports.*' });
    await expect(guard.admit('select fiscal_year(placed_on) from orders', request())).resolves.toMatchObject({ kind: 'cursor' });
    await expect(guard.admit("select reports.tidy('x'), reports.also('x')", request())).resolves.toMatchObject({ kind: 'cursor' });
    await expect(guard.admit('select touch(1)', request())).rejects.toMatchObject({ code: 'STATEMENT_NOT_ALLOWED' });
  });

  it('that do not exist are told of, with where there is one', async () => {
    const guard = await guardWith();
    await expect(guard.admit('select 1, fiskal_year(now())', request())).rejects.toMatchObject({ code: 'SQL_INVALID', detail: 'There is no function fiskal_year.', extensions: { position: 11 } });
    await expect(guard.admit('select unseen(1)', request())).rejects.toMatchObject({ code: 'SQL_INVALID', hint: 'There is hidden.unseen: write the schema before the name.' });
  });

  it('are found as soon as they are there', async () => {
    const guard = await guardWith();
    await expect(guard.admit('select brand_new()', request())).rejects.toMatchObject({ code: 'SQL_INVALID' });
    await database.sql.unsafe("create function brand_new() returns int language sql volatile as 'select 1'");
    await expect(guard.admit('select brand_new()', request())).rejects.toMatchObject({ code: 'STATEMENT_NOT_ALLOWED' });
  });
});

describe('calls that hide', () => {
  it.each([
    ['select * from loud_view', 'public.loud_view', 'public.touch'],
    ['select id from loud_view_of_view limit 1', 'public.loud_view_of_view', 'public.touch'],
    ['select 1 where exists (select from public.loud_view)', 'public.loud_view', 'public.touch'],
    ['select id from locking_view', 'public.locking_view', 'pg_advisory_lock'],
    ['with w as (select * from whispering_view) select * from w', 'public.whispering_view', 'pg_notify'],
    ['select * from guarded', 'public.guarded', 'public.touch'],
    ["select '1'::loud_domain", 'public.loud_domain', 'public.touch'],
    ["select cast('1' as public.loud_domain_of_domain)", 'public.loud_domain_of_domain', 'public.touch'],
    ["select loud_domain('1')", 'public.loud_domain', 'public.touch'],
    ["select ('1').loud_domain", 'public.loud_domain', 'public.touch'],
    ["select '{1}'::loud_domain[]", 'public.loud_domain', 'public.touch'],
    ["select '(1,2)'::pair", 'public.pair', 'public.touch'],
    ["select * from jsonb_to_record('{}') as r(a loud_domain)", 'public.loud_domain', 'public.touch'],
    ["select * from of_domains, jsonb_populate_record(of_domains, '{\"x\": 1}')", 'public.of_domains', 'public.touch'],
    ["select 'x'::text::amount", 'cast to amount', 'public.text_amount'],
    ["select row(1)::amount === row(1)::amount", 'operator ===', 'public.same'],
    ['select 1 operator(reports.+) 2', 'operator +', 'public.same'],
    ['select 1 from orders order by id using operator(public.===)', 'operator ===', 'public.same'],
    ["select array['x'::text]::_amount", 'cast to _amount', 'public.text_amount'],
    ["select 'x'::text::damount", 'cast to damount', 'public.text_amount'],
    ["select row('x'::text, 1)::bill", 'cast to bill', 'public.text_amount'],
    ["select pg_wal_lsn_diff(w, '0/0') from weighed", 'cast of what comes with weighed', 'public.weight_lsn'],
    ["select pg_wal_lsn_diff(w, '0/0') from public.weights", 'cast of what comes with weights', 'public.weight_lsn'],
    ["select pg_wal_lsn_diff(w, '0/0') from old_weights", 'cast of what comes with old_weights', 'public.weight_lsn'],
    ["select pg_wal_lsn_diff(w, '0/0') from shelves, unnest(ws) w", 'cast of what comes with shelves', 'public.weight_lsn'],
    ["select pg_wal_lsn_diff(w, '0/0') from shelf_rows, unnest((shelf).ws) w", 'cast of what comes with shelf_rows', 'public.weight_lsn'],
    ["select pg_wal_lsn_diff(label, '0/0') from labels", 'cast of what comes with labels', 'public.weight_lsn'],
    ["select pg_wal_lsn_diff(null::weight, '0/0')", 'cast of what comes with weight', 'public.weight_lsn'],
    ['select * from loud_sums', 'public.loud_sums', 'public.loud_sum'],
    ['select row(1)::amount === any (select row(1)::amount)', 'operator ===', 'public.same'],
  ])('are found: %s', async (sql, holder, name) => {
    await expect((await guardWith()).admit(sql, request())).rejects.toMatchObject({ code: 'STATEMENT_NOT_ALLOWED', detail: expect.stringMatching(new RegExp(`${holder.replace(/[+.]/g, '\\$&')}.*${name.replace('.', '\\.')}|${name.replace('.', '\\.')}.*${holder.replace(/[+.]/g, '\\$&')}`)) });
  });

  it('are let through where the operator names the function', async () => {
    const guard = await guardWith({ ALLOW_FUNCTIONS: 'public.touch' });
    for (const sql of ['select * from loud_view_of_view', 'select * from guarded', "select '1'::loud_domain"]) await expect(guard.admit(sql, request())).resolves.toMatchObject({ kind: 'cursor' });
  });
});

/** What is syntax to the parser, and calls what somebody has named so on a server that does not know it. */
const LATER_SYNTAX = [
  ['json_value', "json_value('a', 'b')"], ['json_query', "json_query('a', 'b')"], ['json_exists', "json_exists('a', 'b')"], ['json_scalar', "json_scalar('a')"], ['json_serialize', "json_serialize('a')"],
  ['json', "json('a')"], ['json_arrayagg', "json_arrayagg('a')"], ['json_objectagg', "json_objectagg('a': 'b')"], ['json_array', "json_array('a')"], ['json_object', "json_object('a' value 'b')"],
  ['merge_action', 'merge_action()'],
] as const;

describe('operators that nobody writes', () => {
  let other: TestDatabase;

  beforeAll(async () => {
    other = await testDatabase(`
      create type amount as (value numeric); create table amounts (a amount, b int); create table more (a amount, c int);
      create function no_less(amount, amount) returns boolean language sql volatile as 'select true';
      create function is(amount, amount) returns boolean language sql volatile as 'select true';
      create operator >= (leftarg = amount, rightarg = amount, function = no_less);
      create operator = (leftarg = amount, rightarg = amount, function = is);
      ${LATER_SYNTAX.map(([name]) => `create schema with_${name}; create function with_${name}."${name}"(variadic text[] default '{}') returns text language sql volatile as 'select null';`).join(' ')}`);
  });
  afterAll(() => other.drop());

  it.each([
    ['select a between a and a from amounts', 'no_less'],
    ['select a not between symmetric a and a from amounts', 'no_less'],
    ['select case a when a then 2 end from amounts', 'is'],
    ['select a in (select a) from amounts', 'is'],
    ['select 1 from amounts join more using (a)', 'is'],
    ['select 1 from amounts natural join more', 'is'],
  ])('are found all the same: %s', async (sql, name) => {
    const as = identityOf(other, await other.role());
    await expect((await guardWith()).admit(sql, { ...request(), identity: as })).rejects.toMatchObject({ code: 'STATEMENT_NOT_ALLOWED', detail: expect.stringContaining(`public.${name}`) });
  });

  it.each(LATER_SYNTAX)('are found where the server takes %s for an ordinary function', async (name, call) => {
    const as = identityOf(other, await other.role([`grant usage on schema with_${name} to :role`, `alter role :role set search_path = with_${name}, public`]));
    await expect((await guardWith()).admit(`select ${call}`, { ...request(), identity: as })).rejects.toMatchObject({ code: 'STATEMENT_NOT_ALLOWED', detail: expect.stringContaining(`with_${name}.${name}`) });
  });

  it.each([
    'select 1 from amounts where exists (select a from amounts)',
    'select case when b > 1 then 2 end from amounts',
    'select b > any (select b) from amounts',
    'select 1 from amounts join more on b > c',
  ])('are none where nothing is compared for being equal: %s', async (sql) => {
    const as = identityOf(other, await other.role());
    await expect((await guardWith()).admit(sql, { ...request(), identity: as })).resolves.toMatchObject({ kind: 'cursor' });
  });
});

describe('what the server is asked', () => {
  it('is asked once for each identity and name, and by no other', async () => {
    const guard = await guardWith();
    const other = identityOf(database, await database.role());
    const asked = async (who: Identity, sql: string) => {
      const before = pools.events.length;
      await guard.admit(sql, { ...request(), identity: who });
      return pools.events.slice(before).filter((event) => event.constructor.name === 'ConnectionLeased').length;
    };
    expect(await asked(identity, 'select upper(name) from customers where id = 1')).toBe(1);
    expect(await asked(identity, 'select upper(name) from customers where id = 1')).toBe(0);
    expect(await asked(identity, 'select name from customers where upper(name) = $1 and id = 5')).toBe(0);
    expect(await asked(identity, 'select lower(name) from customers')).toBe(1);
    expect(await asked(other, 'select upper(name) from customers')).toBe(1);
  });

  it('is asked once by many who come at once, and each is answered within its own time', async () => {
    const guard = await guardWith();
    const fresh = { ...request(), identity: identityOf(database, await database.role()) };
    await pools.manager.read(fresh.identity, caller(), { text: 'SELECT 1', kind: 'cursor', maxRows: 1, maxBytes: 100, deadline: Date.now() + 10_000 });
    const before = pools.events.filter((event) => event.constructor.name === 'ConnectionLeased').length;
    const admitted = await Promise.all(Array.from({ length: 50 }, () => guard.admit('select initcap(name) from customers', fresh)));
    expect(admitted.map(({ kind }) => kind)).toEqual(new Array(50).fill('cursor'));
    expect(pools.events.filter((event) => event.constructor.name === 'ConnectionLeased').length - before).toBe(1);
    const gone = new AbortController();
    const cancelled = guard.admit('select reverse(name) from customers', { ...fresh, caller: caller('a', gone.signal) });
    const other = guard.admit('select reverse(name) from customers', fresh);
    gone.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'QUERY_CANCELLED' });
    await expect(other).resolves.toMatchObject({ kind: 'cursor' });
  });

  it('is asked again when a minute has passed', async () => {
    const facts = new CatalogueFacts(pools.manager, loadSettings({}));
    const now = Date.now();
    const known = facts.knownTo(request(), now);
    expect(facts.knownTo(request(), now + 59_000)).toBe(known);
    expect(facts.knownTo(request(), now + 61_000)).not.toBe(known);
  });

  it('may fail: the statement is then not run', async () => {
    const guard = await guardWith();
    const wrong = identityOf(database, { user: identity.target.user, password: 'wrong' });
    await expect(guard.admit('select upper(name) from customers', { ...request(), identity: wrong })).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED' });
  });
});
