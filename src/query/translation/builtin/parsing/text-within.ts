import { isNoun, type Cursor } from './cursor.js';
import { phraseOf } from './noun-phrase.js';

/** `with "salt" in the title`, "that have yoga in their name": text that a column contains, whatever else it may mean. */
export function textWithin(cursor: Cursor): boolean {
  let at = cursor.at;
  if (cursor.does('with')) at++;
  else if (cursor.lead !== 'with') return false;
  const skip = () => {
    while (['filler', 'their'].includes(cursor.items[at]?.does?.does ?? '')) at++;
  };
  skip();
  if (['word', 'text', 'letters', 'phrase', 'string'].includes(cursor.items[at]?.lower ?? '')) at++;
  const text = cursor.items[at];
  if (!text || text.punctuation || text.number !== undefined || (text.does && !text.literal?.quoted)) return false;
  at++;
  if (!['in', 'within', 'inside', 'as part of'].includes(cursor.items[at]?.lower ?? '')) return false;
  at++;
  skip();
  const column = cursor.items[at];
  if (!isNoun(column) || !column!.nouns!.some((ref) => ref.kind === 'column' && ref.info.role === 'text' && ref.score > 0.5)) return false;
  const owned = isNoun(cursor.items[at + 1]) && column!.nouns![0]!.kind === 'table';
  const noun = phraseOf(owned ? cursor.items[at + 1]! : column!);
  cursor.at = at + (owned ? 2 : 1);
  cursor.restrict({ kind: 'text', negated: cursor.negated, op: 'contains', text: text.literal?.text ?? text.text, noun, ...(cursor.near ? { near: cursor.near } : {}) });
  return true;
}
