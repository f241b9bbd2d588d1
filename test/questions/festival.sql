-- A film festival: composite keys, tables that refer to themselves, junction tables.
CREATE FUNCTION pg_temp.r(i int, salt text, n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || substr(md5(salt || i), 1, 7))::bit(28)::int % n $$;
CREATE TABLE edition (edition_year integer PRIMARY KEY, theme text, starts_on date NOT NULL, ends_on date NOT NULL, budget numeric(10, 2) NOT NULL);
CREATE TABLE section (section_id integer PRIMARY KEY, section_name text NOT NULL, parent_section_id integer REFERENCES section, is_competitive boolean NOT NULL);
CREATE TABLE venue (venue_id integer PRIMARY KEY, venue_name text NOT NULL, district text NOT NULL, built_year integer);
CREATE TABLE screen (venue_id integer REFERENCES venue, screen_no integer, seats integer NOT NULL, has_3d boolean NOT NULL, PRIMARY KEY (venue_id, screen_no));
CREATE TABLE film (film_id integer PRIMARY KEY, title text NOT NULL, country text NOT NULL, spoken_language text, release_year integer NOT NULL, runtime_minutes integer NOT NULL, remake_of integer REFERENCES film);
CREATE TABLE person (person_id integer PRIMARY KEY, full_name text NOT NULL, birth_year integer, country text, mentor_id integer REFERENCES person);
CREATE TABLE film_credit (film_id integer REFERENCES film, person_id integer REFERENCES person, credit_role text, PRIMARY KEY (film_id, person_id, credit_role));
CREATE TABLE film_entry (film_id integer REFERENCES film, edition_year integer REFERENCES edition, section_id integer NOT NULL REFERENCES section, submitted_on date NOT NULL, jury_score numeric(3, 1), PRIMARY KEY (film_id, edition_year));
CREATE TABLE screening (venue_id integer, screen_no integer, starts_at timestamp, film_id integer NOT NULL, edition_year integer NOT NULL, tickets_sold integer NOT NULL, ticket_price numeric(5, 2) NOT NULL,
  PRIMARY KEY (venue_id, screen_no, starts_at), FOREIGN KEY (venue_id, screen_no) REFERENCES screen, FOREIGN KEY (film_id, edition_year) REFERENCES film_entry);
CREATE TABLE award (edition_year integer REFERENCES edition, award_name text, film_id integer, prize_amount numeric(9, 2), PRIMARY KEY (edition_year, award_name), FOREIGN KEY (film_id, edition_year) REFERENCES film_entry);
COMMENT ON COLUMN award.film_id IS 'The film that won; null when the award was not given';

INSERT INTO edition VALUES (2021, NULL, '2021-09-02', '2021-09-09', 310000), (2022, 'Borders', '2022-09-01', '2022-09-10', 385000), (2023, 'Water', '2023-08-31', '2023-09-09', 402500), (2024, 'Work', '2024-09-05', '2024-09-15', 450000), (2025, 'Ghosts', '2025-09-04', '2025-09-15', 437000), (2026, 'Home', '2026-09-03', '2026-09-13', 470000);
-- no entries for 2026 yet
INSERT INTO section VALUES (1, 'Main Competition', NULL, true), (2, 'Documentaries', NULL, true), (3, 'Short Documentaries', 2, true), (4, 'Panorama', NULL, false), (5, 'Midnight', 4, false), (6, 'Retrospective', NULL, false), (7, 'Youth', 4, false);
-- section 7 has no entry
INSERT INTO venue VALUES (1, 'Palace Cinema', 'Old Town', 1928), (2, 'Odeon Docks', 'Harbour', 2006), (3, 'Lumiere Hall', 'Old Town', 1975), (4, 'Garden Screen', 'Westpark', NULL);
INSERT INTO screen VALUES (1, 1, 120, false), (1, 2, 540, false), (2, 1, 310, true), (2, 2, 205, true), (2, 3, 90, false), (3, 1, 260, false), (4, 1, 800, false);
INSERT INTO person SELECT i, (ARRAY['Agnes', 'Bruno', 'Chiara', 'Daniel', 'Elif', 'Finn', 'Greta'])[1 + (i - 1) % 7] || ' ' || (ARRAY['Lindholm', 'Okafor', 'Sandoval', 'Petit', 'Yilmaz', 'Koch', 'Amari', 'Rossetti'])[1 + (i * 3) % 8], CASE WHEN i % 9 = 5 THEN NULL ELSE 1940 + pg_temp.r(i, 'pb', 58) END,
  CASE WHEN i % 11 = 6 THEN NULL ELSE (ARRAY['Sweden', 'Nigeria', 'Mexico', 'France', 'Turkey', 'Germany', 'Italy'])[1 + pg_temp.r(i, 'pc', 7)] END, CASE WHEN i % 5 = 0 THEN i / 5 END FROM generate_series(1, 42) i;
