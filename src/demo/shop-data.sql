-- Fills the shop. No value comes from a random generator or from the clock: each is drawn from the MD5 of what it is
-- for, and time ends at the setting "shop.until". The same instant gives the same shop on every machine. Within one
-- calendar month a later instant gives the same customers and orders and those of the time between; in another month the
-- whole shop moves along, so that "last month" is never empty.
--
-- Draws are only added, multiplied, compared and rounded down, which every processor does alike.

create function pg_temp.draw(what text, key bigint) returns float8 language sql immutable as
$$ select (('x' || substr(md5(what || ':' || key::text), 1, 8))::bit(32)::bigint & 4294967295)::float8 / 4294967296 $$;

create function pg_temp.pick(options text[], what text, key bigint) returns text language sql immutable as
$$ select options[1 + floor(pg_temp.draw(what, key) * cardinality(options))::integer] $$;

-- The shop opened 36 months before the month of "until", and is drawn to the end of that month.
create temporary table period on commit drop as
select until, opening, ending, extract(epoch from ending - opening) as seconds
  from (select until, date_trunc('month', until) - interval '36 months' as opening, date_trunc('month', until) + interval '1 month' as ending
          from (select current_setting('shop.until')::timestamptz as until) as s) as p;

insert into suppliers (id, name, country, contact_email, phone, rating, partner_since)
select n,
       (array['Nordwind', 'Alpina', 'Blue Harbor', 'Castell', 'Delta', 'Evergreen', 'Falken', 'Granit', 'Horizon', 'Iris'])[1 + (n - 1) % 10]
         || ' ' || (array['Trading', 'Supply', 'Industries', 'Works'])[1 + (n - 1) / 10],
       pg_temp.pick(array['Germany', 'Germany', 'France', 'Italy', 'Poland', 'Netherlands', 'China', 'Spain'], 'supplier country', n),
       'sales' || n || '@supplier.example',
       case when pg_temp.draw('supplier phone', n) < 0.8 then '+49 30 555 ' || 1000 + n * 37 end,
       (25 + floor(pg_temp.draw('supplier rating', n) * 26)) / 10,
       opening::date - 30 - floor(pg_temp.draw('supplier since', n) * 2000)::integer
  from generate_series(1, 40) as n, period;

