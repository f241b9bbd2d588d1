import { isDeepStrictEqual } from 'node:util';
import type { Interpretation } from '../binding/bind.js';
import { checkMentions } from '../binding/mentions.js';
import { BindingRefused } from '../binding/resolver.js';
import type { TableInfo } from '../lexicon/schema-model.js';
import { groupTable, measureTable, type LogicalForm } from '../logical-form.js';
import type { Reading } from '../parsing/reading.js';
import { ofAnother } from './another-subject.js';
import { isYesNo, readClause } from './clause.js';
import { columnNouns, withColumns } from './columns.js';
import { dropped } from './drop.js';
import { type Edit, editOf } from './edit.js';
import { type Frame, frameOf } from './frame.js';
import { type Ground, isList, isOneNumber, tablesOf } from './ground.js';
import { testsIn } from './merge.js';
import { limited, reordered, reversed, superlativeFirst, unlimited } from './order.js';
import { refine } from './refine.js';
import { regroup, ungroup } from './regroup.js';
import { reaggregate, remeasured } from './remeasure.js';
import { counted, rowsBehind } from './rows.js';

/** Forms of words that say nothing without a question before them. */
const DEPENDENT = new Set<Edit['kind']>(['rows', 'count', 'ungroup', 'aggregate', 'reverse', 'limit', 'unlimit', 'ordinal']);
/** The first words of fragments that may follow a question without any other sign of it. */
const FRAGMENT = /^(?:for|in|by|per|sort|sorted|order|ordered|limit|without|with|not|since|from|last|this)\b/i;

/** Fragments that ask for persons, and not for what is said of them. */
const PERSONS = /^(?:who|whose)\b|^(?:every|any|some|no)(?:body|one)\b|^(?:people|everything|anything|something|all)\b/i;

/** Whether a question needs one before it, whatever the schema: "who are they?" surely, "and in Berlin?" if it is not whole. */
export function dependence(question: string): 'sure' | 'possible' | undefined {
  const frame = frameOf(question);
  if (DEPENDENT.has(editOf(frame).kind)) return 'sure';
  return frame.opened || frame.instead || frame.besides ? 'possible' : undefined;
}

/**
 * A question that goes on from the one before. What is whole in itself is new and inherits nothing: it says what to look for
 * ("how many suppliers …", "customers in Berlin"). A follow-up cannot stand alone, or says that it goes on ("and", "only",
 * "what about", "instead") and asks for nothing of its own. Each word of it has a place in the edit, or it is refused.
 *
 * @returns undefined when the question is whole
 * @throws BindingRefused when it goes on in a way that does not fit what was asked before
 */
export function followUp(question: string, previous: LogicalForm, ground: Ground): Interpretation | undefined {
  const frame = frameOf(question);
  const form = edited(previous, editOf(frame), frame, ground);
  if (form && isDeepStrictEqual(form, previous)) throw new BindingRefused('That changes nothing about the question before: its answer says it already.');
  return form && { form, warnings: ground.warningsFor(form) };
}

function edited(form: LogicalForm, edit: Edit, frame: Frame, ground: Ground): LogicalForm | undefined {
  switch (edit.kind) {
    case 'rows':
      return rowsBehind(form, edit, ground);
    case 'count': {
      const narrowed = edit.text === undefined ? form : opened(form, edit.text, { ...frame, opened: true, narrowing: true }, ground);
      return narrowed && edit.text !== undefined && narrowed.measures.length === 1 && narrowed.measures[0]!.fn === 'count' && narrowed.groups.length === 0 ? narrowed : narrowed && counted(narrowed, ground);
    }
    case 'ungroup':
      return ungroup(form);
    case 'aggregate':
      return reaggregate(form, edit.fn, frame.besides, ground);
    case 'measure':
      return measured(form, edit.text, frame, ground);
    case 'reverse':
      return reversed(form);
    case 'limit':
      return limited(form, edit, ground);
    case 'unlimit':
      return unlimited(form);
    case 'superlative':
      return superlativeFirst(form, edit.text, ground);
    case 'drop':
      return dropped(form, edit.text, ground);
    case 'ordinal':
      throw new BindingRefused('Single rows of the answer before cannot be referred to: please say what is meant by its name, or by its place in an order, as in "the most expensive product".');
    case 'columns':
      return columnsOrElse(form, edit, frame, ground);
    case 'open':
      return opened(form, edit.text, frame, ground);
  }
}

