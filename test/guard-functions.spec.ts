import type { Identity } from '../src/pools/identity.js';
import { CatalogueFacts } from '../src/query/guard/catalogue-facts.js';
import { Guard } from '../src/query/guard/guard.js';
import { inspect } from '../src/query/guard/inspect.js';
import { SqlParser } from '../src/query/guard/sql-parser.js';
import { loadSettings } from '../src/settings/load-settings.js';
import { CLAIM_TO_READ, MODULES, ONLY_ANSWER, REFUSED_FUNCTIONS } from './guard-functions.js';
import { testDatabase, type TestDatabase } from './support/test-database.js';
import { caller, identityOf, TestPools, testPools } from './support/test-pools.js';

interface ServerFunction {
  readonly name: string;
  readonly volatile: boolean;
  /** A call of it, with as many arguments as it takes. */
  readonly call: string;
}

const words = (text: string) => text.trim().split(/\s+/);

let database: TestDatabase;
let pools: TestPools;
let identity: Identity;
let guard: Guard;
let functions: readonly ServerFunction[];

beforeAll(async () => {
  database = await testDatabase();
  const modules = await database.sql<{ name: string }[]>`select name from pg_available_extensions where name = any(${words(MODULES)})`;
  for (const { name } of modules) await database.sql.unsafe(`create extension "${name}"`);
  functions = await database.sql<ServerFunction[]>`
    select proname as name, provolatile = 'v' as volatile, format('%I.%I(%s)', nspname, proname, repeat('null, ', pronargs - 1) || case when pronargs > 0 then 'null' else '' end) as call
      from pg_proc p join pg_namespace n on n.oid = pronamespace where prokind = 'f' and nspname in ('pg_catalog', 'public') order by proname`;
  pools = testPools();
  identity = identityOf(database, await database.role());
  guard = new Guard(new CatalogueFacts(pools.manager, loadSettings({})), loadSettings({}));
  await guard.onModuleInit();
});
afterAll(async () => {
  pools.end();
  await database.drop();
});

async function isAdmitted(calls: readonly ServerFunction[]): Promise<boolean> {
  const request = { identity, caller: caller(), deadline: Date.now() + 10_000, writes: 'refused' } as const;
  return guard.admit(`select ${calls.map(({ call }) => call).join(', ')}`, request).then(() => true, () => false);
}

/** Those that are refused. Halves what is refused until it is one. */
async function refusedOf(calls: readonly ServerFunction[]): Promise<ServerFunction[]> {
  if (calls.length === 0 || (await isAdmitted(calls))) return [];
  if (calls.length === 1) return [...calls];
  const half = calls.length >> 1;
  return [...(await refusedOf(calls.slice(0, half))), ...(await refusedOf(calls.slice(half)))];
}

/** Names without the repetitions of overloads. */
const namesOf = (found: readonly ServerFunction[]) => [...new Set(found.map(({ name }) => name))];
const here = (names: string, volatile: boolean) => words(names).filter((name) => functions.some((one) => one.name === name && one.volatile === volatile)).sort();

it('of what the server says is volatile, nothing is let through but what only answers', async () => {
  const volatile = functions.filter((one) => one.volatile);
  const refused = new Set(await refusedOf(volatile));
  expect(namesOf(volatile.filter((one) => !refused.has(one))).sort()).toEqual(here(ONLY_ANSWER, true));
});

it('of what the server says only reads, all is let through but what does more', async () => {
  const reading = functions.filter((one) => !one.volatile);
  const refused: ServerFunction[] = [];
  for (let from = 0; from < reading.length; from += 100) refused.push(...(await refusedOf(reading.slice(from, from + 100))));
  expect(namesOf(refused).sort()).toEqual(here(CLAIM_TO_READ, false));
});

describe('whatever the server has, nobody calls', () => {
  let parser: SqlParser;
  beforeAll(async () => (parser = await SqlParser.shared()));

  it.each(Object.entries(REFUSED_FUNCTIONS))('what is refused for %j', (because, names) => {
    const reasonOf = (sql: string) => {
      const verdict = inspect(sql, parser);
      return verdict.allowed ? 'allowed' : verdict.reason;
    };
    for (const name of words(names)) {
      for (const sql of [`select ${name}(1)`, `select x.${name} from x`, `select (1).${name}`]) expect({ sql, reason: reasonOf(sql) }).toEqual({ sql, reason: expect.stringMatching(`The function ${name} .*${because}`) });
    }
  });
});
