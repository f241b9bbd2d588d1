import { inspect } from '../src/query/guard/inspect.js';
import { SqlParser } from '../src/query/guard/sql-parser.js';
import { STATEMENT_KINDS } from '../src/query/guard/statement-kinds.js';
import { ADMINISTERED, WRITTEN } from './guard-writes.js';

let parser: SqlParser;

beforeAll(async () => {
  parser = await SqlParser.load();
});

const kindOf = (sql: string) => Object.keys(parser.parse(sql)[0]?.stmt ?? {})[0];

describe('a session that may write', () => {
  it.each(WRITTEN)('may: %s', (sql) => {
    expect(inspect(sql, parser, { writing: true })).toMatchObject({ allowed: true, kind: 'write' });
    expect(inspect(sql, parser)).toMatchObject({ allowed: false, code: 'WRITES_NOT_ALLOWED', hint: expect.stringMatching(/.{10}/) });
  });

  it.each(ADMINISTERED)('may not, as nobody may: %s', (sql) => {
    for (const writing of [true, false]) expect(inspect(sql, parser, { writing })).toMatchObject({ allowed: false, code: 'STATEMENT_NOT_ALLOWED', reason: expect.stringMatching(/is not allowed\.$/), hint: expect.stringMatching(/.{10}/) });
  });

  it('is judged by every kind of statement there is', () => {
    const reads = ['select 1', 'explain select 1', 'show search_path'];
    const sent = new Set([...WRITTEN, ...ADMINISTERED, ...reads].map(kindOf));
    // These stand in other statements only.
    const inside = ['ReplicaIdentityStmt', 'ReturnStmt', 'PLAssignStmt', 'RawStmt', 'SetOperationStmt'];
    expect(Object.keys(STATEMENT_KINDS).filter((kind) => !sent.has(kind))).toEqual(inside);
  });
});

