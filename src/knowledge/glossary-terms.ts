import { validateSync } from 'class-validator';
import type { SchemaSnapshot } from '../schema/schema.dto.js';
import { GlossaryTerm, MAX_TERMS } from './glossary.dto.js';
import { findNamed, UnknownName } from './schema-names.js';

/** One thing wrong with a glossary; `field` is its place, e.g. `terms.3.table`. */
export interface GlossaryFault {
  readonly field: string;
  readonly message: string;
}

/** Faults told of at most: with more of them the rest is no longer looked at. */
const MAX_FAULTS = 20;

const FIELDS = ['term', 'synonyms', 'table', 'column', 'description'];

/**
 * Reads terms that somebody has sent or written, whatever they are.
 *
 * @param schema to find tables and columns in; without one names are taken as they are
 */
export function readTerms(sent: unknown, schema?: SchemaSnapshot): { terms: GlossaryTerm[]; faults: GlossaryFault[] } {
  if (!Array.isArray(sent) || sent.length > MAX_TERMS) return { terms: [], faults: [{ field: 'terms', message: `terms must be a list of at most ${MAX_TERMS}` }] };
  const terms: GlossaryTerm[] = [];
  const faults: GlossaryFault[] = [];
  const firstUse = new Map<string, string>();
  for (const [index, entry] of sent.entries()) {
    if (faults.length >= MAX_FAULTS) break;
    const place = `terms.${index}`;
    const object = typeof entry === 'object' && entry !== null && !Array.isArray(entry);
    const term = object ? termOf(entry) : undefined;
    const wrong = term ? [...shapeFaults(entry, term), ...nameFaults(term, schema)] : [{ field: '', message: 'must be an object with a term' }];
    if (term && wrong.length === 0) {
      terms.push(term);
      for (const phrase of phrasesOf(term)) {
        const first = firstUse.get(wordsKey(phrase));
        if (first !== undefined) wrong.push({ field: '', message: `says ${JSON.stringify(phrase)}, which ${first} says too: one phrase means one thing` });
        else firstUse.set(wordsKey(phrase), place);
      }
    }
    for (const { field, message } of wrong) faults.push({ field: field ? `${place}.${field}` : place, message: `${field ? `${place}.` : `${place} `}${message}` });
  }
  return { terms, faults: faults.slice(0, MAX_FAULTS) };
}

/** All that people may say for a term. */
export function phrasesOf({ term, synonyms }: GlossaryTerm): string[] {
  return [term, ...synonyms];
}

/** The same for phrases that differ in case, spacing or punctuation alone. */
export function wordsKey(phrase: string): string {
  return phrase.normalize('NFKC').toLowerCase().split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean).join(' ');
}

/** Copies nothing but what a term has: how much else was sent must not matter. */
function termOf(entry: object): GlossaryTerm {
  const given = FIELDS.map((field) => [field, Reflect.get(entry, field)] as const).filter(([, value]) => value !== undefined && value !== null);
  const written = given.map(([field, value]) => [field, field === 'synonyms' && Array.isArray(value) ? value.map(tidy) : tidy(value)]);
  return Object.assign(new GlossaryTerm(), Object.fromEntries(written));
}

function tidy(value: unknown): unknown {
  return typeof value === 'string' ? value.normalize('NFC').trim() : value;
}

function shapeFaults(entry: object, term: GlossaryTerm): GlossaryFault[] {
  const unknown = Object.keys(entry).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) return [{ field: '', message: `has the field ${JSON.stringify(unknown.slice(0, 50))}: a term has ${FIELDS.join(', ')}` }];
  const faults = validateSync(term, { stopAtFirstError: true }).flatMap(({ property, constraints = {} }) => Object.values(constraints).map((message) => ({ field: property, message: message.replace(new RegExp(`^(each value in )?${property} `), `${property} `) })));
  if (faults.length > 0) return faults.map(({ field, message }) => ({ field, message }));
  if (term.table === undefined && term.column !== undefined) return [{ field: 'table', message: 'table must name the table of the column' }];
  return term.table === undefined && term.description === undefined ? [{ field: '', message: 'must have a table, a column or a description' }] : [];
}

function nameFaults({ table, column }: GlossaryTerm, schema: SchemaSnapshot | undefined): GlossaryFault[] {
  if (!schema || typeof table !== 'string') return [];
  try {
    findNamed(schema, table, column);
    return [];
  } catch (error) {
    if (!(error instanceof UnknownName)) throw error;
    return [{ field: error.field, message: `${error.field} ${JSON.stringify(error.field === 'table' ? table : column)} ${error.message}` }];
  }
}
