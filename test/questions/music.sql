-- Music streaming: camelCase names that need quotes, keys declared, no comments.
CREATE FUNCTION pg_temp.r(i int, salt text, n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || substr(md5(salt || i), 1, 7))::bit(28)::int % n $$;
CREATE TABLE "artist" ("artistId" integer PRIMARY KEY, "artistName" text NOT NULL, "homeCountry" text, "debutYear" integer, "isActive" boolean NOT NULL);
CREATE TABLE "genre" ("genreId" integer PRIMARY KEY, "genreName" text NOT NULL);
CREATE TABLE "album" ("albumId" integer PRIMARY KEY, "artistId" integer NOT NULL REFERENCES "artist", "albumTitle" text NOT NULL, "releaseDate" date NOT NULL, "recordLabel" text);
CREATE TABLE "track" ("trackId" integer PRIMARY KEY, "albumId" integer NOT NULL REFERENCES "album", "genreId" integer REFERENCES "genre", "trackTitle" text NOT NULL, "durationSeconds" integer NOT NULL, "isExplicit" boolean NOT NULL);
CREATE TABLE "listener" ("listenerId" integer PRIMARY KEY, "displayName" text NOT NULL, "emailAddress" text, "signupDate" date NOT NULL, "planType" text NOT NULL, "monthlyFee" numeric(5, 2) NOT NULL, "homeCountry" text NOT NULL, "referredBy" integer REFERENCES "listener");
CREATE TABLE "playEvent" ("playId" integer PRIMARY KEY, "trackId" integer NOT NULL REFERENCES "track", "listenerId" integer NOT NULL REFERENCES "listener", "playedAt" timestamptz NOT NULL, "secondsPlayed" integer NOT NULL, "deviceType" text NOT NULL, "wasSkipped" boolean NOT NULL);
CREATE TABLE "playlist" ("playlistId" integer PRIMARY KEY, "ownerId" integer NOT NULL REFERENCES "listener" ("listenerId"), "playlistName" text NOT NULL, "createdOn" date NOT NULL, "isPublic" boolean NOT NULL);
CREATE TABLE "playlistTrack" ("playlistId" integer REFERENCES "playlist", "trackId" integer REFERENCES "track", "trackPosition" integer NOT NULL, PRIMARY KEY ("playlistId", "trackId"));

INSERT INTO "artist" VALUES (1, 'Velvet Tundra', 'Sweden', 2006, true), (2, 'DJ Marmalade', 'Brazil', 2014, true), (3, 'The Paper Kings', 'Canada', 1998, false), (4, 'Nadia Sol', 'Brazil', 2019, true),
  (5, 'Quartet Nine', 'Japan', 2003, true), (6, 'Rust & Bone', 'Canada', 2011, true), (7, 'Ola Fjell', 'Sweden', 2016, true), (8, 'Silver Monday', NULL, 1989, false), (9, 'Kiko Tanaka', 'Japan', 2021, true), (10, 'Bassline Theory', 'Nigeria', 2017, true);
INSERT INTO "genre" VALUES (1, 'Rock'), (2, 'Electronic'), (3, 'Jazz'), (4, 'Pop'), (5, 'Folk'), (6, 'Classical');
INSERT INTO "album" VALUES (1, 1, 'Frost Lines', '2009-02-13', 'Northlight'), (2, 1, 'Meltwater', '2018-10-05', 'Northlight'), (3, 2, 'Sticky Beats', '2016-07-22', 'Papaya Records'), (4, 2, 'Breakfast Rave', '2022-04-29', 'Papaya Records'),
  (5, 3, 'Origami Hearts', '2001-09-18', 'Maple Sound'), (6, 4, 'Sol Maior', '2020-11-20', NULL), (7, 4, 'Noite Clara', '2023-06-16', 'Papaya Records'), (8, 5, 'Nine Lives of Jazz', '2007-03-30', 'Blue Crane'),
  (9, 5, 'Kyoto Sessions', '2015-05-08', 'Blue Crane'), (10, 6, 'Scrapyard Ballads', '2013-08-27', 'Maple Sound'), (11, 7, 'Tundra Songs', '2019-01-25', 'Northlight'), (12, 8, 'Mondays Only', '1991-06-03', NULL),
  (13, 9, 'Small Rain', '2024-03-08', 'Blue Crane'), (14, 6, 'Open Road', '2021-09-10', 'Maple Sound'), (15, 5, 'Live in Osaka', '2010-10-10', 'Blue Crane');
