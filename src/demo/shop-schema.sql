-- The demo's online shop. Everything is commented, because the comments are what a reader of the schema, and the
-- translator of a question, learns the words from.

revoke create on schema public from public;

create type customer_segment as enum ('consumer', 'business');
create type address_kind as enum ('shipping', 'billing');
create type product_status as enum ('draft', 'active', 'discontinued');
create type order_status as enum ('pending', 'processing', 'shipped', 'delivered', 'returned', 'cancelled');
create type payment_method as enum ('credit_card', 'paypal', 'bank_transfer', 'invoice', 'gift_card');
create type payment_status as enum ('pending', 'captured', 'failed', 'refunded');

comment on type order_status is 'Where an order is on its way: pending (waits for payment), processing (being packed), shipped, delivered, returned, cancelled.';
comment on type payment_status is 'captured means that the money has arrived.';

create table suppliers (
  id             integer primary key,
  name           text not null unique,
  country        text not null,
  contact_email  text not null,
  phone          text,
  rating         numeric(2, 1) not null check (rating between 1 and 5),
  partner_since  date not null
);
comment on table suppliers is 'Companies that the shop buys its products from.';
comment on column suppliers.rating is 'Our own assessment of quality and punctuality, 1 (bad) to 5 (excellent).';
comment on column suppliers.partner_since is 'Day of the first contract.';

create table categories (
  id           integer primary key,
  parent_id    integer references categories,
  name         text not null unique,
  description  text
);
comment on table categories is 'The tree of product categories. Products belong to the lowest level.';
comment on column categories.parent_id is 'The category above; null for the departments at the top.';
create index on categories (parent_id);

create table products (
  id               integer primary key,
  sku              text not null unique,
  name             text not null,
  description      text,
  category_id      integer not null references categories,
  supplier_id      integer not null references suppliers,
  price            numeric(10, 2) not null check (price > 0),
  cost             numeric(10, 2) not null check (cost > 0),
  weight_kg        numeric(6, 2),
  status           product_status not null,
  launched_on      date,
  discontinued_on  date,
  tags             text[] not null default '{}',
  attributes       jsonb not null default '{}'
);
comment on table products is 'What the shop sells, has sold or is going to sell.';
comment on column products.sku is 'Stock keeping unit: the number on the label.';
comment on column products.price is 'Present selling price in euros. What was paid in the past is in order_items.unit_price.';
comment on column products.cost is 'Purchase price in euros.';
comment on column products.launched_on is 'First day on sale; null for drafts.';
comment on column products.discontinued_on is 'Last day on sale; null while the product is sold.';
comment on column products.attributes is 'Free properties such as color and warranty_years.';
create index on products (category_id);
create index on products (supplier_id);

create table warehouses (
  id         integer primary key,
  name       text not null unique,
  city       text not null,
  country    text not null,
  opened_on  date not null
);
comment on table warehouses is 'Places that products are stored in and shipped from.';

create table inventory (
  product_id       integer not null references products,
  warehouse_id     integer not null references warehouses,
  quantity         integer not null check (quantity >= 0),
  reorder_level    integer not null,
  last_counted_on  date,
  primary key (product_id, warehouse_id)
);
comment on table inventory is 'Stock: how many pieces of a product lie in a warehouse.';
comment on column inventory.quantity is 'Pieces in stock.';
comment on column inventory.reorder_level is 'The product is ordered from its supplier when fewer pieces than this are left.';
comment on column inventory.last_counted_on is 'Day of the last stocktaking; null when there was none yet.';
create index on inventory (warehouse_id);

create table customers (
  id           integer primary key,
  first_name   text not null,
  last_name    text not null,
  email        text not null unique,
  phone        text,
  segment      customer_segment not null,
  birth_date   date,
  newsletter   boolean not null,
  referred_by  integer references customers,
  created_at   timestamptz not null
);
comment on table customers is 'People and companies with an account, whether they have ordered or not.';
comment on column customers.newsletter is 'Whether the customer receives the newsletter.';
comment on column customers.referred_by is 'The customer who recommended the shop.';
comment on column customers.created_at is 'When the customer signed up.';
create index on customers (referred_by);
create index on customers (created_at);

create table addresses (
  id           integer primary key,
  customer_id  integer not null references customers,
  kind         address_kind not null,
  street       text not null,
  postal_code  text not null,
  city         text not null,
  country      text not null
);
comment on table addresses is 'Where customers live and get their parcels. Each has a shipping address, some a different billing address.';
create index on addresses (customer_id);
create index on addresses (city);

