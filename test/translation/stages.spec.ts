import { planJoins } from '../../src/query/translation/builtin/joins/join-tree.js';
import { LexiconCache } from '../../src/query/translation/builtin/lexicon/lexicon-cache.js';
import { buildModel } from '../../src/query/translation/builtin/lexicon/build-model.js';
import { parse } from '../../src/query/translation/builtin/parsing/parse.js';
import { quoteIdentifier, quotePattern, quoteText } from '../../src/query/translation/builtin/sql/quote.js';
import { dateAt } from '../../src/query/translation/builtin/tagging/dates.js';
import { isoOf } from '../../src/query/translation/builtin/tagging/instants.js';
import { tag } from '../../src/query/translation/builtin/tagging/tagger.js';
import { tokenize } from '../../src/query/translation/builtin/tagging/tokens.js';
import { nameOf } from '../../src/query/translation/builtin/binding/resolver.js';
import { snapshotOf } from './snapshots.js';

const NOW = new Date('2025-06-15T12:00:00Z');
const SHOP = snapshotOf({
  customers: ['id int !', 'first_name text', 'last_name text', 'city text'],
  orders: ['id int !', 'customer_id int >customers', 'status enum(in_progress,done)', 'orderDate date', 'total_amt numeric'],
  order_items: ['order_id int >orders', 'product_id int >products', 'qty int', 'unit_price numeric'],
  products: ['id int !', 'name text', 'price numeric', 'is_active bool'],
});
const { model, lexicon } = new LexiconCache().of(SHOP);
const items = (question: string) => tag(question, { model, lexicon, now: NOW });
const table = (name: string) => model.tables.find((each) => each.relation.name === name)!;

describe('tokens', () => {
  it('keeps quoted texts whole, spells contractions out and reads amounts', () => {
    const tokens = tokenize(`Who hasn't paid "Oak & Sons" $1,250.50 or 3k?`);
    expect(tokens.map(({ text }) => text)).toEqual(['Who', 'has', 'not', 'paid', 'Oak & Sons', '$1,250.50', 'or', '3k', '?']);
    expect(tokens.flatMap(({ number }) => number ?? [])).toEqual([1250.5, 3000]);
  });

  it('takes identifiers apart', () => {
    expect(tokenize('orderDate of order_items').map(({ text }) => text)).toEqual(['order', 'Date', 'of', 'order', 'items']);
  });
});

describe('dates', () => {
  it.each([
    ['last 30 days', '2025-05-16', '2025-06-16'],
    ['last month', '2025-05-01', '2025-06-01'],
    ['this quarter', '2025-04-01', '2025-07-01'],
    ['march 2023', '2023-03-01', '2023-04-01'],
    ['march 5 , 2023', '2023-03-05', '2023-03-06'],
    ['q2 2024', '2024-04-01', '2024-07-01'],
    ['2024', '2024-01-01', '2025-01-01'],
    ['yesterday', '2025-06-14', '2025-06-15'],
    ['31.12.2024', '2024-12-31', '2025-01-01'],
    ['last 24 hours', '2025-06-14 12:00:00', '2025-06-15 12:00:00'],
    ['past two weeks', '2025-06-01', '2025-06-16'],
    ['the last month', '2025-05-15', '2025-06-16'],
    ['past 6 calendar months', '2024-12-01', '2025-06-01'],
    ['last 3 full months', '2025-03-01', '2025-06-01'],
    ['last 3 months ( not including the current month )', '2025-03-01', '2025-06-01'],
    ['previous iso week not including the current week', '2025-06-02', '2025-06-09'],
    ['last 7 days excluding today', '2025-06-08', '2025-06-15'],
    ['next 5 days', '2025-06-15', '2025-06-21'],
    ['year to date', '2025-01-01', '2025-06-16'],
    ['this month so far', '2025-06-01', '2025-06-16'],
    ['last decade', '2015-06-15', '2025-06-16'],
    ['2 weeks ago', '2025-06-01', '2025-06-02'],
    ['a year ago', '2024-06-15', '2024-06-16'],
    ['first quarter of 2024', '2024-01-01', '2024-04-01'],
    ['q4', '2024-10-01', '2025-01-01'],
    ['h1 2023', '2023-01-01', '2023-07-01'],
    ['second half of last year', '2024-07-01', '2025-01-01'],
    ['the 1990s', '1990-01-01', '2000-01-01'],
    ['the nineties', '1990-01-01', '2000-01-01'],
    ['20th century', '1901-01-01', '2001-01-01'],
    ['5th of may 2023', '2023-05-05', '2023-05-06'],
    ['may 5th', '2025-05-05', '2025-05-06'],
    ['12/13/2024', '2024-12-13', '2024-12-14'],
    ['13/12/2024', '2024-12-13', '2024-12-14'],
    ['march last year', '2024-03-01', '2024-04-01'],
    ['november', '2024-11-01', '2024-12-01'],
    ['the year 2023', '2023-01-01', '2024-01-01'],
  ])('reads "%s" as a half-open range', (text, from, to) => {
    const found = dateAt(text.split(' '), 0, NOW);
    if (!found || !('range' in found)) throw new Error(`Not read: ${text}`);
    expect([isoOf(found.range.from!), isoOf(found.range.to!), found.length]).toEqual([from, to, text.split(' ').length]);
  });

  it('takes no impossible day for a date', () => {
    expect(dateAt(['2024-02-30'], 0, NOW)).toBeUndefined();
  });

  it.each(['last month of 2023', 'last day', 'this 3 months', 'may 5 orders', 'second half of march'])('leaves "%s" to others', (text) => {
    expect(dateAt(text.split(' '), 0, NOW)).toBeUndefined();
  });

  it.each(['last monday', 'next friday', 'this weekend', 'last march'])('says that "%s" is unclear', (text) => {
    expect(dateAt(text.split(' '), 0, NOW)).toMatchObject({ unclear: expect.stringContaining(text) });
  });
});