-- Department, category, what it sells, lowest and highest price.
create temporary table ranges on commit drop as
select row_number() over () as id, * from (values
  ('Electronics', 'Audio', array['Headphones', 'Speaker', 'Earbuds', 'Soundbar'], 19, 399),
  ('Electronics', 'Computers', array['Laptop', 'Monitor', 'Tablet', 'Mini PC'], 149, 1899),
  ('Electronics', 'Accessories', array['Keyboard', 'Mouse', 'Charger', 'USB Hub'], 9, 129),
  ('Electronics', 'Smart Home', array['Thermostat', 'Light Bulb', 'Door Sensor', 'Camera'], 15, 249),
  ('Home & Kitchen', 'Cookware', array['Frying Pan', 'Saucepan', 'Wok', 'Baking Tray'], 14, 189),
  ('Home & Kitchen', 'Kitchen Appliances', array['Blender', 'Kettle', 'Toaster', 'Coffee Machine'], 24, 699),
  ('Home & Kitchen', 'Furniture', array['Desk', 'Bookshelf', 'Office Chair', 'Side Table'], 49, 599),
  ('Home & Kitchen', 'Bedding', array['Duvet', 'Pillow', 'Bed Sheet', 'Blanket'], 19, 199),
  ('Sports & Outdoors', 'Cycling', array['Helmet', 'Bike Lock', 'Bike Light', 'Saddle'], 12, 149),
  ('Sports & Outdoors', 'Camping', array['Tent', 'Sleeping Bag', 'Camping Stove', 'Lantern'], 19, 449),
  ('Sports & Outdoors', 'Fitness', array['Yoga Mat', 'Dumbbell Set', 'Kettlebell', 'Jump Rope'], 9, 199),
  ('Sports & Outdoors', 'Running', array['Running Shoes', 'Running Belt', 'Water Bottle', 'Running Jacket'], 12, 179),
  ('Clothing', 'Women', array['Dress', 'Blouse', 'Cardigan', 'Jeans'], 19, 149),
  ('Clothing', 'Men', array['Shirt', 'Sweater', 'Chinos', 'Polo'], 19, 139),
  ('Clothing', 'Shoes', array['Sneakers', 'Boots', 'Sandals', 'Loafers'], 29, 219),
  ('Books', 'Fiction', array['Novel', 'Short Stories', 'Thriller', 'Anthology'], 8, 29),
  ('Books', 'Non-Fiction', array['Biography', 'Cookbook', 'Travel Guide', 'History'], 10, 49),
  ('Books', 'Children''s Books', array['Picture Book', 'Fairy Tales', 'Activity Book', 'Atlas'], 6, 24),
  ('Toys & Games', 'Board Games', array['Strategy Game', 'Card Game', 'Quiz Game', 'Puzzle'], 9, 69),
  ('Toys & Games', 'Outdoor Toys', array['Kite', 'Scooter', 'Frisbee', 'Trampoline'], 7, 299),
  ('Toys & Games', 'Building Sets', array['Castle Set', 'Train Set', 'City Set', 'Space Set'], 14, 249),
  ('Beauty', 'Skin Care', array['Day Cream', 'Serum', 'Sunscreen', 'Face Mask'], 7, 79),
  ('Beauty', 'Hair Care', array['Shampoo', 'Conditioner', 'Hair Dryer', 'Hair Oil'], 5, 149),
  ('Garden', 'Garden Tools', array['Spade', 'Rake', 'Pruning Shears', 'Lawn Mower'], 11, 549),
  ('Garden', 'Plants & Pots', array['Flower Pot', 'Raised Bed', 'Planter', 'Watering Can'], 6, 129)
) as t (department, category, nouns, lowest, highest);

insert into categories (id, parent_id, name, description)
select row_number() over (order by min(id)), null, department, 'Everything for ' || lower(department) || '.' from ranges group by department;
insert into categories (id, parent_id, name, description)
select 100 + r.id, d.id, r.category, case when r.id % 3 > 0 then array_to_string(r.nouns, ', ') || '.' end
  from ranges r join categories d on d.name = r.department;

-- 24 products in each category. Those with a launch day before the opening are the basic range.
insert into products (id, sku, name, description, category_id, supplier_id, price, cost, weight_kg, status, launched_on, discontinued_on, tags, attributes)
select id, 'P-' || 10000 + id * 13, name,
       case when pg_temp.draw('description', id) < 0.85 then name || ' from our range “' || category || '”.' end,
       category_id, 1 + floor(pg_temp.draw('supplier', id) * 40)::integer,
       price, round(price * (45 + floor(pg_temp.draw('cost', id) * 25)::integer) / 100, 2),
       case when pg_temp.draw('weighed', id) < 0.9 then (1 + floor(pg_temp.draw('weight', id) * pg_temp.draw('weight', id) * 1500)::integer) / 100.0 end,
       case when fate < 0.04 then 'draft' when discontinued_on <= until::date then 'discontinued' else 'active' end::product_status,
       case when fate >= 0.04 then launched_on end,
       case when discontinued_on <= until::date then discontinued_on end,
       array_remove(array[case when fate > 0.9 then 'eco' end, case when pg_temp.draw('gift', id) < 0.2 then 'gift' end, case when price > 300 then 'premium' end], null),
       jsonb_strip_nulls(jsonb_build_object(
         'color', pg_temp.pick(array['black', 'white', 'blue', 'red', 'green', null], 'color', id),
         'warranty_years', case when price > 100 then 2 + floor(pg_temp.draw('warranty', id) * 4)::integer end))
  from (select id, category, category_id, fate, noun, series || ' ' || noun as name, until,
               lowest + floor(pg_temp.draw('price', id) * pg_temp.draw('price', id) * (highest - lowest))::integer + 0.99 as price,
               case when draw_launch < 0.7 then opening::date - 1 - floor(draw_launch * 1000)::integer
                    else opening::date + floor((draw_launch - 0.7) / 0.3 * 1050)::integer end as launched_on,
               case when fate between 0.04 and 0.11 then opening::date + 700 + floor(pg_temp.draw('end', id) * 390)::integer end as discontinued_on
          from (select (r.id - 1) * 24 + n as id, r.category, 100 + r.id as category_id, r.lowest, r.highest, r.nouns[1 + n % 4] as noun,
                       (array['Aurora', 'Basic', 'Classic', 'Comfort', 'Compact', 'Delta', 'Eco', 'Flex', 'Fusion', 'Grand', 'Lite', 'Luna', 'Maxi',
                              'Nova', 'Orbit', 'Prime', 'Pro', 'Pure', 'Sierra', 'Smart', 'Solo', 'Terra', 'Ultra', 'Vista'])[1 + (n * 7 + r.id * 5) % 24] as series,
                       pg_temp.draw('fate', (r.id - 1) * 24 + n) as fate, pg_temp.draw('launch', (r.id - 1) * 24 + n) as draw_launch
                  from ranges r, generate_series(1, 24) as n) as named, period) as priced;

