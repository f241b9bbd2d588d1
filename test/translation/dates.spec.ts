import { AskedDatabase } from './asked-database.js';

/** Told to readers only: what is relative follows the database's clock, to which these rows are relative too. */
const NOW = new Date('2025-06-15T12:00:00Z');

const HARBOUR = `
  CREATE TABLE ships (id int PRIMARY KEY, name text NOT NULL, built_on date, launch_year int);
  CREATE TABLE calls (
    id int PRIMARY KEY, ship_id int NOT NULL REFERENCES ships, arrived_at timestamptz NOT NULL, departed_at timestamptz, berth text
  );
  CREATE TABLE repairs (id int PRIMARY KEY, ship_id int NOT NULL REFERENCES ships, ordered_on date NOT NULL, finished_on date, due_on date, cost int NOT NULL);
  CREATE TABLE notices (id int PRIMARY KEY, notice_date text NOT NULL, created_at timestamptz NOT NULL);
  CREATE TABLE tides (id int PRIMARY KEY, high_time time NOT NULL);
  INSERT INTO ships VALUES (1, 'Aurora', '1994-05-01', 1994), (2, 'Brise', '2003-01-31', 2003), (3, 'Clara', '2019-12-31', 2019), (4, 'Dora', NULL, EXTRACT(YEAR FROM CURRENT_DATE));
  INSERT INTO calls VALUES
    (1, 1, '2024-02-29 23:59:59.999', '2024-03-01 05:59:59.999', 'A'), (2, 1, '2024-03-01 00:00', '2024-03-01 06:00', 'A'), (3, 2, '2024-03-31 23:59:59', '2024-04-02 23:59:59', 'B'),
    (4, 2, '2024-04-01 00:00', NULL, 'B'), (5, 3, '2024-07-06 18:00', '2024-07-06 18:30', 'A'), (6, 3, '2024-07-07 18:01', '2024-07-07 20:01', 'A'), (7, 3, '2023-07-08 08:00', '2023-07-08 09:00', 'B');
  INSERT INTO repairs VALUES
    (1, 1, CURRENT_DATE, NULL, CURRENT_DATE + 10, 1), (2, 1, CURRENT_DATE - 1, CURRENT_DATE, CURRENT_DATE, 2), (3, 2, CURRENT_DATE - 7, CURRENT_DATE - 1, CURRENT_DATE - 2, 4),
    (4, 2, CURRENT_DATE - 8, CURRENT_DATE - 3, CURRENT_DATE - 3, 8), (5, 3, (date_trunc('month', CURRENT_DATE) - INTERVAL '1 month')::date, NULL, NULL, 16),
    (6, 3, (date_trunc('month', CURRENT_DATE) - INTERVAL '1 day')::date, NULL, NULL, 32), (7, 3, (date_trunc('month', CURRENT_DATE) - INTERVAL '1 month 1 day')::date, NULL, NULL, 64),
    (8, 3, CURRENT_DATE + 5, NULL, NULL, 128), (9, 3, (CURRENT_DATE - INTERVAL '3 years')::date, (CURRENT_DATE - INTERVAL '2 years')::date, NULL, 256), (10, 3, CURRENT_DATE + 6, NULL, NULL, 512);
  INSERT INTO notices VALUES (1, '05/01/2024', '2024-06-01');
  INSERT INTO tides VALUES (1, '05:59'), (2, '06:00'), (3, '18:00'), (4, '18:01')
`;

let harbour: AskedDatabase;
beforeAll(async () => {
  harbour = await AskedDatabase.create(HARBOUR, NOW);
});
afterAll(() => harbour.close());

async function refusal(question: string): Promise<string> {
  const answer = await harbour.translate(question);
  if ('sql' in answer) throw new Error(`Answered: ${answer.sql}`);
  return answer.reason;
}

describe('fixed dates', () => {
  it.each([
    ['ids of calls in March 2024', ['2', '3']],
    ['ids of calls in February and March 2024', ['1', '2', '3']],
    ['ids of calls between March 1, 2024 and March 31, 2024 (inclusive)', ['2', '3']],
    ['ids of calls that arrived from March to April 2024', ['2', '3', '4']],
    ['ids of calls in the first quarter of 2024', ['1', '2', '3']],
    ['ids of calls in H2 2024', ['5', '6']],
    ['ids of calls in July 2023 or March 2024', ['2', '3', '7']],
    ['ids of calls between 2023 and 2024', ['1', '2', '3', '4', '5', '6', '7']],
    ['ids of calls on the 1st of April 2024', ['4']],
    ['ids of calls that arrived after April 1, 2024', ['5', '6']],
    ['ids of calls that arrived on or after Apr 1, 2024', ['4', '5', '6']],
    ['ids of calls that arrived by 31 March 2024', ['1', '2', '3', '7']],
    ['names of ships built in the 1990s', ['Aurora']],
    ['names of ships built in the 20th century', ['Aurora']],
    ['names of ships with a launch year in the 1990s', ['Aurora']],
  ])('"%s"', async (question, lines) => {
    expect(await harbour.lines(question)).toEqual(lines);
  });
});

