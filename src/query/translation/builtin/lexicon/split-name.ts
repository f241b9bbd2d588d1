import { ABBREVIATIONS, NAME_PARTS, NAME_PREFIXES } from '../language/abbreviations.js';
import { isEnglishWord, singular } from '../language/word-forms.js';

/** Splits snake_case, kebab-case, camelCase and "spaced" names, digits apart, into lower-case parts. */
export function nameParts(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/([A-Za-z])(\d)/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/**
 * Turns name parts into words: glued words taken apart, abbreviations spelt out, nouns in the singular.
 *
 * @param vocabulary words seen elsewhere in the schema, with which glued names are taken apart besides the common ones
 */
export function nameWords(parts: readonly string[], vocabulary: ReadonlySet<string>): string[] {
  const words: string[] = [];
  for (const part of parts) {
    for (const piece of unglue(part, vocabulary)) {
      const spelt = Object.hasOwn(ABBREVIATIONS, piece) ? ABBREVIATIONS[piece]! : piece;
      words.push(...spelt.split(' ').map(singular));
    }
  }
  return words;
}

/** Drops `tbl_`-like affixes while something remains. */
export function withoutAffixes(parts: readonly string[]): string[] {
  const rest = [...parts];
  while (rest.length > 1 && NAME_PREFIXES.has(rest[0]!)) rest.shift();
  while (rest.length > 1 && (rest.at(-1) === 'tbl' || rest.at(-1) === 'table')) rest.pop();
  return rest;
}

/**
 * Leading parts that (nearly) all names share, as in `sbCustomer`, `sbTicker`: a habit of the schema, not a meaning.
 * Needs three names; none of them may be used up by it.
 */
export function sharedPrefix(names: readonly (readonly string[])[], share: number): string[] {
  const prefix: string[] = [];
  if (names.length < 3) return prefix;
  for (let at = 0; ; at++) {
    const counts = new Map<string, number>();
    for (const name of names) {
      const part = name[at];
      if (part && name.length > at + 1 && prefix.every((p, i) => name[i] === p)) counts.set(part, (counts.get(part) ?? 0) + 1);
    }
    const best = [...counts].sort((a, b) => b[1] - a[1])[0];
    if (!best || best[1] < 3 || best[1] < share * names.length) return prefix;
    prefix.push(best[0]);
  }
}

function unglue(part: string, vocabulary: ReadonlySet<string>): string[] {
  if (part.length < 5 || NAME_PARTS.has(part) || Object.hasOwn(ABBREVIATIONS, part) || isEnglishWord(part)) return [part];
  const known = (word: string) => NAME_PARTS.has(word) || vocabulary.has(word) || vocabulary.has(singular(word)) || (word.length >= 4 && Object.hasOwn(ABBREVIATIONS, word));
  const split = (rest: string, depth: number): string[] | undefined => {
    for (let cut = rest.length; cut >= 2; cut--) {
      const head = rest.slice(0, cut);
      if (head === part || !known(head)) continue;
      if (cut === rest.length) return [head];
      const tail = depth > 1 ? split(rest.slice(cut), depth - 1) : undefined;
      if (tail) return [head, ...tail];
    }
    return undefined;
  };
  return split(part, 4) ?? [part];
}
