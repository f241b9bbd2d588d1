import { arrange } from '../binding/arranging.js';
import { addMeasure, type Draft } from '../binding/draft.js';
import { bindGroups } from '../binding/grouping.js';
import { countOf } from '../binding/measures.js';
import { BindingRefused } from '../binding/resolver.js';
import { isAmount, tableName } from '../lexicon/schema-model.js';
import type { LogicalForm } from '../logical-form.js';
import type { Reading } from '../parsing/reading.js';
import { type Ground, isList } from './ground.js';

/** Groups anew, in the place of the groups before or besides them. */
export function regroup(form: LogicalForm, reading: Reading, besides: boolean, ground: Ground): LogicalForm {
  if (form.over || form.perGroup || form.changes?.length || form.keepEmpty || form.having.length > 0 || form.distinct) throw new BindingRefused('What was asked before cannot be grouped in another way: please ask the whole question.');
  if (form.limit && (besides || isList(form))) throw new BindingRefused('The question before takes only the first: please ask the whole question, or for all of them first.');
  const resolver = ground.resolver(form);
  const draft: Draft = { subject: form.subject, measures: [...form.measures], groups: besides ? [...form.groups] : [], order: [], columns: [], derived: [], computed: [...(form.computed ?? [])] };
  if (draft.measures.length === 0) {
    addMeasure(draft, countOf(resolver, form.subject));
    ground.note(`Counted ${tableName(form.subject)}.`);
  }
  bindGroups({ ...reading, heads: [], shown: [] }, resolver, draft);
  const amount = draft.groups.find((group) => group.kind === 'column' && isAmount(group.info) && !group.unit && isList(form));
  if (amount?.kind === 'column') throw new BindingRefused(`${tableName(amount.info.table)}.${amount.info.name} is a number: please say "sort by", or group by something else.`);
  arrange({ ...reading, heads: [] }, resolver, draft);
  if (form.limit) ground.note(`All groups are shown, not only the first ${form.limit.count}.`);
  const { limit: _limit, ...rest } = form;
  return { ...rest, shown: [], measures: draft.measures, groups: draft.groups, order: draft.order };
}

/** "Overall", "in total": one number of all groups together. */
export function ungroup(form: LogicalForm): LogicalForm {
  if (form.groups.length === 0) throw new BindingRefused('The question before has no groups to take together.');
  if (form.over || form.perGroup || form.changes?.length || form.having.length > 0 || form.limit || form.computed?.some((each) => each.kind === 'share')) throw new BindingRefused('These groups cannot be taken together as one: please ask the whole question.');
  const { keepEmpty: _keepEmpty, ...rest } = form;
  return { ...rest, groups: [], order: [] };
}
