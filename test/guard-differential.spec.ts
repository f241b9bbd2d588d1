import { mutants } from './differential/mutants.js';
import { type Outcome, Trial } from './differential/trial.js';

const STATEMENTS = 10_000;
const BATCH = 200;
const SEED = 20_240_229;

let trial: Trial;

beforeAll(async () => {
  trial = await Trial.open();
}, 60_000);
afterAll(() => trial.close());

const atLeast = (least: number) => ({ asymmetricMatch: (value: unknown) => Number(value) >= least, toString: () => `at least ${least}` });

/** Runs a batch again in a fresh database, one by one, and names the first statement that changes something. */
async function culpritIn(batch: readonly string[]): Promise<string> {
  const fresh = await Trial.open();
  try {
    const before = await fresh.state();
    for (const statement of batch) {
      await fresh.run([statement]);
      // What is heard may come one later.
      await fresh.state();
      const after = await fresh.state();
      if (after !== before) return `${statement}\n\nbefore ${before}\nafter  ${after}`;
    }
    return `none of these alone, but together they did:\n${batch.join('\n')}`;
  } finally {
    await fresh.close();
  }
}

it(`whatever is admitted changes nothing: ${STATEMENTS} statements made of attacks and of what analysts send`, async () => {
  const statements = mutants(STATEMENTS, SEED);
  const outcomes: Outcome[] = [];
  const before = await trial.state();
  for (let from = 0; from < statements.length; from += BATCH) {
    const batch = statements.slice(from, from + BATCH);
    const became = await trial.run(batch);
    const surprise = became.findIndex((outcome) => typeof outcome === 'object');
    if (surprise >= 0) expect({ statement: batch[surprise], ...(became[surprise] as object) }).toBeUndefined();
    outcomes.push(...became);
    if ((await trial.state()) !== before) throw new Error(`Something was changed by: ${await culpritIn(batch)}`);
  }
  expect(await trial.state()).toBe(before);

  const count = (wanted: Outcome) => outcomes.filter((outcome) => outcome === wanted).length;
  // With few on either side, the others would have shown nothing.
  expect({ ran: count('ran'), refused: count('refused') }).toEqual({ ran: atLeast(2000), refused: atLeast(2000) });
}, 180_000);
