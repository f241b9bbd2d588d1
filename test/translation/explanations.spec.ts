import { InProcessTranslator } from '../../src/query/translation/builtin/in-process-translator.js';
import { columnsUsed } from '../../src/query/translation/builtin/explain/columns.js';
import { tablesOf } from '../../src/query/translation/builtin/explain/tables.js';
import { LexiconCache } from '../../src/query/translation/builtin/lexicon/lexicon-cache.js';
import { tableName } from '../../src/query/translation/builtin/lexicon/schema-model.js';
import { nameParts } from '../../src/query/translation/builtin/lexicon/split-name.js';
import type { Condition } from '../../src/query/translation/builtin/logical-form.js';
import { recall } from '../../src/query/translation/builtin/memory.js';
import { SampledValues } from '../../src/schema/value-index.js';
import { snapshotOf } from './snapshots.js';

const NOW = new Date('2025-06-15T12:00:00Z');
const SCHEMA = snapshotOf({
  customers: ['id int !', 'name text', 'email text', 'city text', 'is_active bool', 'created_at timestamp'],
  orders: ['id int !', 'customer_id int >customers', 'status enum(pending,done)', 'order_date date', 'total_amount numeric'],
  order_items: ['order_id int >orders', 'product_id int >products', 'quantity int', 'unit_price numeric'],
  products: ['id int !', 'name text', 'price numeric', 'category_id int >categories'],
  categories: ['id int !', 'name text'],
  dim_wh: ['wh_key int !', 'wh_nm text', 'cap_qty int', 'manager text'],
  transfers: ['id int !', 'from_wh int >dim_wh', 'to_wh int >dim_wh', 'product_id int >products', 'moved_on date'],
});
const VALUES = SampledValues.of([
  { schema: 'public', table: 'customers', column: 'city', value: 'Berlin' },
  { schema: 'public', table: 'customers', column: 'city', value: 'Paris' },
  { schema: 'public', table: 'categories', column: 'name', value: 'Books' },
]);
const { model } = new LexiconCache().of(SCHEMA);
const translator = new InProcessTranslator();

async function translated(question: string) {
  const outcome = await translator.translate({ question, schema: SCHEMA, values: VALUES, context: [], feedback: [], now: NOW });
  if (!outcome.understood) throw new Error(`${question}: ${outcome.refusal.reason}`);
  return outcome.candidates[0];
}

it.each([
  ['Show name and email of customers in Berlin', 'Lists name and email of customers in Berlin (customers.city).'],
  ['How many orders were there per month in 2024?', 'Counts orders per month of orders.order_date in 2024, in order of time.'],
  ['How many orders in the last 30 days?', 'Counts orders in the last 30 days (2025-05-16 to 2025-06-15, orders.order_date).'],
  ['What is the most expensive product of each category?', 'For each category (categories.name): name of the product with the highest price (products.price); equals are all shown.'],
  ['names of the 3 most expensive products', 'Lists name of the 3 products with the highest price (products.price), highest first.'],
  ['Which customer has the most orders?', 'Counts orders for each customer (customers.name), highest first, only the first; equals are all shown.'],
  ['pending orders of active customers', 'Lists all columns of orders with status "pending" (orders.status) and of customers that are active (customers.is_active).'],
  ['customers in Berlin or Paris without orders', 'Lists all columns of customers in Berlin or Paris (customers.city) and that have no orders.'],
  ['customers without email', 'Lists all columns of customers without email (customers.email).'],
  ['customers with at least 3 orders', 'Counts orders for each customer (customers.name), only where the number of orders is at least 3, highest first.'],
  ['products that cost more than the average price', 'Lists all columns of products with price more than the average price of all (products.price).'],
  ['percentage of pending orders', 'Shows the number of orders with status "pending" (orders.status) as a percentage of the number of orders.'],
  ['number of orders per customer including those without any', 'Counts orders for each customer (customers.name), those without any included, highest first.'],
  ['average number of orders per customer', 'Takes the average of the number of orders for each customer (customers.name).'],
  ['orders per customer city', 'Counts orders for each city (customers.city), highest first.'],
  ['How many different cities are there?', 'Counts the different cities (customers.city) of customers.'],
  ['total unit price per customer', 'Adds up unit price (order_items.unit_price) of order items for each customer (customers.name), highest first. Order items and customers are connected through orders.'],
])('explains "%s"', async (question, sentence) => {
  expect((await translated(question)).explanation).toBe(sentence);
});

it('gives the real name of what is called otherwise, once', async () => {
  expect((await translated('managers of wh with cap qty above 50')).explanation).toBe('Lists manager of whs (dim_wh) with cap quantity more than 50 (dim_wh.cap_qty).');
});

it.each([
  'orders over 100 between 2024-03-01 and 2024-05-31, newest first',
  'customers not in Berlin',
  'names of products containing "desk" or "lamp"',
  'total amount of orders and number of orders per customer in 2024',
  'ratio of pending orders to done orders per month',
  'customers who have bought products in Books',
  'top 5 customers by total amount',
  'orders placed on a Monday',
  'customers created since May 2024 sorted by email descending',
  'the latest order of each customer',
  'average quantity per category where the average is above 2',
  'distinct cities of active customers',
  'products without category',
  'inactive customers with more than 2 orders',
  'products with price between 10 and 20',
  'quantity × price per product',
])('leaves nothing out of "%s"', async (question) => {
  const outcome = await translator.translate({ question, schema: SCHEMA, values: VALUES, context: [], feedback: [], now: NOW });
  if (!outcome.understood) return;
  const { explanation, memory } = outcome.candidates[0];
  const form = recall(memory, model)!;
  for (const table of tablesOf(form)) expect(explanation.toLowerCase()).toMatch(new RegExp(`${tableName(table)}|${table.words.join(' ')}`));
  const whole = explanation.includes('all columns');
  for (const info of columnsUsed(form)) {
    const listed = whole && info.table === form.subject && form.shown.some((each) => each.kind === 'column' && each.info === info);
    if (!listed) expect([`${tableName(info.table)}.${info.name}`, info.name, nameParts(info.name).join(' ')].filter((name) => explanation.includes(name))).not.toEqual([]);
  }
  for (const text of [...form.where, ...form.measures.flatMap(({ where }) => where ?? [])].flatMap(constants)) expect(explanation).toContain(text);
  for (const { value } of form.having) expect(explanation).toContain(String(value));
  if (form.limit) expect(explanation).toMatch(form.limit.count === 1 ? /the first|with the (highest|lowest|latest|earliest)/ : new RegExp(String(form.limit.count)));
});

/** What a condition compares with, as a reader would look for it. */
function constants(condition: Condition): string[] {
  switch (condition.kind) {
    case 'test': {
      const { test } = condition;
      if (test.is === 'compare') return typeof test.value === 'boolean' ? [] : [String(test.value)];
      if (test.is === 'between') return [String(test.low), String(test.high)];
      if (test.is === 'during') return [test.range.label];
      return test.is === 'text' ? [test.text] : [];
    }
    case 'not':
      return constants(condition.of);
    case 'any':
    case 'all':
      return condition.of.flatMap(constants);
    case 'related':
      return condition.where.flatMap(constants);
    case 'count':
      return [String(condition.value), ...condition.where.flatMap(constants)];
  }
}