insert into warehouses (id, name, city, country, opened_on)
select n, name, city, country, opening::date - 400 + n * 150 from period, (values
  (1, 'North', 'Hamburg', 'Germany'), (2, 'South', 'Munich', 'Germany'), (3, 'West', 'Rotterdam', 'Netherlands'), (4, 'East', 'Poznan', 'Poland')
) as w (n, name, city, country);

insert into inventory (product_id, warehouse_id, quantity, reorder_level, last_counted_on)
select p.id, w.id,
       case when p.status <> 'active' or pg_temp.draw('sold out', key) < 0.06 then 0 else floor(pg_temp.draw('stock', key) * pg_temp.draw('stock', key) * 400) end,
       5 + 5 * floor(pg_temp.draw('reorder', key) * 8),
       case when pg_temp.draw('counted', key) < 0.85 then until::date - floor(pg_temp.draw('count day', key) * 300)::integer end
  from products p, warehouses w, period, lateral (select p.id * 10 + w.id as key) as k
 where p.status <> 'draft' and pg_temp.draw('stocked', key) < 0.8;

-- One in ten customers came in the first three months; the others over the whole time.
insert into customers (id, first_name, last_name, email, phone, segment, birth_date, newsletter, referred_by, created_at)
select id, first_name, last_name, lower(first_name || '.' || last_name) || id || '@example.com',
       case when pg_temp.draw('phone', key) < 0.6 then '+49 151 ' || 1000000 + floor(pg_temp.draw('phone number', key) * 8999999)::integer end,
       case when pg_temp.draw('segment', key) < 0.14 then 'business' else 'consumer' end::customer_segment,
       case when pg_temp.draw('birth known', key) < 0.7 then date '1945-01-01' + floor(pg_temp.draw('birth', key) * 22000)::integer end,
       pg_temp.draw('newsletter', key) < 0.45,
       case when id > 50 and pg_temp.draw('referred', key) < 0.15 then 1 + floor(pg_temp.draw('referrer', key) * (id - 1))::integer end,
       created_at
  from (select row_number() over (order by created_at, key) as id, * from (
         select key,
                pg_temp.pick(array['Anna', 'Ben', 'Clara', 'David', 'Elena', 'Felix', 'Greta', 'Hugo', 'Ida', 'Jonas', 'Katarina', 'Leo', 'Maria', 'Nils', 'Olivia',
                  'Paul', 'Rosa', 'Samuel', 'Teresa', 'Viktor', 'Amira', 'Bruno', 'Chiara', 'Dario', 'Emma', 'Finn', 'Hanna', 'Ivan', 'Julia', 'Karim', 'Lena',
                  'Mateo', 'Nora', 'Oskar', 'Petra', 'Robin', 'Sofia', 'Tom', 'Yara', 'Zoe'], 'first name', key) as first_name,
                pg_temp.pick(array['Adler', 'Bauer', 'Costa', 'Dubois', 'Eriksen', 'Fischer', 'Garcia', 'Hansen', 'Ivanova', 'Jansen', 'Keller', 'Lang', 'Martin',
                  'Novak', 'Olsen', 'Peeters', 'Richter', 'Silva', 'Thomas', 'Urban', 'Vogel', 'Weber', 'Zimmer', 'Becker', 'Conti', 'Dietrich', 'Ferrari', 'Graf',
                  'Hofmann', 'Klein', 'Laurent', 'Moreau', 'Nowak', 'Petit', 'Rossi', 'Schmidt', 'Sommer', 'Visser', 'Wagner', 'Winter'], 'last name', key) as last_name,
                opening + make_interval(secs => floor(case when at < 0.1 then at / 0.1 * 7776000 else (at - 0.1) / 0.9 * seconds end)) as created_at
           from generate_series(1, 8500) as key, period, lateral (select pg_temp.draw('sign up', key) as at offset 0) as a
       ) as c) as c, period
 where created_at <= until;

