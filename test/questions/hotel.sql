-- A hotel chain in several schemas, with views; keys declared.
CREATE FUNCTION pg_temp.r(i int, salt text, n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || substr(md5(salt || i), 1, 7))::bit(28)::int % n $$;
CREATE SCHEMA front;
CREATE SCHEMA billing;
CREATE SCHEMA hr;
CREATE TYPE front.reservation_status AS ENUM ('confirmed', 'completed', 'cancelled', 'no_show');
CREATE TABLE front.hotels (id integer PRIMARY KEY, name text NOT NULL, city text NOT NULL, country text NOT NULL, stars integer NOT NULL, opened_on date NOT NULL, has_pool boolean NOT NULL);
CREATE TABLE front.room_types (id integer PRIMARY KEY, name text NOT NULL, max_guests integer NOT NULL, base_rate numeric(7, 2) NOT NULL);
CREATE TABLE front.rooms (id integer PRIMARY KEY, hotel_id integer NOT NULL REFERENCES front.hotels, room_type_id integer NOT NULL REFERENCES front.room_types, room_number text NOT NULL, floor integer NOT NULL, out_of_service boolean NOT NULL);
CREATE TABLE front.guests (id integer PRIMARY KEY, first_name text NOT NULL, last_name text NOT NULL, nationality text, email text, vip boolean NOT NULL, birth_date date);
CREATE TABLE front.reservations (id integer PRIMARY KEY, guest_id integer NOT NULL REFERENCES front.guests, room_id integer NOT NULL REFERENCES front.rooms, booked_on date NOT NULL, check_in date NOT NULL, check_out date NOT NULL,
  adults integer NOT NULL, children integer NOT NULL, channel text NOT NULL, status front.reservation_status NOT NULL);
CREATE TABLE billing.invoices (id integer PRIMARY KEY, reservation_id integer NOT NULL REFERENCES front.reservations, issued_on date NOT NULL, total numeric(9, 2) NOT NULL, paid_on date);
CREATE TABLE billing.charges (id integer PRIMARY KEY, reservation_id integer NOT NULL REFERENCES front.reservations, kind text NOT NULL, amount numeric(8, 2) NOT NULL, charged_on date NOT NULL);
CREATE TABLE hr.employees (id integer PRIMARY KEY, full_name text NOT NULL, hotel_id integer REFERENCES front.hotels, role text NOT NULL, salary numeric(9, 2) NOT NULL, hired_on date NOT NULL, supervisor_id integer REFERENCES hr.employees);
COMMENT ON TABLE billing.charges IS 'Extras on top of the room: minibar, spa, parking and so on';
COMMENT ON COLUMN billing.invoices.paid_on IS 'Null while the invoice is open';
COMMENT ON COLUMN hr.employees.hotel_id IS 'Null for head office staff';

INSERT INTO front.hotels VALUES (1, 'Grand Meridian', 'Vienna', 'Austria', 5, '1994-04-12', true), (2, 'Meridian Lodge', 'Salzburg', 'Austria', 3, '2008-06-01', false), (3, 'Seaview Meridian', 'Split', 'Croatia', 4, '2012-05-20', true),
  (4, 'Meridian Express', 'Zagreb', 'Croatia', 2, '2019-09-15', false), (5, 'Alpine Meridian', 'Bolzano', 'Italy', 4, '2001-12-01', true), (6, 'Meridian Bay', 'Trieste', 'Italy', 3, '2026-09-01', false);
-- hotel 6 has rooms but no reservation
INSERT INTO front.room_types VALUES (1, 'Single', 1, 72), (2, 'Double', 2, 105), (3, 'Family', 4, 149), (4, 'Suite', 3, 265), (5, 'Penthouse', 6, 720);
INSERT INTO front.rooms SELECT i, h, CASE WHEN i % 8 = 0 THEN 3 WHEN i % 11 = 0 THEN 4 ELSE 1 + i % 2 END, (1 + i % 5) || lpad((i % 9 + 1)::text, 2, '0'), 1 + i % 5, i % 17 = 6 FROM (SELECT i, 1 + (i - 1) % 6 AS h FROM generate_series(1, 66) i) x;
INSERT INTO front.guests SELECT i, (ARRAY['Anja', 'Boris', 'Cecile', 'Davor', 'Elsa', 'Franco', 'Gitta', 'Ivo', 'Julia'])[1 + (i - 1) % 9], (ARRAY['Huber', 'Kovac', 'Bianchi', 'Schmid', 'Maric', 'Conte', 'Wagner', 'Leroy'])[1 + (i * 3) % 8],
  CASE WHEN i % 14 = 9 THEN NULL ELSE (ARRAY['Austrian', 'Croatian', 'Italian', 'German', 'French', 'British'])[1 + pg_temp.r(i, 'n', 6)] END, CASE WHEN i % 6 = 1 THEN NULL ELSE 'guest' || i || '@inbox.example' END, pg_temp.r(i, 'v', 3) = 0,
  CASE WHEN i % 10 = 8 THEN NULL ELSE date '1948-01-20' + pg_temp.r(i, 'b', 20000) END FROM generate_series(1, 60) i;