-- artist 10 has no album
INSERT INTO "track" SELECT i, 1 + (i * 5) % 14, CASE WHEN i % 14 = 9 THEN NULL ELSE 1 + pg_temp.r(i, 'g', 5) END,
  (ARRAY['Cold', 'Golden', 'Broken', 'Distant', 'Electric', 'Silent', 'Crooked'])[1 + i % 7] || ' ' || (ARRAY['River', 'Window', 'Signal', 'Summer', 'Stairs', 'Garden', 'Mirror', 'Train', 'Love'])[1 + i % 9],
  95 + pg_temp.r(i, 'd', 330), pg_temp.r(i, 'x', 6) = 0 FROM generate_series(1, 60) i;
INSERT INTO "listener" SELECT i, (ARRAY['ana', 'bob', 'cem', 'dee', 'eli', 'fay', 'gus', 'hana'])[1 + (i - 1) % 8] || '_' || (ARRAY['wave', 'beats', 'owl', 'north', 'vinyl', 'loop', 'echo'])[1 + i % 7], CASE WHEN i % 9 = 4 THEN NULL ELSE 'u' || i || '@tunes.example' END,
  date '2020-03-01' + pg_temp.r(i, 's', 2000), p, CASE p WHEN 'free' THEN 0 WHEN 'premium' THEN 9.99 WHEN 'family' THEN 14.99 ELSE 4.99 END, (ARRAY['Sweden', 'Brazil', 'Canada', 'Germany', 'Japan'])[1 + pg_temp.r(i, 'c', 5)],
  CASE WHEN i % 4 = 0 THEN i / 4 + CASE WHEN i > 20 THEN -3 ELSE 0 END END FROM (SELECT i, (ARRAY['free', 'free', 'premium', 'premium', 'family', 'student'])[1 + pg_temp.r(i, 'p', 6)] AS p FROM generate_series(1, 48) i) x;
INSERT INTO "playEvent" SELECT i, t, 1 + (pg_temp.r(i, 'l', 44) * pg_temp.r(i, 'l2', 44)) / 44, now() - make_interval(days => pg_temp.r(i, 'a', 365), mins => 5 + pg_temp.r(i, 'm', 1000)),
  greatest(3, ((SELECT "durationSeconds" FROM "track" WHERE "trackId" = t) * (10 + pg_temp.r(i, 'sp', 91))) / 100), (ARRAY['phone', 'phone', 'desktop', 'tablet', 'smart speaker'])[1 + pg_temp.r(i, 'dv', 5)], pg_temp.r(i, 'sk', 5) = 0
  FROM (SELECT i, 1 + (pg_temp.r(i, 't', 57) * pg_temp.r(i, 't2', 57)) / 57 AS t FROM generate_series(1, 300) i) x;
INSERT INTO "playlist" VALUES (1, 1, 'Road Trip', '2021-05-04', true), (2, 3, 'Focus', '2022-01-17', true), (3, 3, 'Gym Mix', '2022-08-08', false), (4, 7, 'Rainy Day', '2023-02-25', true), (5, 9, 'Party 2024', '2024-01-02', true),
  (6, 12, 'Lullabies', '2024-05-19', false), (7, 20, 'Empty Shelf', '2024-09-09', false), (8, 7, 'Morning Coffee', '2025-03-03', true), (9, 33, 'Hidden Gems', '2025-06-21', true);
INSERT INTO "playlistTrack" SELECT p, t, row_number() OVER (PARTITION BY p ORDER BY i) FROM (SELECT DISTINCT ON (p, t) i, p, t FROM (SELECT i, (ARRAY[1, 2, 3, 4, 5, 6, 8, 9])[1 + pg_temp.r(i, 'pp', 8)] AS p, 1 + pg_temp.r(i, 'pt', 58) AS t FROM generate_series(1, 75) i) x ORDER BY p, t, i) y;
