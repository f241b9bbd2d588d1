import type { TableInfo } from '../lexicon/schema-model.js';
import type { NounPhrase, Reading, Restriction } from '../parsing/reading.js';

/** Tables that the question names beyond doubt, what is asked for first: everything else is understood near to them. */
export function anchorsOf(reading: Reading): TableInfo[] {
  const found: TableInfo[] = [];
  for (const noun of nounsOf(reading)) {
    const table = bestTable(noun);
    if (table && !found.includes(table)) found.push(table);
  }
  return found;
}

/** Every noun of a reading, in order of weight. */
function nounsOf(reading: Reading): NounPhrase[] {
  const nouns = [
    ...reading.heads,
    ...reading.shown,
    ...reading.groups.map((group) => group.noun),
    ...reading.extremes.map((extreme) => extreme.measure),
    ...reading.restrictions.flatMap(restrictionNouns),
    ...reading.mentions,
    ...reading.order.map((order) => order.noun),
    ...reading.against.flatMap(({ top, bottom }) => [...nounsOf(top), ...(bottom ? nounsOf(bottom) : [])]),
  ].filter((noun) => noun !== undefined);
  return nouns.flatMap(withOwners);
}

function restrictionNouns(restriction: Restriction): (NounPhrase | undefined)[] {
  return restriction.kind === 'any' ? restriction.of.flatMap(restrictionNouns) : [restriction.noun];
}

function withOwners(noun: NounPhrase): NounPhrase[] {
  return noun.owner ? [noun, ...withOwners(noun.owner)] : [noun];
}

/** A noun is certainly a table when it names one clearly better than any column. */
function bestTable(noun: NounPhrase): TableInfo | undefined {
  const tables = noun.refs.filter((ref) => ref.kind === 'table');
  const [best, next] = tables;
  if (!best || best.score < 0.7 || (next && best.score - next.score < 0.05)) return undefined;
  const column = noun.refs.find((ref) => ref.kind !== 'table');
  // "Sales" may be orders, or what they bring in: only a name of its own is beyond doubt.
  const margin = best.via === 'glossary' || best.via === 'name' || best.via === 'part' ? -0.005 : 0.1;
  return !column || best.score > column.score + margin ? best.table : undefined;
}