insert into addresses (id, customer_id, kind, street, postal_code, city, country)
select row_number() over (order by c.id, kind), c.id, kind,
       pg_temp.pick(array['Station Road', 'Mill Lane', 'Garden Street', 'Church Street', 'Park Avenue', 'River Walk', 'Market Square', 'Forest Way', 'Hill Street', 'School Lane'], 'street', key)
         || ' ' || 1 + floor(pg_temp.draw('house', key) * 180)::integer,
       lpad((floor(pg_temp.draw('postal code', key) * 90000)::integer + 10000)::text, 5, '0'),
       split_part(place, '/', 1), split_part(place, '/', 2)
  from customers c, unnest(array['shipping', 'billing']::address_kind[]) as kind,
       lateral (select c.id * 2 + (kind = 'billing')::integer as key) as k,
       lateral (select pg_temp.pick(array['Berlin/Germany', 'Berlin/Germany', 'Berlin/Germany', 'Hamburg/Germany', 'Hamburg/Germany', 'Munich/Germany', 'Munich/Germany',
         'Cologne/Germany', 'Frankfurt/Germany', 'Leipzig/Germany', 'Paris/France', 'Paris/France', 'Lyon/France', 'Vienna/Austria', 'Graz/Austria', 'Zurich/Switzerland',
         'Amsterdam/Netherlands', 'Rotterdam/Netherlands', 'Warsaw/Poland', 'Madrid/Spain', 'Barcelona/Spain', 'Milan/Italy', 'Rome/Italy', 'Brussels/Belgium', 'Copenhagen/Denmark'], 'place', key) as place offset 0) as p
 where kind = 'shipping' or pg_temp.draw('billing', c.id) < 0.3;

-- How often a customer would order in three years: many once or never, few very often. Each intended order falls on a
-- day between the sign-up and the end, and takes place the more likely the better the season.
create temporary table placed on commit drop as
select row_number() over (order by placed_at, key) as id, *
  from (select c.id as customer_id, c.id * 100 + n as key, at as placed_at
          from customers c, period,
               lateral (select case when u < 0.14 then 0 when u < 0.38 then 1 when u < 0.55 then 3 when u < 0.70 then 6 when u < 0.82 then 10
                                    when u < 0.92 then 16 when u < 0.98 then 26 else 45 end
                          from (select pg_temp.draw('loyalty', c.id) as u offset 0) as l) as l (intended),
               lateral (select 1 + floor((intended - 1) * extract(epoch from ending - c.created_at)::float8 / seconds::float8)::integer) as t (times),
               lateral generate_series(1, case when intended > 0 then times else 0 end) as n,
               lateral (select date_trunc('day', c.created_at + make_interval(secs => case when n = 1 then floor(pg_temp.draw('first order', c.id) * 864000)
                                 else floor(pg_temp.draw('order day', c.id * 100 + n) * extract(epoch from ending - c.created_at)) end))) as d (day),
               lateral (select day + make_interval(secs => floor(25200 + (pg_temp.draw('hour', c.id * 100 + n) + pg_temp.draw('hour too', c.id * 100 + n)) / 2 * 59000))) as a (at)
         where at > c.created_at and at <= until
           and pg_temp.draw('season', c.id * 100 + n)
               < (array[0.55, 0.5, 0.6, 0.6, 0.62, 0.58, 0.5, 0.52, 0.62, 0.7, 0.9, 1.0])[extract(month from at)::integer]) as o;

