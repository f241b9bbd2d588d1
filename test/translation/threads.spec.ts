import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Glossary } from '../../src/knowledge/glossary.js';
import { BuiltinTranslator } from '../../src/query/translation/builtin/builtin-translator.js';
import { InProcessTranslator } from '../../src/query/translation/builtin/in-process-translator.js';
import { schemaBytes } from '../../src/query/translation/builtin/thread/thread-contents.js';
import type { TranslationLineLimits } from '../../src/query/translation/builtin/thread/translation-line.js';
import type { TranslationOutcome, TranslationRequest, TranslationTurn } from '../../src/query/translation/sql-translator.js';
import type { SchemaSnapshot } from '../../src/schema/schema.dto.js';
import { SampledValues } from '../../src/schema/value-index.js';
import { eventually } from '../support/test-database.js';
import { snapshotOf } from './snapshots.js';

const NOW = new Date('2025-06-15T12:00:00Z');
const TABLES = {
  customers: ['id int !', 'first_name text', 'last_name text', 'city text', 'created_at timestamp'],
  orders: ['id int !', 'customer_id int >customers', 'status enum(in_progress,done)', 'order_date date', 'total_amount numeric'],
  order_items: ['order_id int >orders', 'product_id int >products', 'quantity int', 'unit_price numeric'],
  products: ['id int !', 'name text', 'price numeric', 'is_active bool'],
  messages: ['id int !', 'sender_id int >customers', 'receiver_id int >customers', 'sent_at timestamp'],
};
const SHOP = snapshotOf(TABLES);
const LIBRARY = snapshotOf({ books: ['id int !', 'title text', 'pages int'], loans: ['id int !', 'book_id int >books', 'lent_on date'] });
const VALUES = SampledValues.of([{ schema: 'public', table: 'customers', column: 'city', value: 'Berlin' }, { schema: 'public', table: 'products', column: 'name', value: 'Desk Lamp' }]);
const NO_VALUES = SampledValues.of([]);

const QUESTIONS = [
  'How many customers are there?', 'What is the average total amount of orders per city?', 'Which 5 products have the highest price?', 'customers from Berlin', 'orders of the Desk Lamp',
  'Show the name and price of active products', 'How many orders were placed per month in 2024?', 'customers with more than 3 orders', 'customers without orders', 'total revenue per product',
  'messages per sender', 'most expensive product', 'products above the average price', 'orders in the last 30 days', 'What is the weather like?', 'How many unicorns?', 'costs of glitter', 'What percentage of orders are done?',
];

class LimitedTranslator extends BuiltinTranslator {
  constructor(protected override readonly limits: TranslationLineLimits & { questionMs?: number }) {
    super();
  }
}

const open: BuiltinTranslator[] = [];
function threaded(limits: TranslationLineLimits & { questionMs?: number } = {}): BuiltinTranslator {
  const translator = new LimitedTranslator(limits);
  open.push(translator);
  return translator;
}
const faulty = (more: { questionMs?: number; idleMs?: number } = {}) => threaded({ entry: fileURLToPath(new URL('./faulty-thread.mjs', import.meta.url)), ...more });
afterEach(() => Promise.all(open.splice(0).map((translator) => translator.onApplicationShutdown())));

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'translation-'))));
afterAll(() => rm(folder, { recursive: true }));

const request = (question: string, more: Partial<TranslationRequest> = {}): TranslationRequest => ({ question, schema: SHOP, values: VALUES, context: [], feedback: [], now: NOW, ...more });
const sqlOf = (outcome: TranslationOutcome) => (outcome.understood ? outcome.candidates[0].sql : outcome.refusal.reason);
const turnOf = (question: string, outcome: TranslationOutcome): TranslationTurn => {
  if (!outcome.understood) throw new Error(outcome.refusal.reason);
  const { sql, memory } = outcome.candidates[0];
  // Kept as text meanwhile, as a store would.
  return { question, sql, memory: JSON.parse(JSON.stringify(memory)) };
};

