import { ANALYTICS } from '../analytics/corpus.js';
import { canAnswer } from '../analytics/analysed-database.js';
import { ATTACKS } from '../attacks/statements.js';
import { type SeededRandom, seededRandom } from '../support/seeded-random.js';
import { MUTATORS } from './mutators.js';

/** Longer ones are about the length alone. */
const LONGEST = 1200;

const CHOICES = MUTATORS.flatMap(([, often, mutator]) => Array.from({ length: often }, () => mutator));

/** So many different statements, made of attacks and of what analysts send. The same for the same seed, on servers of one kind. */
export function mutants(count: number, seed: number): string[] {
  const random = seededRandom(seed);
  const good = ANALYTICS.filter(canAnswer).map(({ sql }) => sql);
  const bad = ATTACKS.map(({ sql }) => sql).filter((sql) => sql.length <= LONGEST);
  const made = new Set<string>();
  while (made.size < count) {
    const statement = mutate(random, random.chance(0.75) ? good : bad, [good, bad]);
    if (statement.length <= LONGEST) made.add(statement);
  }
  return [...made];
}

function mutate(random: SeededRandom, from: readonly string[], pools: readonly (readonly string[])[]): string {
  let sql = random.pick(from);
  for (let left = random.pick([1, 1, 1, 2, 2, 3]); left > 0; left -= 1) sql = random.pick(CHOICES)(sql, random, random.pick(pools));
  return sql;
}
