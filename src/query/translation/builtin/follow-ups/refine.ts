import { bindRestrictions } from '../binding/conditions.js';
import { countRelated } from '../binding/counted.js';
import { isYear } from '../binding/dates.js';
import { addMeasure, type Draft } from '../binding/draft.js';
import { BindingRefused } from '../binding/resolver.js';
import { isAmount, tableName } from '../lexicon/schema-model.js';
import { measureTable, sameMeasure, type Condition, type LogicalForm } from '../logical-form.js';
import type { Reading, Restriction } from '../parsing/reading.js';
import type { Frame } from './frame.js';
import { type Ground, isList, nounOf } from './ground.js';
import { tellRows } from './kept.js';
import { columnOf, merged, testsIn } from './merge.js';

/** Adds what a follow-up says of rows and groups to what was said before. */
export function refine(form: LogicalForm, reading: Reading, frame: Frame, ground: Ground): LogicalForm {
  const resolver = ground.resolver(form);
  const restrictions = reading.restrictions.map((each) => inPlace(each, form));
  const numbers = restrictions.filter(isBareNumber);
  const bound = bindRestrictions(resolver, { ...reading, restrictions: restrictions.map((each) => (isBareNumber(each) ? { ...each, noun: numberMeant(each, form) } : each)).filter((each) => !isBareNumber(each) || each.noun !== undefined) }, form.subject, form.measures.map(measureTable));
  let next: LogicalForm = form;
  for (const restriction of numbers) if (!numberMeant(restriction, form)) next = ofGroups(next, restriction);
  if (bound.having.length > 0) {
    if (form.groups.length === 0) countRelated(bound, form.measures, form.subject);
    else next = havingToo(next, bound.having);
  }
  if (frame.about) for (const fresh of bound.where) refuseParallel(form, fresh, frame, ground);
  for (const fresh of bound.where) next = merged(next, fresh, frame.instead ? 'instead' : frame.besides ? 'besides' : undefined);
  if (form.limit && frame.narrowing) ground.note('This holds before rows are counted off, so that others may come up than in the answer before.');
  return { ...next, preferred: [...next.preferred, ...reading.preferred.filter((edge) => !next.preferred.includes(edge))] };
}

type BareNumber = Extract<Restriction, { kind: 'compare' | 'between' }>;

function isBareNumber(restriction: Restriction): restriction is BareNumber {
  return (restriction.kind === 'compare' || restriction.kind === 'between') && !restriction.noun && !(restriction.kind === 'compare' && restriction.attribute);
}

/** A value or date that could be of several columns is of the one that the question before was about. */
function inPlace(restriction: Restriction, form: LogicalForm): Restriction {
  const tests = testsIn([...form.where, ...form.measures.flatMap((measure) => measure.where ?? [])]);
  switch (restriction.kind) {
    case 'any':
      return { ...restriction, of: restriction.of.map((each) => inPlace(each, form)) };
    case 'value': {
      const { near, ...rest } = restriction;
      const known = restriction.noun ? [] : restriction.refs.filter((ref) => tests.some((test) => test.info === ref.info));
      return { ...rest, ...(near && !near.ofValue ? { near } : {}), ...(known.length ? { refs: known } : {}) };
    }
    case 'date': {
      if (restriction.noun || restriction.cue) return restriction;
      const dates = new Set(tests.filter((test) => !test.expression && (test.info.role === 'date' || isYear(test.info))).map((test) => test.info));
      const [only] = dates;
      if (dates.size > 1) throw new BindingRefused('The question before speaks of several dates: please say which one is meant.', [], [...dates].map((info) => `${tableName(info.table)}.${info.name}`));
      if (only && restriction.range.assumed) refuseOtherYear(restriction.range.label, tests.filter((test) => test.info === only));
      return only ? { ...restriction, noun: nounOf(only) } : restriction;
    }
    default:
      return restriction;
  }
}

/** "And in March?" after a question about 2024: of which year? */
function refuseOtherYear(label: string, tests: readonly Extract<Condition, { kind: 'test' }>[]): void {
  const year = /\d{4}/.exec(label)?.[0];
  const before = tests.map(({ test }) => (test.is === 'during' ? test.range.label : '')).join(' ');
  if (year && /\d{4}/.test(before) && !before.includes(year)) throw new BindingRefused(`Which year is meant? Please say it, as in "${label}".`);
}

/** The column that "more than 100" compares, where the question before leaves no doubt; none where it compares groups. */
function numberMeant(restriction: BareNumber, form: LogicalForm) {
  if (form.groups.length > 0) return undefined;
  const tested = new Set(form.where.flatMap((each) => columnOf(each) ?? []).filter(isAmount));
  const sorted = new Set(isList(form) ? form.order.flatMap((key) => (key.by === 'expression' && key.expression.kind === 'column' && isAmount(key.expression.info) ? [key.expression.info] : [])) : []);
  const shown = new Set(form.shown.flatMap((each) => (each.kind === 'column' && isAmount(each.info) ? [each.info] : [])));
  for (const columns of [tested, sorted, shown]) if (columns.size === 1) return nounOf([...columns][0]!);
  const choices = [...tested, ...sorted, ...shown].map((info) => `${tableName(info.table)}.${info.name}`);
  throw new BindingRefused(`It is not clear what the number is compared with: please name it, as in "with a … of ${restriction.kind === 'between' ? `${restriction.low} to ${restriction.high}` : `more than ${restriction.value}`}".`, [], choices);
}

/** "More than 100" of each group's number. */
function ofGroups(form: LogicalForm, restriction: BareNumber): LogicalForm {
  const [measure, ...more] = form.measures;
  if (!measure || more.length > 0 || form.computed?.length || restriction.negated || restriction.unit || restriction.rate) throw new BindingRefused('It is not clear which of the numbers is compared: please name it.');
  return havingToo(form, restriction.kind === 'between' ? [{ measure, op: '>=', value: restriction.low }, { measure, op: '<=', value: restriction.high }] : [{ measure, op: restriction.op, value: restriction.value }]);
}

function havingToo(form: LogicalForm, fresh: LogicalForm['having']): LogicalForm {
  if (form.over || form.perGroup || form.changes?.length) throw new BindingRefused('That cannot be said of these groups: please ask the whole question.');
  const draft: Draft = { subject: form.subject, measures: [...form.measures], groups: [], order: [], columns: [], derived: [], computed: [] };
  for (const { measure } of fresh) addMeasure(draft, measure);
  const same = (a: LogicalForm['having'][number]) => fresh.some((b) => sameMeasure(a.measure, b.measure) && a.op[0] === b.op[0]);
  return { ...form, measures: draft.measures, having: [...form.having.filter((old) => !same(old)), ...fresh] };
}

/** "What about Paris?" after a question about Germany: in its place, or within it? */
function refuseParallel(form: LogicalForm, fresh: Condition, frame: Frame, { vocabulary }: Ground): void {
  const column = columnOf(fresh);
  if (fresh.kind !== 'test' || !column || fresh.test.is !== 'compare' || testsIn(form.where).some((test) => test.info === column)) return;
  const rival = form.where.find((old) => old.kind === 'test' && old.info.table === column.table && old.test.is === 'compare' && typeof old.test.value === 'string');
  if (rival) throw new BindingRefused(`The question before is about ${tellRows([rival], form, vocabulary.model)}. Does "${frame.core}" hold besides, or instead? Please say "only ${frame.core}", or ask the whole question.`);
}
