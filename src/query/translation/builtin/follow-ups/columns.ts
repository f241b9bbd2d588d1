import { listedColumns } from '../binding/listing.js';
import { BindingRefused } from '../binding/resolver.js';
import { sameExpression, expressionTable } from '../expression.js';
import { isToOne } from '../joins/distances.js';
import { tableName } from '../lexicon/schema-model.js';
import { groupTable, type GroupKey, type LogicalForm } from '../logical-form.js';
import type { NounPhrase, Reading } from '../parsing/reading.js';
import { type Ground, isList } from './ground.js';

/** The nouns of a text that names columns, and nothing else. */
export function columnNouns(reading: Reading): NounPhrase[] | undefined {
  const nouns = [...reading.heads, ...reading.shown];
  const other = reading.restrictions.length + reading.groups.length + reading.extremes.length + reading.against.length + reading.order.length + reading.mentions.length > 0;
  return other || nouns.length === 0 || reading.distinct || reading.limit !== undefined || nouns.some((noun) => noun.aggregate) ? undefined : nouns;
}

/** "Also their email", "only the names": other columns of the same rows. */
export function withColumns(form: LogicalForm, nouns: readonly NounPhrase[], reading: Reading, { besides, one }: { besides: boolean; one: boolean }, ground: Ground): LogicalForm {
  if (one && form.limit?.count !== 1) throw new BindingRefused('The answer before has more than one row, or may have: please say "their" for all of them, or say which one is meant.');
  const grouped = isList(form) ? undefined : form.groups.find((group) => group.kind === 'entity');
  if (!isList(form) && (!grouped || form.perGroup || form.over || form.keepEmpty)) throw new BindingRefused('The answer before is made of numbers, which have no such columns: ask for its rows first, as in "list them".');
  if (form.distinct) throw new BindingRefused('Different values were listed, which have no other columns: please ask the whole question.');
  const subject = grouped ? groupTable(grouped) : form.subject;
  const draft = { subject, measures: [], groups: [], order: [], columns: [], derived: [], computed: [] };
  const shown = listedColumns({ ...reading, shown: [] }, ground.resolver({ ...form, subject }), draft, nouns);
  const { model } = ground.vocabulary;
  for (const each of shown) {
    const table = expressionTable(each);
    if (table !== subject && !isToOne(model, subject, table)) throw new BindingRefused(`A row of ${tableName(subject)} may have several of ${tableName(table)}: please ask the whole question.`);
  }
  if (grouped) return { ...form, groups: [...form.groups, ...shown.map((each): GroupKey => {
    if (!besides || each.kind !== 'column') throw new BindingRefused('Each row of the answer before is a group: columns can only be added, as in "also their …".');
    return { kind: 'column', info: each.info };
  }).filter((key) => !form.groups.some((group) => group.kind === 'column' && key.kind === 'column' && group.info === key.info))] };
  return { ...form, shown: besides ? [...form.shown, ...shown.filter((each) => !form.shown.some((old) => sameExpression(old, each)))] : shown };
}
