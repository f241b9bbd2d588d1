// Lexicons and translations by the service's own code, without HTTP and database: in this thread, to tell what they cost,
// and then by the service's own thread, to tell what is felt of it here. Needs `--expose-gc`.
import 'reflect-metadata';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { interpret } from '../../dist/query/translation/builtin/interpret.js';
import { vocabularyOf } from '../../dist/query/translation/builtin/lexicon/lexicon-cache.js';
import { BuiltinTranslator } from '../../dist/query/translation/builtin/builtin-translator.js';
import { asSnapshot, plausibleTables } from './plausible-schema.mjs';
import { median, percentile, times } from './statistics.mjs';

const LEXICONS = 5;

process.once('message', async ({ sizes, columns, questions, rounds }) => {
  const lexicons = sizes.map((tables) => lexicon(tables, columns));
  const schema = asSnapshot(plausibleTables(sizes[0], columns), 'asked');
  const asked = await translations(schema, questions, rounds);
  const translator = new BuiltinTranslator();
  const threaded = await inThread(translator, schema, questions, rounds);
  const idle = await loopDelay(() => new Promise((resolve) => setTimeout(resolve, 2000)));
  const schemas = Array.from({ length: LEXICONS }, (_, i) => asSnapshot(plausibleTables(sizes.at(-1), columns), `lexicon ${i}`));
  const building = await loopDelay(async () => {
    for (const each of schemas) await translator.translate(request(each, questions[0]));
  });
  await translator.onApplicationShutdown();
  process.send({ lexicons, asked, threaded, idle, building: { ...building, lexicons: LEXICONS } }, () => process.exit());
});
process.once('disconnect', () => process.exit());

/** The first one pays for loading dictionaries; a service builds more than one. */
function lexicon(tables, columns) {
  const schema = asSnapshot(plausibleTables(tables, columns), 'built');
  vocabularyOf(schema);
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  const kept = [];
  const taken = [];
  for (let i = 0; i < LEXICONS; i++) {
    const started = performance.now();
    kept.push(vocabularyOf(schema));
    taken.push(performance.now() - started);
  }
  globalThis.gc();
  return { tables, ms: median(taken), bytes: (process.memoryUsage().heapUsed - before) / kept.length };
}

async function translations(schema, questions, rounds) {
  const vocabulary = vocabularyOf(schema);
  const once = (i) => interpret(questions[i % questions.length], vocabulary, new Date(), undefined);
  const [first] = await times(1, once);
  await times(questions.length, once);
  const taken = await times(rounds * questions.length, once);
  return { first, p50: median(taken), p99: percentile(taken, 0.99), understood: questions.filter((_, i) => once(i).ok).length };
}

async function inThread(translator, schema, questions, rounds) {
  const once = (i) => translator.translate(request(schema, questions[i % questions.length]));
  const [first] = await times(1, once);
  await times(questions.length, once);
  const taken = await times(rounds * questions.length, once);
  return { first, p50: median(taken), p99: percentile(taken, 0.99) };
}

function request(schema, question) {
  return { question, schema, context: [], feedback: [], now: new Date() };
}

/** How late the event loop of this thread turned while something was done, in ms. */
async function loopDelay(action) {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const started = performance.now();
  await action();
  delays.disable();
  return { taken: performance.now() - started, p99: delays.percentile(99) / 1e6, max: delays.max / 1e6 };
}
