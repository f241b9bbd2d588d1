import { AskedDatabase } from './asked-database.js';
import { NOW, SHOP } from './shop.js';

let shop: AskedDatabase;
beforeAll(async () => {
  shop = await AskedDatabase.create(SHOP, NOW);
});
afterAll(() => shop.close());

async function refusal(question: string) {
  const answer = await shop.translate(question);
  if ('sql' in answer) throw new Error(`Answered: ${answer.sql}`);
  return answer;
}

describe('sums', () => {
  it('are not multiplied by a join to rows that belong to the summed ones', async () => {
    // Order 1 has two items and two payments; its total counts once.
    expect(await shop.lines('total order amount of orders with products from the category Chairs')).toEqual(['400.00']);
  });

  it('take each row once per group', async () => {
    expect(await shop.lines('total order amount per category')).toEqual(['Chairs | 400.00', 'Lamps | 160.00', 'Rugs | 400.00']);
  });

  it('of different tables stand side by side', async () => {
    expect(await shop.lines('number of products and number of customers')).toEqual(['5 | 4']);
  });
});

describe('groups', () => {
  it('can be averaged themselves', async () => {
    expect(await shop.lines('average number of orders per customer')).toEqual(['2.0000000000000000']);
  });

  it('are calendar units when these are asked for', async () => {
    expect(await shop.lines('Which year had the most orders?')).toEqual(['2025 | 4']);
  });

  it('add up what adds up, and ask about what does not', async () => {
    expect(await shop.lines('quantity by category')).toEqual(['Chairs | 4', 'Lamps | 3', 'Rugs | 2']);
    expect(await refusal('price by category')).toMatchObject({ nearest: expect.arrayContaining(['total price', 'average price']) });
  });
});

describe('conditions', () => {
  it.each([
    ['How many products cost between 40 and 120?', ['3']],
    ['names of products whose price is below their stock', ['Desk Lamp']],
    ['names of products whose price is below the stock of the product', ['Desk Lamp']],
    ['names of products with a price of at least 90', ['Floor Lamp', 'Office Chair', 'Round Rug']],
    ['how many customers are from Berlin or Paris?', ['3']],
    ['how many customers are not from Berlin?', ['2']],
    ['names of products without a description', ['Floor Lamp', 'Office Chair']],
    ['names of inactive products', ['Floor Lamp']],
    ['names of products that start with "Garden"', ['Garden Chair']],
    ['names of products whose description contains "out"', ['Garden Chair']],
    ['ids of orders placed before 2025', ['1', '2']],
    ['ids of orders shipped in May 2025', ['3']],
    ['how many orders were cancelled since January 2025?', ['1']],
    ['emails of customers with at least 2 orders', ['ann@example.com']],
    ['how many customers have fewer than 2 orders?', ['3']],
    ['how many customers have more than 1 order in 2025?', ['1']],
    ['Which customers have no orders in 2025?', ['Dan | Moss']],
    ['names of customers who reviewed Round Rug', ['Bob | Jones']],
    ['names of customers who ordered Round Rug', ['Bob | Jones']],
    ['ids of orders from customers in France', ['5']],
    ['ids of orders of Ann Smith in 2024', ['1', '2']],
    ['names of customers who bought both Garden Chair and Desk Lamp', ['Ann | Smith']],
    // Bob has reviewed a chair, and bought none.
    ['names of customers who bought products in the category Chairs', ['Ann | Smith']],
  ])('"%s"', async (question, lines) => {
    expect(await shop.lines(question)).toEqual(lines);
  });
});

