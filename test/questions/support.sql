-- Telecom support desk: singular and plural names mixed, reserved words as names, flags, dates, instants and plain years.
CREATE FUNCTION pg_temp.r(i int, salt text, n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || substr(md5(salt || i), 1, 7))::bit(28)::int % n $$;
CREATE TABLE "group" (id integer PRIMARY KEY, name text NOT NULL, "limit" integer, is_external boolean NOT NULL);
COMMENT ON TABLE "group" IS 'Support teams';
COMMENT ON COLUMN "group"."limit" IS 'How many open tickets the team may have';
CREATE TABLE "user" (id integer PRIMARY KEY, name text NOT NULL, email text, group_id integer REFERENCES "group", role text NOT NULL, active boolean NOT NULL, start_year integer NOT NULL);
COMMENT ON TABLE "user" IS 'Support agents';
CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL, city text NOT NULL, customer_since integer NOT NULL, is_business boolean NOT NULL, phone text, has_churned boolean NOT NULL);
COMMENT ON COLUMN customers.customer_since IS 'Year in which they became a customer';
CREATE TABLE plan (id integer PRIMARY KEY, name text NOT NULL, kind text NOT NULL, price numeric(6, 2) NOT NULL, data_gb integer, launch_year integer NOT NULL);
COMMENT ON COLUMN plan.data_gb IS 'Data per month in GB; null for unlimited';
CREATE TABLE "order" (id integer PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers, plan_id integer NOT NULL REFERENCES plan, "date" date NOT NULL, amount numeric(8, 2) NOT NULL, state text NOT NULL, activated_on date);
CREATE TABLE tickets (id integer PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers, assigned_to integer REFERENCES "user", subject text NOT NULL, category text NOT NULL, priority text NOT NULL, status text NOT NULL, opened_at timestamptz NOT NULL, closed_at timestamptz, escalated boolean NOT NULL, satisfaction integer);
COMMENT ON COLUMN tickets.satisfaction IS 'Rating by the customer from 1 to 5';
COMMENT ON COLUMN tickets.assigned_to IS 'The agent who works on the ticket';
CREATE TABLE message (id integer PRIMARY KEY, ticket_id integer NOT NULL REFERENCES tickets, sender text NOT NULL, sent_at timestamptz NOT NULL, internal boolean NOT NULL, length_chars integer NOT NULL);
CREATE TABLE tags (id integer PRIMARY KEY, label text NOT NULL UNIQUE);
CREATE TABLE ticket_tags (ticket_id integer REFERENCES tickets, tag_id integer REFERENCES tags, PRIMARY KEY (ticket_id, tag_id));

INSERT INTO "group" VALUES (1, 'First Line', 120, false), (2, 'Network', 40, false), (3, 'Billing', 60, false), (4, 'Field Service', 25, true), (5, 'Night Shift', NULL, true);
-- group 5 has no agents
INSERT INTO "user" VALUES (1, 'Marta Lindgren', 'marta@help.example', 1, 'lead', true, 2013), (2, 'Oskar Pena', 'oskar@help.example', 1, 'agent', true, 2019), (3, 'Priya Raman', 'priya@help.example', 1, 'agent', true, 2021), (4, 'Quentin Moss', NULL, 1, 'agent', false, 2016),
  (5, 'Rosa Teller', 'rosa@help.example', 2, 'lead', true, 2011), (6, 'Stefan Ude', 'stefan@help.example', 2, 'agent', true, 2020), (7, 'Tessa Varga', 'tessa@help.example', 2, 'agent', true, 2022), (8, 'Umar Wahid', 'umar@help.example', 3, 'lead', true, 2015),
  (9, 'Vera Xander', NULL, 3, 'agent', true, 2018), (10, 'Willem York', 'willem@help.example', 3, 'agent', false, 2017), (11, 'Xenia Zoll', 'xenia@help.example', 4, 'lead', true, 2014), (12, 'Yusuf Abel', 'yusuf@help.example', 4, 'agent', true, 2023), (13, 'Zelda Brook', 'zelda@help.example', NULL, 'trainee', true, 2024);
