import { isUnitOfMeasure } from '../language/function-words.js';
import { wordForms } from '../language/word-forms.js';
import { isAmount } from '../lexicon/schema-model.js';
import { attributeOf } from '../language/attributes.js';
import { isNoun, type Cursor } from './cursor.js';
import type { Reading } from './reading.js';
import type { Item } from '../tagging/items.js';
import { nounPhrase, phraseOf } from './noun-phrase.js';

/** "sorted by price descending", "alphabetically", "newest first". */
export function ordering(cursor: Cursor): boolean {
  const foremost = cameFirst(cursor) ?? startsWith(cursor);
  if (foremost) {
    cursor.at += foremost.length;
    direct(cursor, foremost.wish);
    return true;
  }
  const direction = cursor.does('direction');
  if (direction) {
    cursor.at++;
    const noun = cursor.reading.order.length === 0 && isNoun(cursor.item) ? nounPhrase(cursor) : undefined;
    direct(cursor, { desc: direction.desc, ...(noun ? { noun } : {}), ...(direction.temporal ? { attribute: TIME } : {}) });
    return true;
  }
  const fromTo = spanOfSuperlatives(cursor);
  if (fromTo) {
    cursor.at += fromTo.length;
    direct(cursor, { desc: fromTo.desc, ...(fromTo.noun ? { noun: phraseOf(fromTo.noun) } : {}) });
    return true;
  }
  if (!cursor.does('order')) return false;
  const start = cursor.at;
  // "products ordered by customer Smith" is about orders; "ordered by price" about the arrangement.
  const ambiguous = isNoun(cursor.item);
  cursor.mark();
  cursor.at++;
  let found = false;
  do {
    cursor.skip();
    if (found) cursor.at += cursor.does('and') || cursor.item?.punctuation === ',' ? 1 : 0;
    const asc = cursor.does('extreme');
    if (asc) cursor.at++;
    const early = cursor.does('direction');
    if (early) cursor.at++;
    if (cursor.does('against') && !isNoun(cursor.item)) {
      cursor.at++;
      const direction = cursor.does('direction');
      if (direction) cursor.at++;
      cursor.reading.order.push({ against: true, desc: direction?.desc ?? early?.desc ?? asc?.desc ?? false });
      found = true;
      continue;
    }
    const noun = nounPhrase(cursor);
    if (!noun) break;
    const wayward = cursor.does('direction');
    if (wayward) cursor.at++;
    // "newest first, ordered by release date": the direction was said before.
    const before = cursor.reading.order.at(-1);
    const told = before && !before.noun && !before.against ? cursor.reading.order.pop() : undefined;
    cursor.reading.order.push({ noun, desc: wayward?.desc ?? early?.desc ?? asc?.desc ?? told?.desc ?? false });
    found = true;
  } while (cursor.does('and') && isNoun(cursor.after(cursor.at + 1, 'their')) || (cursor.item?.punctuation === ',' && isNoun(cursor.peek())));
  if (!found) {
    cursor.back();
    if (ambiguous) return false;
    cursor.at = start + 1;
    return true;
  }
  cursor.keep();
  cursor.tail = true;
  cursor.adjacent = false;
  return true;
}

type Wish = Reading['order'][number];

const TIME = attributeOf('newest')!.attribute;

/** Which way the order asked for goes; without one yet, a wish of its own. */
function direct({ reading }: Cursor, wish: Wish): void {
  const last = reading.order.at(-1);
  if (last) last.desc = wish.desc;
  else reading.order.push(wish);
}

/** "cheapest first", "most recent first", "highest first". */
function cameFirst(cursor: Cursor): { wish: Wish; length: number } | undefined {
  const end = endAt(cursor, cursor.at);
  return end && cursor.items[cursor.at + end.length]?.lower === 'first' && !isNoun(cursor.items[cursor.at + end.length + 1]) ? { wish: end.wish, length: end.length + 1 } : undefined;
}

