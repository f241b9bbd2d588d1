/** A small shop with rows that tell right answers from near ones; "now" is noon of 15 June 2025. */
export const NOW = new Date('2025-06-15T12:00:00Z');

export const SHOP = `
  CREATE TYPE order_status AS ENUM ('pending', 'shipped', 'delivered', 'cancelled');
  CREATE TYPE payment_status AS ENUM ('paid', 'failed', 'refunded');

  CREATE TABLE suppliers (id int PRIMARY KEY, name text NOT NULL, country text NOT NULL);
  CREATE TABLE categories (id int PRIMARY KEY, name text NOT NULL);
  CREATE TABLE products (
    id int PRIMARY KEY, name text NOT NULL, category_id int NOT NULL REFERENCES categories,
    supplier_id int REFERENCES suppliers, price numeric(10,2) NOT NULL, stock int NOT NULL, is_active boolean NOT NULL, description text
  );
  CREATE TABLE customers (
    id int PRIMARY KEY, first_name text NOT NULL, last_name text NOT NULL, email text, city text NOT NULL, country text NOT NULL, created_at timestamptz NOT NULL
  );
  CREATE TABLE orders (
    id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, status order_status NOT NULL, order_date date NOT NULL,
    shipped_at timestamptz, total_amount numeric(10,2) NOT NULL
  );
  CREATE TABLE order_items (
    order_id int NOT NULL REFERENCES orders, product_id int NOT NULL REFERENCES products, quantity int NOT NULL, unit_price numeric(10,2) NOT NULL,
    PRIMARY KEY (order_id, product_id)
  );
  CREATE TABLE payments (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders, status payment_status NOT NULL, amount numeric(10,2) NOT NULL, paid_at timestamptz);
  CREATE TABLE reviews (id int PRIMARY KEY, product_id int NOT NULL REFERENCES products, customer_id int NOT NULL REFERENCES customers, rating int NOT NULL, written_at timestamptz NOT NULL);

  INSERT INTO suppliers VALUES (1, 'Oak and Sons', 'Germany'), (2, 'Lumen', 'France'), (3, 'Idle Works', 'Spain');
  INSERT INTO categories VALUES (1, 'Chairs'), (2, 'Lamps'), (3, 'Rugs');
  INSERT INTO products VALUES
    (1, 'Garden Chair', 1, 1, 40, 12, true, 'Stands outside'), (2, 'Office Chair', 1, 1, 120, 3, true, NULL), (3, 'Desk Lamp', 2, 2, 35, 50, true, 'LED'),
    (4, 'Floor Lamp', 2, 2, 90, 0, false, NULL), (5, 'Round Rug', 3, NULL, 200, 7, true, 'Wool');
  INSERT INTO customers VALUES
    (1, 'Ann', 'Smith', 'ann@example.com', 'Berlin', 'Germany', '2023-02-01'), (2, 'Bob', 'Jones', NULL, 'Paris', 'France', '2024-05-05'),
    (3, 'Cleo', 'Smith', 'cleo@example.com', 'Berlin', 'Germany', '2025-01-20'), (4, 'Dan', 'Moss', 'dan@example.com', 'Madrid', 'Spain', '2025-06-01');
  INSERT INTO orders VALUES
    (1, 1, 'delivered', '2024-03-10', '2024-03-12', 160), (2, 1, 'delivered', '2024-11-02', '2024-11-03', 35), (3, 1, 'shipped', '2025-05-28', '2025-05-30', 240),
    (4, 1, 'pending', '2025-06-10', NULL, 90), (5, 2, 'delivered', '2025-02-14', '2025-02-20', 400), (6, 3, 'cancelled', '2025-03-01', NULL, 35);
  INSERT INTO order_items VALUES (1, 1, 1, 40), (1, 2, 1, 120), (2, 3, 1, 35), (3, 2, 2, 120), (4, 4, 1, 90), (5, 5, 2, 200), (6, 3, 1, 35);
  INSERT INTO payments VALUES
    (1, 1, 'paid', 100, '2024-03-10'), (2, 1, 'paid', 60, '2024-03-11'), (3, 2, 'paid', 35, '2024-11-02'), (4, 3, 'failed', 240, NULL), (5, 3, 'paid', 240, '2025-05-29'),
    (6, 5, 'paid', 400, '2025-02-14'), (7, 6, 'refunded', 35, '2025-03-01');
  INSERT INTO reviews VALUES (1, 1, 1, 5, '2024-04-01'), (2, 1, 2, 3, '2025-03-01'), (3, 5, 2, 4, '2025-03-02'), (4, 3, 1, 2, '2024-12-01')
`;
