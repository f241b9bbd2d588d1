import type { Translation, ValueIndex } from '../sql-translator.js';
import { bind } from './binding/bind.js';
import { anchorsOf } from './binding/anchors.js';
import { BindingRefused } from './binding/resolver.js';
import { explain } from './explain.js';
import type { JoinStep } from './joins/join-tree.js';
import type { Vocabulary } from './lexicon/lexicon-cache.js';
import { tableName, type TableInfo } from './lexicon/schema-model.js';
import type { LogicalForm } from './logical-form.js';
import { parse } from './parsing/parse.js';
import { JoinRefused } from './sql/scope.js';
import { UnsupportedForm, writeSql } from './sql/write-select.js';
import { tag } from './tagging/tagger.js';

/** What came of a question: SQL, or why not. */
export type Interpreted =
  | { readonly ok: true; readonly translation: Translation }
  | { readonly ok: false; readonly reason: string; readonly unknown: readonly string[]; readonly choices: readonly string[]; readonly topics: readonly TableInfo[] };

/** Runs all stages on one question. Never throws for a question that is not understood. */
export function interpret(question: string, { model, lexicon }: Vocabulary, now: Date, values: ValueIndex | undefined): Interpreted {
  const refusal = (reason: string, unknown: readonly string[] = [], choices: readonly string[] = [], topics: readonly TableInfo[] = []): Interpreted => ({ ok: false, reason, unknown, choices, topics });
  const foreign = foreignScript(question);
  if (foreign) return refusal('Only questions in English are understood.', foreign);
  const reading = parse(tag(question, { model, lexicon, now, ...(values ? { values } : {}) }));
  const topics = anchorsOf(reading);
  if (reading.uncovered) return refusal(`The question asks for ${reading.uncovered}, which is not covered.`, reading.leftovers, [], topics);
  if (reading.leftovers.length > 0) {
    const words = reading.leftovers.map((word) => `"${word}"`).join(', ');
    return refusal(`Not understood: ${words}.`, reading.leftovers, [], topics);
  }
  try {
    const { form, warnings } = bind(reading, model, lexicon, now);
    const corrected = reading.corrections.map(({ from, to }) => `Read "${from}" as "${to}".`);
    const all = [...corrected, ...warnings];
    const memory: { form: LogicalForm } = { form };
    return { ok: true, translation: { sql: writeSql(form, model), explanation: explain(form), ...(all.length ? { warnings: all } : {}), memory } };
  } catch (error) {
    if (error instanceof BindingRefused) return refusal(error.message, error.words, error.choices, topics);
    if (error instanceof UnsupportedForm) return refusal(`${error.message} are not covered yet.`, [], [], topics);
    if (error instanceof JoinRefused) return refusal(...describeJoin(error), topics);
    throw error;
  }
}

function describeJoin({ plan }: JoinRefused): [reason: string, unknown: string[], choices: string[]] {
  if (plan.why === 'unconnected') return [`${tableName(plan.from)} and ${tableName(plan.to)} are not connected by any key.`, [], [tableName(plan.from), tableName(plan.to)]];
  const [one, other] = plan.paths.map(describePath) as [string, string];
  return [`There are two ways to connect ${tableName(plan.paths[0][0]!.from)} and ${tableName(plan.paths[0].at(-1)!.to)}: ${one}, or ${other}. Please say which.`, [], [one, other]];
}

function describePath(path: readonly JoinStep[]): string {
  return `by ${path.map(({ edge }) => edge.childColumns.map((column) => `${tableName(edge.child)}.${column}`).join(', ')).join(' and ')}`;
}

/** Words in letters other than Latin ones: no English question has them, outside quoted values. */
function foreignScript(question: string): string[] | undefined {
  const unquoted = question.replace(/"[^"]*"|'[^']*'|“[^”]*”/g, ' ');
  const words = unquoted.match(/[\p{L}]+/gu) ?? [];
  const foreign = words.filter((word) => /\p{L}/u.test(word) && !/^\p{Script=Latin}+$/u.test(word));
  return foreign.length > 0 ? foreign : undefined;
}