describe('lexicon', () => {
  it.each([
    ['order items', 'order_items'],
    ['clients', 'customers'],
    ['order date', 'orders.orderDate'],
    ['total amount', 'orders.total_amt'],
    ['quantities', 'order_items.qty'],
    ['surname', 'customers.last_name'],
    ['product name', 'products.name'],
  ])('finds what "%s" means', (phrase, name) => {
    expect(nameOf(lexicon.nouns(phrase.split(' '))[0]!)).toBe(name);
  });

  it('knows enum labels in words, and yes/no columns with their denial', () => {
    expect(lexicon.values(['in', 'progress'])).toMatchObject([{ value: 'in_progress' }]);
    expect(lexicon.values(['inactive'])).toMatchObject([{ info: { name: 'is_active' }, value: false }]);
  });

  it('corrects slips, and leaves real words alone', () => {
    expect(lexicon.correct('custmers')).toBe('customer');
    expect(lexicon.correct('costumes')).toBeUndefined();
  });

  it('is built once for a structure, and again for another', () => {
    const cache = new LexiconCache(2);
    const known = cache.of(SHOP);
    expect(cache.of({ ...SHOP })).toBe(known);
    expect(cache.of(snapshotOf({ a: ['id int !'] }))).not.toBe(known);
  });

  it('keeps no more structures than it may', () => {
    const cache = new LexiconCache(1);
    const first = cache.of({ ...SHOP });
    cache.of(snapshotOf({ a: ['id int !'] }));
    expect(cache.of({ ...SHOP })).not.toBe(first);
  });
});

describe('schema model', () => {
  it('infers keys that nobody declared, junctions included', () => {
    const bare = buildModel(snapshotOf({ tbl_author: ['aid int', 'name text'], writes: ['aid int', 'pid int'], paper: ['pid int', 'title text'], comment: ['id int', 'paper_id int'] }));
    const edges = bare.edges.map(({ child, parent, childColumns }) => `${child.relation.name}.${childColumns.join()} → ${parent.relation.name}`);
    expect(edges.sort()).toEqual(['comment.paper_id → paper', 'writes.aid → tbl_author', 'writes.pid → paper']);
  });

  it('reads glued names with a shared prefix', () => {
    const glued = buildModel(snapshotOf({
      zzcustomer: ['zzcustid int !', 'zzcustname text', 'zzcustcity text', 'zzcustjoindate date'],
      zzorder: ['zzordid int !', 'zzordcustid int', 'zzordtotal numeric', 'zzorddate date'],
      zzproduct: ['zzprodid int !', 'zzprodname text', 'zzprodprice numeric'],
    }));
    expect(glued.tables.map(({ words }) => words.join(' '))).toEqual(['customer', 'order', 'product']);
    expect(glued.tables[0]!.columns.map(({ words }) => words.join(' '))).toEqual(['id', 'name', 'city', 'join date']);
    expect(glued.edges).toMatchObject([{ childColumns: ['zzordcustid'], parent: { relation: { name: 'zzcustomer' } } }]);
  });
});

describe('parsing', () => {
  it('tells what is asked for, grouped, restricted and ranked', () => {
    const reading = parse(items('What are the top 5 cities by number of orders in 2024?'));
    expect(reading).toMatchObject({
      heads: [{ text: 'cities' }],
      extremes: [{ limit: 5, measure: { text: 'orders', aggregate: 'count' } }],
      restrictions: [{ kind: 'date', range: { from: '2024-01-01', to: '2025-01-01' } }],
      leftovers: [],
    });
  });

  it('leaves no word with a meaning unaccounted for', () => {
    expect(parse(items('Show the shiny orders with glitter')).leftovers).toEqual(['shiny', 'glitter']);
  });

  it('reads values before their noun, alternatives and denials', () => {
    expect(parse(items('done orders')).restrictions).toMatchObject([{ kind: 'value', negated: false }]);
    expect(parse(items('orders that are not done')).restrictions).toMatchObject([{ kind: 'value', negated: true }]);
    expect(parse(items('orders that are done or in progress')).restrictions).toMatchObject([{ kind: 'any', of: [{ kind: 'value' }, { kind: 'value' }] }]);
  });
});

describe('joins', () => {
  it('go through the junction', () => {
    const plan = planJoins(model, [table('customers')], [table('products')], []);
    expect(plan.ok && plan.steps.map(({ to, many }) => [to.relation.name, many])).toEqual([['orders', true], ['order_items', true], ['products', false]]);
  });

  it('are refused when two ways are equally short, and follow the one that is named', () => {
    const parallel = buildModel(snapshotOf({ users: ['id int !', 'name text'], messages: ['id int !', 'sender_id int >users', 'receiver_id int >users'] }));
    const [messages, users] = [parallel.tables[1]!, parallel.tables[0]!];
    expect(planJoins(parallel, [messages], [users], [])).toMatchObject({ ok: false, why: 'tie' });
    const sender = parallel.edges.find((edge) => edge.roleWords.includes('sender'))!;
    expect(planJoins(parallel, [messages], [users], [sender])).toMatchObject({ ok: true, steps: [{ edge: { childColumns: ['sender_id'] } }] });
  });
});

describe('quoting', () => {
  it('makes identifiers and literals that can only mean themselves', () => {
    expect(quoteIdentifier('odd "name"')).toBe('"odd ""name"""');
    expect(quoteText("O'Hara\\")).toBe("E'O''Hara\\\\'");
    expect(quotePattern('%', '50%_off', '%')).toBe("E'%50\\\\%\\\\_off%'");
  });
});
