import { BindingRefused } from '../binding/resolver.js';
import type { ColumnInfo } from '../lexicon/schema-model.js';
import type { Condition, LogicalForm } from '../logical-form.js';
import type { Ground } from './ground.js';
import { tellRows } from './kept.js';
import { testsIn } from './merge.js';

const TIME = /^(?:dates?|times?|time of day|days?|months?|years?|period|periods)$/i;

/** "For all cities", "regardless of status", "without the date filter": conditions of the question before that no longer hold. */
export function dropped(form: LogicalForm, text: string | undefined, ground: Ground): LogicalForm {
  if (text === undefined) {
    if (form.where.length === 0 && form.having.length === 0) throw nothingToDrop(form, 'anything', ground);
    return { ...form, where: [], having: [] };
  }
  const meant = meantBy(text, form, ground);
  const goes = (condition: Condition) => {
    const infos = [...testsIn([condition]).map((test) => test.info), ...relatedIn(condition)];
    return infos.length > 0 && infos.every(meant);
  };
  const where = form.where.filter((condition) => !goes(condition));
  if (where.length === form.where.length) throw nothingToDrop(form, `"${text}"`, ground);
  return { ...form, where };
}

type Named = ColumnInfo | ColumnInfo['table'];

function meantBy(text: string, form: LogicalForm, ground: Ground): (named: Named) => boolean {
  const isDate = (named: Named) => 'role' in named && named.role === 'date';
  const reading = TIME.test(text) && testsIn(form.where).some((test) => isDate(test.info)) ? undefined : ground.read(text);
  if (!reading) return isDate;
  const [noun, ...more] = reading.heads;
  if (!noun || more.length > 0 || noun.aggregate || reading.restrictions.length + reading.extremes.length + reading.groups.length + reading.shown.length > 0) throw new BindingRefused(`It is not clear which condition "${text}" takes back: please name its column.`, [text]);
  const conditions = testsIn(form.where).map((test) => test.info);
  // A name that a condition's column goes by is that column, whatever else it may name elsewhere.
  const known = noun.refs.filter((ref) => ref.kind === 'column' && ref.score > 0.7 && conditions.includes(ref.info));
  const named = known.length > 0 ? known.flatMap((ref) => (ref.kind === 'column' ? [ref.info] : [])) : [];
  if (named.length > 0) return (each) => 'role' in each && named.includes(each);
  const meaning = ground.resolver(form).resolve(noun);
  if (meaning?.kind === 'table') return (each) => ('role' in each ? each.table === meaning.table && (meaning.table !== form.subject || form.where.length === 1) : each === meaning.table);
  const info = meaning?.expression.kind === 'column' ? meaning.expression.info : undefined;
  return (each) => each === info;
}

function relatedIn(condition: Condition): ColumnInfo['table'][] {
  switch (condition.kind) {
    case 'related':
    case 'count':
      return [condition.table];
    case 'not':
      return relatedIn(condition.of);
    default:
      return [];
  }
}

function nothingToDrop(form: LogicalForm, what: string, { vocabulary }: Ground): BindingRefused {
  const held = form.where.length > 0 ? `: it is about ${tellRows(form.where, form, vocabulary.model)}` : '';
  return new BindingRefused(`The question before has no condition on ${what}${held}.`);
}