-- What can be bought, in the order of popularity, which falls steeply: the first item of an order comes from the basic
-- range, so that no order is empty, and further ones from all products. A few of those are never bought.
create temporary table shelf on commit drop as
select basic, row_number() over (partition by basic order by pg_temp.draw('popularity', id)) - 1 as place, count(*) over (partition by basic) as places,
       id as product_id, price, launched_on, discontinued_on
  from products, period, (values (true), (false)) as b (basic)
 where status <> 'draft' and pg_temp.draw('unloved', id) > 0.03
   and (not basic or (launched_on < opening::date and discontinued_on is null));

create temporary table wanted on commit drop as
select id as order_id, placed_at, key * 10 + line as key, line = 1 as basic, floor(u * u * places) as place
  from (select o.*, line, pg_temp.draw('product', key * 10 + line) as u
          from (select *, pg_temp.draw('lines', key) as many from placed offset 0) as o,
               lateral generate_series(1, 1 + floor(many * many * 6)::integer) as line offset 0) as o
  join (select distinct basic, places from shelf) as s on s.basic = (line = 1);

create temporary table bought on commit drop as
select order_id, product_id, w.key,
       1 + floor(u * u * 4)::integer as quantity,
       -- Prices rose by some four percent a year.
       round(price * (100 - 4 * (extract(year from until)::integer - extract(year from placed_at)::integer)) / 100, 2) as unit_price
  from (select *, pg_temp.draw('quantity', key) as u from wanted offset 0) as w join shelf s using (basic, place), period
 -- Only what was on sale on that day.
 where launched_on <= placed_at::date and (discontinued_on is null or discontinued_on >= placed_at::date);

create temporary table lines on commit drop as
select distinct on (order_id, product_id) *,
       case when pg_temp.draw('discounted', key) < 0.15 then round(quantity * unit_price * (5 + 5 * floor(pg_temp.draw('discount', key) * 4)::integer) / 100, 2) else 0 end as discount
  from bought order by order_id, product_id, key;

-- What became of each order by the end of the time that is known.
create temporary table fates on commit drop as
select o.*, case when cancelled then cancelled_at end as cancelled_at_or_null,
       case when cancelled and cancelled_at <= until then 'cancelled'
            when shipped_at > until then case when placed_at > until - interval '8 hours' then 'pending' else 'processing' end
            when delivered_at > until then 'shipped'
            when returned and delivered_at + interval '9 days' <= until then 'returned'
            else 'delivered' end::order_status as status,
       case when shipped_at <= until then shipped_at end as shipped_at_or_null,
       case when delivered_at <= until then delivered_at end as delivered_at_or_null
  from period, (
    select *, pg_temp.draw('cancelled', key) < 0.06 as cancelled, pg_temp.draw('returned', key) < 0.045 as returned,
           placed_at + make_interval(secs => 1800 + floor(pg_temp.draw('cancelled at', key) * 50000)) as cancelled_at,
           shipped_at + make_interval(secs => 43200 + floor(pg_temp.draw('delivered', key) * pg_temp.draw('delivered', key) * 700000)) as delivered_at
      from (select *, placed_at + make_interval(secs => 50000 + floor(pg_temp.draw('shipped', key) * pg_temp.draw('shipped', key) * 400000)) as shipped_at from placed) as p
  ) as o;

