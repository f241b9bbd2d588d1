import { vocabularyOf } from '../query/translation/builtin/lexicon/lexicon-cache.js';
import { nameOf } from '../query/translation/builtin/binding/resolver.js';
import { tableName } from '../query/translation/builtin/lexicon/schema-model.js';
import { recall } from '../query/translation/builtin/memory.js';
import { parse } from '../query/translation/builtin/parsing/parse.js';
import { tag } from '../query/translation/builtin/tagging/tagger.js';
import type { Item } from '../query/translation/builtin/tagging/items.js';
import { translateQuestion } from '../query/translation/builtin/translate-question.js';
import type { ValueIndex } from '../query/translation/sql-translator.js';
import type { SchemaSnapshot } from '../schema/schema.dto.js';

/** How the built-in translator goes through a question. */
export interface Stages {
  readonly words: readonly { text: string; meanings: string[] }[];
  readonly reading: string;
  /** Absent for a question that is not understood. */
  readonly form?: string;
}

/** Goes through the stages of translation without the service. */
export function stagesOf(question: string, schema: SchemaSnapshot, values: ValueIndex | undefined, now: Date): Stages {
  const vocabulary = vocabularyOf(schema);
  const items = tag(question, { ...vocabulary, now, ...(values ? { values } : {}) });
  const outcome = translateQuestion({ question, now, context: [], ...(values ? { values } : {}) }, vocabulary);
  const form = outcome.understood ? recall(outcome.candidates[0].memory, vocabulary.model) : undefined;
  return { words: items.map((item) => ({ text: item.text, meanings: meaningsOf(item) })), reading: told(parse(items)), ...(form ? { form: told(form) } : {}) };
}

function meaningsOf({ does, nouns = [], values = [], number, date, unit, corrected, literal, punctuation }: Item): string[] {
  return [
    ...(corrected ? [`read as "${corrected}"`] : []),
    ...(does ? [Object.values(does).join(' ')] : []),
    ...nouns.slice(0, 3).map((ref) => `${nameOf(ref)} ${ref.score.toFixed(2)} (${ref.via})`),
    ...values.slice(0, 3).map(({ info, value }) => `${tableName(info.table)}.${info.name} = ${JSON.stringify(value)}`),
    ...(number === undefined ? [] : [`number ${number}`]),
    ...(date ? [`date ${date.label}`] : []),
    ...(unit ? [`unit ${unit}`] : []),
    ...(literal ? [`text "${literal.text}"`] : []),
    ...(punctuation ? ['punctuation'] : []),
  ];
}

/** One line for each part that is not empty; tables, columns and keys by name. */
function told(value: object): string {
  return Object.entries(value).filter(([, part]) => !isNothing(part)).map(([name, part]) => `${name}: ${JSON.stringify(part, named)}`).join('\n');
}

function isNothing(part: unknown): boolean {
  return part === undefined || part === false || (Array.isArray(part) && part.length === 0);
}

function named(key: string, part: unknown): unknown {
  if (key === 'refs' && Array.isArray(part)) return part.slice(0, 3).map((ref) => ('kind' in ref ? nameOf(ref) : `${ref.info.name} = ${JSON.stringify(ref.value)}`));
  if (typeof part !== 'object' || part === null) return part;
  if ('relation' in part) return tableName(part as Parameters<typeof tableName>[0]);
  if ('role' in part && 'column' in part) {
    const { table, name } = part as unknown as { table: Parameters<typeof tableName>[0]; name: string };
    return `${tableName(table)}.${name}`;
  }
  if ('childColumns' in part) return `by ${(part as { childColumns: string[] }).childColumns.join(', ')}`;
  return part;
}
