import { ABBREVIATIONS, NAME_PARTS, NAME_PREFIXES } from '../language/abbreviations.js';
import { isFunctionWord } from '../language/function-words.js';
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
  for (const [at, part] of parts.entries()) {
    // `duration_min` counts minutes; only in front does "min" mean the least.
    if (part === 'min' && at > 0 && at === parts.length - 1) {
      words.push('minute');
      continue;
    }
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

/**
 * Leading letters that glued names share (`sbcustomer`, `sbticker`): cut when most names are no words with them. Empty when
 * there is no such habit.
 */
export function sharedLetters(names: readonly (readonly string[])[]): string {
  const glued = names.filter((name) => name.length === 1).map((name) => name[0]!);
  if (glued.length < 3 || glued.length < 0.8 * names.length) return '';
  const sorted = [...glued].sort();
  // The habit of most names, not of all: one stray name at either end does not hide it.
  const slack = Math.floor(sorted.length * 0.1);
  const [first, last] = [sorted[slack]!, sorted[sorted.length - 1 - slack]!];
  let length = 0;
  while (length < first.length && first[length] === last[length]) length++;
  const prefix = first.slice(0, length);
  if (length < 2 || glued.filter((name) => name.startsWith(prefix) && name.length > length).length < 0.8 * glued.length) return '';
  return glued.filter((name) => isEnglishWord(name) || NAME_PARTS.has(name)).length > glued.length / 2 ? '' : prefix;
}

/** The name without the shared letters, if it has them and something besides. */
export function withoutLetters(parts: readonly string[], letters: string): string[] {
  const [head, ...rest] = parts;
  return letters && head!.startsWith(letters) && head!.length > letters.length ? [head!.slice(letters.length), ...rest] : [...parts];
}

function unglue(part: string, vocabulary: ReadonlySet<string>): string[] {
  if (part.length < 5 || NAME_PARTS.has(part) || Object.hasOwn(ABBREVIATIONS, part) || isEnglishWord(part)) return [part];
  const ending = ENDINGS.find((each) => part.endsWith(each) && part.length - each.length >= 3);
  const stem = ending === undefined ? '' : part.slice(0, -ending.length);
  if (ending !== undefined && (isEnglishWord(stem) || NAME_PARTS.has(stem) || Object.hasOwn(ABBREVIATIONS, stem) || vocabulary.has(stem))) return [stem, ending];
  const known = (word: string) => (word.length >= 4 && isEnglishWord(word)) || NAME_PARTS.has(word) || vocabulary.has(word) || vocabulary.has(singular(word)) || (word.length >= 4 && Object.hasOwn(ABBREVIATIONS, word));
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

/** Abbreviations that end glued names: `hiredt`, `deptcd`. */
const ENDINGS = ['dttm', 'desc', 'addr', 'flag', 'amt', 'qty', 'nbr', 'num', 'cnt', 'pct', 'typ', 'flg', 'tot', 'dt', 'nm', 'cd', 'no', 'ts'];

/** True for a name part that is no word, nor a known shorthand for one. */
export function isCryptic(word: string): boolean {
  return word.length > 1 && !/\d/.test(word) && !isEnglishWord(word) && !isFunctionWord(word) && !NAME_PARTS.has(word) && !KNOWN_SHORT.has(word);
}

const KNOWN_SHORT = new Set(['id', 'url', 'uri', 'uuid', 'guid', 'ip', 'vat', 'iban', 'isbn', 'ssn', 'vin', 'gps', 'api', 'sku', 'email', 'signup', 'username', 'login', 'timezone', 'datetime', 'timestamp', 'metadata', 'utc', 'xml', 'json', 'html', 'pdf', 'usd', 'eur', 'gbp', 'km', 'kg', 'cm', 'kwh', 'mb', 'gb']);

/**
 * What a table's comment calls its rows: what stands before the first preposition. "Members of the co-op" are members, while
 * a column's "date of delivery" is a delivery date.
 */
export function rowsByComment(comment: string | undefined): string[] | undefined {
  const [first] = (comment ?? '').split(/[.;:(,\u2013]| - | (?:of|to|by|from|with|for|in|at|on|per|that|which|who|made|kept|sent|between|and|or) /);
  return namedByComment(first);
}

/**
 * What a short comment calls the thing, in name order: "date of birth" → birth, date. Undefined when the comment says more
 * than a name could.
 */
export function namedByComment(comment: string | undefined): string[] | undefined {
  const text = comment?.split(/[.;:(,\u2013]| - | in | at | per |e\.g\./)[0]!.trim();
  if (!text) return undefined;
  const halves = text.toLowerCase().split(/ of (?:the |an? |this |one )*/);
  if (halves.length > 2) return undefined;
  const words = halves.reverse().flatMap((half) => nameParts(half).filter((word) => !COMMENT_FILLERS.has(word)).map(singular));
  return words.length > 0 && words.length <= 4 ? words : undefined;
}

const COMMENT_FILLERS = new Set(['the', 'a', 'an', 'this', 'that', 'in', 'for', 'to', 'and', 'or', 'is', 'was', 'its', 'their', 'each', 'one', 'row', 'per', 'when', 'which', 'who']);
