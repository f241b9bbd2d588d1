-- Energy meters as a star schema: fact_ and dim_ tables, a date dimension, keys declared, a few comments.
CREATE FUNCTION pg_temp.r(i int, salt text, n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || substr(md5(salt || i), 1, 7))::bit(28)::int % n $$;
CREATE TABLE dim_date (date_key integer PRIMARY KEY, full_date date NOT NULL UNIQUE, calendar_year integer NOT NULL, calendar_quarter integer NOT NULL, month_number integer NOT NULL, month_name text NOT NULL, weekday_name text NOT NULL, is_weekend boolean NOT NULL);
CREATE TABLE dim_region (region_key integer PRIMARY KEY, region_name text NOT NULL, grid_operator text NOT NULL, population integer);
CREATE TABLE dim_customer (customer_key integer PRIMARY KEY, customer_name text NOT NULL, segment text NOT NULL, town text NOT NULL, region_key integer NOT NULL REFERENCES dim_region, contract_start date NOT NULL, contract_end date, household_size integer, has_solar_panels boolean NOT NULL);
CREATE TABLE dim_tariff (tariff_key integer PRIMARY KEY, tariff_name text NOT NULL, price_per_kwh numeric(6, 4) NOT NULL, standing_charge numeric(6, 2) NOT NULL, is_green boolean NOT NULL);
CREATE TABLE dim_meter (meter_key integer PRIMARY KEY, serial_number text NOT NULL UNIQUE, meter_type text NOT NULL, manufacturer text NOT NULL, installed_on date NOT NULL, removed_on date, customer_key integer NOT NULL REFERENCES dim_customer);
CREATE TABLE fact_reading (reading_key integer PRIMARY KEY, date_key integer NOT NULL REFERENCES dim_date, meter_key integer NOT NULL REFERENCES dim_meter, tariff_key integer NOT NULL REFERENCES dim_tariff, consumption_kwh numeric(9, 2) NOT NULL, peak_kwh numeric(9, 2) NOT NULL, cost_amount numeric(9, 2) NOT NULL, is_estimated boolean NOT NULL);
CREATE TABLE fact_outage (outage_key integer PRIMARY KEY, region_key integer NOT NULL REFERENCES dim_region, started_at timestamptz NOT NULL, ended_at timestamptz, affected_customers integer NOT NULL, cause text);
COMMENT ON TABLE fact_reading IS 'One row per meter reading';
COMMENT ON TABLE fact_outage IS 'Power outages';
COMMENT ON COLUMN fact_reading.cost_amount IS 'Cost of the consumption in euros';
COMMENT ON COLUMN fact_reading.peak_kwh IS 'Part of the consumption that fell into peak hours';
COMMENT ON COLUMN fact_outage.ended_at IS 'Null while the outage lasts';

INSERT INTO dim_date SELECT to_char(d, 'YYYYMMDD')::int, d, extract(year from d), extract(quarter from d), extract(month from d), to_char(d, 'FMMonth'), to_char(d, 'FMDay'), extract(isodow from d) > 5 FROM generate_series(timestamp '2023-01-01', '2025-06-30', '5 days') d;
INSERT INTO dim_region VALUES (1, 'North Coast', 'GridNord', 412000), (2, 'Midlands', 'CentraVolt', 983000), (3, 'South Valley', 'CentraVolt', 275500), (4, 'Lake District', 'GridNord', 88000), (5, 'Outer Isles', 'IsleNet', NULL);
-- region 5 has no customer
INSERT INTO dim_tariff VALUES (1, 'Classic', 0.3120, 9.50, false), (2, 'Night Saver', 0.2790, 12.00, false), (3, 'Green Day', 0.3340, 8.75, true), (4, 'Business Flat', 0.2450, 39.00, false), (5, 'Green Pro', 0.2605, 45.00, true), (6, 'Legacy 2010', 0.3555, 5.00, false);
-- tariff 6 is unused
INSERT INTO dim_customer SELECT i, CASE WHEN s = 'household' THEN (ARRAY['Adler', 'Benoit', 'Castell', 'Drummond', 'Egger', 'Fontana', 'Grigor'])[1 + i % 7] || ' family ' || i ELSE (ARRAY['Alpine', 'Baltic', 'Crystal', 'Delta', 'Evergreen', 'Frontier', 'Golden'])[1 + i % 7] || ' ' || (ARRAY['Bakery', 'Foundry', 'Hotel', 'Laundry', 'Dairy', 'Print'])[1 + i % 6] END,
  s, (ARRAY['Ketterby', 'Marlow End', 'Stonebeck', 'Ulverfield', 'Dunmere', 'Pellworth'])[1 + pg_temp.r(i, 't', 6)], 1 + pg_temp.r(i, 'r', 4), date '2016-02-01' + pg_temp.r(i, 'c', 2600), CASE WHEN i % 9 = 2 THEN date '2024-03-31' + i END,
  CASE WHEN s = 'household' AND i % 11 <> 3 THEN 1 + pg_temp.r(i, 'h', 5) END, pg_temp.r(i, 'sp', 4) = 0 FROM (SELECT i, (ARRAY['household', 'household', 'household', 'small business', 'industry'])[1 + pg_temp.r(i, 's', 5)] AS s FROM generate_series(1, 40) i) x;
INSERT INTO dim_meter SELECT i, 'MX-' || (1000 + i * 37), (ARRAY['smart', 'smart', 'analog', 'prepaid'])[1 + pg_temp.r(i, 'mt', 4)], (ARRAY['Voltec', 'Siemer', 'Kamdrup'])[1 + pg_temp.r(i, 'mf', 3)], date '2014-05-05' + pg_temp.r(i, 'mi', 3000), CASE WHEN i % 12 = 7 THEN date '2024-08-01' + i END, 1 + (i * 3) % 38 FROM generate_series(1, 50) i;
-- customers 39 and 40 have no meter, meters 49 and 50 no reading
INSERT INTO fact_reading SELECT i, (SELECT date_key FROM dim_date ORDER BY date_key OFFSET pg_temp.r(i, 'fd', 183) LIMIT 1), m, t, k, round(k * (10 + pg_temp.r(i, 'fp', 60)) / 100, 2), round(k * (SELECT price_per_kwh FROM dim_tariff WHERE tariff_key = t), 2), pg_temp.r(i, 'fe', 7) = 0
  FROM (SELECT i, m, CASE WHEN m % 5 = 4 THEN 4 + m % 2 ELSE 1 + m % 3 END AS t, (20 + pg_temp.r(i, 'fk', 4000) / 10.0 + CASE WHEN m % 5 = 4 THEN 900 ELSE 0 END)::numeric(9, 2) AS k FROM (SELECT i, 1 + pg_temp.r(i, 'fm', 48) AS m FROM generate_series(1, 300) i) y) x;
INSERT INTO fact_outage SELECT i, 1 + pg_temp.r(i, 'or', 4), s, CASE WHEN i % 14 = 0 THEN NULL ELSE s + make_interval(mins => 8 + pg_temp.r(i, 'oe', 600)) END, 20 + pg_temp.r(i, 'oa', 4800), (ARRAY['storm', 'equipment failure', 'maintenance', 'storm', NULL])[1 + pg_temp.r(i, 'oc', 5)]
  FROM (SELECT i, date_trunc('hour', now()) - make_interval(days => 1 + pg_temp.r(i, 'od', 540), hours => pg_temp.r(i, 'oh', 24)) AS s FROM generate_series(1, 60) i) x;