/** "The average price", without saying whose: then it is a question of its own. */
function measured(form: LogicalForm, text: string, frame: Frame, ground: Ground): LogicalForm | undefined {
  const reading = ground.read(text);
  const [head, ...more] = reading.heads;
  const [extreme] = reading.extremes;
  const bare = reading.restrictions.length + reading.groups.length + reading.against.length + reading.shown.length + reading.mentions.length + reading.order.length === 0;
  if (bare && !head && extreme?.measure && !extreme.measure.owner && reading.extremes.length === 1 && extreme.limit === undefined) return remeasured(form, { ...extreme.measure, aggregate: extreme.desc ? 'max' : 'min' }, frame.besides, ground);
  if (!bare || !head?.aggregate || head.owner || more.length > 0 || reading.extremes.length > 0) return undefined;
  return remeasured(form, head, frame.besides, ground);
}

/** What looks like columns may be conditions after all: "only the active ones", "with the city Berlin". */
function columnsOrElse(form: LogicalForm, edit: Extract<Edit, { kind: 'columns' }>, frame: Frame, ground: Ground): LogicalForm | undefined {
  const reading = edit.refers ? ground.read(edit.text) : ground.tryRead(edit.text);
  if (!reading) return opened(form, frame.core, frame, ground);
  const nouns = /\bones?\b/i.test(edit.text) || (frame.narrowing && reading.heads.some(isYesNo)) ? undefined : columnNouns(reading);
  if (edit.refers) {
    if (!nouns) return measured(form, edit.text, frame, ground) ?? refuseReference(frame.core);
    const [number] = isOneNumber(form) ? form.measures : [];
    const rows = number?.fn === 'count' && number.of.kind === 'rows' && !edit.besides ? rowsBehind(form, { kind: 'rows', ask: 'which', one: false }, ground) : form;
    return withColumns(rows, nouns, reading, edit, ground);
  }
  const asked = nouns?.length === 1 ? bestTable(nouns[0]!, form, ground) : undefined;
  const subject = asked !== undefined && (tablesOf(form).includes(asked) || frame.about || frame.opened) && !/^with/i.test(frame.core);
  if (!nouns || subject) return opened(form, frame.core, frame, ground);
  if (!isList(form) && nouns.length === 1 && !form.groups.some((group) => group.kind === 'entity')) return remeasured(form, nouns[0]!, frame.besides, ground);
  return withColumns(form, nouns, reading, edit, ground);
}

function refuseReference(core: string): never {
  throw new BindingRefused(`It is not clear what "${core}" says of the answer before: please ask the whole question.`);
}

function bestTable(noun: Reading['heads'][number], form: LogicalForm, ground: Ground): TableInfo | undefined {
  const meaning = ground.resolver({ ...form }).resolve(noun);
  return meaning?.kind === 'table' ? meaning.table : undefined;
}

