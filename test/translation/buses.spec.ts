import { AskedDatabase } from './asked-database.js';

/** A domain that the grammar was not written for, with its own habits of naming: capitals, codes as keys, years as numbers. */
const BUSES = `
  CREATE TYPE vehicle_fuel AS ENUM ('diesel', 'electric', 'hybrid');
  CREATE TABLE depots (code text PRIMARY KEY, depot_name text NOT NULL, borough text NOT NULL, capacity int NOT NULL);
  CREATE TABLE buses (
    bus_no int PRIMARY KEY, plate text NOT NULL UNIQUE, fuel vehicle_fuel NOT NULL, seats int NOT NULL, built_year int NOT NULL,
    depot_code text NOT NULL REFERENCES depots, in_service boolean NOT NULL
  );
  CREATE TABLE "Lines" ("lineId" int PRIMARY KEY, "lineName" text NOT NULL, "lengthKm" numeric(6,2) NOT NULL, "isNightLine" boolean NOT NULL);
  CREATE TABLE stops (stop_id int PRIMARY KEY, title text NOT NULL, zone text NOT NULL, has_shelter boolean NOT NULL);
  CREATE TABLE line_stops (line_id int NOT NULL REFERENCES "Lines", stop_id int NOT NULL REFERENCES stops, seq int NOT NULL, PRIMARY KEY (line_id, seq));
  CREATE TABLE drivers (driver_id int PRIMARY KEY, given_name text NOT NULL, last_name text NOT NULL, hire_date date NOT NULL, left_on date, depot_code text REFERENCES depots);
  CREATE TABLE trips (
    trip_id int PRIMARY KEY, line_id int NOT NULL REFERENCES "Lines", bus_no int NOT NULL REFERENCES buses, driver_id int NOT NULL REFERENCES drivers,
    departed_at timestamptz NOT NULL, arrived_at timestamptz, passengers int NOT NULL, delay_minutes int NOT NULL
  );
  CREATE TABLE complaints (id int PRIMARY KEY, trip_id int REFERENCES trips, category text NOT NULL, filed_on date NOT NULL, resolved boolean NOT NULL, message text);
  INSERT INTO depots VALUES ('N1', 'Northgate', 'Riverside', 40), ('S1', 'Southfield', 'Hillview', 25);
  INSERT INTO buses VALUES
    (101, 'AB 1', 'diesel', 50, 2012, 'N1', true), (102, 'AB 2', 'electric', 45, 2021, 'N1', true), (103, 'AB 3', 'electric', 60, 2023, 'S1', false),
    (104, 'AB 4', 'hybrid', 50, 2018, 'S1', true);
  INSERT INTO "Lines" VALUES (1, 'Harbour Loop', 12.5, false), (2, 'Airport Express', 31, false), (3, 'Night Owl', 22, true);
  INSERT INTO stops VALUES (1, 'Harbour', 'A', true), (2, 'Market Square', 'A', false), (3, 'Airport', 'C', true), (4, 'University', 'B', false), (5, 'Old Mill', 'C', false);
  INSERT INTO line_stops VALUES (1, 1, 1), (1, 2, 2), (1, 4, 3), (2, 2, 1), (2, 3, 2), (3, 1, 1), (3, 3, 2);
  INSERT INTO drivers VALUES (1, 'Ines', 'Roth', '2010-04-01', NULL, 'N1'), (2, 'Carl', 'Voss', '2022-09-15', NULL, 'S1'), (3, 'Mia', 'Lund', '2019-01-10', '2025-01-31', 'N1');
  INSERT INTO trips VALUES
    (1, 1, 101, 1, '2025-05-01', '2025-05-01', 30, 5), (2, 1, 102, 1, '2025-05-02', '2025-05-02', 42, 12), (3, 2, 104, 2, '2025-06-01', '2025-06-01', 20, 0),
    (4, 2, 102, 2, '2025-06-10', NULL, 15, 25), (5, 3, 101, 3, '2024-12-31', '2025-01-01', 8, 3), (6, 1, 101, 1, '2025-05-03', '2025-05-03', 36, 1);
  INSERT INTO complaints VALUES
    (1, 2, 'lateness', '2025-05-03', true, 'Too late'), (2, 4, 'lateness', '2025-06-11', false, 'Late again'), (3, 4, 'driver', '2025-06-11', false, 'Rude'), (4, NULL, 'other', '2025-06-12', false, NULL)
`;

let buses: AskedDatabase;
beforeAll(async () => {
  buses = await AskedDatabase.create(BUSES, new Date('2025-06-15T12:00:00Z'));
});
afterAll(() => buses.close());

it.each([
  ['How many electric buses are there?', ['2']],
  ['Which line is the longest?', ['Airport Express | 31.00']],
  ['Show the title of all stops in zone A', ['Harbour', 'Market Square']],
  ['Which driver has driven the most trips?', ['Ines | Roth | 3']],
  ['average delay per line', ['Airport Express | 12.5000000000000000', 'Harbour Loop | 6.0000000000000000', 'Night Owl | 3.0000000000000000']],
  ['Total passengers by month in 2025', ['2025-05-01 | 108', '2025-06-01 | 35']],
  ['plates of buses built before 2015', ['AB 1']],
  ['How many stops have a shelter?', ['2']],
  ['How many stops does each line have?', ['Airport Express | 2', 'Harbour Loop | 3', 'Night Owl | 2']],
  ['How many unresolved complaints are there?', ['3']],
  ['plates of buses that never had a complaint', ['AB 1', 'AB 3', 'AB 4']],
  ['last names of drivers who left', ['Lund']],
  ['Which lines serve the Airport?', ['Airport Express', 'Night Owl']],
  ['messages of complaints about lateness', ['Late again', 'Too late']],
  ['How many trips had more than 25 passengers?', ['3']],
  ['last names of drivers hired since 2019', ['Lund', 'Voss']],
  ['which depot has the largest capacity', ['Northgate | 40']],
  ['How many trips have not arrived?', ['1']],
  ['How many trips did Ines Roth make in May 2025?', ['3']],
  ['plates of the 2 newest buses', ['AB 2 | 2021', 'AB 3 | 2023']],
  ['which borough has the most buses', ['Hillview | 2', 'Riverside | 2']],
  ['Which stops are not served by any line?', ['Old Mill']],
  ['lines with at least 3 stops', ['Harbour Loop | 3']],
  ['How many complaints were filed in May 2025?', ['1']],
  ['last names of drivers without trips in 2025', ['Lund']],
  ['seats of the bus with plate AB 2', ['45']],
  ['sum of passengers for Harbour Loop', ['108']],
  ['How many trips were delayed by more than 10 minutes?', ['2']],
  ['Which category of complaint is most common?', ['lateness | 2']],
  ['last names of drivers of electric buses', ['Roth', 'Voss']],
])('answers "%s"', async (question, lines) => {
  expect(await buses.lines(question)).toEqual(lines);
});

it.each(['what is the average number of passengers on night lines?', 'out of service buses', 'how punctual are the drivers?', 'bus stops near the river'])('refuses "%s" rather than leave a word out', async (question) => {
  expect(await buses.translate(question)).not.toHaveProperty('sql');
});