describe('translation in a thread', () => {
  it('answers as translation in the caller’s own thread does', async () => {
    const [own, there] = [new InProcessTranslator(), threaded()];
    const outcomes = await Promise.all(QUESTIONS.map((question) => there.translate(request(question))));
    for (const [at, question] of QUESTIONS.entries()) expect(outcomes[at]).toEqual(await own.translate(request(question)));
    expect(outcomes.filter(({ understood }) => understood).length).toBeGreaterThan(10);
    expect(outcomes.filter(({ understood }) => !understood).length).toBeGreaterThan(2);
  });

  it('keeps schemas apart, and the values of one identity from another one’s questions', async () => {
    const translator = threaded();
    const outcomes = await Promise.all([
      translator.translate(request('How many books are there?', { schema: LIBRARY })),
      translator.translate(request('How many books are there?')),
      translator.translate(request('customers from Berlin')),
      translator.translate(request('customers from Berlin', { values: NO_VALUES })),
      translator.translate(request('customers from Berlin', { values: undefined })),
    ]);
    expect(outcomes.map(({ understood }) => understood)).toEqual([true, false, true, false, false]);
  });

  it('knows taught words, those of each glossary in its questions alone', async () => {
    const taught = (term: string): Glossary => ({ version: term, terms: [{ term, synonyms: [], table: 'customers' }] as unknown as Glossary['terms'] });
    const small = threaded({ maxBytes: schemaBytes(SHOP) });
    for (const translator of [threaded(), small]) {
      const understands = async (glossary?: Glossary) => Promise.all(['How many gnomes?', 'How many trolls?'].map(async (question) => (await translator.translate(request(question, { glossary }))).understood));
      expect(await understands(taught('gnome'))).toEqual([true, false]);
      expect(await understands(taught('troll'))).toEqual([false, true]);
      expect(await understands()).toEqual([false, false]);
      expect(await understands(taught('gnome'))).toEqual([true, false]);
    }
  });

  it('takes a schema anew after another one had to take its place', async () => {
    const translator = threaded({ maxBytes: Math.max(schemaBytes(SHOP), schemaBytes(LIBRARY)) });
    const ask = async () => [sqlOf(await translator.translate(request('How many customers are there?', { values: undefined }))), sqlOf(await translator.translate(request('How many books are there?', { schema: LIBRARY, values: undefined })))];
    const first = await ask();
    expect(first.join()).toMatch(/customers.*books/s);
    expect(await ask()).toEqual(first);
  });

  it('says of a schema that is too large that it is', async () => {
    const translator = threaded({ maxBytes: schemaBytes(SHOP) - 1 });
    translator.prepare(SHOP);
    expect(await translator.translate(request('How many customers are there?'))).toMatchObject({ understood: false, refusal: { reason: expect.stringContaining('5 relations') } });
    expect(await translator.translate(request('How many books are there?', { schema: LIBRARY, values: undefined }))).toMatchObject({ understood: true });
  });

  it('prepares a schema that nobody has asked about', async () => {
    const translator = threaded();
    translator.prepare(SHOP);
    translator.prepare(SHOP);
    expect(await translator.translate(request('How many customers are there?'))).toMatchObject({ understood: true });
  });

  it('reads the same structure in parts, however large', async () => {
    const wide = snapshotOf({ ...TABLES, ...Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`archive${n}`, ['id int !', ...Array.from({ length: 10 }, (_c, c) => `field${c} text`)]])) });
    const values = SampledValues.of(Array.from({ length: 5000 }, (_, n) => ({ schema: 'public', table: 'customers', column: 'city', value: `Town ${n}` })));
    const outcome = await threaded().translate(request('customers from Town 4999 with orders', { schema: wide, values }));
    expect(sqlOf(outcome)).toContain("'Town 4999'");
  });
});

describe('the memory of a session', () => {
  const refreshed: SchemaSnapshot = { ...snapshotOf({ added: ['id int !'], ...TABLES }, 'another fingerprint') };

  it.each([
    ['How many orders are there per city?', 'only those in 2024'],
    ['total revenue per product', 'only active products'],
    ['customers with more than 3 orders', 'only those from Berlin'],
    ['What percentage of orders are done?', 'for 2024'],
    ['messages per sender', 'in 2024'],
  ])('of %j survives a refresh of the schema: %j', async (first, then) => {
    const translator = threaded();
    const context = [turnOf(first, await translator.translate(request(first)))];
    const before = await translator.translate(request(then, { context }));
    expect(sqlOf(await translator.translate(request(then, { context, schema: refreshed })))).toBe(sqlOf(before));
    expect(sqlOf(await new InProcessTranslator().translate(request(then, { context, schema: refreshed })))).toBe(sqlOf(before));
    expect(before.understood).toBe(true);
  });

  it('is nothing to a schema without the columns it speaks of', async () => {
    const translator = threaded();
    const context = [turnOf('q', await translator.translate(request('How many orders are there per city?')))];
    const { customers: _, ...others } = TABLES;
    const without = snapshotOf({ ...others, customers: ['id int !', 'town text'] });
    expect(await translator.translate(request('by month', { context, schema: without }))).toMatchObject({ understood: false });
    expect(await translator.translate(request('by month', { context: [{ question: 'q', sql: '', memory: { entries: [{ list: [5] }] } }] }))).toMatchObject({ understood: false });
  });
});

