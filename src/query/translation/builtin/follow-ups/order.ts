import { arrange } from '../binding/arranging.js';
import type { Draft } from '../binding/draft.js';
import { rank } from '../binding/ranking.js';
import { BindingRefused } from '../binding/resolver.js';
import { groupTable, type LogicalForm } from '../logical-form.js';
import type { Reading } from '../parsing/reading.js';
import type { Edit } from './edit.js';
import { type Ground, isList } from './ground.js';

/** "Sort by price", "descending", "alphabetically". */
export function reordered(form: LogicalForm, reading: Reading, text: string, ground: Ground): LogicalForm {
  refuseWithoutRows(form);
  const value = reading.order.find((wish) => wish.noun?.ofValue)?.noun;
  if (value) throw new BindingRefused(`"${value.text}" is not something to sort by.`, [value.text]);
  const named = reading.order.some((wish) => wish.noun ?? wish.against);
  if (form.limit && form.order.length > 0 && named) throw keepsFirst();
  if (!named && form.order.length === 0 && !/alphabet/i.test(text)) throw new BindingRefused('The rows before are in no order yet: please say by what, as in "sort by …".');
  const alphabetical = /alphabet/i.test(text) && !named;
  if (alphabetical && form.limit && form.order.length > 0) throw keepsFirst();
  const draft = draftOf(form, named || alphabetical ? [] : form.order);
  if (alphabetical && !isList(form)) {
    const group = form.groups.find((each) => each.kind === 'entity' || !each.unit);
    if (!group) throw new BindingRefused('There are no names to sort by.');
    return { ...form, order: [{ by: 'group', group, desc: false }] };
  }
  arrange({ ...reading, heads: [] }, ground.resolver(form), draft);
  return { ...form, measures: draft.measures, groups: draft.groups, order: draft.order };
}

/** "Cheapest first"; "highest first" turns the order there is. */
export function superlativeFirst(form: LogicalForm, text: string, ground: Ground): LogicalForm {
  const items = ground.items(text);
  const [word] = items;
  const plain = word?.does?.does === 'extreme' && items.length === 1 ? word.does : undefined;
  if (plain && (form.order.length > 0 || !isList(form))) {
    refuseWithoutRows(form);
    const [first, ...rest] = form.measures.length > 0 && form.order[0]?.by !== 'measure' && form.order[0]?.by !== 'computed' ? [{ by: 'measure' as const, measure: form.measures[0]!, desc: plain.desc }] : form.order;
    return { ...form, order: [{ ...first!, desc: plain.desc }, ...rest] };
  }
  const reading = ground.read(text);
  const [extreme, ...more] = reading.extremes;
  if (!extreme?.attribute || extreme.measure || more.length > 0 || reading.heads.length > 0) throw new BindingRefused(`It is not clear by what "${text} first" sorts: please say "sort by …".`, [text]);
  if (!isList(form)) throw new BindingRefused('These are groups: please say "highest first", or "sort by …".');
  if (form.limit && form.order.length > 0) throw keepsFirst();
  const draft = draftOf(form, []);
  rank({ ...extreme, limit: 1 }, { ...reading, heads: [] }, ground.resolver(form), draft, []);
  return { ...form, order: draft.order };
}

/** "The other way round". */
export function reversed(form: LogicalForm): LogicalForm {
  refuseWithoutRows(form);
  if (form.order.length === 0) throw new BindingRefused('The rows before are in no order that could be turned round: please say "sort by …".');
  return { ...form, order: form.order.map((key) => ({ ...key, desc: !key.desc })) };
}

/** "Top 10 instead", "show 20". */
export function limited(form: LogicalForm, { count, word, of }: Extract<Edit, { kind: 'limit' }>, ground: Ground): LogicalForm {
  refuseWithoutRows(form);
  if (count < 1) throw new BindingRefused('Please ask for one row at least.');
  if (of !== undefined) {
    const noun = ground.read(of);
    const meaning = noun.heads.length === 1 && noun.restrictions.length === 0 ? ground.resolver(form).resolve(noun.heads[0]!, { kind: 'table' }) : undefined;
    const ranked = [form.subject, ...form.groups.map(groupTable)];
    if (meaning?.kind !== 'table' || !ranked.includes(meaning.table)) throw new BindingRefused(`"${of}" is not what the question before lists: please ask the whole question.`, [of]);
  }
  if ((word === 'last' || word === 'bottom') && form.order.length > 0 && !form.perGroup) {
    if (form.limit) throw new BindingRefused('The question before takes the other end: please say "the other way round".');
    return { ...reversed(form), limit: { count, withTies: false } };
  }
  if (word && word !== 'first' && form.order.length === 0) throw new BindingRefused(`It is not clear by what "${word}" is meant: please say by what to sort.`);
  if (form.order.length === 0) ground.note('The rows are in no order: which of them come first is left to the database.');
  return { ...form, limit: { count, withTies: false } };
}

export function unlimited(form: LogicalForm): LogicalForm {
  if (!form.limit || form.perGroup) throw new BindingRefused('The question before had no limit: its answer has all rows.');
  const { limit: _limit, ...rest } = form;
  return rest;
}

function refuseWithoutRows(form: LogicalForm): void {
  if (form.over || (form.measures.length > 0 && form.groups.length === 0)) throw new BindingRefused('The answer before is one row, which has no order: ask for a list or for groups first, as in "list them".');
  if (form.changes?.length) throw new BindingRefused('Changes from one to the next are told in the order of time.');
}

function keepsFirst(): BindingRefused {
  return new BindingRefused('The order says which rows come first here: please ask the whole question, or for all rows first.');
}

function draftOf(form: LogicalForm, order: LogicalForm['order']): Draft {
  return { subject: form.subject, measures: [...form.measures], groups: [...form.groups], order: [...order], columns: [], derived: [], computed: [...(form.computed ?? [])] };
}
