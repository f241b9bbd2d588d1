import type { Relation } from './schema.dto.js';

/** One name of a filter. Quoted names are compared exactly and know no wildcard; others ignore case and know `*`. */
interface NamePattern {
  readonly text: string;
  readonly quoted: boolean;
}

interface RelationPattern {
  /** As the caller wrote it. */
  readonly source: string;
  readonly schema?: NamePattern;
  readonly name: NamePattern;
}

/** A parsed `tables=` filter. Without patterns it lets everything through. */
export type TablesFilter = readonly RelationPattern[];

/** What a filter lets through. */
export interface FilteredRelations {
  readonly relations: Relation[];
  /** Names of the filter, as written, that no relation answers to. */
  readonly unknown: string[];
}

/** The text is no filter; `message` says why, in words for the caller. */
export class MalformedTablesFilter extends Error {}

const MAX_PATTERNS = 100;

const NAME = '"(?:[^"]|"")+"|[^\\s",.]+';
const PATTERN = new RegExp(`\\s*(?:(${NAME})\\s*\\.\\s*)?(${NAME})\\s*(?:,|$)`, 'y');

/**
 * Parses names separated by commas: `orders`, `sales.orders`, `"Order Items"`, `order*`, `sales.*`. A name without a schema
 * stands for every schema's.
 *
 * @throws {MalformedTablesFilter}
 */
export function parseTablesFilter(text = ''): TablesFilter {
  const filter: RelationPattern[] = [];
  PATTERN.lastIndex = 0;
  for (let more = text.trim() !== ''; more; ) {
    const at = PATTERN.lastIndex;
    const match = PATTERN.exec(text);
    if (!match) throw new MalformedTablesFilter(`must be names separated by commas, like orders, sales.orders, "Order Items" or order*: there is none at character ${at + 1}`);
    if (filter.length === MAX_PATTERNS) throw new MalformedTablesFilter(`must be ${MAX_PATTERNS} names at most: use wildcards, or leave it out`);
    const [source, schema, name = ''] = match;
    more = source.endsWith(',');
    filter.push({ source: (more ? source.slice(0, -1) : source).trim(), ...(schema && { schema: namePattern(schema) }), name: namePattern(name) });
  }
  return filter;
}

/** Relations that a filter names, in their own order. */
export function filterRelations(relations: readonly Relation[], filter: TablesFilter): FilteredRelations {
  if (filter.length === 0) return { relations: [...relations], unknown: [] };
  const known = new Set<RelationPattern>();
  const named = relations.filter((relation) => {
    const matching = filter.filter(({ schema, name }) => matches(name, relation.name) && (!schema || matches(schema, relation.schema)));
    for (const pattern of matching) known.add(pattern);
    return matching.length > 0;
  });
  return { relations: named, unknown: filter.filter((pattern) => !known.has(pattern)).map(({ source }) => source) };
}

function namePattern(written: string): NamePattern {
  const quoted = written.startsWith('"');
  return { quoted, text: quoted ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase() };
}

function matches({ text, quoted }: NamePattern, name: string): boolean {
  return quoted ? text === name : matchesWildcards(text, name.toLowerCase());
}

/** Looks for the pieces between wildcards from left to right: linear, where a regular expression could be made to backtrack. */
function matchesWildcards(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return name.length >= at + last.length && name.endsWith(last);
}