describe('relative dates', () => {
  it.each([
    ['total cost of repairs ordered today', '1'],
    ['total cost of repairs ordered yesterday', '2'],
    ['ids of repairs ordered 8 days ago', '4'],
    ['ids of repairs ordered more than 2 years ago', '9'],
    ['ids of repairs ordered at least three years ago', '9'],
    ['ids of repairs finished at least two years ago', '9'],
    ['names of ships with a launch year of this year', 'Dora'],
    ['ids of repairs ordered in the next 5 days', '1 8'],
  ])('"%s"', async (question, lines) => {
    expect((await harbour.lines(question)).join(' ')).toBe(lines);
  });

  it('take in the first and the last day, and nothing besides', async () => {
    const lastMonth = await harbour.lines('ids of repairs ordered last month');
    expect(lastMonth).toEqual(expect.arrayContaining(['5', '6']));
    expect(lastMonth).not.toContain('7');
    expect(lastMonth).not.toContain('1');
    const week = await harbour.lines('ids of repairs ordered in the past 7 days');
    expect(week).toEqual(expect.arrayContaining(['1', '2', '3']));
    expect(week).not.toContain('4');
    expect(week).not.toContain('8');
  });

  it('follow the clock of the database, and tell what that comes to', async () => {
    const answer = await harbour.translate('How many repairs were ordered last month?');
    expect(answer).toMatchObject({ sql: expect.stringContaining(`>= date_trunc('month', LOCALTIMESTAMP) - INTERVAL '1 month'`), explanation: expect.stringContaining('the last calendar month (2025-05-01 to 2025-05-31, repairs.ordered_on)') });
  });

  it('say which year was taken when none is given', async () => {
    expect(await harbour.translate('How many calls were there in July?')).toMatchObject({ warnings: expect.arrayContaining(['The question names no year: took it to be July 2024.']) });
  });
});

describe('days of the week and times of day', () => {
  it.each([
    ['ids of calls on Saturdays', '5 7'],
    ['ids of calls on weekends', '3 5 6 7'],
    ['ids of calls on Saturdays and Sundays in 2024', '3 5 6'],
    ['ids of calls that arrived on a Friday', '2'],
    ['ids of calls that arrived after 6pm', '1 3 6'],
    ['ids of calls that arrived before 8:30', '2 4 7'],
    ['ids of calls that arrived between 5:30 pm and 6 pm', '5'],
    ['ids of tides before 6 am', '1'],
    ['ids of tides with a high time after 18:00', '4'],
  ])('"%s"', async (question, lines) => {
    expect((await harbour.lines(question)).join(' ')).toBe(lines);
  });
});

describe('groups', () => {
  it.each([
    ['number of calls per month in 2024', ['2024-02-01 | 1', '2024-03-01 | 2', '2024-04-01 | 1', '2024-07-01 | 2']],
    ['monthly number of calls in 2024', ['2024-02-01 | 1', '2024-03-01 | 2', '2024-04-01 | 1', '2024-07-01 | 2']],
    ['number of calls per month and year in 2023', ['2023-07-01 | 1']],
    ['number of calls by quarter in 2024', ['2024-01-01 | 3', '2024-04-01 | 1', '2024-07-01 | 2']],
    ['calls by day of the week in 2024', ['Monday | 1', 'Thursday | 1', 'Friday | 1', 'Saturday | 1', 'Sunday | 2']],
    ['how many calls were there per weekday in July 2024?', ['Saturday | 1', 'Sunday | 1']],
    ['number of calls by month of the year', ['2 | 1', '3 | 2', '4 | 1', '7 | 3']],
    ['number of calls by hour of the day in July 2024', ['18 | 2']],
    ['On which weekday were the most calls?', ['Saturday | 2', 'Sunday | 2']],
  ])('"%s"', async (question, lines) => {
    expect((await harbour.rows(question)).map((row) => row.join(' | '))).toEqual(lines);
  });
});

describe('refusals', () => {
  it.each([
    ['calls during summer', 'summer'],
    ['calls last Monday', 'last monday'],
    ['calls since Monday', 'Monday'],
    ['calls around March 2024', 'approximate'],
    ['calls by March 2024', 'deadline'],
    ['names of ships with calls in both March and April 2024', 'all are meant'],
    ['names of ships with calls in March and April 2024', 'all are meant'],
    ['repairs ordered in the last 3 hours', 'no time of day'],
    ['number of repairs by hour', 'no time of day'],
    ['repairs ordered after 6pm', 'time of day'],
    ['repairs in the last 5 business days', 'business'],
    ['notices in May 2024', 'notice_date'],
    ['notices with a notice date before 2024-05-01', 'notice_date'],
    ['calls in the early morning', 'early'],
    ['calls in mid 2024', 'mid'],
    ['repairs in the last month of 2023', 'month'],
    ['calls from April to March 2024 to May', 'one end'],
    ['costs of repairs between 1990 and 2000', 'numbers or years'],
    ['calls at the beginning of 2024', 'beginning'],
  ])('"%s"', async (question, word) => {
    expect(await refusal(question)).toContain(word);
  });
});
