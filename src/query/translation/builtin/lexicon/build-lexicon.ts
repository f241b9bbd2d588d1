import { distance } from 'fastest-levenshtein';
import { MONEY_FLOWS, THESAURUS } from '../language/thesaurus.js';
import { isEnglishWord, singular, wordForms } from '../language/word-forms.js';
import { CORRECTABLE_WORDS } from '../language/function-words.js';
import { columnPhrases, commentPhrases, tablePhrases } from './phrases.js';
import type { Derived } from '../expression.js';
import type { Lexicon, NounRef, ValueRef } from './references.js';
import { isAmount, type ColumnInfo, type JoinEdge, type SchemaModel, type TableInfo } from './schema-model.js';
import { spansOf } from './spans.js';
import { nameParts } from './split-name.js';

const SYNONYM = 0.8;
const STEM = 0.75;

/**
 * Indexes every phrase by which the model's tables, columns and values may be called.
 *
 * @param taught further phrases, with what each stands for
 */
export function buildLexicon(model: SchemaModel, taught: Iterable<[readonly string[], NounRef]> = []): Lexicon {
  const nouns = new Map<string, NounRef[]>();
  const stems = new Map<string, NounRef[]>();
  const values = new Map<string, ValueRef[]>();
  const roles = new Map<string, JoinEdge[]>();
  const vocabulary = new Set<string>(CORRECTABLE_WORDS);

  const learn = (words: readonly string[], ref: NounRef) => {
    push(nouns, words.join(' '), ref);
    if (words.length === 1) push(stems, wordForms(words[0]!).stem, ref);
    if (ref.via === 'name' || ref.via === 'part' || ref.via === 'glossary') for (const word of words) if (word.length >= 4) vocabulary.add(word);
  };
  for (const table of model.tables) {
    for (const { words, score, via } of tablePhrases(table)) learn(words, { kind: 'table', table, score, via });
    for (const { words, score, via } of commentPhrases(table.relation.comment)) learn(words, { kind: 'table', table, score, via });
    const key = table.key.length === 1 && table.key[0]!.isKey ? table.key[0]! : undefined;
    if (key) for (const words of [[...table.words, 'id'], [...table.words.slice(-1), 'id']]) learn(words, { kind: 'column', info: key, score: words.length > table.words.length ? 1.05 : 0.95, via: 'name' });
    for (const info of table.columns) {
      for (const { words, score, via } of columnPhrases(info)) learn(words, { kind: 'column', info, score, via });
      for (const { words, score, via } of commentPhrases(info.column.comment)) learn(words, { kind: 'column', info, score, via });
      for (const [words, value] of valuePhrases(info)) {
        push(values, words.join(' '), { info, value });
        for (const word of words) if (word.length >= 4) vocabulary.add(word);
      }
    }
    for (const { words, score, expression } of spansOf(table)) learn(words, { kind: 'derived', table, expression, score, via: 'synonym' });
    const factors = lineTotal(table);
    if (factors) for (const [word, score] of MONEY_FLOWS) learn([word], { kind: 'derived', table, expression: { kind: 'arithmetic', table, op: '*', of: factors }, score, via: 'synonym' });
  }
  for (const edge of model.edges) {
    const name = edge.parent.display[0];
    if (!name || edge.roleWords.length === 0 || edge.childColumns.length !== 1) continue;
    const expression: Derived = { kind: 'via', table: edge.child, edge, info: name };
    const role = edge.roleWords.filter((word) => word !== 'by');
    const says = edge.child === edge.parent || /(er|or|ee|ist|ian|ant|ent)$/.test(role.at(-1) ?? '');
    if (says && role.length > 0) learn(role, { kind: 'derived', table: edge.child, expression, score: 0.9, via: 'name' });
    if (role.length > 0) learn([...role, ...edge.parent.words], { kind: 'derived', table: edge.child, expression, score: 0.95, via: 'name' });
  }
  for (const [words, ref] of taught) learn(words, ref);
  // "sent by users": the verb names the role that a `sender_id` names.
  const roleStems = new Map<string, JoinEdge[]>();
  for (const edge of model.edges) {
    for (const word of edge.roleWords) {
      push(roles, word, edge);
      if (/[eo]r$/.test(word)) push(roleStems, wordForms(word).stem, edge);
    }
  }

  const lookUp = (words: readonly string[]): NounRef[] => {
    const found: NounRef[] = [];
    for (const phrase of spellings(words)) found.push(...(nouns.get(phrase) ?? []));
    for (const [phrase, penalty] of synonyms(words)) found.push(...(nouns.get(phrase) ?? []).map((ref) => weaker(levelled(ref), SYNONYM - penalty, 'synonym')));
    if (words.length === 1) found.push(...(stems.get(wordForms(words[0]!).stem) ?? []).map((ref) => weaker(ref, STEM, 'stem')));
    return best(found);
  };
  const byLetter = new Map<string, string[]>();
  for (const word of vocabulary) push(byLetter, word[0]!, word);

  return {
    nouns: lookUp,
    values: (words) => [...spellings(words), ...(words.length === 1 ? (Object.hasOwn(VALUE_SYNONYMS, wordForms(words[0]!).noun) ? VALUE_SYNONYMS[wordForms(words[0]!).noun]! : []) : [])].flatMap((phrase) => values.get(phrase) ?? []),
    roles: (word) => roles.get(wordForms(word).noun) ?? roles.get(wordForms(word).surface) ?? roleStems.get(wordForms(word).stem) ?? [],
    correct: (word) => nearest(word.toLowerCase(), byLetter.get(word[0]!.toLowerCase()) ?? []),
  };
}

