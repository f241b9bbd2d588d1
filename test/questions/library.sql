-- A public library with several branches: keys, enums and comments declared.
CREATE FUNCTION pg_temp.r(i int, salt text, n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || substr(md5(salt || i), 1, 7))::bit(28)::int % n $$;
CREATE TYPE member_status AS ENUM ('active', 'suspended', 'expired');
CREATE TYPE copy_condition AS ENUM ('new', 'good', 'worn', 'damaged');
CREATE TYPE reservation_state AS ENUM ('waiting', 'ready', 'collected', 'cancelled');

CREATE TABLE branches (
  id integer PRIMARY KEY,
  name text NOT NULL UNIQUE,
  city text NOT NULL,
  opened_on date NOT NULL,
  floor_area_m2 integer,
  annual_budget numeric(10, 2)
);
COMMENT ON TABLE branches IS 'Buildings of the library that lend books';
COMMENT ON COLUMN branches.floor_area_m2 IS 'Floor area in square metres; unknown where null';
CREATE TABLE authors (
  id integer PRIMARY KEY,
  name text NOT NULL,
  country text,
  birth_year integer
);
CREATE TABLE books (
  id integer PRIMARY KEY,
  title text NOT NULL,
  author_id integer NOT NULL REFERENCES authors,
  genre text NOT NULL,
  language text NOT NULL,
  published_year integer NOT NULL,
  pages integer,
  replacement_price numeric(6, 2) NOT NULL
);
COMMENT ON TABLE books IS 'Titles in the catalogue; the physical items are copies';
COMMENT ON COLUMN books.replacement_price IS 'What a member pays for a lost copy, in euros';
CREATE TABLE copies (
  id integer PRIMARY KEY,
  book_id integer NOT NULL REFERENCES books,
  branch_id integer NOT NULL REFERENCES branches,
  condition copy_condition NOT NULL,
  acquired_on date NOT NULL
);
COMMENT ON TABLE copies IS 'Physical copies of books, each kept at one branch';
CREATE TABLE members (
  id integer PRIMARY KEY,
  first_name text NOT NULL,
  last_name text NOT NULL,
  email text,
  birth_date date NOT NULL,
  joined_on date NOT NULL,
  status member_status NOT NULL,
  home_branch_id integer REFERENCES branches
);
COMMENT ON TABLE members IS 'People who hold a library card';
COMMENT ON COLUMN members.home_branch_id IS 'The branch where the member registered';
CREATE TABLE loans (
  id integer PRIMARY KEY,
  copy_id integer NOT NULL REFERENCES copies,
  member_id integer NOT NULL REFERENCES members,
  loaned_on date NOT NULL,
  due_on date NOT NULL,
  returned_on date
);
COMMENT ON COLUMN loans.returned_on IS 'Null while the copy is still out';
CREATE TABLE fines (
  id integer PRIMARY KEY,
  loan_id integer NOT NULL REFERENCES loans,
  amount numeric(6, 2) NOT NULL,
  paid boolean NOT NULL,
  issued_on date NOT NULL
);
CREATE TABLE reservations (
  id integer PRIMARY KEY,
  book_id integer NOT NULL REFERENCES books,
  member_id integer NOT NULL REFERENCES members,
  reserved_at timestamptz NOT NULL,
  state reservation_state NOT NULL
);
COMMENT ON TABLE reservations IS 'Requests by members to be given a book when a copy becomes free';

INSERT INTO branches VALUES
  (1, 'Central', 'Brookhaven', '1962-05-14', 4200, 910000), (2, 'Riverside', 'Brookhaven', '1988-09-01', 1300, 240000),
  (3, 'Hilltop', 'Ashford', '2004-03-20', 850, 175000), (4, 'Old Mill', 'Ashford', '1979-11-02', NULL, 132500),
  (5, 'Harbour', 'Port Ellis', '2015-06-30', 1750, 305000), (6, 'Station', 'Port Ellis', '2021-02-10', 400, 0);
INSERT INTO authors VALUES
  (1, 'Ines Valder', 'Portugal', 1951), (2, 'Tomas Reik', 'Austria', 1938), (3, 'Akua Mensah', 'Ghana', 1974), (4, 'Henrik Dahl', 'Norway', 1966),
  (5, 'Marguerite Oll', 'France', NULL), (6, 'Sadie Quill', 'Ireland', 1982), (7, 'Bao Linh', 'Vietnam', 1990), (8, 'Oskar Brandt', 'Austria', 1921),
  (9, 'Petra Novic', NULL, 1969), (10, 'Juno Hale', 'Ireland', 1995), (11, 'Emre Tas', 'Turkey', 1959), (12, 'Lucia Moreno', 'Spain', NULL),
  (13, 'Walter Finch', 'Ireland', 1947);