INSERT INTO customers SELECT i, CASE WHEN b THEN (ARRAY['Arrow', 'Beacon', 'Cobalt', 'Domino', 'Ember', 'Falcon', 'Garnet', 'Harrow', 'Indigo', 'Juniper', 'Kestrel'])[1 + i % 11] || ' ' || (ARRAY['Logistics', 'Bakeries', 'Clinics', 'Motors', 'Studios'])[1 + i % 5]
  ELSE (ARRAY['Adele', 'Bjorn', 'Celia', 'Dante', 'Edith', 'Fabian', 'Gloria', 'Henrik'])[1 + i % 8] || ' ' || (ARRAY['Norris', 'Oakes', 'Pratt', 'Quist', 'Reyes', 'Stone', 'Tully'])[1 + i % 7] END, (ARRAY['Larkspur', 'Millhaven', 'Northwick', 'Oldbridge', 'Pinecrest'])[1 + pg_temp.r(i, 'cc', 5)],
  2008 + pg_temp.r(i, 'cs', 17), b, CASE WHEN i % 9 = 4 THEN NULL ELSE '555-' || (1000 + pg_temp.r(i, 'cp', 8999)) END, pg_temp.r(i, 'ch', 7) = 0 FROM (SELECT i, pg_temp.r(i, 'cb', 3) = 0 AS b FROM generate_series(1, 55) i) x;
INSERT INTO plan VALUES (1, 'Mini', 'mobile', 9.99, 5, 2017), (2, 'Midi', 'mobile', 19.99, 30, 2017), (3, 'Maxi', 'mobile', 34.99, NULL, 2021), (4, 'Home 100', 'internet', 29.90, NULL, 2019), (5, 'Home 1000', 'internet', 49.90, NULL, 2022), (6, 'TV Basic', 'television', 12.50, NULL, 2015), (7, 'Retro Dial', 'internet', 7.00, 1, 2009);
-- nobody ordered plan 7; customers 51 to 55 have no ticket
INSERT INTO "order" SELECT i, 1 + pg_temp.r(i, 'oc', 52), p, d, (SELECT price FROM plan WHERE id = p) * (6 + 6 * (i % 3)) - 0.05 * i, s, CASE WHEN s = 'active' THEN d + 1 + pg_temp.r(i, 'oa', 20) END
  FROM (SELECT i, 1 + pg_temp.r(i, 'op', 6) AS p, date '2023-01-03' + pg_temp.r(i, 'od', 1080) AS d, (ARRAY['active', 'active', 'active', 'cancelled', 'pending'])[1 + pg_temp.r(i, 'os', 5)] AS s FROM generate_series(1, 140) i) x;
INSERT INTO tickets SELECT i, 1 + (pg_temp.r(i, 'tc', 50) * pg_temp.r(i, 'td', 50)) / 50, CASE WHEN i % 16 = 5 THEN NULL ELSE (ARRAY[1, 2, 2, 3, 3, 3, 4, 5, 6, 6, 7, 8, 9, 9, 10, 11])[1 + pg_temp.r(i, 'tu', 16)] END,
  (ARRAY['No signal', 'Slow internet', 'Wrong invoice', 'Router broken', 'Cancel contract', 'Roaming charges', 'SIM card lost'])[1 + pg_temp.r(i, 'ts', 7)] || CASE WHEN i % 10 = 0 THEN ' again' ELSE '' END, (ARRAY['network', 'network', 'billing', 'hardware', 'contract', 'billing', 'hardware'])[1 + pg_temp.r(i, 'ts', 7)],
  (ARRAY['low', 'normal', 'normal', 'high', 'urgent'])[1 + pg_temp.r(i, 'tp', 5)], CASE WHEN cl IS NOT NULL THEN 'closed' WHEN i % 2 = 0 THEN 'open' ELSE 'waiting' END, o, cl, pg_temp.r(i, 'te', 6) = 0, CASE WHEN cl IS NOT NULL AND i % 3 > 0 THEN 1 + pg_temp.r(i, 'tr', 5) END
  FROM (SELECT i, o, CASE WHEN o > now() - interval '12 days' AND i % 4 > 0 OR i % 21 = 0 THEN NULL ELSE least(now(), o + make_interval(hours => 1 + pg_temp.r(i, 'tl', 260))) END AS cl FROM (SELECT i, (current_date - 1 - pg_temp.r(i, 'to', 400))::timestamptz + make_interval(mins => pg_temp.r(i, 'tm', 1400)) AS o FROM generate_series(1, 230) i) y) x;
INSERT INTO message SELECT i, t, CASE WHEN i % 3 = 0 THEN 'customer' ELSE 'agent' END, (SELECT opened_at FROM tickets WHERE id = t) + make_interval(mins => 10 + pg_temp.r(i, 'mm', 3000)), i % 3 > 0 AND i % 4 = 0, 15 + pg_temp.r(i, 'ml', 900) FROM (SELECT i, 1 + pg_temp.r(i, 'mt', 210) AS t FROM generate_series(1, 300) i) x;
INSERT INTO tags VALUES (1, 'vip'), (2, 'repeat'), (3, 'refund'), (4, 'legal'), (5, 'outage'), (6, 'phishing');
-- tag 6 is unused
INSERT INTO ticket_tags SELECT DISTINCT 1 + pg_temp.r(i, 'gt', 230), 1 + pg_temp.r(i, 'gg', 5) FROM generate_series(1, 130) i;