INSERT INTO film SELECT i, CASE i WHEN 7 THEN 'The Last Tram' WHEN 31 THEN 'Last Tram Home' WHEN 12 THEN 'Ghosts of Ankara' ELSE (ARRAY['Blue', 'Hollow', 'Patient', 'Wild', 'Second'])[1 + i % 5] || ' ' || (ARRAY['Harvest', 'Mirror', 'Daughter', 'Island', 'Engine', 'Night', 'Republic', 'Thread', 'Orchard'])[1 + i % 9] END,
  (ARRAY['Sweden', 'France', 'France', 'Turkey', 'Germany', 'Mexico', 'Nigeria', 'Italy'])[1 + pg_temp.r(i, 'fc', 8)], CASE WHEN i % 12 = 3 THEN NULL ELSE (ARRAY['French', 'Turkish', 'Spanish', 'English', 'German'])[1 + pg_temp.r(i, 'fl', 5)] END,
  CASE WHEN i % 7 = 2 THEN 1962 + i ELSE 2019 + i % 6 END, CASE WHEN i % 6 = 4 THEN 9 + i % 25 ELSE 78 + pg_temp.r(i, 'fr', 95) END, CASE i WHEN 31 THEN 7 WHEN 22 THEN 2 WHEN 38 THEN 9 END FROM generate_series(1, 40) i;
INSERT INTO film_credit SELECT i, 1 + pg_temp.r(i, 'cd', 12), 'director' FROM generate_series(1, 40) i;
INSERT INTO film_credit SELECT i, 13 + pg_temp.r(i, 'ca' || k, 26), 'actor' FROM generate_series(1, 40) i, generate_series(1, 3) k WHERE i % 6 <> 4 ON CONFLICT DO NOTHING;
INSERT INTO film_credit SELECT i, CASE WHEN i % 3 = 0 THEN 1 + pg_temp.r(i, 'cd', 12) ELSE 9 + pg_temp.r(i, 'cw', 20) END, 'writer' FROM generate_series(1, 40) i ON CONFLICT DO NOTHING;
-- film 40 was never entered
INSERT INTO film_entry SELECT i, y, CASE WHEN i % 7 = 2 THEN 6 WHEN i % 6 = 4 THEN 3 ELSE (ARRAY[1, 1, 2, 4, 5])[1 + pg_temp.r(i, 'es', 5)] END, make_date(y, 1, 10) + pg_temp.r(i, 'ed', 130), CASE WHEN i % 8 = 1 THEN NULL ELSE 3 + pg_temp.r(i, 'ej', 70) / 10.0 END FROM (SELECT i, 2021 + i % 5 AS y FROM generate_series(1, 39) i) x;
INSERT INTO film_entry VALUES (2, 2025, 6, '2025-03-03', 8.8), (9, 2021, 6, '2021-02-14', 7.4);
UPDATE film_entry SET jury_score = 9.6 WHERE film_id = 26;
UPDATE film_entry SET jury_score = 9.7 WHERE film_id = 4;
INSERT INTO screening SELECT DISTINCT ON (v, s, t) v, s, t, f, y, least(seats, 12 + pg_temp.r(i, 'st', 420)), (ARRAY[9.5, 12, 12, 15])[1 + pg_temp.r(i, 'sp', 4)] FROM (SELECT i, e.film_id AS f, e.edition_year AS y, c.venue_id AS v, c.screen_no AS s, c.seats, d.starts_on + pg_temp.r(i, 'sd', d.ends_on - d.starts_on + 1) + make_interval(hours => 10 + 2 * pg_temp.r(i, 'sh', 7)) AS t
  FROM generate_series(1, 150) i JOIN (SELECT *, row_number() OVER (ORDER BY film_id, edition_year) AS n FROM film_entry WHERE film_id <> 39) e ON e.n = 1 + pg_temp.r(i, 'sf', 40) JOIN (SELECT *, row_number() OVER (ORDER BY venue_id, screen_no) AS n FROM screen) c ON c.n = 1 + pg_temp.r(i, 'sc', 7) JOIN edition d ON d.edition_year = e.edition_year) x ORDER BY v, s, t, i;
INSERT INTO award SELECT y, a, (SELECT film_id FROM film_entry WHERE edition_year = y AND jury_score IS NOT NULL ORDER BY abs(jury_score - b) , film_id LIMIT 1), p + 500 * (y - 2021) FROM generate_series(2021, 2025) y, (VALUES ('Golden Reel', 10.0, 25000), ('Jury Prize', 8.5, 10000), ('Audience Award', 7.5, 5000)) v (a, b, p);
INSERT INTO award VALUES (2023, 'Best Debut', NULL, NULL), (2024, 'Best Debut', (SELECT film_id FROM film_entry WHERE edition_year = 2024 ORDER BY film_id LIMIT 1), 3000);
