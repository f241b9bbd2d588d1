import { randomBytes } from 'node:crypto';
import postgres, { type Sql } from 'postgres';
import { fillShop, grantReader } from '../src/demo/shop.js';

describe('the demo’s shop', () => {
  const noon = new Date('2026-03-17T12:00:00Z');
  const server = postgres(process.env.TEST_DATABASE_URL!, { max: 1, onnotice: () => undefined });
  const names: string[] = [];
  const open: Sql[] = [];
  let shop: Sql;

  /** A database of its own with the shop in it; `settings` are the database's, for every session. */
  async function newShop(until: Date, settings: Record<string, string> = {}): Promise<Sql> {
    const name = `shop_${randomBytes(6).toString('hex')}`;
    await server`create database ${server(name)}`;
    names.push(name);
    for (const [setting, value] of Object.entries(settings)) await server.unsafe(`alter database ${name} set ${setting} = '${value}'`);
    const sql = connect(name);
    await fillShop(sql, until);
    return sql;
  }

  function connect(database: string, role?: { user: string; pass: string }): Sql {
    const sql = postgres(process.env.TEST_DATABASE_URL!, { database, ...role, max: 1, onnotice: () => undefined });
    open.push(sql);
    return sql;
  }

  async function tables(sql: Sql): Promise<string[]> {
    const rows = await sql`select tablename from pg_tables where schemaname = 'public' order by tablename`;
    return rows.map((row) => row.tablename as string);
  }

  /** Every value of every table, as one hash per table. */
  async function fingerprints(sql: Sql): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    await sql.unsafe(`set datestyle = 'ISO, MDY'; set timezone = 'UTC'; set search_path = public`);
    for (const name of await tables(sql)) {
      const [row] = await sql`select md5(string_agg(md5(t::text), '' order by md5(t::text) collate "C")) as hash from ${sql(name)} as t`;
      found[name] = row!.hash;
    }
    return found;
  }

  beforeAll(async () => {
    shop = await newShop(noon);
  }, 120_000);

  afterAll(async () => {
    for (const sql of open) await sql.end();
    for (const name of names) await server`drop database ${server(name)}`;
    await server.end();
  });

  it('is the same in every value for the same instant, whatever the settings of the database', async () => {
    const again = await newShop(noon, { timezone: 'Asia/Tokyo', datestyle: 'German', search_path: 'pg_catalog' });
    expect(await fingerprints(again)).toEqual(await fingerprints(shop));
  }, 120_000);

  it('keeps the orders of a month as that month goes on', async () => {
    const later = await newShop(new Date('2026-03-28T18:30:00Z'));
    const orders = (sql: Sql) => sql`select id, customer_id, placed_at, total_amount from orders where placed_at <= ${noon} order by id`;
    const [before, after] = [await orders(shop), await orders(later)];
    expect(after).toEqual(before);
    const [{ newer }] = (await later`select count(*)::int as newer from orders where placed_at > ${noon}`) as unknown as [{ newer: number }];
    expect(newer).toBeGreaterThan(100);
  }, 120_000);

  it('has at least 100,000 rows in at least 8 tables, none of them empty', async () => {
    const counts: number[] = [];
    for (const name of await tables(shop)) counts.push((await shop`select count(*)::int as n from ${shop(name)}`)[0]!.n);
    expect(counts.length).toBeGreaterThanOrEqual(8);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(counts.reduce((sum, n) => sum + n)).toBeGreaterThanOrEqual(100_000);
  });

  it('explains every table and view in a comment', async () => {
    const bare = await shop`
      select relname from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'v') and obj_description(oid, 'pg_class') is null`;
    expect([...bare]).toEqual([]);
  });

  it('has an index that begins with each foreign key', async () => {
    const missing = await shop`
      select conrelid::regclass::text as relation, conname from pg_constraint c
       where contype = 'f' and connamespace = 'public'::regnamespace
         and not exists (select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])`;
    expect([...missing]).toEqual([]);
  });

  it('has been analyzed', async () => {
    const [row] = await shop`select reltuples::int as estimate, (select count(*)::int from order_items) as rows from pg_class where relname = 'order_items'`;
    expect(row!.estimate).toBe(row!.rows);
  });

  it.each([
    ['an order without items', `select 1 from orders o where not exists (select from order_items i where i.order_id = o.id)`],
    ['a total that is not the sum of items and shipping', `
      select 1 from orders o join (select order_id, sum(line_total) as goods from order_items group by order_id) i on i.order_id = o.id
       where o.total_amount <> i.goods + o.shipping_fee`],
    ['an order to somebody else’s address', `select 1 from orders o join addresses a on a.id = o.shipping_address_id where a.customer_id <> o.customer_id`],
    ['an order before its customer signed up', `select 1 from orders o join customers c on c.id = o.customer_id where o.placed_at < c.created_at`],
    ['an item that was not on sale that day', `
      select 1 from order_items i join orders o on o.id = i.order_id join products p on p.id = i.product_id
       where p.launched_on is null or o.placed_at::date not between p.launched_on and coalesce(p.discontinued_on, 'infinity')`],
    ['a delivered order that was not paid exactly once and in full', `
      select 1 from orders o left join payments p on p.order_id = o.id and p.status = 'captured'
       where o.status = 'delivered' group by o.id having count(p.id) <> 1 or sum(p.amount) <> o.total_amount`],
    ['a status that its shipment contradicts', `
      select 1 from orders o left join shipments s on s.order_id = o.id
       where (o.status in ('delivered', 'returned')) <> (s.delivered_at is not null) or (o.status = 'shipped') <> (s.shipped_at is not null and s.delivered_at is null)
          or (o.status in ('pending', 'cancelled')) <> (s.id is null)`],
    ['a cancelled order without its instant, or the reverse', `select 1 from orders where (status = 'cancelled') <> (cancelled_at is not null)`],
    ['a review of what the customer never bought', `
      select 1 from reviews r where not exists (
        select from orders o join order_items i on i.order_id = o.id where o.customer_id = r.customer_id and i.product_id = r.product_id)`],
    ['anything from the future', `
      select 1 from (select placed_at as at from orders union all select created_at from customers union all select shipped_at from shipments
        union all select delivered_at from shipments union all select created_at from reviews union all select cancelled_at from orders) t
       where at > '2026-03-17 12:00Z'`],
  ])('never has %s', async (_, query) => {
    const [row] = await shop.unsafe(`select count(*)::int as broken from (${query}) as b`);
    expect(row!.broken).toBe(0);
  });

  it.each([
    ['customers without orders', `select 1 from customers c where not exists (select from orders o where o.customer_id = c.id)`],
    ['customers who came back', `select 1 from orders group by customer_id having count(*) > 5`],
    ['products that were never sold', `select 1 from products p where not exists (select from order_items i where i.product_id = p.id)`],
    ['parcels that are still being packed', `select 1 from shipments where shipped_at is null`],
    ['orders of every status', `select 1 from orders group by status having count(*) < 1 union all select 1 where (select count(distinct status) from orders) = 6`],
    ['more orders in December than in the summer before', `
      select 1 where (select order_count from monthly_revenue where month = '2025-12-01') > 1.3 * (select order_count from monthly_revenue where month = '2025-07-01')`],
    ['orders last month', `select 1 from orders where date_trunc('month', placed_at at time zone 'UTC') = '2026-02-01'`],
  ])('has %s', async (_, query) => {
    const [row] = await shop.unsafe(`select count(*)::int as found from (${query}) as f`);
    expect(row!.found).toBeGreaterThan(0);
  });

  it('lets its reader read everything and change nothing', async () => {
    const user = `shop_reader_${randomBytes(6).toString('hex')}`;
    const pass = 'a password';
    await grantReader(shop, user, pass);
    try {
      const reader = connect(names[0]!, { user, pass });
      for (const name of await tables(shop)) expect((await reader`select 1 as one from ${reader(name)} limit 1`)[0]!.one).toBe(1);
      expect((await reader`select count(*)::int as n from customer_value`)[0]!.n).toBeGreaterThan(1000);
      await expect(reader`delete from reviews`).rejects.toMatchObject({ code: '25006' });

      await reader`set default_transaction_read_only = off`;
      for (const statement of ['delete from reviews', 'insert into warehouses values (9, $$x$$, $$x$$, $$x$$, now())', 'update orders set note = null', 'truncate payments',
        'create table mine (id int)', 'create temporary table mine (id int)', 'drop view product_sales', 'create role mine']) {
        await expect(reader.unsafe(statement)).rejects.toMatchObject({ code: '42501' });
      }
      await reader.end();
    } finally {
      await shop.unsafe(`drop owned by ${user}; drop role ${user}`);
    }
  });

  it('replaces the reader’s password when access is granted again', async () => {
    const user = `shop_reader_${randomBytes(6).toString('hex')}`;
    try {
      await grantReader(shop, user, 'first');
      await grantReader(shop, user, "second's");
      expect((await connect(names[0]!, { user, pass: "second's" })`select 1 as one`)[0]!.one).toBe(1);
      await expect(connect(names[0]!, { user, pass: 'first' })`select 1 as one`).rejects.toMatchObject({ code: '28P01' });
      await open.pop()!.end();
    } finally {
      await open.pop()!.end();
      await shop.unsafe(`drop owned by ${user}; drop role ${user}`);
    }
  });
});
