import { type TestApp, testApp } from './support/test-app.js';
import { testDatabase, type TestDatabase } from './support/test-database.js';

const OPERATORS = ['=', '<>', '<', '>', '<=', '>=', '~~', '!~~', '~', '!~', '||', '-', '*'];
const TYPES = ['oid', 'int2', 'int4', 'int8', 'float4', 'float8', 'regproc', 'regclass', 'regtype', 'regnamespace', 'name', 'text', '"char"', 'bool', 'int2[]', 'oid[]'];

/** An operator for each two types that PostgreSQL has none for: where it would convert one of them, it takes this. */
const PLANTED = `
  create table people (id int primary key, name text not null, home int references people); comment on table people is 'Who lives here';
  create type shade as enum ('red', 'blue'); alter table people add shade shade default 'red'; create domain code as text; alter table people add code code; alter table people add city text;
  create table parted (id int) partition by range (id); create table part partition of parted for values from (0) to (10);
  insert into people select i, 'name ' || i % 3, null, 'blue', 'x', case when i % 2 = 0 then 'Berlin' else 'Paris' end from generate_series(1, 100) i; analyze people;
  do $$ begin execute (
    select string_agg(format('create function planted_%s(%s, %s) returns boolean language plpgsql as $f$ begin raise exception ''planted: %s''; end $f$; create operator %s (leftarg = %2$s, rightarg = %3$s, function = planted_%1$s);', n, l, r, concat_ws(' ', l, o, r), o), ' ')
      from (select row_number() over () as n, l, r, o from unnest('{${OPERATORS.map((one) => `"${one}"`).join()}}'::text[]) o, unnest('{${TYPES.map((one) => JSON.stringify(one)).join()}}'::text[]) l, unnest('{${TYPES.map((one) => JSON.stringify(one)).join()}}'::text[]) r
             where not exists (select from pg_operator p where p.oprname = o and p.oprleft = l::regtype and p.oprright = r::regtype)) x);
  end $$`;

let database: TestDatabase;
let app: TestApp;
let session: string;

beforeAll(async () => {
  database = await testDatabase(PLANTED);
  app = await testApp();
  session = await app.connect(database, await database.role(['grant select on all tables in schema public to :role']));
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

describe('operators that somebody has put into the database', () => {
  it('are not called when it is connected to', async () => {
    expect((await app.get('/api/v1/database/session', { 'x-session-id': session })).status).toBe(200);
  });

  it('are not called when the guard looks something up', async () => {
    const { status, body } = await app.sql(session, 'select p.name, upper(code)::text as code, shade from people p limit 1');
    expect({ status, results: body.results }).toEqual({ status: 200, results: [{ name: 'name 1', code: 'X', shade: 'blue' }] });
  });

  it('are not called when the schema is read', async () => {
    const { body } = await app.get('/api/v1/schema', { 'x-session-id': session });
    expect(body.relations?.map(({ name }: { name: string }) => name)).toEqual(['parted', 'people']);
  });

  it('are not called when a question is asked', async () => {
    const { status, body } = await app.post('/api/v1/query', { session_id: session, question: 'How many people are there?' });
    expect({ status, row_count: body.row_count }).toEqual({ status: 200, row_count: 1 });
    const { body: translated } = await app.post('/api/v1/query/translate', { session_id: session, question: 'How many people from Berlin?' });
    expect(translated.sql_query).toContain("'Berlin'");
  });
});