/** "starting with the most expensive (one)". */
function startsWith(cursor: Cursor): { wish: Wish; length: number } | undefined {
  if (!['starting', 'beginning', 'start with', 'starting with', 'beginning with'].includes(cursor.item!.lower)) return undefined;
  let at = cursor.at + 1;
  while (['filler', 'with', 'prep'].includes(cursor.items[at]?.does?.does ?? '')) at++;
  const end = endAt(cursor, at);
  if (!end) return undefined;
  at += end.length;
  while (cursor.items[at]?.does?.does === 'filler') at++;
  return { wish: end.wish, length: at - cursor.at };
}

/** The end of an order that an adjective names: "cheapest", "most expensive", "highest". */
function endAt(cursor: Cursor, at: number): { wish: Wish; length: number } | undefined {
  const word = cursor.does('extreme', cursor.items[at]);
  const next = cursor.items[at + 1]?.attribute;
  if (word && next?.degree === 'base') return { wish: { desc: next.attribute.rising === word.desc, attribute: next.attribute }, length: 2 };
  const own = cursor.items[at]?.attribute;
  if (own?.degree === 'superlative') return { wish: { desc: own.attribute.rising, attribute: own.attribute }, length: 1 };
  return word ? { wish: { desc: word.desc, measured: true }, length: 1 } : undefined;
}

/** "from longest to shortest", with "ordered" before it or not. */
function spanOfSuperlatives(cursor: Cursor): { desc: boolean; length: number; noun?: Item } | undefined {
  let at = cursor.at + (cursor.does('order') && ['ordered', 'sorted'].includes(cursor.item!.lower) ? 1 : 0);
  if (!['from', 'starting from', 'starting'].includes(cursor.items[at]?.lower ?? '')) return undefined;
  at++;
  const skip = () => {
    while (cursor.items[at]?.does?.does === 'filler' || (cursor.items[at]?.does?.does === 'prep' && cursor.items[at]!.lower === 'with')) at++;
  };
  skip();
  const first = cursor.items[at++];
  const noun = isNoun(cursor.items[at]) ? cursor.items[at++] : undefined;
  if (cursor.items[at++]?.lower !== 'to') return undefined;
  skip();
  const second = cursor.items[at++];
  if (!first || !second) return undefined;
  const desc = (item: typeof first) => (item.does?.does === 'extreme' ? item.does.desc : item.attribute?.degree === 'superlative' ? item.attribute.attribute.rising : undefined);
  const [high, low] = [desc(first), desc(second)];
  if (high === undefined || low === undefined || high === low) return undefined;
  // A name for what is ordered may follow: "from highest to lowest altitude".
  const named = noun ?? (isNoun(cursor.items[at]) ? cursor.items[at++] : undefined);
  return { desc: high, length: at - cursor.at, ...(named ? { noun: named } : {}) };
}

