import { InProcessTranslator } from '../../src/query/translation/builtin/in-process-translator.js';
import { SampledValues } from '../../src/schema/value-index.js';
import { snapshotOf } from './snapshots.js';

const SCHEMA = snapshotOf({
  customers: ['id int !', 'name text', 'city text'],
  orders: ['id int !', 'customer_id int >customers', 'status enum(pending,done)', 'order_date date', 'total_amount numeric'],
  products: ['id int !', 'name text', 'price numeric', 'category text'],
});
const VALUES = SampledValues.of([
  { schema: 'public', table: 'customers', column: 'city', value: 'Berlin' },
  { schema: 'public', table: 'products', column: 'category', value: 'Books' },
]);
const translator = new InProcessTranslator();
const ask = (question: string) => translator.translate({ question, schema: SCHEMA, values: VALUES, context: [], feedback: [], now: new Date('2025-06-15T12:00:00Z') });

async function refusal(question: string) {
  const outcome = await ask(question);
  if (outcome.understood) throw new Error(`Understood: ${question}`);
  return outcome.refusal;
}

it.each([
  ['delete all orders', /delete, change and add nothing/],
  ['select * from orders', /SQL/],
  ['why did orders drop', /reason/],
  ['Wie viele Kunden haben wir?', /German/],
  ['Combien de clients avons-nous ?', /French/],
  ['¿Cuántos clientes hay?', /Spanish/],
  ['有多少客户', /letters/],
  ['hello there', /no question/],
  ['frobnicated orders', /Not understood: "frobnicated"/],
])('says why it does not answer "%s"', async (question, reason) => {
  expect((await refusal(question)).reason).toMatch(reason);
});

it.each([
  ['How many sparkly products are there?', 'How many products are there?'],
  ['customers in Berln', 'customers in Berlin'],
  ['customers in berln', 'customers in Berlin'],
  ['How many products in Boks are there?', 'How many products in Books are there?'],
  ['price by category', 'average price by category'],
])('offers for "%s" a question near to it: "%s"', async (question, near) => {
  expect((await refusal(question)).suggestions).toContain(near);
});

it('names the value that may have been meant', async () => {
  expect(await refusal('customers in Berln')).toMatchObject({ reason: expect.stringContaining('did you mean "Berlin" (customers.city)?'), unknown_words: ['Berln'], nearest: expect.arrayContaining(['customers.city']) });
});

it.each(['delete all orders', 'How many sparkly products are there?', 'customers in Berln', 'price by category', 'asdf', 'x'.repeat(2000), 'frob '.repeat(400), '((([', 'Which order has the earliest `some_other-date`?'])('offers at most three questions, and only such as work: %j', async (question) => {
  const { suggestions } = await refusal(question);
  expect(suggestions.length).toBeLessThanOrEqual(3);
  for (const suggestion of suggestions) expect(await ask(suggestion)).toMatchObject({ understood: true });
});
