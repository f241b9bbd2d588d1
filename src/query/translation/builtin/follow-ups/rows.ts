import { isToOne } from '../joins/distances.js';
import { listedColumns } from '../binding/listing.js';
import { countOf } from '../binding/measures.js';
import { BindingRefused } from '../binding/resolver.js';
import { expressionTable, type Expression } from '../expression.js';
import { measureTable, type LogicalForm } from '../logical-form.js';
import type { Reading } from '../parsing/reading.js';
import { groupTable } from '../logical-form.js';
import { tableName } from '../lexicon/schema-model.js';
import type { Edit } from './edit.js';
import { type Ground, isList, isOneNumber } from './ground.js';

/** "Who are they?", "list them": the rows behind a number, or what is known of the rows of a list. */
export function rowsBehind(form: LogicalForm, { ask, one, of: named }: Extract<Edit, { kind: 'rows' }>, ground: Ground): LogicalForm {
  if (named !== undefined) requireNamed(form, named, ground);
  if (isList(form)) {
    if (form.distinct || one) throw new BindingRefused('The rows are listed already: please say what to show of them, as in "with their …".');
    return { ...form, shown: columns(form, ask, ground) };
  }
  if (!isOneNumber(form)) throw new BindingRefused('It is not clear which rows are meant: there are several numbers or groups. Please ask the whole question.');
  const measure = form.measures[0]!;
  const subject = measureTable(measure);
  const list: LogicalForm = { subject, shown: [], distinct: false, measures: [], groups: [], where: [...form.where, ...(measure.where ?? [])], having: [], order: [], preferred: form.preferred };
  const { of, fn } = measure;
  if (of.kind === 'column' && fn === 'count' && measure.distinct) return { ...list, shown: [of], distinct: true };
  if (fn === 'min' || fn === 'max') {
    if (!one || of.kind === 'rows') throw new BindingRefused('A highest or lowest number is of one row, or of equals: please say "which one is it?".');
    return { ...list, shown: columns(list, ask, ground), order: [{ by: 'expression', expression: of, desc: fn === 'max' }], limit: { count: 1, withTies: true } };
  }
  if (one) throw new BindingRefused('The number is of several rows: please say "which ones are they?".');
  return { ...list, shown: columns(list, ask, ground) };
}

/** "Which product is that?": of what was asked about, or it is another question. */
function requireNamed(form: LogicalForm, named: string, ground: Ground): void {
  const [head, ...more] = ground.read(named).heads;
  const meaning = head && more.length === 0 ? ground.resolver(form).resolve(head) : undefined;
  const subject = form.measures[0] ? measureTable(form.measures[0]) : form.subject;
  if (meaning?.kind !== 'table' || meaning.table !== subject) throw new BindingRefused(`The question before is about ${tableName(subject)}, not about "${named}".`, [named]);
}

function columns(form: LogicalForm, ask: 'which' | 'list', ground: Ground): Expression[] {
  const bare: Reading = { ask, bare: [], heads: [], against: [], groups: [], restrictions: [], shown: [], extremes: [], order: [], distinct: false, preferred: [], leftovers: [], corrections: [], verbs: [], mentions: [] };
  return listedColumns(bare, ground.resolver(form), { subject: form.subject, measures: [], groups: [], order: [], columns: [], derived: [], computed: [] }, []);
}

/** "How many are they?", "count them": the number of the rows before. */
export function counted(form: LogicalForm, ground: Ground): LogicalForm {
  const { model } = ground.vocabulary;
  if (isList(form)) {
    if (form.limit || form.perGroup) throw new BindingRefused('The question before takes only the first rows: please ask for all of them first, or the whole question.');
    const [only, ...more] = form.shown;
    if (form.distinct && (more.length > 0 || only?.kind !== 'column')) throw new BindingRefused('Different combinations cannot be counted: please ask for one column.');
    if (!form.distinct && form.shown.some((each) => !isToOne(model, form.subject, expressionTable(each)))) throw new BindingRefused(`It is not clear whether rows of ${tableName(form.subject)} are to be counted: please ask the whole question.`);
    const measure = form.distinct ? ({ fn: 'count', of: only!, distinct: true } as const) : countOf(ground.resolver(form), form.subject);
    return { ...form, shown: [], distinct: false, measures: [measure], order: [] };
  }
  if (!isOneNumber(form)) throw new BindingRefused(`It is not clear what is to be counted${form.groups.length ? `, ${form.groups.map((group) => tableName(groupTable(group))).join(', ')} or what is in each group` : ''}: please ask the whole question.`);
  const [measure] = form.measures;
  if (measure!.fn === 'count') throw new BindingRefused('That is what the answer before says: please ask "which ones are they?" for the rows.');
  return { ...form, measures: [{ fn: 'count', of: { kind: 'rows', table: measureTable(measure!) }, distinct: false, ...(measure!.where ? { where: measure!.where } : {}) }] };
}
