import { AskedDatabase } from './asked-database.js';
import { CLINIC, CLINIC_NOW } from './clinic.js';
import { Dialogue } from './dialogues.js';
import { NOW, SHOP } from './shop.js';

let shop: AskedDatabase;
let clinic: AskedDatabase;
beforeAll(async () => {
  shop = await AskedDatabase.create(SHOP, NOW);
  clinic = await AskedDatabase.create(CLINIC, CLINIC_NOW);
});
afterAll(() => Promise.all([shop.close(), clinic.close()]));

/** Answers of the last question; `sorted` where no order is asked for. */
type Case = [dialogue: string, lines: string[]];
const sorted = async (asked: AskedDatabase, dialogue: string) => (await new Dialogue(asked).lines(dialogue)).sort();

describe('conditions', () => {
  it.each<Case>([
    ['How many customers do we have? / only those from Berlin', ['2']],
    ['How many customers do we have? / just the ones from Berlin', ['2']],
    ['Show the names of all products / only the active ones', ['Desk Lamp', 'Garden Chair', 'Office Chair', 'Round Rug']],
    ['Show the names of all products / only the active ones / that cost less than 50', ['Desk Lamp', 'Garden Chair']],
    ['Show the names of all products / those that cost more than 100', ['Office Chair', 'Round Rug']],
    ['How many orders are there? / in 2024', ['2']],
    ['How many orders are there? / in 2024 / and in 2025?', ['4']],
    ['How many orders were placed in 2024? / what about 2025?', ['4']],
    ['How many orders are there? / since May 2025', ['2']],
    ['How many orders were placed in 2025? / before May 2025', ['2']],
    ['How many orders were placed in 2025? / since May 2025', ['2']],
    ['Total order amount / only the delivered ones / in 2024', ['195.00']],
    ['How many customers are from Berlin? / and from Paris?', ['1']],
    ['How many customers are from Berlin? / what about Madrid?', ['1']],
    ['How many customers are from Berlin? / and in Paris? / and in Madrid?', ['1']],
    ['How many orders are there? / not the cancelled ones', ['5']],
    ['How many customers do we have? / exclude Berlin', ['2']],
    ['How many customers do we have? / exclude Berlin / but not Paris', ['1']],
    ['How many products come from suppliers in Germany? / and for suppliers from France?', ['2']],
    ['How many customers bought the Garden Chair? / and the Desk Lamp?', ['2']],
    ['How many customers have no orders in 2025? / and in 2024?', ['3']],
    ['names of products that cost more than 50 / and less than 150', ['Floor Lamp', 'Office Chair']],
    ['names of products that cost more than 50 / more than 100', ['Office Chair', 'Round Rug']],
    ['How many customers are there? / with more than 1 order', ['1']],
    ['How many customers are there? / with orders', ['3']],
    ['How many customers are there? / with orders / without orders', ['1']],
    ['Number of orders per status / only in 2025', ['cancelled | 1', 'delivered | 1', 'pending | 1', 'shipped | 1']],
    ['Number of orders per status / more than 1', ['delivered | 3']],
    ['percentage of orders that were cancelled / and delivered?', ['3 | 6 | 50.0000000000000000']],
    ['How many payments are there? / how many of them failed?', ['1']],
    ['Show all customers / which of them are from Paris?', ['2 | Bob | Jones |  | Paris | France | 2024-05-05 00:00:00+00']],
    ['How many orders were placed in 2024? / for customers from Berlin', ['2']],
    ['How many orders were placed in 2024? / or 2025', ['6']],
    ['How many customers are from Paris? / also from Madrid', ['2']],
    ['average price of products / of the active ones', ['98.7500000000000000']],
    ['names of customers who ordered in 2024 / and in 2025?', ['Ann | Smith', 'Bob | Jones', 'Cleo | Smith']],
    ['How many orders are there? / only those of Ann Smith / in 2025', ['2']],
    ['names of products with their price / between 50 and 150', ['Floor Lamp | 90.00', 'Office Chair | 120.00']],
  ])('"%s"', async (dialogue, lines) => {
    expect(await sorted(shop, dialogue)).toEqual(lines);
  });
});

