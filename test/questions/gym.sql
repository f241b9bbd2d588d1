-- A chain of gyms: no keys and no comments declared, columns named x_id.
CREATE FUNCTION pg_temp.r(i int, salt text, n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || substr(md5(salt || i), 1, 7))::bit(28)::int % n $$;
CREATE TABLE clubs (club_id integer, club_name text, town text, opened_year integer, monthly_rent numeric(8, 2));
CREATE TABLE plans (plan_id integer, plan_name text, monthly_price numeric(6, 2), includes_pool boolean, min_months integer);
CREATE TABLE members (member_id integer, full_name text, gender text, birth_date date, phone text, club_id integer, plan_id integer, joined_date date, left_date date);
CREATE TABLE trainers (trainer_id integer, trainer_name text, specialty text, hourly_rate numeric(5, 2), club_id integer, hired_date date);
CREATE TABLE classes (class_id integer, class_name text, trainer_id integer, club_id integer, weekday text, start_time time, duration_min integer, capacity integer);
CREATE TABLE bookings (booking_id integer, member_id integer, class_id integer, booked_for date, attended boolean);
CREATE TABLE visits (visit_id integer, member_id integer, club_id integer, checked_in_at timestamp, checked_out_at timestamp);
CREATE TABLE payments (payment_id integer, member_id integer, amount numeric(7, 2), paid_on date, method text, refunded boolean);

INSERT INTO clubs VALUES (1, 'Ironworks', 'Leyton', 2011, 8200), (2, 'Pulse Park', 'Leyton', 2018, 5400), (3, 'Summit', 'Granby', 2015, 6100),
  (4, 'The Boathouse', 'Wexmoor', 2009, 4750), (5, 'Northgate', 'Granby', 2022, NULL);
INSERT INTO plans VALUES (1, 'Basic', 19.90, false, 12), (2, 'Standard', 34.50, false, 6), (3, 'Premium', 59.00, true, 6), (4, 'Student', 15.00, false, 3),
  (5, 'Family', 89.00, true, 12), (6, 'Off-Peak', 24.00, true, 1);
-- plan 6 has no member
INSERT INTO members SELECT i, (ARRAY['Amara', 'Ben', 'Chloe', 'Dario', 'Esme', 'Felix', 'Gwen', 'Hamza', 'Isla', 'Jakub', 'Kezia', 'Leo', 'Mina'])[1 + (i - 1) % 13] || ' ' ||
  (ARRAY['Osei', 'Lindqvist', 'Marsh', 'Petrov', 'Rossi', 'Novak', 'Achterberg'])[1 + (i * 3) % 7], CASE WHEN (i - 1) % 13 IN (0, 2, 4, 6, 8, 10, 12) THEN 'female' ELSE 'male' END,
  date '1955-06-01' + pg_temp.r(i, 'b', 18500), CASE WHEN i % 8 = 5 THEN NULL ELSE '07700 ' || (100000 + pg_temp.r(i, 'p', 800000)) END,
  1 + pg_temp.r(i, 'c', 4), 1 + pg_temp.r(i, 'pl', 5), date '2020-01-10' + pg_temp.r(i, 'j', 2000), NULL FROM generate_series(1, 70) i;
UPDATE members SET left_date = joined_date + 60 + pg_temp.r(member_id, 'l', 160) WHERE member_id % 5 = 2;
INSERT INTO trainers VALUES (1, 'Rico Alvarez', 'Boxing', 42, 1, '2014-02-01'), (2, 'Sunniva Berg', 'Yoga', 38.5, 1, '2017-09-15'), (3, 'Tariq Mansour', 'Strength', 45, 2, '2018-05-02'),
  (4, 'Ulla Kern', 'Pilates', 36, 3, '2016-11-20'), (5, 'Viktor Lang', 'Spinning', 33, 3, '2021-01-11'), (6, 'Wanda Price', 'Yoga', 41, 4, '2012-04-30'),
  (7, 'Xavier Boone', 'Swimming', 39, 4, '2019-08-19'), (8, 'Yara Costa', NULL, 30, 2, '2024-06-03'), (9, 'Zane Holt', 'Boxing', 35, 5, '2023-03-27');
INSERT INTO classes VALUES (1, 'Morning Yoga', 2, 1, 'Monday', '07:00', 60, 18), (2, 'Power Boxing', 1, 1, 'Tuesday', '18:30', 45, 12), (3, 'Body Pump', 3, 2, 'Wednesday', '19:00', 50, 20),
  (4, 'Core Pilates', 4, 3, 'Thursday', '09:15', 55, 14), (5, 'Spin 45', 5, 3, 'Monday', '17:45', 45, 25), (6, 'Evening Yoga', 6, 4, 'Friday', '20:00', 75, 16),
  (7, 'Aqua Fit', 7, 4, 'Saturday', '10:00', 40, 22), (8, 'Boxing Basics', 1, 1, 'Saturday', '11:00', 60, 10), (9, 'Sunday Stretch', 2, 1, 'Sunday', '09:00', 30, 30),
  (10, 'Heavy Lifting', 3, 2, 'Friday', '18:00', 90, 8), (11, 'Gentle Pilates', 4, 3, 'Tuesday', '10:30', 50, 13), (12, 'Spin Marathon', 5, 3, 'Sunday', '08:00', 120, 24);
-- nobody books class 12; trainers 8 and 9 teach nothing
INSERT INTO bookings SELECT i, 1 + pg_temp.r(i, 'bm', 60), 1 + pg_temp.r(i, 'bc', 11), current_date - pg_temp.r(i, 'bd', 150) + 7, pg_temp.r(i, 'ba', 4) > 0 FROM generate_series(1, 210) i;
UPDATE bookings SET attended = NULL WHERE booked_for >= current_date;
INSERT INTO visits SELECT i, m, (SELECT CASE WHEN i % 6 = 0 THEN 1 + i % 5 ELSE club_id END FROM members WHERE member_id = m), t, CASE WHEN i % 23 = 0 THEN NULL ELSE t + make_interval(mins => 20 + pg_temp.r(i, 'vo', 130)) END
  FROM (SELECT i, 1 + (pg_temp.r(i, 'vm', 64) * pg_temp.r(i, 'vn', 64)) / 64 AS m, (current_date - 1 - pg_temp.r(i, 'vd', 120))::timestamp + make_interval(hours => 6 + pg_temp.r(i, 'vh', 15), mins => pg_temp.r(i, 'vi', 60)) AS t
    FROM generate_series(1, 280) i) x;
INSERT INTO payments SELECT i, m, (SELECT p.monthly_price FROM members JOIN plans p USING (plan_id) WHERE member_id = m) + (i % 4) * 2.5 + i * 0.01, date '2023-01-05' + pg_temp.r(i, 'pd', 1085),
  (ARRAY['card', 'card', 'direct debit', 'direct debit', 'cash'])[1 + pg_temp.r(i, 'py', 5)], pg_temp.r(i, 'pr', 12) = 0 FROM (SELECT i, 1 + pg_temp.r(i, 'pm', 66) AS m FROM generate_series(1, 260) i) x;
