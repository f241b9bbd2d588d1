import { AskedDatabase } from './asked-database.js';

const CLINIC = `
  CREATE TABLE patients (id int PRIMARY KEY, name text NOT NULL, birth_date date, city text);
  CREATE TABLE admissions (
    id int PRIMARY KEY, patient_id int NOT NULL REFERENCES patients, admitted_at timestamptz NOT NULL, discharged_at timestamptz, ward text NOT NULL
  );
  CREATE TABLE lendings (id int PRIMARY KEY, patient_id int NOT NULL REFERENCES patients, lent_on date NOT NULL, due_on date NOT NULL, returned_on date);
  CREATE TABLE parcels (id int PRIMARY KEY, ordered_on date NOT NULL, shipped_at timestamp, delivered_at timestamp, due_date date);
  CREATE TABLE machine_runs (id int PRIMARY KEY, started_at timestamp NOT NULL, ended_at timestamp, machine text NOT NULL);
  INSERT INTO patients VALUES
    (1, 'Ada', (CURRENT_DATE - INTERVAL '60 years')::date, 'Ulm'), (2, 'Bo', (CURRENT_DATE - INTERVAL '60 years 1 day')::date, 'Ulm'),
    (3, 'Cy', (CURRENT_DATE - INTERVAL '20 years')::date, 'Bonn'), (4, 'Di', NULL, 'Bonn');
  INSERT INTO admissions VALUES
    (1, 1, '2024-01-01 12:00', '2024-01-03 12:00', 'A'), (2, 1, '2024-02-01 12:00', '2024-02-05 12:00', 'A'), (3, 2, '2024-03-01 12:00', '2024-03-01 18:00', 'B'), (4, 3, '2024-04-01 12:00', NULL, 'B');
  INSERT INTO lendings VALUES
    (1, 1, '2024-01-01', '2024-01-15', '2024-01-15'), (2, 1, '2024-01-01', '2024-01-15', '2024-01-16'), (3, 2, '2024-01-01', '2024-01-15', '2024-02-01'), (4, 3, '2024-01-01', '2024-01-15', NULL);
  INSERT INTO parcels VALUES
    (1, '2024-05-01', '2024-05-01 23:00', '2024-05-04 08:00', '2024-05-04'), (2, '2024-05-01', '2024-05-04 01:00', '2024-05-05 00:00', '2024-05-04'), (3, '2024-05-01', '2024-05-05 00:00', NULL, '2024-05-04'), (4, '2024-05-01', NULL, NULL, NULL);
  INSERT INTO machine_runs VALUES (1, '2024-05-01 10:00', '2024-05-01 10:30', 'M1'), (2, '2024-05-01 11:00', '2024-05-01 12:30', 'M1'), (3, '2024-05-01 11:00', NULL, 'M2')
`;

let clinic: AskedDatabase;
beforeAll(async () => {
  clinic = await AskedDatabase.create(CLINIC, new Date('2025-06-15T12:00:00Z'));
});
afterAll(() => clinic.close());

async function refusal(question: string): Promise<string> {
  const answer = await clinic.translate(question);
  if ('sql' in answer) throw new Error(`Answered: ${answer.sql}`);
  return answer.reason;
}

/** Averages of PostgreSQL have as many places as they like. */
const plain = (line: string) => line.replace(/(\.\d*?)0+\b/g, '$1').replace(/\.(?=\D|$)/g, '');

describe('stretches of time', () => {
  it.each([
    ['average length of stay in days', ['2.08333333333333333333']],
    ['What is the average length of stay in hours per ward?', ['A | 72', 'B | 6']],
    ['average duration of machine runs in minutes', ['60']],
    ['average machine run duration in minutes per machine', ['M1 | 60', 'M2 | ']],
    ['total duration of machine runs in hours', ['2']],
    ['average number of days between the lent date and the return date', ['20']],
    ['average time between lending and return in days', ['20']],
    ['On average how many days pass between lending and return?', ['20']],
    ['maximum days from lent date to due date', ['14']],
    ['average days between order date and shipping', ['2.3333333333333333']],
    ['average delivery time in days', ['3.5']],
  ])('"%s"', async (question, lines) => {
    expect((await clinic.lines(question)).map(plain)).toEqual(lines.map(plain));
  });

  it('of rows that have not ended are left out, and the reader told', async () => {
    expect(await clinic.translate('average length of stay in days')).toMatchObject({ warnings: expect.arrayContaining(['Rows without admissions.discharged_at are left out.']) });
  });
});

describe('rows told by how long they took', () => {
  it.each([
    ['ids of admissions that lasted longer than 2 days', '2'],
    ['ids of machine runs longer than 45 minutes', '2'],
    ['ids of machine runs that took more than 30 minutes', '2'],
    ['ids of machine runs that took at least 30 minutes', '1 2'],
    ['ids of machine runs shorter than 1 hour', '1'],
    ['ids of lendings that were returned late', '2 3'],
    ['ids of lendings returned after the due date', '2 3'],
    ['ids of lendings returned more than 10 days late', '3'],
    ['ids of lendings returned within 15 days of the lent date', '1 2'],
    ['how many lendings were returned late?', '2'],
    ['ids of parcels shipped within 3 days of the order date', '1 2'],
    ['ids of parcels shipped more than 3 days after the order date', '3'],
    ['ids of parcels delivered after the due date', '2'],
    ['ids of lendings returned 1 month after the lent date', '3'],
  ])('"%s"', async (question, lines) => {
    expect((await clinic.lines(question)).join(' ')).toBe(lines);
  });

  it('explain two dates that are compared', async () => {
    expect(await clinic.translate('ids of lendings returned after the due date')).toMatchObject({ explanation: expect.stringContaining('returned_on is after due_on') });
  });

  it('are ranked by it', async () => {
    expect((await clinic.rows('id of the longest machine run')).map(([id]) => id)).toEqual(['2']);
  });
});

describe('ages', () => {
  it.each([
    ['names of patients older than 60', 'Bo'],
    ['names of patients younger than 60 years', 'Cy'],
    ['names of patients who are not older than 60', 'Ada Cy Di'],
    ['average age of patients', '46.6666666666666667'],
    ['names of patients with an age of at least 60', 'Ada Bo'],
    ['names of patients with an age over 60', 'Bo'],
    ['names of patients with an age of 20', 'Cy'],
    ['how many lendings are older than 30 days?', '4'],
  ])('"%s"', async (question, lines) => {
    expect((await clinic.lines(question)).join(' ')).toBe(lines);
  });
});

describe('refusals', () => {
  it.each([
    ['number of patients in minutes', 'minutes'],
    ['machine runs longer than 45', ''],
    ['lendings longer than 2 weeks in duration since the war', 'war'],
    ['patients lent within 2 weeks of the birth date', ''],
    ['ids of lendings returned within 2 months of the lent date', 'months'],
  ])('"%s"', async (question, word) => {
    expect(await refusal(question)).toContain(word);
  });
});
