import type { Expression, DurationUnit } from '../../src/query/translation/builtin/expression.js';
import type { ColumnInfo, SchemaModel, TableInfo } from '../../src/query/translation/builtin/lexicon/schema-model.js';
import type { Comparison } from '../../src/query/translation/builtin/language/function-words.js';
import type { Condition, Measure, Test } from '../../src/query/translation/builtin/logical-form.js';
import { distanceBetween } from '../../src/query/translation/builtin/joins/distances.js';
import { todayFrom, type Instant } from '../../src/query/translation/builtin/tagging/instants.js';
import type { SeededRandom } from '../support/seeded-random.js';
import { NASTY_TEXTS } from './random-columns.js';

export const COMPARISONS: readonly Comparison[] = ['=', '<>', '<', '<=', '>', '>='];
export const NOW = new Date('2025-03-14T12:00:00Z');
const NUMBERS = [0, 1, 1.5, 2, 3, -1, 2024];
const UNITS: readonly DurationUnit[] = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'];

/** Tables in reach of one, itself most often. */
export function nearTable(random: SeededRandom, model: SchemaModel, table: TableInfo): TableInfo {
  if (random.chance(0.4)) return table;
  return random.pick(model.tables.filter((other) => distanceBetween(model, table, other) <= random.pick([1.5, 3, 5])));
}

/** Something worked out from one row, or undefined where the table has no columns for it. */
export function derivedOf(random: SeededRandom, table: TableInfo): Exclude<Expression, { kind: 'column' | 'via' }> | undefined {
  const of = (role: string) => table.columns.filter((info) => info.role === role && !info.isKey);
  const [numbers, dates] = [of('number'), of('date')];
  switch (random.pick(['arithmetic', 'duration'] as const)) {
    case 'arithmetic':
      return numbers.length > 1 ? { kind: 'arithmetic', table, op: random.pick(['*', '/', '-', '+'] as const), of: [numbers[0]!, random.pick(numbers.slice(1))] } : undefined;
    case 'duration':
      return dates.length > 1 ? { kind: 'duration', table, from: dates[0]!, to: dates[1]!, unit: random.pick(UNITS) } : dates[0] ? { kind: 'duration', table, from: dates[0], to: 'now', unit: random.pick(UNITS) } : undefined;
  }
}

/** A restriction as questions can make it, about the table or what is near to it. */
export function randomCondition(random: SeededRandom, model: SchemaModel, from: TableInfo, depth = 2): Condition {
  const table = nearTable(random, model, from);
  const kind = depth > 0 ? random.pick(['test', 'test', 'test', 'test', 'related', 'count', 'not', 'any', 'all'] as const) : 'test';
  const inner = (around: TableInfo) => randomCondition(random, model, around, depth - 1);
  switch (kind) {
    case 'test':
      return randomTest(random, table);
    case 'related':
      return { kind, table, where: random.chance(0.5) ? [inner(table)] : [] };
    case 'count':
      return { kind, table, where: random.chance(0.3) ? [inner(table)] : [], op: random.pick(COMPARISONS), value: random.between(0, 3) };
    case 'not':
      return { kind, of: inner(from) };
    default:
      return { kind, of: [inner(table), inner(random.chance(0.6) ? table : from)] };
  }
}

function randomTest(random: SeededRandom, table: TableInfo): Condition {
  const derived = random.chance(0.15) ? derivedOf(random, table) : undefined;
  if (derived) {
    const info = derived.kind === 'duration' ? (derived.from as ColumnInfo) : derived.of[0];
    return { kind: 'test', info, expression: derived, test: random.chance(0.3) ? comparedTo(random, derived) : numberTest(random) };
  }
  const info = random.pick(table.columns);
  return { kind: 'test', info, test: random.chance(0.15) ? { is: random.pick(['null', 'present'] as const) } : testOf(random, info) };
}

function testOf(random: SeededRandom, info: ColumnInfo): Test {
  switch (info.role) {
    case 'number':
      if (!info.isKey && random.chance(0.2)) return comparedTo(random, { kind: 'column', info });
      return info.words.at(-1) === 'year' && random.chance(0.2) ? during(random) : numberTest(random);
    case 'text':
      return textTest(random);
    case 'enum':
      return random.chance(0.6) ? { is: 'compare', op: '=', value: random.pick(info.column.enum_labels!) } : textTest(random);
    case 'date':
      if (!info.isKey && random.chance(0.15)) return comparedTo(random, { kind: 'column', info });
      if (random.chance(0.2)) return { is: 'weekday', days: random.pick([[1], [6, 7]]) };
      return random.chance(0.15) && info.column.base_type !== 'date' ? clock(random) : during(random);
    case 'boolean':
      return { is: 'compare', op: '=', value: random.chance(0.5) };
    default:
      return info.column.base_type.startsWith('time') ? clock(random) : { is: random.pick(['null', 'present'] as const) };
  }
}

function numberTest(random: SeededRandom): Test {
  const value = random.pick(NUMBERS);
  return random.chance(0.2) ? { is: 'between', low: value, high: value + random.pick([0, 2]) } : { is: 'compare', op: random.pick(COMPARISONS), value };
}

function textTest(random: SeededRandom): Test {
  const text = random.pick(NASTY_TEXTS);
  if (random.chance(0.4)) return { is: 'text', op: random.pick(['contains', 'starts', 'ends'] as const), text };
  return { is: 'compare', op: random.chance(0.8) ? '=' : '<>', value: text, ...(random.chance(0.5) ? { ignoreCase: true } : {}) };
}

function comparedTo(random: SeededRandom, of: Expression): Test {
  const measure: Measure = { fn: isDate(of) ? random.pick(['min', 'max'] as const) : random.pick(['avg', 'min', 'max', 'median', 'sum'] as const), of, distinct: false };
  return { is: 'compare-to', op: random.pick(COMPARISONS), measure, ...(random.chance(0.2) && !isDate(of) ? { factor: random.pick([2, 1.5]) } : {}) };
}

function during(random: SeededRandom): Test {
  const [from, to]: Instant[] = random.chance(0.2) ? [todayFrom(NOW, 'year'), { ...todayFrom(NOW, 'year'), shifts: [{ count: 1, unit: 'year' }] }] : random.pick([['2023-01-01', '2024-01-01'], ['2024-01-15', '2024-03-01'], ['2024-01-01', '2024-01-02']]);
  return { is: 'during', range: { ...(random.chance(0.8) ? { from: from! } : {}), to: to!, label: 'then' } };
}

function clock(random: SeededRandom): Test {
  return { is: 'clock', range: { from: '09:00', ...(random.chance(0.5) ? { to: '23:30' } : {}), fromIncluded: random.chance(0.5), toIncluded: random.chance(0.5) } };
}

function isDate(of: Expression): boolean {
  return of.kind === 'column' && of.info.role === 'date';
}
