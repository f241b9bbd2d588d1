import type { Derived, Expression } from '../expression.js';
import { defaultDates } from '../lexicon/display-columns.js';
import { tableName, type ColumnInfo, type TableInfo } from '../lexicon/schema-model.js';
import type { NounPhrase, Reading } from '../parsing/reading.js';
import { belongsTo, type Draft } from './draft.js';
import { BindingRefused, type Resolver } from './resolver.js';

/** One key, declared or not. */
const NEIGHBOUR = 1.6;
const UNREADABLE = new Set(['bytea', 'tsvector', 'tsquery']);

/**
 * The columns of a list. Those asked for; of a table asked for as a whole, all columns when it is to be shown, and what its
 * rows are known by when the question is which of them.
 */
export function listedColumns(reading: Reading, resolver: Resolver, draft: Draft, heads: readonly NounPhrase[]): Expression[] {
  const columns: ColumnInfo[] = [];
  const derived: Derived[] = [];
  const add = (infos: readonly ColumnInfo[]) => {
    for (const info of infos) if (!columns.includes(info)) columns.push(info);
  };
  let whole = false;
  const nouns = [...heads, ...reading.shown];
  for (const noun of nouns) {
    const dates = /^dates?$/i.test(noun.text) && !noun.owner ? defaultDates(draft.subject) : [];
    if (dates.length > 0) {
      add(dates.slice(0, 1));
      continue;
    }
    const meaning = resolver.resolve(noun);
    if (!meaning) throw new BindingRefused(`"${noun.text}" is not clear here.`, [noun.text]);
    if (meaning.kind === 'value') {
      if (meaning.expression.kind !== 'column') {
        const { expression } = meaning;
        // A name in two parts is one name here too.
        const names = expression.kind === 'via' && expression.info.table.display.includes(expression.info) ? expression.info.table.display : undefined;
        derived.push(...(names && expression.kind === 'via' ? names.map((info) => ({ ...expression, info })) : [expression]));
        continue;
      }
      const { info } = meaning.expression;
      // A name in two parts is one name.
      add(meaning.score < 0.95 && info.table.display.includes(info) && info.words.length > 1 && noun.text.toLowerCase().startsWith('name') ? info.table.display : [info]);
    } else if (meaning.table === draft.subject) whole = true;
    else if (!belongsTo(resolver, draft.subject, meaning.table) && resolver.distance(draft.subject, meaning.table) > NEIGHBOUR) {
      throw new BindingRefused(`It is not clear how ${tableName(draft.subject)} and ${tableName(meaning.table)} belong together here.`, [], [tableName(draft.subject), tableName(meaning.table)]);
    }
    else add(known(meaning.table));
  }
  if (reading.ask === 'when' && columns.length === 0) add(defaultDates(draft.subject).slice(0, 1));
  if (reading.ask === 'where' && columns.length === 0) {
    const place = resolver.columnByWords(['address', 'city', 'location', 'place', 'country'], draft.subject, ['text']);
    if (place) add([place]);
  }
  // "Stays of more than three weeks": the rows, with how long they took.
  const told = derived.some((each) => each.kind === 'via') || draft.derived.length > 0;
  const asked = columns.length > 0 || told;
  if (whole || !asked) {
    const own = asked || reading.ask === 'which' || reading.ask === 'who' ? known(draft.subject) : readable(draft.subject);
    columns.unshift(...own.filter((info) => !columns.includes(info)));
  }
  add(draft.columns);
  return [...columns.map((info): Expression => ({ kind: 'column', info })), ...derived, ...draft.derived];
}

/** What a row is known by: its name, or its key and everything else that can be read when it has none. */
function known(table: TableInfo): readonly ColumnInfo[] {
  return table.display.length > 0 ? table.display : readable(table);
}

function readable(table: TableInfo): ColumnInfo[] {
  return table.columns.filter((info) => !UNREADABLE.has(info.column.base_type));
}