describe('a thread that breaks', () => {
  it('is replaced, and questions of others are answered', async () => {
    const translator = faulty();
    const bad = translator.translate(request('exit'));
    const good = Promise.all([1, 2, 3].map(() => translator.translate(request('How many customers are there?'))));
    await expect(bad).rejects.toMatchObject({ code: 'TRANSLATOR_UNAVAILABLE' });
    expect((await good).map(({ understood }) => understood)).toEqual([true, true, true]);
    await expect(translator.translate(request('throw'))).rejects.toMatchObject({ code: 'TRANSLATOR_UNAVAILABLE' });
    expect(await translator.translate(request('How many books?', { schema: LIBRARY }))).toMatchObject({ understood: true });
  });

  it('is asked once more in its successor', async () => {
    // Not understood, but answered.
    expect(await faulty().translate(request(`once ${join(folder, 'broken')}`))).toMatchObject({ understood: false });
  });

  it('is ended when a question takes too long, whose caller is told, and nobody else', async () => {
    const translator = faulty({ questionMs: 300 });
    const slow = translator.translate(request('hang'));
    const other = translator.translate(request('How many customers are there?'));
    await expect(slow).rejects.toMatchObject({ code: 'STATEMENT_TIMEOUT', detail: 'The question takes too long to translate.' });
    expect(await other).toMatchObject({ understood: true });
  });

  it('that cannot even start is an error, not a wait', async () => {
    await expect(threaded({ entry: '/nowhere/thread.js' }).translate(request('How many customers are there?'))).rejects.toMatchObject({ code: 'TRANSLATOR_UNAVAILABLE' });
  });
});

describe('callers who leave', () => {
  it('are told why at once, waiting or not, and leave no work behind', async () => {
    const translator = faulty({ questionMs: 2000 });
    const [running, waiting] = [new AbortController(), new AbortController()];
    const hanging = translator.translate(request('hang', { signal: running.signal }));
    const behind = translator.translate(request(`sign ${join(folder, 'left')}`, { signal: waiting.signal }));
    running.abort(new Error('gone'));
    waiting.abort(new Error('gone too'));
    await expect(hanging).rejects.toThrow('gone');
    await expect(behind).rejects.toThrow('gone too');
    expect(await translator.translate(request('How many customers are there?'))).toMatchObject({ understood: true });
    await expect(readFile(join(folder, 'left'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(translator.translate(request('How many customers are there?', { signal: AbortSignal.abort(new Error('never came')) }))).rejects.toThrow('never came');
  });

  it('are refused where too many wait', async () => {
    const translator = threaded({ maxWaiting: 2 });
    const all = await Promise.allSettled(Array.from({ length: 5 }, () => translator.translate(request('How many customers are there?'))));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(all.filter((each) => each.status === 'rejected').map(({ reason }) => reason.code)).toEqual(['TRANSLATOR_UNAVAILABLE', 'TRANSLATOR_UNAVAILABLE']);
  });
});

describe('the end', () => {
  it('comes at once: whoever waits is told', async () => {
    const translator = faulty();
    const [hanging, waiting] = [translator.translate(request('hang')), translator.translate(request('How many customers are there?'))];
    const told = Promise.allSettled([hanging, waiting]);
    await translator.onApplicationShutdown();
    expect((await told).map((each) => each.status === 'rejected' && each.reason.code)).toEqual(['SHUTTING_DOWN', 'SHUTTING_DOWN']);
    await expect(translator.translate(request('How many customers are there?'))).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });

  it('of a thread that has nothing to do is not noticed', async () => {
    const translator = faulty({ idleMs: 1 });
    const file = join(folder, 'signed');
    const threads = async () => {
      expect(await translator.translate(request(`sign ${file}`))).toMatchObject({ understood: false });
      return (await readFile(file, 'utf8')).length;
    };
    expect(await eventually(threads, (count) => count > 2, 20_000)).toBeGreaterThan(2);
  });
});
