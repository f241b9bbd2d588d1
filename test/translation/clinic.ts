/** A clinic: persons at both ends of a visit, a year as a number, and a name in one column; "now" is noon of 1 July 2025. */
export const CLINIC_NOW = new Date('2025-07-01T12:00:00Z');

export const CLINIC = `
  CREATE TABLE wards (id int PRIMARY KEY, name text NOT NULL, floor int NOT NULL);
  CREATE TABLE doctors (id int PRIMARY KEY, name text NOT NULL, specialty text NOT NULL, ward_id int NOT NULL REFERENCES wards, hired_on date NOT NULL, salary numeric(10,2) NOT NULL);
  CREATE TABLE patients (id int PRIMARY KEY, name text NOT NULL, city text NOT NULL, birth_date date NOT NULL, is_insured boolean NOT NULL, phone text);
  CREATE TABLE visits (
    id int PRIMARY KEY, patient_id int NOT NULL REFERENCES patients, doctor_id int NOT NULL REFERENCES doctors, visited_on date NOT NULL,
    minutes int NOT NULL, fee numeric(8,2) NOT NULL, paid boolean NOT NULL
  );
  INSERT INTO wards VALUES (1, 'North', 1), (2, 'South', 2);
  INSERT INTO doctors VALUES (1, 'Ada Kern', 'cardiology', 1, '2015-03-01', 9000), (2, 'Ben Lux', 'cardiology', 2, '2021-10-01', 7000), (3, 'Cora Ney', 'oncology', 1, '2019-05-01', 8000);
  INSERT INTO patients VALUES
    (1, 'Olga', 'Lyon', '1980-01-01', true, '111'), (2, 'Paul', 'Lyon', '1995-05-05', false, NULL), (3, 'Rita', 'Nice', '1970-07-07', true, '333'), (4, 'Saul', 'Metz', '2001-09-09', true, NULL);
  INSERT INTO visits VALUES
    (1, 1, 1, '2024-11-05', 30, 100, true), (2, 1, 3, '2025-05-10', 20, 80, true), (3, 2, 1, '2025-05-11', 45, 150, false),
    (4, 3, 2, '2025-05-20', 15, 60, true), (5, 3, 2, '2025-06-02', 60, 200, false)
`;
