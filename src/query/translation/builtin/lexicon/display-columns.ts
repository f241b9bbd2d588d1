import { wordForms } from '../language/word-forms.js';
import type { ColumnInfo, TableInfo } from './schema-model.js';

const NAMES = ['name', 'title', 'label', 'subject', 'headline', 'username', 'login', 'email', 'model', 'code', 'symbol', 'description'];

/**
 * The columns by which people know a row. First and last name together; else the column called name, title …; a column
 * named like its table ("city" in `cities`) too. Empty when nothing in the table is a name.
 */
export function displayColumns(table: TableInfo): ColumnInfo[] {
  const texts = table.columns.filter((info) => info.role === 'text' && !info.isKey);
  const full = texts.find((info) => sameWords(info.words, ['full', 'name']));
  if (full) return [full];
  const person = [['first', 'given', 'fore'], ['last', 'family', 'sur']].map((parts) => texts.find((info) => parts.some((part) => sameWords(info.words, [part, 'name']) || sameWords(info.words, [`${part}name`]))));
  if (person[0] && person[1]) return person as ColumnInfo[];
  for (const word of NAMES) {
    const exact = texts.find((info) => sameWords(info.words, [word]) || sameWords(info.words, [...table.words, word]));
    if (exact) return [exact];
    if (word === 'title') {
      const eponym = texts.find((info) => sameWords(info.words, table.words));
      if (eponym) return [eponym];
    }
    const partial = texts.find((info) => info.words.at(-1) === word && info.words.length <= 2 && !table.columns.some((other) => other.isKey && other.words[0] === info.words[0] && other.words.at(-1) === 'id' && other !== table.key[0]));
    if (partial && word !== 'description' && word !== 'code') return [partial];
  }
  return [];
}

/**
 * The date people mean when they name none: the one called like the table (`order_date`), then `date`, then when the row
 * came to be, then the first one.
 */
export function defaultDates(table: TableInfo): ColumnInfo[] {
  const dates = table.columns.filter((info) => info.role === 'date');
  return [...dates].sort((a, b) => dateRank(a) - dateRank(b) || a.column.position - b.column.position);
}

/** 0 for the date of the row itself, 1 for when it came to be, more for what happened to it later. */
export function dateRank(info: ColumnInfo): number {
  const { table } = info;
  const words = info.words.filter((word) => !['date', 'time', 'at', 'on', 'timestamp', 'datetime'].includes(word));
  if (words.length === 0) return 0;
  const stems = new Set(table.words.map((word) => wordForms(word).stem));
  if (words.every((word) => stems.has(wordForms(word).stem))) return 0;
  if (words.some((word) => ['promised', 'planned', 'scheduled', 'expected', 'estimated', 'target'].includes(word))) return 4;
  if (words.some((word) => ['updated', 'modified', 'update', 'deleted', 'birth', 'expiry', 'due'].includes(word))) return 5;
  if (words.some((word) => ['created', 'create', 'creation', 'placed', 'registered', 'joined', 'join', 'signup', 'registration', 'start'].includes(word))) return 1;
  return (endsPair(info) ?? words.some((word) => ENDS.has(word))) ? 3 : 2;
}

/**
 * Of arrival and departure the schema's own order says which comes first: a journey ends with the one, a stay begins with it.
 * Undefined for other dates, and where only one of them is kept.
 */
function endsPair(info: ColumnInfo): boolean | undefined {
  const kind = (each: ColumnInfo) => (each.role === 'date' ? each.words.map((word) => /^(arriv|depart)/.exec(word)?.[0]).find((found) => found !== undefined) : undefined);
  const own = kind(info);
  const other = own && info.table.columns.find((each) => kind(each) !== undefined && kind(each) !== own);
  return other ? other.column.position < info.column.position : undefined;
}

function sameWords(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, i) => word === b[i]);
}

/** What ends, or is to come: a row is placed in time by when it began. */
const ENDS = new Set(['end', 'ended', 'finish', 'finished', 'close', 'closed', 'out', 'return', 'returned', 'left', 'leave', 'termination', 'terminated', 'cancelled', 'resolved', 'completed', 'arrival', 'arrived', 'deadline', 'until', 'to', 'valid', 'expired', 'expire', 'delivered', 'removed', 'last', 'paid', 'shipped', 'approved', 'discharged', 'discharge', 'departed', 'inspected', 'inspection', 'serviced', 'service']);
