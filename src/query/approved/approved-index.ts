import type { ApprovedPair, Knowledge } from '../../knowledge/knowledge.js';
import { closeMeaning, exactMeaning, type NameWords } from './question-meaning.js';

interface Index {
  readonly exact: ReadonlyMap<string, ApprovedPair>;
  /** Pairs that may be paraphrases of each other. */
  readonly near: ReadonlyMap<string, readonly ApprovedPair[]>;
}

/** Questions of approved pairs whose meaning is remembered: each change of what is taught makes a new index, and reading 500 long ones takes 0.1 s. */
const MAX_REMEMBERED = 5000;
const remembered = new Map<string, { readonly exact: string; readonly near: string }>();

const indexes = new WeakMap<readonly ApprovedPair[], Index>();

/** The approved pair whose question this is: in other case or punctuation, else as the only close paraphrase. */
export function approvedFor(question: string, { approved }: Knowledge, names: NameWords): ApprovedPair | undefined {
  const meaning = exactMeaning(question);
  if (approved.length === 0 || meaning === '') return undefined;
  const { exact, near } = indexOf(approved);
  const same = exact.get(meaning);
  if (same) return same;
  const candidates = near.get(closeMeaning(question)) ?? [];
  if (candidates.length === 0) return undefined;
  const close = closeMeaning(question, names);
  const [pair, other] = candidates.filter((each) => closeMeaning(each.question, names) === close);
  return other ? undefined : pair;
}

function indexOf(approved: readonly ApprovedPair[]): Index {
  const known = indexes.get(approved);
  if (known) return known;
  const exact = new Map<string, ApprovedPair>();
  const near = new Map<string, ApprovedPair[]>();
  for (const pair of approved) {
    const meaning = meaningOf(pair);
    exact.set(meaning.exact, pair);
    near.set(meaning.near, [...(near.get(meaning.near) ?? []), pair]);
  }
  indexes.set(approved, { exact, near });
  return { exact, near };
}

function meaningOf({ question }: ApprovedPair): { readonly exact: string; readonly near: string } {
  const meaning = remembered.get(question) ?? { exact: exactMeaning(question), near: closeMeaning(question) };
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(question, meaning);
  return meaning;
}