insert into orders (id, customer_id, shipping_address_id, status, placed_at, cancelled_at, shipping_fee, total_amount, note)
select f.id, f.customer_id, a.id, f.status, f.placed_at, case when f.status = 'cancelled' then f.cancelled_at_or_null end, fee, goods + fee,
       case when pg_temp.draw('note', f.key) < 0.05 then pg_temp.pick(array['Please leave the parcel with a neighbour.', 'It is a gift: no invoice, please.',
         'Please ring twice.', 'Deliver after 5 pm.', 'Thank you!'], 'words', f.key) end
  from fates f
  join addresses a on a.customer_id = f.customer_id and a.kind = 'shipping'
  join (select order_id, sum(quantity * unit_price - discount) as goods from lines group by order_id) as l on l.order_id = f.id,
       lateral (select case when goods >= 50 then 0 else 4.90 end) as s (fee);

insert into order_items (id, order_id, product_id, quantity, unit_price, discount)
select row_number() over (order by order_id, key), order_id, product_id, quantity, unit_price, discount from lines;

-- Six of a hundred orders see a failed attempt first. Cancelled orders were paid back or never paid.
insert into payments (id, order_id, method, status, amount, paid_at)
select row_number() over (order by o.placed_at, o.id, attempt), o.id,
       pg_temp.pick(array['credit_card', 'credit_card', 'credit_card', 'paypal', 'paypal', 'paypal', 'invoice', 'invoice', 'bank_transfer', 'gift_card'], 'method', o.id * 10 + attempt)::payment_method,
       state, o.total_amount,
       case when state in ('captured', 'refunded') then o.placed_at + make_interval(secs => floor(pg_temp.draw('paid', o.id) * 1500)) end
  from orders o, generate_series(1, case when pg_temp.draw('attempts', o.id) < 0.06 then 2 else 1 end) as attempt,
       lateral (select case when attempt = 1 and pg_temp.draw('attempts', o.id) < 0.06 then 'failed'
                            when o.status = 'pending' then 'pending'
                            when o.status = 'cancelled' then case when pg_temp.draw('paid back', o.id) < 0.7 then 'refunded' else 'failed' end
                            when o.status = 'returned' then 'refunded'
                            else 'captured' end::payment_status) as s (state);

insert into shipments (id, order_id, warehouse_id, carrier, tracking_number, shipped_at, delivered_at)
select row_number() over (order by id), id, 1 + floor(pg_temp.draw('warehouse', key) * pg_temp.draw('warehouse', key) * 4)::integer,
       pg_temp.pick(array['DHL', 'DHL', 'DPD', 'UPS', 'GLS'], 'carrier', key), upper(substr(md5('parcel:' || key), 1, 14)),
       shipped_at_or_null, delivered_at_or_null
  from fates where status in ('processing', 'shipped', 'delivered', 'returned');

insert into reviews (id, product_id, customer_id, rating, title, body, created_at)
select row_number() over (order by created_at, key), product_id, customer_id, rating,
       (array['Disappointing', 'Not convincing', 'It does its job', 'Good', 'Excellent'])[rating],
       case when pg_temp.draw('in words', key) < 0.65 then (array['It broke after a week.', 'I had expected more for the price.', 'Fine, but nothing special.',
         'Good quality and quickly delivered.', 'I would buy it again at once.'])[rating] end,
       created_at
  from (select distinct on (f.customer_id, l.product_id) f.customer_id, l.product_id, l.key,
               f.delivered_at_or_null + make_interval(secs => 3600 + floor(pg_temp.draw('reviewed at', l.key) * 1500000)) as created_at,
               -- A good product gets better stars than a bad one.
               (case when u < 0.12 then 1 when u < 0.2 then 2 when u < 0.33 then 3 when u < 0.57 then 4 else 5 end) as rating
          from fates f join lines l on l.order_id = f.id,
               lateral (select pg_temp.draw('stars', l.key) * 0.7 + pg_temp.draw('quality', l.product_id) * 0.3 offset 0) as s (u)
         where f.delivered_at_or_null is not null and pg_temp.draw('reviewed', l.key) < 0.2
         order by f.customer_id, l.product_id, l.key) as r, period
 where created_at <= until;

analyze;
