/** Contrib modules whose functions analysts use. */
export const EXTENSIONS = ['pg_trgm', 'unaccent', 'hstore', 'fuzzystrmatch', 'intarray', 'citext', 'cube', 'earthdistance', 'ltree', 'pgcrypto'];

/**
 * What the statements read. Sale `i` of twelve: revenue `10 i`, on the first of month `i`, region by `i % 3`, product by `i % 2`,
 * quantity `i % 4` (none for 0), so that every answer can be reckoned on paper.
 */
export const ANALYTICS_CONTENT = `
  create type mood as enum ('sad', 'ok', 'happy');
  create domain percentage as numeric check (value between 0 and 100);
  create type price as (value numeric, currency text);
  create table sales (id int primary key, region text not null, product text not null, revenue numeric(10, 2) not null, quantity int, sold_on date not null, sold_at timestamptz not null);
  insert into sales select i, (array['east', 'north', 'south'])[1 + i % 3], (array['coffee', 'tea'])[1 + i % 2], i * 10, nullif(i % 4, 0), make_date(2024, i, 1), make_timestamptz(2024, i, 1, 12, 0, 0, 'UTC') from generate_series(1, 12) i;
  create table people (id int primary key, name text, manager_id int references people, feeling mood, born date, tags text[], profile jsonb);
  insert into people values
    (1, 'Ada', null, 'happy', '1990-05-17', '{sql,math}', '{"age": 33, "langs": ["en", "de"], "address": {"city": "Berlin"}}'),
    (2, 'Bo', 1, 'ok', '1985-12-01', '{sql}', '{"age": 38, "langs": ["sv"], "address": {"city": "Lund"}}'),
    (3, 'Cy', 1, 'sad', '2000-02-29', '{}', '{"age": 24, "langs": []}'),
    (4, 'Di', 2, 'happy', '1995-07-07', '{math,art}', '{"age": 28, "langs": ["en", "fr"], "address": {"city": "Paris"}}'),
    (5, 'Ed', 4, 'ok', '1970-01-01', null, '{}');
  create table documents (id int primary key, title text, body text);
  insert into documents values (1, 'Cats', 'The quick brown cat chased the lazy mice'), (2, 'Dogs', 'Dogs are running after cats and other dogs'),
    (3, 'Birds', 'Birds fly south for the winter'), (4, 'Fish', 'A fish swims; the cat watches the fish');
  create table edges (a int, b int); insert into edges values (1, 2), (2, 3), (3, 1), (3, 4);
  create table bookings (id int primary key, room int, during daterange);
  insert into bookings values (1, 1, '[2024-01-01,2024-01-05)'), (2, 1, '[2024-01-05,2024-01-08)'), (3, 2, '[2024-01-03,2024-01-10)'), (4, 1, '[2024-01-20,2024-01-22)');
  create table measurements (taken_on date not null, value int not null) partition by range (taken_on);
  create table measurements_2023 partition of measurements for values from ('2023-01-01') to ('2024-01-01');
  create table measurements_2024 partition of measurements for values from ('2024-01-01') to ('2025-01-01');
  insert into measurements select date '2023-12-27' + i, i * i from generate_series(1, 10) i;
  create table prices (id int primary key, item text, cost price, share percentage, feeling mood);
  insert into prices values (1, 'tea', row(2.5, 'EUR'), 10, 'happy'), (2, 'coffee', row(3, 'USD'), 90, 'ok');
  create table "Order Lines" ("Line No" int, "Größe" numeric, "select" text); insert into "Order Lines" values (1, 1.5, 'a'), (2, 2.5, 'b');
  create table stock_parent (id int, item text); create table stock_child (shelf int) inherits (stock_parent);
  insert into stock_parent values (1, 'tea'); insert into stock_child values (2, 'coffee', 7);
  create view region_sums as select region, sum(revenue) as sum_revenue from sales group by region;
  create view large_sales with (security_barrier) as select * from sales where revenue > 100;
  create materialized view monthly as select sold_on as month, sum(revenue) as sum_revenue from sales group by sold_on;
`;