describe('conditions taken back', () => {
  it.each<Case>([
    ['How many customers are from Berlin? / for all cities', ['4']],
    ['How many pending orders are there in 2025? / regardless of status', ['4']],
    ['How many delivered orders were placed in 2024? / without the date filter', ['3']],
    ['How many delivered orders were placed in 2024? / without any filters', ['6']],
    ['How many delivered orders were placed in 2024? / for any status', ['2']],
  ])('"%s"', async (dialogue, lines) => {
    expect(await sorted(shop, dialogue)).toEqual(lines);
  });
});

describe('groups and measures', () => {
  it.each<Case>([
    ['Total order amount / by status / and only in 2025', ['cancelled | 35.00', 'delivered | 400.00', 'pending | 90.00', 'shipped | 240.00']],
    ['Number of orders by status / per country instead', ['France | 1', 'Germany | 5']],
    ['Number of orders per year / by status too', ['2024 | delivered | 2', '2025 | cancelled | 1', '2025 | delivered | 1', '2025 | pending | 1', '2025 | shipped | 1']],
    ['How many orders are there? / broken down by year', ['2024 | 2', '2025 | 4']],
    ['Number of orders in 2024 / monthly', ['2024-03-01 | 1', '2024-11-01 | 1']],
    ['Total order amount by status / overall', ['960.00']],
    ['Total order amount by status / in total', ['960.00']],
    ['Total order amount per month / and the total?', ['960.00']],
    ['Average price of products / and the total?', ['485.00']],
    ['Total price of active products / the average instead', ['98.7500000000000000']],
    ['How many orders are delivered? / and the total?', ['595.00']],
    ['How many products are active? / what about the average price', ['98.7500000000000000']],
    ['Average price of products / and the highest price?', ['200.00']],
    ['Average price of products per category / and the total stock?', ['Chairs | 15', 'Lamps | 50', 'Rugs | 7']],
    ['Show all orders from 2024 / how many are they?', ['2']],
    ['Show all orders from 2024 / count them', ['2']],
    ['Average price of active products / how many are they?', ['4']],
    ['How many customers do we have? / and for products?', ['5']],
    ['How many orders were placed in 2025? / same for payments', ['3']],
    ['How many customers are from Germany? / and for suppliers?', ['1']],
    ['Number of customers per country / what about suppliers?', ['France | 1', 'Germany | 1', 'Spain | 1']],
    ['Average price of products / the average stock too', ['97.0000000000000000 | 14.4000000000000000']],
  ])('"%s"', async (dialogue, lines) => {
    expect(await sorted(shop, dialogue)).toEqual(lines);
  });
});

