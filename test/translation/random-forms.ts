import { isToOne } from '../../src/query/translation/builtin/joins/distances.js';
import { expressionTable, type Expression } from '../../src/query/translation/builtin/expression.js';
import type { ColumnInfo, SchemaModel, TableInfo } from '../../src/query/translation/builtin/lexicon/schema-model.js';
import type { DatePart, DateUnit } from '../../src/query/translation/builtin/language/function-words.js';
import { groupTable, measureTable, sameMeasure, type Computed, type GroupKey, type LogicalForm, type Measure, type OrderKey } from '../../src/query/translation/builtin/logical-form.js';
import type { SeededRandom } from '../support/seeded-random.js';
import { COMPARISONS, derivedOf, nearTable, randomCondition } from './random-conditions.js';

const UNREADABLE = ['bytea', 'tsvector', 'tsquery'];

/** A form as questions can make it: a list of rows, or measures of groups. */
export function randomForm(random: SeededRandom, model: SchemaModel): LogicalForm {
  const subject = random.pick(model.tables);
  return random.chance(0.3) ? listOf(random, model, subject) : groupsOf(random, model, subject);
}

function listOf(random: SeededRandom, model: SchemaModel, subject: TableInfo): LogicalForm {
  const shown = someOf(random, subject.columns.filter((info) => !UNREADABLE.includes(info.column.base_type)), 4).map((info): Expression => ({ kind: 'column', info }));
  const other = nearTable(random, model, subject);
  if (other !== subject && random.chance(0.6)) shown.push({ kind: 'column', info: other.display[0] ?? random.pick(other.columns) });
  const derived = random.chance(0.25) ? derivedOf(random, subject) : undefined;
  if (derived) shown.push(derived);
  if (shown.length === 0) shown.push({ kind: 'column', info: subject.columns[0]! });
  const owners = model.tables.filter((table) => table !== subject && isToOne(model, subject, table));
  const ranked = orderable(subject);
  const within = ranked.length > 0 && random.chance(0.2) ? groupKey(random, owners.length > 0 ? random.pick(owners) : subject, true) : undefined;
  const own = within && groupTable(within) === subject && within.kind === 'entity';
  const order: OrderKey[] = (within && !own) || random.chance(0.5) ? [{ by: 'expression', expression: within ? { kind: 'column', info: random.pick(ranked) } : random.pick(shown), desc: random.chance(0.5) }] : [];
  if (within && !own) {
    for (const info of within.kind === 'column' ? [within.info] : within.table.display.length ? within.table.display : within.table.key) if (!shown.some((each) => each.kind === 'column' && each.info === info)) shown.push({ kind: 'column', info });
  }
  return {
    ...restrictions(random, model, subject),
    shown,
    distinct: !within && random.chance(0.2),
    measures: [],
    groups: [],
    having: [],
    order,
    ...(within && !own ? { perGroup: [within], limit: { count: random.between(1, 2), withTies: true } } : random.chance(0.3) ? { limit: { count: random.between(1, 4), withTies: order.length > 0 && random.chance(0.5) } } : {}),
  };
}