create table orders (
  id                   integer primary key,
  customer_id          integer not null references customers,
  shipping_address_id  integer not null references addresses,
  status               order_status not null,
  placed_at            timestamptz not null,
  cancelled_at         timestamptz,
  shipping_fee         numeric(10, 2) not null,
  total_amount         numeric(10, 2) not null,
  note                 text
);
comment on table orders is 'Purchases. One order has one or more items.';
comment on column orders.placed_at is 'When the customer placed the order.';
comment on column orders.shipping_fee is 'Cost of shipping in euros; 0 above 50 euros.';
comment on column orders.total_amount is 'What the customer pays, in euros: all items plus shipping. The revenue of the order unless it was cancelled or returned.';
comment on column orders.note is 'The customer''s words to the shop.';
create index on orders (customer_id);
create index on orders (shipping_address_id);
create index on orders (placed_at);
create index on orders (status);

create table order_items (
  id          integer primary key,
  order_id    integer not null references orders,
  product_id  integer not null references products,
  quantity    integer not null check (quantity > 0),
  unit_price  numeric(10, 2) not null,
  discount    numeric(10, 2) not null default 0,
  line_total  numeric(10, 2) not null generated always as (quantity * unit_price - discount) stored,
  unique (order_id, product_id)
);
comment on table order_items is 'The lines of an order: one product each.';
comment on column order_items.quantity is 'Pieces sold.';
comment on column order_items.unit_price is 'Price of one piece on the day of the order, in euros.';
comment on column order_items.discount is 'Reduction of this line in euros.';
comment on column order_items.line_total is 'Price of the line in euros: quantity × unit_price − discount.';
create index on order_items (product_id);

create table payments (
  id        integer primary key,
  order_id  integer not null references orders,
  method    payment_method not null,
  status    payment_status not null,
  amount    numeric(10, 2) not null,
  paid_at   timestamptz
);
comment on table payments is 'Attempts to pay an order. Some fail and are followed by another.';
comment on column payments.paid_at is 'When the money arrived; null when it did not.';
create index on payments (order_id);

create table shipments (
  id               integer primary key,
  order_id         integer not null unique references orders,
  warehouse_id     integer not null references warehouses,
  carrier          text not null,
  tracking_number  text not null unique,
  shipped_at       timestamptz,
  delivered_at     timestamptz
);
comment on table shipments is 'Parcels, one per order once it is being packed.';
comment on column shipments.shipped_at is 'When the parcel left the warehouse; null while it is being packed.';
comment on column shipments.delivered_at is 'When the parcel reached the customer; null while it is on its way.';
create index on shipments (warehouse_id);

create table reviews (
  id           integer primary key,
  product_id   integer not null references products,
  customer_id  integer not null references customers,
  rating       smallint not null check (rating between 1 and 5),
  title        text not null,
  body         text,
  created_at   timestamptz not null,
  unique (customer_id, product_id)
);
comment on table reviews is 'What customers say about products that they have bought.';
comment on column reviews.rating is 'Stars, 1 (worst) to 5 (best).';
comment on column reviews.created_at is 'When the review was written.';
create index on reviews (product_id);

create view monthly_revenue as
  select date_trunc('month', placed_at at time zone 'UTC')::date as month,
         count(*) as order_count,
         sum(total_amount) as revenue
    from orders
   where status not in ('cancelled', 'returned')
   group by 1;
comment on view monthly_revenue is 'Orders and revenue per calendar month, without cancelled and returned orders.';

create view product_sales as
  select p.id as product_id, p.name, p.category_id,
         coalesce(sum(i.quantity), 0) as units_sold,
         coalesce(sum(i.line_total), 0) as revenue
    from products p
    left join (order_items i join orders o on o.id = i.order_id and o.status not in ('cancelled', 'returned'))
      on i.product_id = p.id
   group by p.id;
comment on view product_sales is 'Pieces sold and revenue per product, without cancelled and returned orders; products that were never sold included.';

create view customer_value as
  select c.id as customer_id, c.first_name, c.last_name,
         count(o.id) as order_count,
         coalesce(sum(o.total_amount), 0) as total_spent,
         max(o.placed_at) as last_order_at
    from customers c
    left join orders o on o.customer_id = c.id and o.status not in ('cancelled', 'returned')
   group by c.id;
comment on view customer_value is 'Number of orders and money spent per customer, without cancelled and returned orders.';