describe('rows, columns, order and limit', () => {
  it.each<Case>([
    ['How many customers are from Berlin? / who are they?', ['Ann | Smith', 'Cleo | Smith']],
    ['How many products are inactive? / which ones?', ['Floor Lamp']],
    ['How many products are inactive? / list them', ['4 | Floor Lamp | 2 | 2 | 90.00 | 0 | f | ']],
    ['How many orders are pending? / show me those', ['4 | 1 | pending | 2025-06-10 |  | 90.00']],
    ['How many different cities do our customers live in? / which ones are they?', ['Berlin', 'Madrid', 'Paris']],
    ['What is the highest price of active products? / which one is it?', ['Round Rug | 200.00']],
    ['Total stock of active products / which ones?', ['Desk Lamp', 'Garden Chair', 'Office Chair', 'Round Rug']],
    ['Which customers are from Berlin? / also their email', ['Ann | Smith | ann@example.com', 'Cleo | Smith | cleo@example.com']],
    ['Which customers are from Germany? / with the city', ['Ann | Smith | Berlin', 'Cleo | Smith | Berlin']],
    ['Show all suppliers / only the names', ['Idle Works', 'Lumen', 'Oak and Sons']],
    ['Show all suppliers / show the names instead', ['Idle Works', 'Lumen', 'Oak and Sons']],
    ['What is the cheapest product? / its stock', ['50 | 35.00']],
    ['What is the highest price of products? / which product is that?', ['Round Rug | 200.00']],
    ['How many customers are from Berlin? / what are their names?', ['Ann | Smith', 'Cleo | Smith']],
    ['How many products are active? / what is their average price?', ['98.7500000000000000']],
    ['Who spent the most? / also their email', ['Ann | Smith | ann@example.com | 525.00']],
  ])('"%s"', async (dialogue, lines) => {
    expect(await sorted(shop, dialogue)).toEqual(lines);
  });

  it.each<Case>([
    ['Which are the 2 most expensive products? / top 3 instead', ['Round Rug | 200.00', 'Office Chair | 120.00', 'Floor Lamp | 90.00']],
    ['Which are the 3 most expensive products? / only the first 2', ['Round Rug | 200.00', 'Office Chair | 120.00']],
    ['Which are the 2 most expensive products? / show 4', ['Round Rug | 200.00', 'Office Chair | 120.00', 'Floor Lamp | 90.00', 'Garden Chair | 40.00']],
    ['Which are the 2 most expensive products? / the other way round', ['Desk Lamp | 35.00', 'Garden Chair | 40.00']],
    ['Which are the 2 most expensive products? / only the active ones / the other way round', ['Desk Lamp | 35.00', 'Garden Chair | 40.00']],
    ['Which are the 2 cheapest products? / show all', ['Desk Lamp | 35.00', 'Garden Chair | 40.00', 'Floor Lamp | 90.00', 'Office Chair | 120.00', 'Round Rug | 200.00']],
    ['names of products / sort by price', ['Desk Lamp | 35.00', 'Garden Chair | 40.00', 'Floor Lamp | 90.00', 'Office Chair | 120.00', 'Round Rug | 200.00']],
    ['names of products / sort by price / descending / the first 2', ['Round Rug | 200.00', 'Office Chair | 120.00']],
    ['names of active products / cheapest first', ['Desk Lamp | 35.00', 'Garden Chair | 40.00', 'Office Chair | 120.00', 'Round Rug | 200.00']],
    ['names of suppliers / alphabetically', ['Idle Works', 'Lumen', 'Oak and Sons']],
    ['Total order amount per status / lowest first / top 2', ['cancelled | 35.00', 'pending | 90.00']],
    ['names of products sorted by price / only the first 1', ['Desk Lamp | 35.00']],
    ['Total order amount per year / descending', ['2025 | 765.00', '2024 | 195.00']],
  ])('"%s" in order', async (dialogue, lines) => {
    expect(await new Dialogue(shop).lines(dialogue)).toEqual(lines);
  });
});

describe('a new topic', () => {
  /** The same answer as without anything before it. */
  it.each([
    ['How many pending orders are there?', 'How many suppliers are there?'],
    ['How many orders were placed in 2024?', 'How many orders are there?'],
    ['How many customers are from Berlin?', 'customers in Paris'],
    ['How many customers are from Berlin?', 'And how many suppliers are there?'],
    ['How many customers are from Berlin?', 'Which customers are from Paris?'],
    ['Number of orders per status', 'Number of products per category'],
    ['Show all active products', 'Show all products'],
    ['How many customers are from Berlin?', 'And who is from Paris?'],
    ['How many active products are there?', 'and the average price of products'],
    ['How many active products are there?', 'names of products'],
    ['Total order amount in 2024', 'Which product has the lowest stock?'],
    ['How many customers are from Berlin?', 'Who spent the most?'],
    ['How many customers are from Berlin?', 'list the emails of customers'],
    ['How many products are active?', 'How many different cities do our customers live in?'],
  ])('"%s", then "%s"', async (before, question) => {
    const dialogue = new Dialogue(shop);
    await dialogue.talk(`${before} / ${question}`);
    const [after, alone] = [await dialogue.talk(question), await shop.translate(question)];
    expect(after).toHaveProperty('sql');
    expect(after).toEqual(alone);
  });
});

