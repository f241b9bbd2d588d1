// `npm run eval [-- --only bare,fk,unanswerable,own] [--databases library,gym] [--show wrong,refused,error]`: how many questions the
// built-in translator answers, and how many of its answers are right. Prints what it finds and judges nothing.
import { parseArgs } from 'node:util';
import { serverUrl } from '../bench/database-server.mjs';
import { startService } from '../bench/processes.mjs';
import { runInScope } from '../bench/run-in-scope.mjs';
import { Client } from './client.mjs';
import { givenFolder, givenQuestions, gradeGiven, loadGiven } from './given-set.mjs';
import { gradeOwn, loadOwnDatabase, ownDatabases, ownQuestions } from './own-set.mjs';
import { printHead, printResult, printTimes, printVariant } from './report.mjs';

const GIVEN = ['bare', 'fk', 'unanswerable'];
const OUTCOMES = ['correct', 'wrong', 'refused', 'error'];

process.env.TZ = 'UTC'; // the databases count their days from midnight UTC, and so must all who compare with them
const { only, databases, show } = await readOptions();
await runInScope(run);

async function run(scope) {
  const wanted = GIVEN.filter((variant) => only.includes(variant));
  const folder = wanted.length > 0 ? await givenFolder() : undefined;
  if (wanted.length > 0 && !folder) {
    console.log(`${wanted.join(', ')} left out: no set of questions in ../shared/eval beside the repository, and EVAL_DIR names no other folder with one.`);
  }
  if (!folder && !only.includes('own')) return;
  const server = await serverUrl(scope);
  const variants = [];
  if (folder) {
    await loadGiven(scope, folder, server);
    for (const name of wanted) variants.push({ name, questions: await givenQuestions(folder, name), by: ['category'], grade: () => gradeGiven(scope, folder, name, server, port) });
  }
  if (only.includes('own')) variants.push(...(await ownVariants(scope, server)));

  const { port } = await startService(scope);
  const client = new Client(port, server);
  const times = [];
  const met = new Set();
  printHead();
  for (const { name, questions, grade, by } of variants) {
    times.push([name, await timesOf(client, questions, met)]);
    const results = await grade(client);
    for (const result of results) if (show.includes(result.outcome)) printResult(result);
    printVariant(name, results, by);
  }
  console.log('Time of query/translate over HTTP, one caller');
  for (const [name, measured] of times) printTimes(name, measured);
}

/** The questions that have an answer, and those that have none. */
async function ownVariants(scope, server) {
  const questions = [];
  for (const name of databases) {
    const database = await loadOwnDatabase(scope, server, name);
    for (const question of await ownQuestions(name)) questions.push({ ...question, name, database });
  }
  const variant = (name, chosen, by) => ({
    name, questions: chosen, by,
    async grade(client) {
      const results = [];
      for (const question of chosen) results.push(await gradeOwn(client, question.database, question));
      return results;
    },
  });
  return [
    variant('own', questions.filter((question) => question.gold_sql), ['name', 'category', 'style']),
    variant('own, unanswerable', questions.filter((question) => !question.gold_sql), ['name', 'reason']),
  ];
}

/** Translates every question once before any is asked. The first of a database waits until its words are known, so it counts by itself. */
async function timesOf(client, questions, met) {
  const times = { first: [], later: [] };
  for (const { question, database } of questions) {
    const taken = await client.inSession(database, (session) => client.timeTranslation(session, question));
    (met.has(database) ? times.later : times.first).push(taken);
    met.add(database);
  }
  return times;
}

async function readOptions() {
  try {
    const { values } = parseArgs({ options: { only: { type: 'string' }, databases: { type: 'string' }, show: { type: 'string' } } });
    return {
      only: listed('only', values.only, [...GIVEN, 'own']),
      databases: listed('databases', values.databases, await ownDatabases()),
      show: values.show === undefined ? [] : listed('show', values.show, OUTCOMES),
    };
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

function listed(name, text, known) {
  const chosen = text?.split(',') ?? known;
  const unknown = chosen.filter((value) => !known.includes(value));
  if (unknown.length > 0) throw new Error(`--${name} takes ${known.join(', ')}; there is no ${unknown.join(', ')}`);
  return chosen;
}
