import { distance } from 'fastest-levenshtein';

/** Shorter texts are near to everything. */
const SHORTEST = 3;

/**
 * Of many values those that a mistyped text may mean, best first, each once: another case, a slip in every three letters, or
 * more words around it.
 */
export function nearValues<T>(text: string, all: Iterable<T>, valueOf: (one: T) => string, most = 3): T[] {
  const asked = fold(text);
  if (asked.length < SHORTEST) return [];
  const allowed = Math.max(1, Math.min(3, Math.floor(asked.length / 3)));
  const found = new Map<string, { one: T; slips: number; alike: number }>();
  for (const one of all) {
    const value = valueOf(one);
    if (value === text || found.has(value)) continue;
    const slips = slipsBetween(asked, fold(value), allowed);
    if (slips <= allowed) found.set(value, { one, slips, alike: sharedBeginning(asked, fold(value)) });
  }
  // Most slips come late in a word; the order of the values says nothing.
  return [...found].sort(([a, x], [b, y]) => x.slips - y.slips || y.alike - x.alike || (a < b ? -1 : 1)).slice(0, most).map(([, { one }]) => one);
}

function sharedBeginning(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

function slipsBetween(asked: string, value: string, allowed: number): number {
  if (Math.abs(value.length - asked.length) <= allowed) return distance(asked, value);
  const within = asked.length > SHORTEST && ` ${value} `.includes(` ${asked} `);
  return within ? allowed : Infinity;
}

function fold(text: string): string {
  return text.normalize('NFC').trim().toLowerCase();
}