describe('a follow-up that does not fit is refused', () => {
  it.each<[dialogue: string, reason: RegExp]>([
    ['How many orders are there? / for all cities', /no condition on "cities"/],
    ['How many orders are pending? / and for customers?', /status.*no like/],
    ['How many orders are pending? / same for payments', /'pending' is no status/],
    ['How many orders are there? / more than 100', /not clear what the number is compared with/],
    ['names of products / the other way round', /in no order/],
    ['How many orders are there? / top 10 instead', /one row/],
    ['How many orders are there? / in total', /no groups/],
    ['Number of orders per status / who are they?', /several numbers or groups/],
    ['Number of orders per status / how many are they?', /not clear what is to be counted/],
    ['names of products / its price', /more than one row/],
    ['names of products / the second one', /cannot be referred to/],
    ['names of products / also their sparkle', /sparkle/],
    ['names of products / only the sparkly ones', /sparkly/],
    ['How many customers are from Germany? / what about Paris?', /besides, or instead/],
    ['How many orders were placed in March 2024? / and in May?', /Which year/],
    ['What is the highest price of products? / which ones?', /which one is it/],
    ['Which are the 2 most expensive products? / sort by name', /order says which rows come first/],
    ['Which are the 2 most expensive products? / how many are they?', /only the first rows/],
    ['How many orders were placed in 2024? / and customers from Berlin?', /not clear whether/],
    ['How many customers are from Berlin? / and the total?', /customers/],
    ['How many orders are pending? / what about the number of suppliers?', /not one of the same rows/],
    ['How many customers are from Berlin or from France? / for all cities', /no condition on "cities"/],
    ['names of products / only 0', /one row at least/],
    ['names of products / what about 3?', /not clear|Not understood/],
    ['Number of orders per status / sort by Berlin', /not something to sort by/],
    ['change of total order amount per month / and the average?', /not clear of what/],
    ['How many customers are from Berlin? / only those from Berlin', /changes nothing/],
    ['Number of orders per status / with orders', /changes nothing/],
    ['How many orders are there? / only the active ones', /active/],
    ['names of products / that are out of stock', /not clear/],
    ['How many customers are there? / not null', /Not understood/],
    ['names of products sorted by price / page 2', /page/],
    ['Which customers have no orders? / which product is that?', /not about "product"/],
    ['average number of orders per customer / by month', /cannot be grouped/],
  ])('"%s"', async (dialogue, reason) => {
    const answer = await new Dialogue(shop).talk(dialogue);
    expect(answer).toMatchObject({ reason: expect.stringMatching(reason) });
  });

  it.each(['only those from Berlin', 'and in 2024?', 'who are they?', 'the other way round', 'top 10 instead', 'and the total?', 'how many are they?', 'by month instead'])('"%s" with nothing before it', async (question) => {
    expect(await shop.translate(question)).toMatchObject({ reason: expect.stringContaining('there is none in this session'), suggestions: expect.arrayContaining([expect.any(String)]) });
  });
});

it('stays with the last question that was understood', async () => {
  const dialogue = new Dialogue(shop);
  expect(await dialogue.talk('How many customers are from Berlin? / only the sparkly ones')).toHaveProperty('reason');
  expect(await dialogue.lines('and from Paris?')).toEqual(['1']);
});

it('has no question to go on from when its tables are gone', async () => {
  const dialogue = new Dialogue(shop);
  await dialogue.lines('How many suppliers are there? / from Spain');
  expect(await clinic.translate('and from France?', [{ question: 'How many suppliers are there?', sql: '', memory: dialogue.context[0]!.memory }])).toMatchObject({ reason: expect.stringContaining('not in the schema any more') });
  expect(await shop.translate('and from France?', [{ question: 'How is business?', sql: 'SELECT 1' }])).toMatchObject({ reason: expect.stringContaining('not answered by the translator itself') });
});