function groupsOf(random: SeededRandom, model: SchemaModel, subject: TableInfo): LogicalForm {
  const measures: Measure[] = [];
  const add = (measure: Measure) => {
    if (!measures.some((each) => sameMeasure(each, measure))) measures.push(measure);
  };
  for (let left = random.pick([1, 1, 1, 2, 3]); left > 0; left--) add(randomMeasure(random, model, random.chance(0.7) ? subject : nearTable(random, model, subject)));
  const root = measureTable(measures[0]!);
  const groups: GroupKey[] = [];
  for (let left = random.pick([0, 1, 1, 1, 2]); left > 0; left--) {
    const group = groupKey(random, nearTable(random, model, root));
    if (!groups.some((each) => groupTable(each) === groupTable(group))) groups.push(group);
  }
  const base = { ...restrictions(random, model, subject), shown: [], distinct: false, groups };
  if (groups.length > 0 && measures.length === 1 && random.chance(0.1)) {
    const { where: _where, ...measure } = measures[0]!;
    // Only numbers of things are taken over groups.
    return { ...base, measures: [{ ...measure, fn: 'count' }], having: [], order: [], over: random.pick(['avg', 'sum', 'min', 'max', 'median'] as const) };
  }
  const computed: Computed[] = [];
  const numeric = measures.filter(isNumber);
  if (random.chance(0.25) && numeric.length > 1) computed.push({ kind: random.pick(['ratio', 'difference'] as const), of: [numeric[0]!, numeric[1]!], percent: random.chance(0.5) });
  else if (random.chance(0.15) && groups.length > 0 && numeric[0] && !numeric[0].distinct && ['count', 'sum'].includes(numeric[0].fn)) computed.push({ kind: 'share', of: [numeric[0], numeric[0]], percent: true });
  const having = random.chance(0.25) && groups.length > 0 && numeric[0] ? [{ measure: numeric[0], op: random.pick(COMPARISONS), value: random.between(0, 5) }] : [];
  const last = random.pick(measures);
  const wishes: OrderKey[] = [{ by: 'measure', measure: last, desc: random.chance(0.7) }, ...groups.map((group): OrderKey => ({ by: 'group', group, desc: random.chance(0.3) })), ...computed.map((each): OrderKey => ({ by: 'computed', computed: each, desc: true }))];
  const perGroup = groups.length === 2 && random.chance(0.3) ? { perGroup: [groups[0]!], limit: { count: random.between(1, 2), withTies: true } } : {};
  const order = perGroup.perGroup ? [wishes[0]!] : groups.length > 0 ? [random.pick(wishes)] : [];
  return {
    ...base,
    measures,
    having,
    order,
    ...(groups.length > 0 && random.chance(0.25) ? { limit: { count: random.between(1, 3), withTies: random.chance(0.5) } } : {}),
    ...(computed.length > 0 ? { computed } : {}),
    ...perGroup,
    ...(groups.length > 0 && random.chance(0.2) ? { keepEmpty: true } : {}),
  };
}

function restrictions(random: SeededRandom, model: SchemaModel, subject: TableInfo) {
  const where = Array.from({ length: random.pick([0, 0, 1, 1, 2]) }, () => randomCondition(random, model, subject));
  return { subject, where, preferred: random.chance(0.1) && model.edges.length > 0 ? [random.pick(model.edges)] : [] };
}

/** Numbers are added up and averaged, dates have a first and a last, anything has different values. */
function randomMeasure(random: SeededRandom, model: SchemaModel, table: TableInfo): Measure {
  const where = random.chance(0.25) ? { where: [randomCondition(random, model, table, 1)] } : {};
  const values: Expression[] = table.columns.filter((info) => info.role === 'number' && !info.isKey).map((info) => ({ kind: 'column', info }));
  const derived = derivedOf(random, table);
  if (derived && random.chance(0.3)) values.push(derived);
  const dates = table.columns.filter((info) => info.role === 'date');
  if (values.length > 0 && random.chance(0.6)) return { fn: random.pick(['sum', 'avg', 'min', 'max', 'median'] as const), of: random.pick(values), distinct: false, ...where };
  if (dates.length > 0 && random.chance(0.2)) return { fn: random.pick(['min', 'max'] as const), of: { kind: 'column', info: random.pick(dates) }, distinct: false, ...where };
  if (random.chance(0.25)) return { fn: 'count', of: { kind: 'column', info: random.pick(table.columns) }, distinct: true, ...where };
  return { fn: 'count', of: { kind: 'rows', table }, distinct: random.chance(0.2), ...where };
}

function isNumber(measure: Measure): boolean {
  return measure.fn === 'count' || measure.of.kind !== 'column' || measure.of.info.role === 'number';
}

const UNITS: readonly (DateUnit | DatePart)[] = ['hour', 'day', 'week', 'month', 'quarter', 'year', 'weekday', 'month-of-year', 'hour-of-day'];

function groupKey(random: SeededRandom, table: TableInfo, plain = false): GroupKey {
  if (random.chance(0.5)) return { kind: 'entity', table };
  const info = random.pick(table.columns);
  const units = info.column.base_type === 'date' ? UNITS.filter((unit) => !unit.startsWith('hour')) : UNITS;
  return { kind: 'column', info, ...(info.role === 'date' && !plain && random.chance(0.7) ? { unit: random.pick(units) } : {}) };
}

function orderable(table: TableInfo): ColumnInfo[] {
  return table.columns.filter((info) => (info.role === 'number' && !info.isKey) || info.role === 'date');
}

function someOf<T>(random: SeededRandom, from: readonly T[], most: number): T[] {
  return from.filter(() => random.chance(Math.min(1, most / from.length)));
}

/** Every table a form speaks of at its top: for messages. */
export function tablesOf(form: LogicalForm): TableInfo[] {
  return [...new Set([form.subject, ...form.measures.map(measureTable), ...form.groups.map(groupTable), ...form.shown.map(expressionTable)])];
}
