import { THESAURUS } from '../language/thesaurus.js';
import { wordForms } from '../language/word-forms.js';
import type { JoinEdge, SchemaModel, TableInfo } from '../lexicon/schema-model.js';
import type { Reading } from '../parsing/reading.js';

/** What happens, as the question tells it: "shipped", "bought"; the last is the nearest to what follows. */
export function verbsOf({ restrictions, verbs }: Reading): string[] {
  const related = restrictions.flatMap((each) => (each.kind === 'related' ? [each.noun?.owner, each.noun] : []));
  return [...related.flatMap((noun) => (noun?.verbal ? [noun.text.toLowerCase()] : [])), ...verbs];
}

/** "Courses offered in a semester": of several ways to connect them, the one by `course_offering` is meant. */
export function hintedEdges(reading: Reading, model: SchemaModel): JoinEdge[] {
  const stems = new Set(verbsOf(reading).flatMap(withSynonyms).map((word) => wordForms(word).stem));
  if (stems.size === 0) return [];
  const hinted = (table: TableInfo) => table.words.some((word) => stems.has(wordForms(word).stem));
  return model.edges.filter((edge) => hinted(edge.child) || hinted(edge.parent));
}

/** The verb, and what a schema may call its events: what is bought is ordered. */
function withSynonyms(verb: string): string[] {
  const base = wordForms(verb).verb;
  return [verb, ...(Object.hasOwn(THESAURUS, base) ? THESAURUS[base]! : [])];
}