/** "per month", "by category", "for each customer", "monthly". */
export function grouping(cursor: Cursor): boolean {
  const unit = cursor.does('unit-group');
  if (unit && !(isNoun(cursor.item) && (cursor.item!.nouns![0]?.score ?? 0) >= 0.9)) {
    cursor.at++;
    cursor.reading.groups.push({ unit: unit.unit, per: true });
    return true;
  }
  // "month by month", "village by village".
  const again = cursor.peek()?.lower === 'by' && cursor.peek(2)?.lower === cursor.item!.lower ? cursor.item! : undefined;
  if (again && (again.unit || isNoun(again))) {
    cursor.reading.groups.push({ per: true, ...(again.unit ? { unit: again.unit } : {}), ...(isNoun(again) ? { noun: phraseOf(again) } : {}) });
    cursor.at += 3;
    cursor.tail = true;
    return true;
  }
  const marker = cursor.does('group');
  const by = ['by', 'in terms of', 'based on', 'going by', 'judging by', 'measured by'].includes(cursor.does('prep')?.prep ?? '');
  const every = cursor.does('every');
  if (!marker && !by && !every) return false;
  // "the price per kWh": how it is kept, not what to group by.
  if (marker && isUnitOfMeasure(cursor.peek()?.lower ?? '') && !cursor.peek()?.unit) {
    cursor.at += 2;
    return true;
  }
  if (by && passive(cursor) && !cursor.peek()?.unit) return false;
  cursor.mark();
  cursor.at++;
  const ranking = by ? cursor.reading.extremes.find((extreme) => !extreme.measure && (!extreme.attribute || namesNumber(cursor))) : undefined;
  const ranked = ranking !== undefined;
  let found = false;
  for (;;) {
    cursor.skip('their', 'every', 'distinct');
    const { item } = cursor;
    const calendar = item?.unit && !item.nouns?.some((ref) => ref.score >= 0.9) ? item.unit : undefined;
    if (calendar && !ranked) {
      cursor.reading.groups.push({ unit: calendar, ...(marker ? { per: true } : {}), ...(item!.nouns ? { noun: { text: item!.text, refs: item!.nouns } } : {}) });
      cursor.at++;
    } else if (isNoun(item) || ((ranked || cursor.does('aggregate')?.fn === 'count') && (cursor.does('aggregate') || cursor.does('extreme')))) {
      if (cursor.does('extreme')) cursor.at++;
      const noun = nounPhrase(cursor);
      if (!noun) break;
      // "for each number of bedrooms": the number is a column.
      if (!ranked && noun.aggregate === 'count' && noun.refs[0]?.kind === 'column' && noun.refs[0].info.role === 'number') delete noun.aggregate;
      if (by && !ranked && ['relative', 'ask'].includes(cursor.item?.does?.does ?? '')) {
        // "orders by customers who joined in May" are placed by them, not grouped by them.
        cursor.reading.mentions.push(noun);
        cursor.remember(noun);
        cursor.keep();
        cursor.tail = true;
        return true;
      }
      if (ranking && !found) {
        ranking.measure = noun;
        delete ranking.attribute;
      }
      else cursor.reading.groups.push({ noun, ...(marker ? { per: true } : {}), ...(cursor.reading.heads.length === 0 && !every ? { leading: true } : {}), ...(item!.unit ? { unit: item!.unit } : {}), ...(every && cursor.reading.heads.length === 0 ? { soft: true } : {}) });
      if (!item!.unit) cursor.remember(noun);
      else cursor.noun = undefined;
      if (every && cursor.reading.heads.length === 0) cursor.reading.heads.push(noun);
    } else break;
    found = true;
    if (!every && cursor.does('and') && (isNoun(cursor.after(cursor.at + 1, 'their', 'every')) || cursor.after(cursor.at + 1, 'their', 'every')?.unit) && !cursor.after(cursor.at + 1, 'their', 'every')?.does?.does.startsWith('agg')) {
      cursor.at++;
      continue;
    }
    break;
  }
  if (!found) {
    cursor.back();
    return false;
  }
  cursor.keep();
  // "Show every employee and …": what is asked for goes on.
  cursor.tail = !cursor.reading.groups.at(-1)?.soft;
  cursor.adjacent = cursor.noun !== undefined && !ranked;
  return true;
}

/** "the biggest class by capacity": a number follows, which says by what. */
function namesNumber(cursor: Cursor): boolean {
  const next = cursor.after(cursor.at, 'their');
  const best = next?.nouns?.[0];
  return best !== undefined && (best.kind === 'derived' || (best.kind === 'column' && isAmount(best.info)));
}

/** "written by", "placed by": the doer follows, not what to group by. */
function passive(cursor: Cursor): boolean {
  const before = cursor.items[cursor.at - 1];
  if (!before || !/(ed|en|de|ld|id|ne|wn)$/.test(before.lower)) return false;
  const { verb, surface } = wordForms(before.lower);
  return verb !== surface;
}
