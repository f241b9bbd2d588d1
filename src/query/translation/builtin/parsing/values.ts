import { isNoun, type Cursor } from './cursor.js';
import { nounPhrase } from './noun-phrase.js';
import { context } from './quantities.js';

/** "contains chair", "starts with 'A'": what follows is text, whatever else it may mean. */
export function textMatch(cursor: Cursor): boolean {
  const word = cursor.does('text');
  if (!word) return false;
  let at = cursor.at + 1;
  const fillers = new Set(['the', 'a', 'an', 'word', 'letter', 'letters', 'text', 'string', 'phrase', 'substring', 'characters', 'prefix', 'suffix', 'in']);
  while (cursor.items[at] && !cursor.items[at]!.literal?.quoted && fillers.has(cursor.items[at]!.lower) && cursor.items[at + 1]) at++;
  const first = cursor.items[at];
  if (first?.does?.does === 'compare' || first?.does?.does === 'between' || first?.number !== undefined) return false;
  if (!first || first.punctuation || (!cursor.adjacent && !first.literal?.quoted && !cursor.noun)) return false;
  let text = first.literal?.text ?? first.text;
  const surroundings = context(cursor);
  cursor.at = at + 1;
  if (!first.literal?.quoted) {
    // "MX-2": what is written together is one text.
    for (let last = first; cursor.item && cursor.item.start === last.end && !['?', ',', ';'].includes(cursor.item.text) && !(cursor.item.text === '.' && cursor.peek() === undefined); last = cursor.items[cursor.at - 1]!) text += cursor.items[cursor.at++]!.text;
    // Capitalised words that follow belong to the text.
    while (cursor.item?.literal && !cursor.item.literal.quoted && /^\p{Lu}/u.test(cursor.item.text)) text += ` ${cursor.items[cursor.at++]!.text}`;
  }
  cursor.restrict({ kind: 'text', negated: cursor.negated, op: word.op, text, ...surroundings });
  return true;
}

/** "called X", "named X". */
export function namedBy(cursor: Cursor): boolean {
  if (!cursor.does('named')) return false;
  const item = cursor.peek();
  if (!item || (!item.literal && !item.values?.length && !/^\p{Lu}/u.test(item.text))) {
    cursor.at++;
    return true;
  }
  const { noun: _noun, ...surroundings } = context(cursor);
  cursor.at += 2;
  let text = item.literal?.text ?? item.text;
  while ((cursor.item?.literal || cursor.item?.values?.length) && !item.literal?.quoted && !cursor.item.literal?.quoted && /^\p{Lu}/u.test(cursor.item.text)) text += ` ${cursor.items[cursor.at++]!.text}`;
  cursor.restrict({ kind: 'literal', negated: cursor.negated, text, op: '=', named: true, ...surroundings });
  return true;
}

/** "missing email", "email is null", "without a phone" (the latter through `related`). */
export function nullness(cursor: Cursor): boolean {
  const word = cursor.does('null');
  if (!word || isNoun(cursor.item) || cursor.item?.values?.length) return false;
  const { at } = cursor;
  cursor.at++;
  const surroundings = context(cursor);
  const negated = word.negated !== cursor.negated;
  if (surroundings.noun && surroundings.noun.refs.some((ref) => ref.kind === 'column') && !(isNoun(cursor.item) && cursor.lead === 'with')) {
    cursor.restrict({ kind: 'null', negated, ...surroundings });
    return true;
  }
  const noun = nounPhrase(cursor);
  if (!noun) {
    cursor.at = at;
    return false;
  }
  cursor.negated = false;
  cursor.restrict({ kind: 'null', negated, noun, ...(surroundings.near ? { near: surroundings.near } : {}) });
  cursor.remember(noun);
  cursor.adjacent = false;
  return true;
}

/** A known value: "pending", "Berlin"; a column's name may follow it ("Berlin city", "active status"). */
export function valueRestriction(cursor: Cursor): boolean {
  const item = cursor.item!;
  if (!item.values?.length) return false;
  const surroundings = context(cursor);
  const before = cursor.items[cursor.at - 1];
  const prep = before?.does?.does === 'prep' || before?.does?.does === 'since' ? { prep: before.lower } : {};
  cursor.at++;
  const next = cursor.item;
  const trailing = isNoun(next) && next!.nouns!.some((ref) => ref.kind === 'column' && item.values!.some((value) => value.info === ref.info));
  const noun = trailing ? nounPhrase(cursor) : surroundings.noun;
  const wasAdjacent = cursor.noun;
  cursor.restrict({ kind: 'value', negated: cursor.negated, refs: item.values, text: item.text, ...surroundings, ...prep, ...(noun ? { noun } : {}) });
  // "in Berlin or Paris": the second value still stands next to the same noun.
  if (noun && wasAdjacent === noun && (cursor.does('or') || cursor.does('and') || cursor.item?.punctuation === ',')) cursor.adjacent = true;
  return true;
}

/** Quoted text, or a capitalised word that names nothing known, next to the column that it is a value of. */
export function literalText(cursor: Cursor): boolean {
  const item = cursor.item!;
  if (!item.literal || item.number !== undefined) return false;
  const surroundings = context(cursor);
  if (!item.literal.quoted && !surroundings.noun) return false;
  cursor.at++;
  let { text } = item.literal;
  while (!item.literal.quoted && cursor.item?.literal && !cursor.item.literal.quoted && cursor.item.number === undefined) text += ` ${cursor.items[cursor.at++]!.text}`;
  cursor.restrict({ kind: 'literal', negated: cursor.negated, text, op: '=', ...surroundings });
  if (surroundings.noun && (cursor.does('or') || cursor.item?.punctuation === ',')) cursor.adjacent = true;
  return true;
}