-- guests 56 to 60 never reserved
INSERT INTO front.reservations SELECT i, 1 + (pg_temp.r(i, 'g', 55) * pg_temp.r(i, 'g2', 55)) / 55, rm, least(ci - 3 - pg_temp.r(i, 'bk', 80), current_date - pg_temp.r(i, 'bz', 40)), ci, ci + 1 + pg_temp.r(i, 'n', 9), 1 + pg_temp.r(i, 'a', 3), CASE WHEN i % 4 = 0 THEN 1 + i % 3 ELSE 0 END,
  (ARRAY['website', 'website', 'phone', 'agency', 'walk-in'])[1 + pg_temp.r(i, 'ch', 5)], (CASE WHEN i % 9 = 0 THEN 'cancelled' WHEN ci + 10 > current_date THEN 'confirmed' WHEN i % 25 = 3 THEN 'no_show' ELSE 'completed' END)::front.reservation_status
  FROM (SELECT i, current_date - 500 + pg_temp.r(i, 'ci', 560) AS ci, (SELECT id FROM front.rooms WHERE hotel_id <> 6 ORDER BY id OFFSET pg_temp.r(i, 'rm', 52) LIMIT 1) AS rm FROM generate_series(1, 220) i) x;
INSERT INTO billing.charges SELECT i, rid, k, CASE k WHEN 'spa' THEN 45 + i % 60 WHEN 'parking' THEN 18 WHEN 'restaurant' THEN 22.5 + i % 75 ELSE 4.5 + i % 20 END, (SELECT check_in FROM front.reservations WHERE id = rid) + 1
  FROM (SELECT i, rid, (ARRAY['minibar', 'spa', 'parking', 'restaurant', 'restaurant'])[1 + pg_temp.r(i, 'k', 5)] AS k FROM (SELECT i, (SELECT id FROM front.reservations WHERE status = 'completed' ORDER BY id OFFSET pg_temp.r(i, 'cr', 120) LIMIT 1) AS rid FROM generate_series(1, 180) i) y) x;
INSERT INTO billing.invoices SELECT row_number() OVER (ORDER BY r.id), r.id, r.check_out, (r.check_out - r.check_in) * t.base_rate + coalesce((SELECT sum(amount) FROM billing.charges c WHERE c.reservation_id = r.id), 0), CASE WHEN r.id % 8 <> 5 THEN r.check_out + r.id % 20 END
  FROM front.reservations r JOIN front.rooms m ON m.id = r.room_id JOIN front.room_types t ON t.id = m.room_type_id WHERE r.status = 'completed';
INSERT INTO hr.employees SELECT i, (ARRAY['Lena', 'Marko', 'Nina', 'Otto', 'Paola', 'Rene', 'Sara'])[1 + (i - 1) % 7] || ' ' || (ARRAY['Berger', 'Horvat', 'Ferrari', 'Steiner', 'Novosel'])[1 + i % 5], CASE WHEN i IN (1, 2) THEN NULL ELSE 1 + i % 5 END,
  CASE WHEN i <= 2 THEN 'director' WHEN i <= 7 THEN 'manager' ELSE (ARRAY['receptionist', 'housekeeper', 'cook', 'waiter'])[1 + i % 4] END, CASE WHEN i <= 2 THEN 98000 + 4000 * i WHEN i <= 7 THEN 56000 + 900 * i ELSE 24000 + 10 * pg_temp.r(i, 's', 1400) + i END,
  date '2009-03-01' + pg_temp.r(i, 'h', 5900), CASE WHEN i = 1 THEN NULL WHEN i <= 7 THEN 1 ELSE 3 + (i + 3) % 5 END FROM generate_series(1, 34) i;
CREATE VIEW front.upcoming_arrivals AS SELECT r.id AS reservation_id, h.name AS hotel, g.first_name || ' ' || g.last_name AS guest, r.check_in FROM front.reservations r JOIN front.rooms m ON m.id = r.room_id JOIN front.hotels h ON h.id = m.hotel_id JOIN front.guests g ON g.id = r.guest_id
  WHERE r.status = 'confirmed' AND r.check_in >= current_date;
CREATE VIEW billing.hotel_revenue AS SELECT h.name AS hotel, extract(year from i.issued_on)::int AS revenue_year, sum(i.total) AS revenue FROM billing.invoices i JOIN front.reservations r ON r.id = i.reservation_id JOIN front.rooms m ON m.id = r.room_id JOIN front.hotels h ON h.id = m.hotel_id GROUP BY 1, 2;