describe('the explanation', () => {
  it.each<[dialogue: string, explanation: string]>([
    ['How many orders are pending? / by month', 'Still of the question before: counts orders with status "pending" (orders.status).'],
    ['How many orders are pending? / in 2025', 'Still of the question before: counts orders with status "pending" (orders.status).'],
    ['How many orders are pending? / and the delivered ones?', 'Still of the question before: counts orders.'],
    ['How many orders are pending? / which ones?', 'Still of the question before: orders with status "pending" (orders.status).'],
    ['Number of orders per status / only in 2025 / more than 1', 'Still of the question before: counts orders in 2025 (orders.order_date), for each status (orders.status), highest first.'],
    ['Which are the 2 most expensive products? / only the active ones', 'Still of the question before: the same columns of products, highest price (products.price) first, only the first 2.'],
  ])('tells what was taken over in "%s"', async (dialogue, explanation) => {
    expect(await new Dialogue(shop).talk(dialogue)).toMatchObject({ explanation: expect.stringContaining(explanation) });
  });

  it('of a new topic tells of nothing taken over', async () => {
    expect(await new Dialogue(shop).talk('How many orders are pending? / How many suppliers are there?')).toMatchObject({ explanation: 'Counts suppliers.' });
  });
});

describe('in a schema of another kind', () => {
  it.each<Case>([
    ['How many visits were there? / in May 2025 / which of them are unpaid?', ['1']],
    ['How many visits were there? / in May 2025 / only the paid ones', ['2']],
    ['How many visits were there? / not the paid ones', ['2']],
    ['How many visits were there? / only the paid ones / without that filter', ['5']],
    ['names of patients / those with a phone', ['Olga', 'Rita']],
    ['names of patients / without a phone', ['Paul', 'Saul']],
    ['names of patients / those who are insured / and from Lyon', ['Olga']],
    ['names of patients from Lyon / and from Nice?', ['Rita']],
    ['names of patients from Lyon / also from Nice', ['Olga', 'Paul', 'Rita']],
    ['names of patients from Lyon / what about Metz? / with their phone', ['Saul | ']],
    ['How many patients visited Ada Kern? / and Ben Lux?', ['1']],
    ['How many patients visited Ada Kern? / who are they?', ['Olga', 'Paul']],
    ['Total fee of visits / per doctor', ['Ada Kern | 250.00', 'Ben Lux | 260.00', 'Cora Ney | 80.00']],
    ['Total fee of visits / per doctor / only cardiology / more than 255', ['Ben Lux | 260.00']],
    ['Total fee of visits / per doctor / the average instead', ['Ada Kern | 125.0000000000000000', 'Ben Lux | 130.0000000000000000', 'Cora Ney | 80.0000000000000000']],
    ['Total fee of visits / per doctor / by specialty', ['cardiology | 510.00', 'oncology | 80.00']],
    ['Total fee of visits / by specialty / by year too', ['cardiology | 2024 | 100.00', 'cardiology | 2025 | 410.00', 'oncology | 2025 | 80.00']],
    ['Total fee of visits / and the total minutes?', ['170']],
    ['Total fee of visits in May 2025 / and in June 2025?', ['200.00']],
    ['average salary of doctors / of those hired since 2019', ['7500.0000000000000000']],
    ['names of doctors / that earn more than 7500', ['Ada Kern', 'Cora Ney']],
    ['names of doctors / those whose salary is at least 8000 / from the North ward', ['Ada Kern', 'Cora Ney']],
    ['names of doctors / with more than 1 visit', ['Ada Kern', 'Ben Lux']],
    ['Which doctor has the highest salary? / the other way round', ['Ben Lux | 7000.00']],
    ['Which doctor has the highest salary? / top 2 instead', ['Ada Kern | 9000.00', 'Cora Ney | 8000.00']],
    ['How many doctors are there? / and patients?', ['4']],
    ['How many doctors are there? / by ward', ['North | 2', 'South | 1']],
    ['How many doctors are there? / how many of them are in cardiology?', ['2']],
  ])('"%s"', async (dialogue, lines) => {
    expect(await sorted(clinic, dialogue)).toEqual(lines);
  });
});
