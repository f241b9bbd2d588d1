// A set of questions from outside, in a folder beside the repository that brings its own loader and its own evaluator.
import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProgram } from '../bench/processes.mjs';
import { readLines } from './own-set.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What it asks of the rows is judged as its own set is: order counts where the question asks for it; its hardest kind is left out. */
const RULES = ['--order', 'asked', '--skip-source', 'adv', '--concurrency', '1'];

const VARIANTS = {
  bare: { file: 'questions.jsonl', suffix: '' },
  fk: { file: 'questions.jsonl', suffix: '_fk' },
  unanswerable: { file: 'unanswerable.jsonl', suffix: '' },
};

/** @returns {Promise<string | undefined>} the folder, if it is there and complete */
export async function givenFolder() {
  const folder = resolve(ROOT, process.env.EVAL_DIR || '../shared/eval');
  const files = ['load.mjs', 'evaluate.mjs', 'questions.jsonl', 'unanswerable.jsonl'];
  const found = await Promise.all(files.map((file) => access(join(folder, file)).then(() => true, () => false)));
  return found.every(Boolean) ? folder : undefined;
}

/** Its loader drops databases of the set's names and makes them again. */
export async function loadGiven(scope, folder, server) {
  await finish(startProgram(scope, [join(folder, 'load.mjs'), server.href]), 'load.mjs');
}

export async function givenQuestions(folder, variant) {
  const { file, suffix } = VARIANTS[variant];
  const questions = await readLines(join(folder, file));
  return questions.filter(({ source }) => source !== 'adv').map(({ question, db }) => ({ question, database: db + suffix }));
}

/** @returns {Promise<{ id: string, category: string, question: string, outcome: string }[]>} */
export async function gradeGiven(scope, folder, variant, server, port) {
  const { file, suffix } = VARIANTS[variant];
  const temporary = scope.add(await mkdtemp(join(tmpdir(), 'databaseai-eval-')), (path) => rm(path, { recursive: true, force: true }));
  const out = join(temporary, 'outcomes.jsonl');
  await finish(startProgram(scope, [
    join(folder, 'evaluate.mjs'), ...RULES, '--questions', join(folder, file), '--db-suffix', suffix, '--out', out, '--base', `http://127.0.0.1:${port}`,
    '--pg-host', server.hostname, '--pg-port', server.port || '5432', '--pg-user', decodeURIComponent(server.username), '--pg-password', decodeURIComponent(server.password),
  ]), 'evaluate.mjs');
  const expectsRefusal = variant === 'unanswerable';
  // It calls a refusal that was right `correct`; here that is `refused`, as in the other sets.
  return (await readLines(out)).map((result) => ({ ...result, expectsRefusal, outcome: expectsRefusal && result.outcome === 'correct' ? 'refused' : result.outcome }));
}

async function finish(child, name) {
  const [code, signal] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${name} ended with ${signal ?? `code ${code}`}`);
}