/** How people say what codes and labels say otherwise. */
const VALUE_SYNONYMS: Readonly<Record<string, readonly string[]>> = { man: ['male'], men: ['male'], woman: ['female'], women: ['female'], canceled: ['cancelled'], cancelled: ['canceled'] };

/** The phrase as it may stand in the index: words as written, as nouns, and a single word as a verb. */
function spellings(words: readonly string[]): string[] {
  const forms = words.map(wordForms);
  const all = new Set([forms.map((form) => form.noun).join(' '), forms.map((form) => form.surface).join(' ')]);
  if (forms.length === 1) all.add(forms[0]!.verb);
  return [...all];
}

function* synonyms(words: readonly string[]): Generator<[string, number]> {
  if (words.length > 3) return;
  const forms = words.map(wordForms);
  for (const [at, form] of forms.entries()) {
    for (const key of new Set([form.noun, form.verb, form.surface])) {
      const others = Object.hasOwn(THESAURUS, key) ? THESAURUS[key]! : [];
      for (const [rank, other] of others.entries()) {
        yield [forms.map((each, i) => (i === at ? other : each.noun)).join(' '), rank * 0.03];
      }
    }
  }
}

/** Enum labels by their words; yes/no columns by what they affirm or, with a negating prefix, deny. */
function* valuePhrases(info: ColumnInfo): Generator<[string[], string | number | boolean]> {
  yield* codes(info);
  for (const label of info.column.enum_labels ?? []) yield [nameParts(label), label];
  if (info.role !== 'boolean') return;
  const words = info.words.filter((word, at) => !(at === 0 && ['is', 'has', 'was', 'can', 'be'].includes(word)));
  if (words.length === 0) return;
  yield [[...words], true];
  if (words.length === 1) for (const prefix of ['in', 'un', 'non', 'dis', 'im']) yield [[`${prefix}${words[0]}`], false];
}

/** A comment that explains codes, "F = female, M = male": people say what they mean. */
function* codes(info: ColumnInfo): Generator<[string[], string | number]> {
  if (info.role !== 'text' && info.role !== 'number') return;
  for (const [, code, meaning] of (info.column.comment ?? '').matchAll(/(?<![\w.])([\w-]{1,12})\s*(?:=|->|=>)\s*'?([A-Za-z][A-Za-z ]{1,30}?)'?(?=\s*(?:[,;.)/]|$| or ))/g)) {
    if (info.role === 'number' && !/^-?\d+$/.test(code!)) continue;
    yield [nameParts(meaning!).map(singular), info.role === 'number' ? Number(code) : code!];
  }
}

/** Quantity and unit price of a line, whose product is what the line is worth; none when the line states its total. */
function lineTotal(table: TableInfo): readonly [ColumnInfo, ColumnInfo] | undefined {
  const numeric = table.columns.filter(isAmount);
  const quantity = numeric.find((info) => info.words.length === 1 && info.words[0] === 'quantity');
  const price = numeric.find((info) => info.words.includes('price') && info.words.length <= 2);
  const stated = numeric.some((info) => ['total', 'amount', 'subtotal'].includes(info.words.at(-1)!));
  return quantity && price && !stated ? [quantity, price] : undefined;
}

/** A synonym may stand for part of a name as well as for all of it: which column is meant is for the question's other words to say. */
function levelled(ref: NounRef): NounRef {
  return ref.via === 'name' || ref.via === 'part' ? { ...ref, score: 0.8 + 0.2 * ref.score } : ref;
}

function weaker(ref: NounRef, factor: number, via: NounRef['via']): NounRef {
  return { ...ref, score: ref.score * factor, via };
}

function best(refs: readonly NounRef[]): NounRef[] {
  const kept = new Map<unknown, NounRef>();
  for (const ref of refs) {
    const key = ref.kind === 'column' ? ref.info : ref.kind === 'table' ? ref.table : ref.expression;
    const known = kept.get(key);
    if (!known || known.score < ref.score) kept.set(key, ref);
  }
  return [...kept.values()].sort((a, b) => b.score - a.score);
}

/** One slip in short words, two in long ones; the first letter must be right, and real English words are left alone. */
function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length < 4 || isEnglishWord(word)) return undefined;
  const allowed = word.length >= 8 ? 2 : 1;
  let found: string | undefined;
  let least = allowed + 1;
  for (const candidate of candidates) {
    for (const form of [candidate, `${candidate}s`, candidate.replace(/y$/, 'ies')]) {
      if (Math.abs(form.length - word.length) > allowed) continue;
      const slips = isSwap(word, form) ? 1 : distance(word, form);
      if (slips < least) [found, least] = [candidate, slips];
    }
  }
  return found;
}

function isSwap(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  const at = [...a].findIndex((letter, i) => letter !== b[i]);
  return at >= 0 && a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
