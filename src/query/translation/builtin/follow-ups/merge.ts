import { isDeepStrictEqual } from 'node:util';
import { BindingRefused } from '../binding/resolver.js';
import type { ColumnInfo } from '../lexicon/schema-model.js';
import { isoOf, type Instant } from '../tagging/instants.js';
import type { Condition, LogicalForm, Measure, Test } from '../logical-form.js';

/**
 * Lets a new condition hold: in the place of an older one on the same column, or besides it where both leave something over,
 * such as the two ends of a range. Inside "who bought …" the value is replaced where it stands.
 *
 * @param how "instead": the older one goes, whatever it says; "besides" ("also from Paris"): of two values either will do
 * @throws BindingRefused when it is not clear which one is meant
 */
export function merged(form: LogicalForm, fresh: Condition, how?: 'instead' | 'besides'): LogicalForm {
  const column = columnOf(fresh);
  if (!column) return { ...form, where: [...form.where.filter((old) => !denies(old, fresh) && !isDeepStrictEqual(old, fresh)), fresh] };
  const twin = form.where.find((old) => columnOf(old) === column);
  if (twin && how === 'besides' && namesValues(twin) && namesValues(fresh)) return { ...form, where: form.where.map((old) => (old === twin ? { kind: 'any', of: [...alternatives(old), ...alternatives(fresh)] } : old)) };
  if (twin) {
    const kept = form.where.filter((old) => columnOf(old) !== column || (how !== 'instead' && holdTogether(old, fresh)));
    return { ...form, where: [...kept, fresh] };
  }
  const inside = form.where.reduce((sum, old) => sum + timesIn(old, column), 0);
  const measured = form.measures.some((measure) => (measure.where ?? []).some((each) => timesIn(each, column) > 0));
  if (inside === 0 && !measured) return { ...form, where: [...form.where, fresh] };
  if (inside > 1 || (inside > 0 && measured) || fresh.kind !== 'test') throw new BindingRefused(`The question before speaks of ${column.name} in a way that this does not fit into: please ask the whole question.`);
  if (inside === 1) return { ...form, where: form.where.map((old) => substituted(old, fresh)) };
  return ofMeasures(form, (measure) => (measure.where ? { ...measure, where: measure.where.map((old) => substituted(old, fresh)) } : measure));
}

/** The form with each measure replaced wherever it stands. */
export function ofMeasures(form: LogicalForm, replace: (measure: Measure) => Measure): LogicalForm {
  const computed = (each: NonNullable<LogicalForm['computed']>[number]) => ({ ...each, of: [replace(each.of[0]), replace(each.of[1])] as const });
  return {
    ...form,
    measures: form.measures.map(replace),
    having: form.having.map((each) => ({ ...each, measure: replace(each.measure) })),
    order: form.order.map((key) => (key.by === 'measure' ? { ...key, measure: replace(key.measure) } : key.by === 'computed' ? { ...key, computed: computed(key.computed) } : key)),
    ...(form.computed ? { computed: form.computed.map(computed) } : {}),
    ...(form.changes ? { changes: form.changes.map((each) => ({ ...each, measure: replace(each.measure) })) } : {}),
  };
}

/** The column that a condition is about, if it is about one. */
export function columnOf(condition: Condition): ColumnInfo | undefined {
  if (condition.kind === 'test') return condition.expression ? undefined : condition.info;
  if (condition.kind === 'not') return columnOf(condition.of);
  if (condition.kind !== 'any') return undefined;
  const columns = new Set(condition.of.map(columnOf));
  return columns.size === 1 ? [...columns][0] : undefined;
}

/** Every test in the conditions, however deep. */
export function testsIn(conditions: readonly Condition[]): Extract<Condition, { kind: 'test' }>[] {
  return conditions.flatMap((condition) => {
    switch (condition.kind) {
      case 'test':
        return [condition];
      case 'not':
        return testsIn([condition.of]);
      case 'related':
      case 'count':
        return testsIn(condition.where);
      case 'any':
      case 'all':
        return testsIn(condition.of);
    }
  });
}

/** "From Lyon", "from Lyon or Nice", "in 2024". */
function namesValues(condition: Condition): boolean {
  return alternatives(condition).every((each) => each.kind === 'test' && ((each.test.is === 'compare' && each.test.op === '=') || (each.test.is === 'during' && each.test.range.from !== undefined && each.test.range.to !== undefined)));
}

function alternatives(condition: Condition): readonly Condition[] {
  return condition.kind === 'any' ? condition.of : [condition];
}

function timesIn(condition: Condition, column: ColumnInfo): number {
  return testsIn([condition]).filter((test) => test.info === column && !test.expression).length;
}

function substituted(condition: Condition, fresh: Extract<Condition, { kind: 'test' }>): Condition {
  switch (condition.kind) {
    case 'test':
      return condition.info === fresh.info && !condition.expression ? fresh : condition;
    case 'not':
      return { ...condition, of: substituted(condition.of, fresh) };
    case 'related':
    case 'count':
      return { ...condition, where: condition.where.map((each) => substituted(each, fresh)) };
    case 'any':
    case 'all':
      return { ...condition, of: condition.of.map((each) => substituted(each, fresh)) };
  }
}

/** "Without orders" after "with orders". */
function denies(old: Condition, fresh: Condition): boolean {
  const [a, b] = [old.kind === 'not' ? old.of : old, fresh.kind === 'not' ? fresh.of : fresh];
  return (old.kind === 'not') !== (fresh.kind === 'not') && a.kind === 'related' && b.kind === 'related' && a.table === b.table && a.where.length === 0 && b.where.length === 0;
}

/** "Not the cancelled ones" goes with any other status; "more than 50" with "less than 100". Of two values one goes. */
function holdTogether(old: Condition, fresh: Condition): boolean {
  if (isDeepStrictEqual(old, fresh)) return false;
  if (fresh.kind === 'not') return !isDeepStrictEqual(old, fresh.of);
  if (old.kind !== 'test' || fresh.kind !== 'test') return false;
  const [outer, inner] = [boundsOf(old.test), boundsOf(fresh.test)];
  if (outer && inner && (inner.low === undefined) !== (inner.high === undefined)) {
    const end = (inner.low ?? inner.high)!;
    const within = (outer.low === undefined || outer.low < end) && (outer.high === undefined || end < outer.high);
    const closes = inner.low === undefined ? outer.low !== undefined : outer.high !== undefined;
    return within && closes;
  }
  // Of "on Mondays" and "in 2024" neither takes the other's place.
  return kindOf(old.test) !== kindOf(fresh.test);
}

function kindOf({ is }: Test): string {
  return is === 'weekday' || is === 'clock' || is === 'null' || is === 'present' ? is : 'value';
}

interface Bounds {
  readonly low?: number | string;
  readonly high?: number | string;
}

function boundsOf(test: Test): Bounds | undefined {
  switch (test.is) {
    case 'between':
      return { low: test.low, high: test.high };
    case 'during':
      return { ...bound('low', test.range.from), ...bound('high', test.range.to) };
    case 'compare':
      if (typeof test.value !== 'number') return undefined;
      if (test.op === '>' || test.op === '>=') return { low: test.value };
      return test.op === '<' || test.op === '<=' ? { high: test.value } : undefined;
    default:
      return undefined;
  }
}

function bound(end: keyof Bounds, instant: Instant | undefined): Bounds {
  return instant === undefined ? {} : { [end]: isoOf(instant) };
}
