import type { Derived, DurationUnit } from '../expression.js';
import { wordForms } from '../language/word-forms.js';
import { dateRank } from './display-columns.js';
import type { ColumnInfo, TableInfo } from './schema-model.js';

/** A stretch of time that a row has without a column for it, and a noun for it. */
export interface Span {
  readonly words: readonly string[];
  readonly score: number;
  readonly expression: Extract<Derived, { kind: 'duration' }>;
}

interface Kind {
  readonly start: RegExp;
  readonly end: RegExp;
  readonly nouns: readonly string[];
  /** Told in days, even where the hour is known. */
  readonly days?: boolean;
}

/** How schemas call the two ends of something that lasts. General habits of naming only. */
const KINDS: readonly Kind[] = [
  { start: /^(start|started|begin|began|begun|from|open|opened|opening|initiated)$/, end: /^(end|ended|finish|finished|stop|stopped|complete|completed|to|until|close|closed|closing|resolved)$/, nouns: [] },
  { start: /^(check(ed)? in|checkin|checkedin|admitted|admit|admission)$/, end: /^(check(ed)? out|checkout|checkedout|discharged|discharge)$/, nouns: ['length of stay', 'stay'] },
  { start: /^(hire|hired|employed|employment|joined|join|joining|entry|enrolled)$/, end: /^(left|leave|leaving|termination|terminated|fired|exit|exited|quit|resigned|retired|withdrawn)$/, nouns: ['tenure', 'length of employment', 'time of employment'], days: true },
  { start: /^(loan|loaned|lent|borrowed|borrow|rental|rented|rent|checked out|checkout|issued|picked up|pickup)$/, end: /^(return|returned|brought back|dropoff|dropped off)$/, nouns: [] },
];
const CLOCK = new Set(['date', 'time', 'at', 'on', 'timestamp', 'datetime', 'day', 'actual']);
/** A column that already says how long something took. */
const STATED = new Set(['duration', 'length', 'runtime', 'tenure', 'elapsed']);
/** "Delivery time": what a verb's column makes of the time that leads up to it. */
const OUTCOMES: Readonly<Record<string, string>> = {
  deliver: 'delivery', ship: 'shipping', resolve: 'resolution', complete: 'completion', process: 'processing', approve: 'approval', respond: 'response', repair: 'repair', fulfil: 'fulfilment', fulfill: 'fulfillment', close: 'closing', settle: 'settlement', review: 'review',
};

/** What a table's pairs of dates are called when nothing else is called so: duration, length of stay, delivery time, age. */
export function spansOf(table: TableInfo): Span[] {
  const dates = table.columns.filter((info) => info.role === 'date');
  const stated = table.columns.some((info) => info.role !== 'date' && info.words.some((word) => STATED.has(word)));
  return [...(stated ? [] : pairs(table, dates)), ...outcomes(table, dates), ...ages(table, dates)];
}

function pairs(table: TableInfo, dates: readonly ColumnInfo[]): Span[] {
  const found: Span[] = [];
  for (const from of dates) {
    for (const to of dates) {
      if (from === to) continue;
      const shared = from.words.filter((word) => to.words.includes(word) && !CLOCK.has(word) && word !== 'check' && word !== 'checked');
      const rest = (info: ColumnInfo) => info.words.filter((word) => !CLOCK.has(word) && !shared.includes(word) && !table.words.includes(word)).join(' ');
      const [start, end] = [rest(from), rest(to)];
      const kind = KINDS.find((each) => each.start.test(start) && each.end.test(end)) ?? (isJourney(start, end) && from.column.position < to.column.position ? { nouns: [], days: false } : undefined);
      if (!kind) continue;
      const expression = durationOf(table, from, to, kind.days);
      const add = (words: readonly string[], score: number) => found.push({ words, score, expression });
      const qualifier = shared.filter((word) => !table.words.includes(word));
      // Half of what is said is only that it lasts: a qualified pair is a lesser "duration" than the row's own.
      add(['duration'], qualifier.length ? 0.75 : 0.85);
      for (const name of ['duration', 'length']) {
        if (qualifier.length) add([...qualifier, name], 0.95);
        else for (const own of new Set([table.words.join(' '), table.words.at(-1)!])) add([...own.split(' '), name], 0.95);
      }
      if (!qualifier.length) add(['length'], 0.75);
      for (const noun of kind.nouns) if (!table.words.includes(noun)) add(noun.split(' '), 0.9);
    }
  }
  return found;
}

/** Of arrival and departure the schema's own order says which comes first: a stay or a journey. */
function isJourney(start: string, end: string): boolean {
  const [arrive, depart] = [/^(arrival|arrived|arrive|arriving)$/, /^(departure|departed|depart|departing)$/];
  return (arrive.test(start) && depart.test(end)) || (depart.test(start) && arrive.test(end));
}

/** From when the row came to be until something was done about it. */
function outcomes(table: TableInfo, dates: readonly ColumnInfo[]): Span[] {
  const starts = dates.filter((info) => dateRank(info) <= 1 || /^(opened|reported|submitted|filed|received|requested|ordered|raised)$/.test(info.words.filter((word) => !CLOCK.has(word)).join(' ')));
  const [start, ...others] = starts;
  if (!start || others.length > 0) return [];
  return dates.flatMap((end): Span[] => {
    const core = end.words.filter((word) => !CLOCK.has(word) && !table.words.includes(word));
    const verb = core.length === 1 ? wordForms(core[0]!).verb : '';
    const noun = Object.hasOwn(OUTCOMES, verb) ? OUTCOMES[verb] : Object.values(OUTCOMES).find((each) => each === core.join(' '));
    if (end === start || noun === undefined) return [];
    const expression = durationOf(table, start, end);
    const said = [[noun, 'time'], ['time', 'to', noun], ...(noun === 'resolution' || noun === 'closing' ? [] : [['time', 'for', noun]]), ...(verb ? [['time', 'to', verb]] : [])];
    return said.map((words) => ({ words, score: 0.93, expression }));
  });
}

/** Years since the birth date. */
function ages(table: TableInfo, dates: readonly ColumnInfo[]): Span[] {
  const births = dates.filter((info) => info.words.some((word) => word === 'birth' || word === 'born' || word === 'birthdate' || word === 'birthday'));
  if (births.length !== 1 || table.columns.some((info) => info.words.at(-1) === 'age')) return [];
  const expression = { kind: 'duration', table, from: births[0]!, to: 'now', unit: 'year' } as const;
  return [{ words: ['age'], score: 0.95, expression }, { words: [...table.words, 'age'], score: 0.97, expression }];
}

/** Days where the hour is not known or does not matter, else hours. */
export function durationOf(table: TableInfo, from: ColumnInfo, to: ColumnInfo, days = false, unit?: DurationUnit): Extract<Derived, { kind: 'duration' }> {
  const known = [from, to].every((info) => info.column.base_type !== 'date');
  return { kind: 'duration', table, from, to, unit: unit ?? (known && !days ? 'hour' : 'day') };
}
