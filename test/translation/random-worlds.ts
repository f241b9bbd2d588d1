import { buildModel } from '../../src/query/translation/builtin/lexicon/build-model.js';
import type { SchemaModel } from '../../src/query/translation/builtin/lexicon/schema-model.js';
import { assembleSnapshot } from '../../src/schema/snapshot.js';
import type { SchemaSnapshot } from '../../src/schema/schema.dto.js';
import { exclusionParameters } from '../../src/schema/value-exclusion.js';
import { SampledValues } from '../../src/schema/value-index.js';
import type { ReadResult } from '../../src/pools/read-result.js';
import { CATALOGUE, VALUES } from '../schema-database.js';
import { seededRandom } from '../support/seeded-random.js';
import { testDatabase, type TestDatabase } from '../support/test-database.js';
import { NOW } from './random-conditions.js';
import { randomWorld, type RandomWorld } from './random-schemas.js';

/** One random schema, created and read as the service reads it. */
export interface World {
  readonly seed: number;
  readonly structure: string;
  readonly schema: SchemaSnapshot;
  readonly values: SampledValues;
  readonly model: SchemaModel;
}

/** Many random schemas in one database: creating a database for each would take longer than all questions. */
export async function createWorlds(seeds: readonly number[]): Promise<{ database: TestDatabase; worlds: World[] }> {
  const database = await testDatabase('CREATE EXTENSION citext');
  const planned = seeds.map((seed): Planned => ({ seed, ...randomWorld(seededRandom(seed), `w${seed}`) }));
  try {
    return { database, worlds: await fill(database, planned) };
  } catch (error) {
    await database.drop();
    throw error;
  }
}

interface Planned extends RandomWorld {
  readonly seed: number;
}

async function fill(database: TestDatabase, planned: readonly Planned[]): Promise<World[]> {
  for (const { structure } of planned) await database.sql.unsafe(structure);
  await database.sql.unsafe('ANALYZE');
  const read = async (statement: string, params: readonly string[] = []): Promise<ReadResult> => {
    const rows = await database.sql.unsafe(statement, [...params], { simple: false } as never).raw();
    return { columns: rows.columns.map(({ name, type }) => ({ name, type })), rows: (rows as unknown as (Buffer | null)[][]).map((row) => row.map((value) => value?.toString() ?? null)), truncated: false };
  };
  const whole = await assembleSnapshot(await read(CATALOGUE), NOW);
  const samples = await read(VALUES, exclusionParameters([]));
  const worlds: World[] = [];
  for (const { seed, schemas, structure } of planned) {
    const schema = { ...whole, fingerprint: `${whole.fingerprint} ${seed}`, search_path: [schemas[0]!], relations: whole.relations.filter((relation) => schemas.includes(relation.schema)) };
    worlds.push({ seed, structure, schema, values: await SampledValues.build(schema, samples), model: buildModel(schema) });
  }
  return worlds;
}
