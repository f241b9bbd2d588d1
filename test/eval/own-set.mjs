// The project's own questions, on the databases it generates for them: test/questions.
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import postgres from 'postgres';
import { statementsOf } from './gold.mjs';
import { asksForOrder, orderOf } from './own-order.mjs';
import { sameAnswer } from './same-answer.mjs';

const FOLDER = new URL('../questions/', import.meta.url);

export async function ownDatabases() {
  const files = await readdir(FOLDER);
  return files.filter((file) => file.endsWith('.sql')).map((file) => file.slice(0, -'.sql'.length)).sort();
}

/** @returns {Promise<{ id: string, category: string, question: string, gold_sql?: string }[]>} those without `gold_sql` have no answer in the database */
export async function ownQuestions(name) {
  return readLines(new URL(`${name}.jsonl`, FOLDER));
}

/** Makes the database, until the scope closes. Some of its dates are relative to now. @returns its name on the server */
export async function loadOwnDatabase(scope, server, name) {
  const database = `eval_${randomBytes(4).toString('hex')}_${name}`;
  const inside = new URL(server);
  inside.pathname = `/${database}`;
  await execute(server, `CREATE DATABASE ${database}`);
  scope.add(database, () => execute(server, `DROP DATABASE ${database} WITH (FORCE)`));
  await execute(inside, await readFile(new URL(`${name}.sql`, FOLDER), 'utf8'));
  await execute(inside, 'ANALYZE');
  return database;
}

/** Asks the question and says what came of it. */
export async function gradeOwn(client, database, { gold_sql: gold, ...question }) {
  return client.inSession(database, async (session) => {
    const answer = await client.ask(session, question.question);
    if (answer.outcome !== 'answered') return { ...question, ...answer, expectsRefusal: !gold };
    const graded = gold ? await grade(client, session, gold, answer, asksForOrder(question)) : { outcome: 'wrong' };
    return { ...question, sql: answer.sql, expectsRefusal: !gold, ...graded };
  });
}

async function grade(client, session, gold, answer, ordered) {
  try {
    for (const statement of statementsOf(gold)) {
      const expected = await client.run(session, statement);
      if (expected.rows.length === 0) throw new Error(`no rows, so nothing to compare with: ${statement}`);
      if (sameAnswer(expected, answer, ordered ? orderOf(statement, expected.columns) : undefined)) return { outcome: 'correct' };
    }
    return { outcome: 'wrong' };
  } catch (error) {
    return { outcome: 'error', detail: `the gold cannot be used: ${error.message}` };
  }
}

export async function readLines(file) {
  return (await readFile(file, 'utf8')).split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

async function execute(url, statements) {
  const sql = postgres(url.href, { max: 1, onnotice: () => {}, connection: { TimeZone: 'UTC' } });
  try {
    await sql.unsafe(statements).simple();
  } finally {
    await sql.end();
  }
}
