import { isAmount } from '../lexicon/schema-model.js';
import { isNoun, type Cursor } from './cursor.js';
import { nounPhrase, phraseOf } from './noun-phrase.js';
import type { Extreme, NounPhrase } from './reading.js';

/** "top 5 products", "the most expensive product", "highest price", "most orders", "spent the most". */
export function extreme(cursor: Cursor): boolean {
  const { item, reading } = cursor;
  const limit = reading.limit;
  const attribute = item?.attribute?.degree === 'superlative' ? item.attribute.attribute : undefined;
  const top = cursor.does('top');
  const word = cursor.does('extreme');
  if (!attribute && !top && !word) return false;
  if (top && isNoun(item) && !cursor.peek()?.number && !isNoun(cursor.after(cursor.at + 1))) return false;
  const next = cursor.peek();
  if (top && item!.lower === 'last' && reading.heads.length > 0 && !isNoun(next) && next?.number === undefined && !next?.unit && !next?.attribute) return false;
  cursor.at++;
  cursor.skip();
  let count = limit;
  if (cursor.item?.number !== undefined) {
    count = cursor.item.number;
    cursor.at++;
    cursor.skip();
  }
  const base = cursor.item?.attribute?.degree === 'base' || cursor.item?.attribute?.degree === 'superlative' ? cursor.item.attribute.attribute : undefined;
  // "best-rated", "most expensive", "top rated"; "least expensive" turns the adjective round.
  const counted = cursor.noun?.verbal ? cursor.noun : undefined;
  // "hired most recently": the verb says which date.
  if (base?.temporal && word && counted?.refs.some((ref) => ref.kind === 'column' && ref.info.role === 'date')) {
    cursor.at++;
    add(cursor, { desc: base.rising === word.desc, word: item!.lower, measure: counted }, count);
    return true;
  }
  const events = word && ['most', 'least'].includes(item!.lower) ? eventsBefore(cursor) : undefined;
  if (events) {
    // "the most borrowed books": the verb's events are counted for each.
    cursor.at++;
    add(cursor, { desc: word!.desc, word: item!.lower, measure: { ...events, aggregate: 'count' } }, count);
    return ranked(cursor);
  }
  if (base?.frequency && word && counted) {
    // "played most often": the verb's events are counted.
    cursor.at++;
    add(cursor, { desc: word.desc, word: item!.lower, measure: { ...counted, aggregate: 'count' } }, count);
    return true;
  }
  if (base && (word || top)) {
    cursor.at++;
    add(cursor, { desc: base.rising === (word ?? top)!.desc, attribute: base, word: item!.lower }, count);
    return ranked(cursor) && inThatOrder(cursor);
  }
  if (attribute) {
    const desc = attribute.rising;
    // "highest", "largest" before a column or an aggregate rank by it, not by size or height.
    if (!word || attribute.temporal) {
      const number = isNoun(cursor.item) ? cursor.item!.nouns![0]! : undefined;
      const besideOthers = reading.heads.some((head) => head.aggregate) || (reading.groups.length > 0 && reading.heads.length === 0);
      const measured = number?.kind === 'derived' || (number?.kind === 'column' && isAmount(number.info));
      if (besideOthers && measured && count === undefined) {
        // "number of tracks and longest duration per genre": one more number of each.
        const noun = nounPhrase(cursor)!;
        reading.heads.push({ ...noun, aggregate: desc ? 'max' : 'min' });
        cursor.remember(noun);
        return true;
      }
      add(cursor, { desc, attribute, word: item!.lower }, count);
      return ranked(cursor) && inThatOrder(cursor);
    }
  }
  if (top) {
    add(cursor, { desc: top.desc, word: item!.lower }, count);
    return ranked(cursor);
  }
  const found: Extreme = { desc: word!.desc, word: item!.lower, ...(attribute ? { attribute } : {}) };
  const measure = nounPhrase(cursor);
  const isTable = measure?.refs[0]?.kind === 'table' && !measure.aggregate && !['most', 'least', 'fewest'].includes(found.word);
  if (measure && isTable && cursor.reading.heads.length === 0 && !cursor.tail) {
    // "the highest mountains": they are what is asked for, ranked by their own height.
    cursor.reading.heads.push(measure);
    cursor.remember(measure);
    add(cursor, found, count);
    return true;
  }
  if (measure) {
    found.measure = measure;
    if (cursor.reading.heads.length === 0) cursor.near = measure;
  } else if (cursor.noun && (cursor.noun.verbal || cursor.lead === 'verb')) found.measure = cursor.noun;
  add(cursor, found, count);
  cursor.adjacent = false;
  return true;
}

/** A participle that names a table and stands before the noun it is said of. */
function eventsBefore(cursor: Cursor): NounPhrase | undefined {
  const { item } = cursor;
  if (!isNoun(item) || !isNoun(cursor.peek()) || item!.attribute) return undefined;
  const phrase = phraseOf(item!);
  return phrase.verbal && phrase.refs.some((ref) => ref.kind === 'table' && ref.score > 0.55) ? phrase : undefined;
}

function add(cursor: Cursor, found: Extreme, limit: number | undefined): void {
  if (limit !== undefined) {
    found.limit = limit;
    delete cursor.reading.limit;
  }
  cursor.reading.extremes.push(found);
}

/** "newest customers first": all of them, in that order. */
function inThatOrder(cursor: Cursor): true {
  const found = cursor.reading.extremes.at(-1)!;
  if (cursor.item?.lower === 'first' && found.limit === undefined && !isNoun(cursor.peek()) && cursor.peek()?.number === undefined) {
    cursor.at++;
    cursor.reading.extremes.pop();
    cursor.reading.order.push({ desc: found.desc, ...(found.attribute ? { attribute: found.attribute } : {}) });
  }
  return true;
}

/** What is ranked follows: it is what is asked for. */
function ranked(cursor: Cursor): true {
  const noun = nounPhrase(cursor);
  if (noun) {
    // "Customers whose first order …": one row of each customer's, not one of all.
    if (cursor.reading.heads.length > 0 && ['with', 'relative', 'their', 'and'].includes(cursor.lead ?? '')) cursor.reading.uncovered ??= 'a ranking within each row';
    if (!cursor.tail || cursor.reading.heads.length === 0) cursor.reading.heads.push(noun);
    else cursor.reading.mentions.push(noun);
    cursor.remember(noun);
  }
  return true;
}
