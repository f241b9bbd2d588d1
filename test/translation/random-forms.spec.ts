import { inspect } from '../../src/query/guard/inspect.js';
import { SqlParser } from '../../src/query/guard/sql-parser.js';
import { explain } from '../../src/query/translation/builtin/explain/explain.js';
import { JoinRefused } from '../../src/query/translation/builtin/sql/scope.js';
import { writeSql } from '../../src/query/translation/builtin/sql/write-select.js';
import type { LogicalForm } from '../../src/query/translation/builtin/logical-form.js';
import { seededRandom } from '../support/seeded-random.js';
import type { TestDatabase } from '../support/test-database.js';
import { randomForm } from './random-forms.js';
import { createWorlds, type World } from './random-worlds.js';

const SEEDS = Array.from({ length: Number(process.env['WORLDS'] ?? 60) }, (_, i) => Number(process.env['FROM'] ?? 1) + i);
const FORMS = Number(process.env['FORMS'] ?? 25);

let database: TestDatabase;
let worlds: World[];
let parser: SqlParser;

beforeAll(async () => {
  parser = await SqlParser.load();
  ({ database, worlds } = await createWorlds(SEEDS));
}, 60_000);

afterAll(() => database?.drop());

function written(form: LogicalForm, world: World): string | undefined {
  try {
    return writeSql(form, world.model);
  } catch (error) {
    if (error instanceof JoinRefused) return undefined;
    throw error;
  }
}

describe('SQL of random forms on random schemas', () => {
  it('is one statement that only reads, that PostgreSQL takes, and the same every time', async () => {
    const failures: string[] = [];
    let count = 0;
    for (const world of worlds) {
      const random = seededRandom(world.seed * 1000);
      for (let i = 0; i < FORMS; i++) {
        const form = randomForm(random, world.model);
        let sql: string | undefined;
        try {
          sql = written(form, world);
        } catch (error) {
          failures.push(`THROWN ${(error as Error).stack}`);
          continue;
        }
        if (sql === undefined) continue;
        count++;
        expect(written(form, world)).toBe(sql);
        const verdict = inspect(sql, parser);
        if (!verdict.allowed) failures.push(`GUARD ${JSON.stringify(verdict)}\n${sql}`);
        try {
          await database.sql.unsafe(sql, [], { simple: false } as never);
        } catch (error) {
          failures.push(`seed ${world.seed} form ${i}: ${(error as Error).message}\n${explain(form, world.model, sql)}\n${sql}`);
        }
      }
    }
    expect(count).toBeGreaterThan(500);
    expect(failures.slice(0, 3)).toEqual([]);
  }, 120_000);
});