INSERT INTO books VALUES
  (1, 'The Salt Road', 1, 'Fiction', 'English', 1987, 312, 18.50), (2, 'Winter Ledger', 2, 'Crime', 'German', 1979, 268, 14.00),
  (3, 'Letters from Accra', 3, 'Biography', 'English', 2011, 420, 22.00), (4, 'The Glass Fjord', 4, 'Crime', 'Norwegian', 2003, 355, 19.90),
  (5, 'A Garden of Rust', 5, 'Poetry', 'French', 1994, 96, 11.20), (6, 'Night Ferry', 6, 'Crime', 'English', 2016, 389, 17.75),
  (7, 'Paper Lanterns', 7, 'Fiction', 'English', 2021, 274, 21.00), (8, 'The Clockmaker of Graz', 8, 'History', 'German', 1958, 510, 35.00),
  (9, 'Counting Rivers', 9, 'Science', 'English', 2008, 233, 27.40), (10, 'Small Hours', 10, 'Poetry', 'English', 2022, 88, 12.60),
  (11, 'The Bosphorus Line', 11, 'History', 'English', 1998, 602, 41.00), (12, 'Casa de Viento', 12, 'Fiction', 'Spanish', 2001, 341, 16.30),
  (13, 'The Quiet Engine', 6, 'Science', 'English', 2019, 298, 29.95), (14, 'Salt and Iron', 1, 'Fiction', 'English', 1992, 377, 18.00),
  (15, 'Under the Tarn', 6, 'Crime', 'English', 2023, 402, 19.00), (16, 'Maps for Children', 4, 'Children', 'English', 2010, 48, 9.80),
  (17, 'The Lantern Fox', 7, 'Children', 'English', 2018, 40, 10.50), (18, 'Grammar of Bees', 9, 'Science', 'English', 2014, 266, 24.00),
  (19, 'An Ordinary Winter', 2, 'Fiction', 'German', 1984, NULL, 13.10), (20, 'Ghana: A Short History', 3, 'History', 'English', 2017, 190, 20.00),
  (21, 'The Dry Harbour', 11, 'Crime', 'English', 2005, 328, 15.60), (22, 'Verses on Tin', 5, 'Poetry', 'French', 1989, 72, 10.90),
  (23, 'Moon over Hanoi', 7, 'Fiction', 'Vietnamese', 2024, 251, 23.50), (24, 'Storm Atlas', 4, 'Science', 'Norwegian', 2020, 444, 48.00),
  (25, 'Harbour Lights', 6, 'Crime', 'English', 2025, 371, 19.50);
-- books 23 and 25 have no copy, author 13 no book
INSERT INTO copies SELECT i, 1 + pg_temp.r(i, 'cb', 22), 1 + pg_temp.r(i, 'cr', 5), (ARRAY['new', 'good', 'good', 'worn', 'damaged'])[1 + pg_temp.r(i, 'cc', 5)]::copy_condition,
  date '2012-01-10' + pg_temp.r(i, 'ca', 4300) FROM generate_series(1, 88) i;
INSERT INTO copies VALUES (89, 24, 1, 'new', '2024-02-01'), (90, 24, 5, 'good', '2023-07-19');
INSERT INTO members SELECT i, (ARRAY['Alice', 'Bruno', 'Carla', 'Dmitri', 'Elena', 'Farid', 'Greta', 'Hugo', 'Irena', 'Jonas', 'Kira', 'Liam'])[1 + (i - 1) % 12],
  (ARRAY['Abbott', 'Barros', 'Conti', 'Dunne', 'Eriksen', 'Fuchs', 'Gallo', 'Hassan', 'Ivanov', 'Jensen', 'Kovacs'])[1 + (i * 5) % 11],
  CASE WHEN i % 7 = 3 THEN NULL ELSE 'member' || i || CASE WHEN i % 3 = 0 THEN '@mail.example' ELSE '@post.example' END END,
  date '1950-02-03' + pg_temp.r(i, 'mb', 22000), date '2018-01-05' + pg_temp.r(i, 'mj', 2500),
  (ARRAY['active', 'active', 'active', 'suspended', 'expired'])[1 + pg_temp.r(i, 'ms', 5)]::member_status, CASE WHEN i % 13 = 0 THEN NULL ELSE 1 + pg_temp.r(i, 'mh', 5) END
  FROM generate_series(1, 45) i;
-- members 41 to 45 never borrowed
INSERT INTO loans SELECT i, 1 + pg_temp.r(i, 'lc', 86), 1 + (pg_temp.r(i, 'lm', 40) * pg_temp.r(i, 'lm2', 40)) / 40, d, d + 21,
  CASE WHEN d > current_date - 25 AND i % 3 > 0 THEN NULL WHEN i % 19 = 0 THEN NULL ELSE least(d + 3 + pg_temp.r(i, 'lr', 34), current_date) END
  FROM (SELECT i, current_date - 1 - pg_temp.r(i, 'ld', 720) AS d FROM generate_series(1, 240) i) x;
INSERT INTO fines SELECT row_number() OVER (ORDER BY id), id, 0.50 + 0.25 * pg_temp.r(id, 'fa', 40), pg_temp.r(id, 'fp', 3) > 0, returned_on FROM loans WHERE returned_on > due_on;
INSERT INTO reservations SELECT i, 1 + pg_temp.r(i, 'rb', 24), 1 + pg_temp.r(i, 'rm', 44), now() - make_interval(days => pg_temp.r(i, 'rd', 200), hours => pg_temp.r(i, 'rh', 20)),
  (ARRAY['waiting', 'waiting', 'ready', 'collected', 'collected', 'cancelled'])[1 + pg_temp.r(i, 'rs', 6)]::reservation_state FROM generate_series(1, 48) i;