describe('statements that write', () => {
  it.each([
    ['create index concurrently i on items (name)', 'CONCURRENTLY'],
    ['drop index concurrently i', 'CONCURRENTLY'],
    ['alter table items detach partition old concurrently', 'CONCURRENTLY'],

    ['create temp table x (a int)', 'Temporary'],
    ['create table pg_temp.items (a int)', 'Temporary'],
    ['create table pg_temp_3.items (a int)', 'Temporary'],
    ['create temp table x as select 1', 'Temporary'],
    ['create table pg_temp.x as select 1', 'Temporary'],
    ['select 1 into temp x', 'Temporary'],
    ['select 1 into pg_temp.x', 'Temporary'],
    ['create temp view x as select 1', 'Temporary'],
    ['create view pg_temp.items as select 1', 'Temporary'],
    ['create temp sequence x', 'Temporary'],
    ['create sequence pg_temp.x', 'Temporary'],
    ['create type pg_temp.x as (a int)', 'Temporary'],
    ["create type pg_temp.x as enum ('a')", 'Temporary'],
    ['create domain pg_temp.x as int', 'Temporary'],
    ["create function pg_temp.x() returns int language sql as 'select 1'", 'Temporary'],
    ['create operator pg_temp.+ (leftarg = int, rightarg = int, function = int4pl)', 'Temporary'],
    ['alter table items inherit pg_temp.x', 'Temporary'],
    ['create table x (a int, like pg_temp.y)', 'Temporary'],

    ['drop extension plpgsql', 'EXTENSION'],
    ['drop server s', 'FOREIGN SERVER'],
    ['drop foreign table t', 'FOREIGN TABLE'],
    ['drop event trigger t', 'EVENT TRIGGER'],
    ['drop cast (text as int)', 'CAST'],
    ['drop language plpgsql', 'LANGUAGE'],
    ['drop publication p', 'PUBLICATION'],
    ['alter role a rename to b', 'ROLE'],
    ['alter database a rename to b', 'DATABASE'],
    ['alter server a rename to b', 'FOREIGN SERVER'],
    ["comment on database a is 'b'", 'DATABASE'],
    ["comment on role a is 'b'", 'ROLE'],
    ["comment on large object 1 is 'b'", 'LARGEOBJECT'],
    ['alter extension a set schema b', 'EXTENSION'],
    ['alter foreign table t add column a int', 'FOREIGN TABLE'],

    ['alter table items owner to somebody', 'OWNER'],
    ['alter view v owner to somebody', 'OWNER'],
    ['alter sequence s owner to somebody', 'OWNER'],
    ['create schema s authorization somebody', 'AUTHORIZATION'],
    ['create schema authorization somebody create table t (a int)', 'AUTHORIZATION'],
    ['alter table items set tablespace elsewhere', 'TABLESPACE'],
    ['alter index i set tablespace elsewhere', 'TABLESPACE'],
    ['alter materialized view v add column a int, set tablespace elsewhere', 'TABLESPACE'],

    ["create function f() returns int language c as 'f'", 'language c'],
    ["create function f() returns int language internal as 'f'", 'language internal'],
    ["create function f() returns int as '' language plpython3u", 'language plpython3u'],
    ["create procedure p() language plperlu as ''", 'language plperlu'],
    ["create function f() returns int language sql set role = postgres as 'select 1'", 'search_path'],
    ["create function f() returns int language sql set work_mem = '1GB' as 'select 1'", 'search_path'],
    ['alter function f() set session authorization postgres', 'search_path'],
    ['alter function f() reset all', 'search_path'],
    ['create type t (input = a, output = b)', 'type with functions'],

    ["insert into pg_authid (rolname) values ('x')", 'catalogues'],
    ["update pg_catalog.pg_proc set prosrc = ''", 'catalogues'],
    ['delete from pg_class', 'catalogues'],
    ['merge into pg_class c using items i on true when matched then delete', 'catalogues'],
    ['delete from pg_toast.pg_toast_1260', 'catalogues'],
    ['delete from information_schema.sql_features', 'catalogues'],
    ['with gone as (delete from pg_class returning 1) select * from gone', 'catalogues'],
    ['create rule r as on insert to items do also delete from pg_class', 'catalogues'],

    ['create rule r as on insert to items do also notify x', 'NOTIFY'],
    ['create schema s grant all on t to public', 'GRANT'],
    ['create table x as execute p', 'EXECUTE'],

    ["insert into items select 1, pg_read_file('x')", 'pg_read_file'],
    ["create table x (a text default pg_read_file('x'))", 'pg_read_file'],
    ["update items set name = (select rolpassword from pg_authid limit 1)", 'pg_authid'],
    ['create view v as select * from pg_shadow', 'pg_shadow'],
    ["call pg_read_file('x')", 'pg_read_file'],
    ['select pg_terminate_backend(1)', 'pg_terminate_backend'],
    ["insert into items values (1, ('a').pg_read_file)", 'pg_read_file'],
    ["insert into items values (1, current_setting('data_directory'))", 'data_directory'],
  ])('are refused with their reason: %s', (sql, because) => {
    expect(inspect(sql, parser, { writing: true })).toMatchObject({ allowed: false, code: 'STATEMENT_NOT_ALLOWED', reason: expect.stringContaining(because), hint: expect.stringMatching(/.{5}/) });
  });

  it.each([
    'insert into items select nextval(\'s\'), currval(\'s\')',
    "select setval('s', 1)",
    'select id from items for update',
    'select 1 into copied',
    "insert into items values (1, 'pg_temp')",
    "create table x (a text default 'pg_temp')",
    'with gone as (delete from items returning *) select * from gone',
    'insert into reports.pg_class values (1)',
    'insert into pgbench values (1)',
    "create function f() returns int language sql set search_path = public as 'select 1'",
    'create function f() returns int language sql begin atomic select 1; end',
    'create function f() returns int return 1',
    "create function f() returns int language SQL as 'select 1'",
    "create function f() returns trigger language plpgsql as 'begin return new; end'",
    'create unlogged table x (a int)',
    'create schema s create table t (a int)',
    'create table pg_temporal.x (a int)',
    'create table my_pg_temp.x (a int)',
    'create type t',
    'create type t as range (subtype = int)',
    "create collation c (locale = 'C')",
  ])('are admitted: %s', (sql) => {
    expect(inspect(sql, parser, { writing: true })).toMatchObject({ allowed: true, kind: 'write' });
  });

  it('are none where it explains or shows', () => {
    expect(inspect('explain select 1', parser, { writing: true })).toMatchObject({ allowed: true, kind: 'plain' });
    expect(inspect('explain analyze delete from items', parser, { writing: true })).toMatchObject({ allowed: false });
    expect(inspect("explain analyze select nextval('s')", parser)).toMatchObject({ allowed: false });
    expect(inspect('show data_directory', parser, { writing: true })).toMatchObject({ allowed: false });
  });
});