/** Conditions, groups, an order, or another subject. */
function opened(form: LogicalForm, text: string, frame: Frame, ground: Ground): LogicalForm | undefined {
  const signed = frame.opened || frame.instead || frame.besides || /^for\b/i.test(text);
  const said = readClause(form, text, { signed, narrowing: frame.narrowing }, ground);
  const reading = said ?? (signed ? ground.read(text) : ground.tryRead(text));
  if (!reading) return undefined;
  const heads = reading.heads.filter((head) => !head.ofValue);
  // "Everybody with …", "whose …" ask for persons, whoever the question before was about.
  if (!signed && heads.length === 0 && PERSONS.test(text)) return undefined;
  if (reading.heads.length > heads.length && !signed && !FRAGMENT.test(text)) return undefined;
  if (reading.ask || reading.against.length + reading.bare.length > 0 || reading.growth || reading.contrasted || reading.extremes.length > 0 || reading.shown.length > 0 || heads.some((head) => head.aggregate)) return undefined;
  if (reading.mentions.length > 0 && heads.length > 0) return undefined;
  const rest = { ...reading, heads: [] };
  if (heads.length > 0) {
    if (!signed || heads.length > 1) return undefined;
    return aboutTable(form, heads[0]!, rest, frame, ground);
  }
  const next = continued(form, rest, text, frame, ground);
  if (!next && (said ?? frame.narrowing)) throw new BindingRefused(`It is not clear what "${text}" says of the rows before: please ask the whole question.`);
  return next;
}

function continued(form: LogicalForm, reading: Reading, text: string, frame: Frame, ground: Ground): LogicalForm | undefined {
  if (reading.restrictions.length + reading.groups.length + reading.order.length === 0) return undefined;
  if (reading.limit !== undefined || reading.counted || reading.durationUnit || reading.keepEmpty || reading.distinct) throw new BindingRefused('That is more than can be changed about the question before: please ask the whole question.');
  checkMentions(reading, ground.resolver(form), form.subject, []);
  let next = reading.restrictions.length > 0 ? refine(form, reading, frame, ground) : form;
  if (reading.groups.length > 0) next = regroup(next, reading, frame.besides, ground);
  else if (reading.order.length > 0) next = reordered(next, reading, text, ground);
  return next;
}

/** "And for products?", "and customers from Paris?", "only orders from Berlin". */
function aboutTable(form: LogicalForm, noun: Reading['heads'][number], reading: Reading, frame: Frame, ground: Ground): LogicalForm | undefined {
  const meaning = ground.resolver(form).resolve(noun);
  if (meaning?.kind === 'value') {
    if (reading.restrictions.length + reading.groups.length + reading.order.length > 0) throw new BindingRefused(`It is not clear what "${noun.text}" says about the question before: please ask the whole question.`, [noun.text]);
    const edit = { kind: 'columns', text: frame.core, besides: !frame.narrowing && !frame.instead, one: false } as const;
    return isList(form) || form.groups.some((group) => group.kind === 'entity') ? withColumns(form, [noun], reading, edit, ground) : remeasured(form, noun, frame.besides, ground);
  }
  if (!meaning) throw new BindingRefused(`"${noun.text}" is not clear here.`, [noun.text]);
  const { table } = meaning;
  const own = tablesOf(form).includes(table);
  if (reading.restrictions.length + reading.groups.length + reading.order.length === 0) {
    if (frame.narrowing || frame.besides) throw new BindingRefused(`It is not clear what "${frame.core}" changes about the question before: please ask the whole question.`, [noun.text]);
    return ofAnother(form, table, reading, ground);
  }
  if (own) return continued(form, reading, frame.core, frame, ground);
  // Said of another table: its rows must be what the ones before belong to, and nothing else may be said.
  const next = continued(form, reading, frame.core, frame, ground);
  const fresh = next ? testsIn(next.where.filter((condition) => !form.where.includes(condition))) : [];
  const known = testsIn(form.where).map((test) => test.info);
  const filters = fresh.length > 0 && fresh.every((test) => test.info.table === table) && reading.groups.length + reading.order.length === 0;
  const clear = frame.narrowing || /^for\b/i.test(frame.core) || fresh.every((test) => known.includes(test.info));
  if (!filters || !clear) throw new BindingRefused(`It is not clear whether "${frame.core}" narrows the question before or is asked for instead: please ask the whole question.`, [], [...new Set([form.subject, ...form.measures.map(measureTable), ...form.groups.map(groupTable), table])].map((each) => each.relation.name));
  return next;
}
