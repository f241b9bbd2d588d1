import { readFileSync } from 'node:fs';
import { statementsOf } from '../eval/gold.mjs';
import { orderOf, asksForOrder, type Question } from '../eval/own-order.mjs';
import { sameAnswer } from '../eval/same-answer.mjs';
import { AskedDatabase } from './asked-database.js';

const FOLDER = new URL('../questions/', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, FOLDER), 'utf8');
const questionsOf = (name: string): Question[] => read(`${name}.jsonl`).split('\n').filter(Boolean).map((line) => JSON.parse(line) as Question);

/** Which questions are answered rightly, by database; every other one has to be refused. */
const ANSWERED = JSON.parse(read('answered.json')) as Record<string, string[]>;

/** Those among the others that are answered all the same, wrongly: known faults, none of which may be added. */
const WRONG = JSON.parse(read('wrong.json')) as string[];

describe.each(Object.entries(ANSWERED))('questions to %s', (name, answered) => {
  const questions = questionsOf(name);
  let database: AskedDatabase;
  beforeAll(async () => {
    database = await AskedDatabase.create(read(`${name}.sql`), new Date());
  });
  afterAll(() => database.close());

  it.each(questions.filter(({ id }) => answered.includes(id)).map((question) => [question.question, question] as const))('answers "%s"', async (_text, question) => {
    const answer = await database.translate(question.question);
    if (!('sql' in answer)) throw new Error(`Refused: ${answer.reason}`);
    expect({ sql: answer.sql, right: await isRight(database, answer.sql, question) }).toEqual({ sql: answer.sql, right: true });
  });

  it('answers none of the others wrongly', async () => {
    const wrong: string[] = [];
    for (const question of questions.filter(({ id }) => !answered.includes(id))) {
      const answer = await database.translate(question.question);
      if ('sql' in answer && !(question.gold_sql && (await isRight(database, answer.sql, question)))) wrong.push(question.id);
    }
    expect(wrong.filter((id) => !WRONG.includes(id))).toEqual([]);
  });
});

async function isRight(database: AskedDatabase, sql: string, question: Question): Promise<boolean> {
  const given = await database.table(sql);
  for (const statement of statementsOf(question.gold_sql!)) {
    const expected = await database.table(statement);
    if (sameAnswer(expected, given, asksForOrder(question) ? orderOf(statement, expected.columns) : undefined)) return true;
  }
  return false;
}
