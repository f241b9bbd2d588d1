import type { Translation, TranslationTurn, ValueIndex } from '../sql-translator.js';
import { bind, type Interpretation } from './binding/bind.js';
import { anchorsOf } from './binding/anchors.js';
import { BindingRefused } from './binding/resolver.js';
import { goOn, orphaned } from './follow-ups/go-on.js';
import type { JoinStep } from './joins/join-tree.js';
import type { Vocabulary } from './lexicon/lexicon-cache.js';
import { tableName, type TableInfo } from './lexicon/schema-model.js';
import { parse } from './parsing/parse.js';
import type { Refusal } from './refusals/refuse.js';
import { JoinRefused } from './sql/scope.js';
import { tag } from './tagging/tagger.js';
import { translationOf } from './translation-of.js';

/** Interpretations given at most, best first. */
const MAX_CANDIDATES = 4;

/** What came of a question: SQL, or why not. */
export type Interpreted =
  | { readonly ok: true; readonly translations: readonly [Translation, ...Translation[]] }
  | ({ readonly ok: false } & Refusal);

/**
 * Runs all stages on one question; one that goes on from the question before edits that one's form instead. Never throws for a
 * question that is not understood.
 */
export function interpret(question: string, vocabulary: Vocabulary, now: Date, values: ValueIndex | undefined, context: readonly TranslationTurn[] = []): Interpreted {
  const foreign = foreignScript(question);
  if (foreign) return refusal('The question is written in other letters than Latin ones: only questions in English are understood.', foreign);
  try {
    const continued = goOn(question, vocabulary, now, values, context);
    if (continued) return { ok: true, translations: [continued] };
  } catch (error) {
    return refused(error, []);
  }
  const orphan = orphaned(question, vocabulary, context);
  if (orphan?.sure) return refusal(orphan.reason);
  const whole = interpretWhole(question, vocabulary, now, values);
  return whole.ok || !orphan ? whole : { ...whole, reason: `${whole.reason} ${orphan.reason}` };
}

function interpretWhole(question: string, { model, lexicon }: Vocabulary, now: Date, values: ValueIndex | undefined): Interpreted {
  const items = tag(question, { model, lexicon, now, ...(values ? { values } : {}) });
  const reading = parse(items);
  const topics = anchorsOf(reading);
  if (reading.uncovered) return refusal(`The question asks for ${reading.uncovered}, which is not covered.`, reading.leftovers, [], topics);
  if (reading.leftovers.length > 0) {
    const words = reading.leftovers.map((word) => `"${word}"`).join(', ');
    return refusal(`Not understood: ${words}.`, reading.leftovers, [], topics);
  }
  const corrections = reading.corrections.map(({ from, to }) => `Read "${from}" as "${to}".`);
  const write = ({ form, warnings }: Interpretation): Translation => translationOf(form, [...corrections, ...warnings], model);
  try {
    const first = bind(parse(items), model, lexicon, now);
    const translations: [Translation, ...Translation[]] = [write(first)];
    for (const target of (first.contested ?? []).slice(0, MAX_CANDIDATES - 1)) {
      const other = attempt(() => write(bind(parse(items), model, lexicon, now, new Set([target]))));
      if (other && !translations.some(({ sql }) => sql === other.sql)) translations.push(other);
    }
    return { ok: true, translations };
  } catch (error) {
    return refused(error, topics);
  }
}

function refusal(reason: string, unknown: readonly string[] = [], choices: readonly string[] = [], topics: readonly TableInfo[] = [], ambiguous?: string): Interpreted {
  return { ok: false, reason, unknown, choices, topics, ...(ambiguous ? { ambiguous } : {}) };
}

/** @throws what is no refusal */
function refused(error: unknown, topics: readonly TableInfo[]): Interpreted {
  if (error instanceof BindingRefused) return refusal(error.message, error.words, error.choices, topics, error.ambiguous);
  if (error instanceof JoinRefused) return refusal(...describeJoin(error), topics);
  throw error;
}

/** Another interpretation is welcome, and no loss when there is none. */
function attempt(interpretation: () => Translation): Translation | undefined {
  try {
    return interpretation();
  } catch (error) {
    if (error instanceof BindingRefused || error instanceof JoinRefused) return undefined;
    throw error;
  }
}

function describeJoin({ plan }: JoinRefused): [reason: string, unknown: string[], choices: string[]] {
  if (plan.why === 'unconnected') return [`${tableName(plan.from)} and ${tableName(plan.to)} are not connected by any key.`, [], [tableName(plan.from), tableName(plan.to)]];
  if (plan.why === 'siblings') return [`${tableName(plan.from)} and ${tableName(plan.to)} only have ${tableName(plan.parent)} in common, which does not say which belongs to which.`, [], [tableName(plan.from), tableName(plan.to)]];
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
