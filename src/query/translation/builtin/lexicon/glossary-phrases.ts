import type { Glossary } from '../../../../knowledge/glossary.js';
import { findNamed, UnknownName } from '../../../../knowledge/schema-names.js';
import type { SchemaSnapshot } from '../../../../schema/schema.dto.js';
import { singular } from '../language/word-forms.js';
import { commentPhrases, type Phrase } from './phrases.js';
import type { NounRef } from './references.js';
import type { SchemaModel } from './schema-model.js';

/** Above the 1.02 of a column's name with its table's before it: what was taught holds against whatever the schema calls so. */
const TAUGHT = 1.2;

/** Phrases that a glossary teaches, each with what it stands for. Terms that name what the model does not have are left out. */
export function* glossaryPhrases(glossary: Glossary, model: SchemaModel, snapshot: SchemaSnapshot): Generator<[readonly string[], NounRef]> {
  for (const { term, synonyms, table, column, description } of glossary.terms) {
    const named = table === undefined ? undefined : targetOf(table, column, model, snapshot);
    if (!named) continue;
    for (const phrase of [term, ...synonyms]) yield [wordsOf(phrase), named({ score: TAUGHT, via: 'glossary' })];
    for (const { words, ...how } of commentPhrases(description)) yield [words, named(how)];
  }
}

/** Words as the lexicon looks them up: lower case, nouns in the singular. */
function wordsOf(phrase: string): string[] {
  return phrase.toLowerCase().split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean).map(singular);
}

function targetOf(table: string, column: string | undefined, model: SchemaModel, snapshot: SchemaSnapshot): ((how: Omit<Phrase, 'words'>) => NounRef) | undefined {
  try {
    const { relation } = findNamed(snapshot, table, column);
    const info = model.tables.find((each) => each.relation === relation || (each.relation.name === relation.name && each.relation.schema === relation.schema));
    if (!info) return undefined;
    if (column === undefined) return (how) => ({ kind: 'table', table: info, ...how });
    const columnInfo = info.columns.find(({ name }) => name === column);
    return columnInfo && ((how) => ({ kind: 'column', info: columnInfo, ...how }));
  } catch (error) {
    if (error instanceof UnknownName) return undefined;
    throw error;
  }
}