describe('order', () => {
  const NEWEST = ['4 | 2025-06-10', '3 | 2025-05-28', '6 | 2025-03-01', '5 | 2025-02-14', '2 | 2024-11-02', '1 | 2024-03-10'];
  const CHEAPEST = ['Desk Lamp | 35.00', 'Garden Chair | 40.00', 'Floor Lamp | 90.00', 'Office Chair | 120.00', 'Round Rug | 200.00'];

  it.each([
    ['ids of orders, newest first', NEWEST],
    ['ids of orders, oldest first', [...NEWEST].reverse()],
    ['ids of orders, starting with the most recent', NEWEST],
    ['ids of orders in chronological order', [...NEWEST].reverse()],
    ['names of products, cheapest first', CHEAPEST],
    ['names of products, most expensive first', [...CHEAPEST].reverse()],
    ['names of products sorted alphabetically', ['Desk Lamp', 'Floor Lamp', 'Garden Chair', 'Office Chair', 'Round Rug']],
    ['number of orders per customer city, highest first', ['Berlin | 5', 'Paris | 1']],
    ['number of orders per year, newest first', ['2025 | 4', '2024 | 2']],
    ['number of orders per year, lowest first', ['2024 | 2', '2025 | 4']],
  ])('"%s"', async (question, rows) => {
    expect((await shop.rows(question)).map((row) => row.join(' | '))).toEqual(rows);
  });

  it('lists all of "newest orders first"', async () => {
    expect((await shop.rows('newest orders first')).map(([id]) => id)).toEqual(['4', '3', '6', '5', '2', '1']);
  });
});

describe('names and typing', () => {
  it.each(['How many custmers are there?', 'how many clients are there', 'Please could you tell me how many customers we have?', 'HOW MANY CUSTOMERS', 'number of customer'])('understands "%s"', async (question) => {
    expect(await shop.lines(question)).toEqual(['4']);
  });

  it('says which slip it corrected', async () => {
    expect(await shop.translate('How many custmers are there?')).toMatchObject({ warnings: ['Read "custmers" as "customer".'] });
  });

  it('explains in one sentence what it understood', async () => {
    expect(await shop.translate('How many orders are pending?')).toMatchObject({ explanation: 'Counts orders with status "pending" (orders.status).' });
  });
});

describe('follow-ups', () => {
  const follow = async (...questions: string[]) => {
    const context = [];
    let rows: string[][] = [];
    for (const question of questions) {
      rows = await shop.rows(question, context);
      const answer = await shop.translate(question, context);
      if ('sql' in answer) context.push({ question, sql: answer.sql, memory: answer.memory });
    }
    return rows.map((row) => row.join(' | ')).sort();
  };

  it('narrow the question before', async () => {
    expect(await follow('How many customers do we have?', 'only those from Berlin')).toEqual(['2']);
  });

  it('replace a condition on the same column', async () => {
    expect(await follow('How many orders were placed in 2024?', 'and in 2025?')).toEqual(['4']);
  });

  it('group it anew', async () => {
    expect(await follow('Total order amount', 'by status', 'and only in 2025')).toEqual(['cancelled | 35.00', 'delivered | 400.00', 'pending | 90.00', 'shipped | 240.00']);
  });

  it('are refused without a question before', async () => {
    expect(await refusal('only those from Berlin')).toMatchObject({ suggestions: expect.arrayContaining([expect.any(String)]) });
  });
});

describe('refusals', () => {
  it.each([
    'What is the meaning of life?',
    'Wie viele Kunden haben wir?',
    'Cuántos clientes hay en Madrid?',
    '有多少客户?',
    'How many unicorns ordered glitter?',
    'What is the weather in Berlin?',
    'Delete all orders',
    'Why do customers leave?',
    'top 5 products',
    'customers whose first order was in 2024',
    'customers and suppliers',
    'products whose price is below the stock of their supplier',
    'products, highest first',
    'number of orders per customer city, newest first',
    '?',
  ])('"%s"', async (question) => {
    expect((await refusal(question)).reason).not.toBe('');
  });

  it('name the unknown words, what is near, and questions that work', async () => {
    const { unknown_words, nearest, suggestions } = await refusal('How many sparkly products are there?');
    expect(unknown_words).toEqual(['sparkly']);
    expect(nearest).toContain('products');
    expect(suggestions.length).toBeGreaterThan(0);
    for (const suggestion of suggestions) expect(await shop.translate(suggestion)).toHaveProperty('sql');
  });
});

it('never lets a value become SQL', async () => {
  expect(await shop.lines(`how many customers have the last name "x' OR '1'='1"?`)).toEqual(['0']);
  expect(await shop.lines('how many products have a name that contains "%"?')).toEqual(['0']);
});

it('gives the same answer to the same question', async () => {
  const [one, other] = [await shop.translate('average order total per country in 2025'), await shop.translate('average order total per country in 2025')];
  expect(one).toEqual(other);
});
