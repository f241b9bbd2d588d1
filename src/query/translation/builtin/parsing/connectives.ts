import type { Item } from '../tagging/items.js';
import type { Cursor } from './cursor.js';

export function connective(cursor: Cursor): boolean {
  const item = cursor.item!;
  switch (item.does?.does) {
    case 'and':
      cursor.lead = cursor.lead === 'their' ? 'their' : 'and';
      break;
    case 'or':
      cursor.or = true;
      break;
    case 'not':
      cursor.negated = true;
      cursor.never = /never|nobody|no one|ever/.test(item.lower);
      break;
    case 'without':
      cursor.negated = true;
      cursor.tail = true;
      cursor.lead = 'with';
      cursor.adjacent = false;
      break;
    case 'with':
      cursor.tail = true;
      cursor.lead = 'with';
      cursor.adjacent = false;
      break;
    case 'their':
      if (cursor.lead === 'with' || cursor.lead === 'and') cursor.lead = 'their';
      break;
    case 'relative':
      cursor.tail = true;
      cursor.lead = 'relative';
      cursor.clauseOf = cursor.near;
      break;
    case 'prep':
      if (item.does.prep !== 'of') leaveTable(cursor);
      if (item.does.prep !== 'of' || cursor.reading.heads.length > 0) cursor.tail = cursor.reading.heads.length > 0 || cursor.tail;
      if (cursor.lead !== 'verb') cursor.lead = 'prep';
      break;
    case 'since':
      // "after Kyoto Sessions": a moment that is no date is not understood.
      if (item.lower === 'starting') {
        cursor.reading.verbs.push(item.lower);
        cursor.lead = 'verb';
        cursor.tail = true;
        break;
      }
      if (item.lower !== 'through' && !item.lower.startsWith('from')) cursor.reading.leftovers.push(item.text);
      leaveTable(cursor);
      cursor.tail = true;
      cursor.lead = 'prep';
      break;
    case 'text':
    case 'verb':
      // "Which sponsor paid": after "which" a noun is due, and this one is not known.
      if (['which', 'what'].includes(cursor.items[cursor.at - 1]?.lower ?? '') && cursor.reading.heads.length === 0) cursor.reading.leftovers.push(item.text);
      cursor.reading.verbs.push(item.lower);
      cursor.lead = 'verb';
      cursor.adjacent = false;
      if (cursor.reading.heads.length > 0) cursor.tail = true;
      break;
    case 'copula':
      if (cursor.tail && cursor.lead === 'and') cursor.lead = 'verb';
      // "How many orders did our customers place": who does it is not asked for. "Which tariffs are green": nor is what is said of them.
      if (cursor.reading.heads.length > 0 && !cursor.tail) {
        cursor.tail = true;
        cursor.lead = /^(do|does|did)$/.test(item.lower) ? 'prep' : 'verb';
      }
      break;
    case 'top':
      // "How long did it last": a verb.
      if (item.lower !== 'last' || cursor.reading.heads.length === 0) return false;
      break;
    case 'filler':
    case 'ask':
    case 'every':
      break;
    case 'both':
      cursor.reading.both = true;
      break;
    case 'distinct':
      cursor.reading.distinct = true;
      break;
    case 'aggregate':
      return aggregateAlone(cursor, item);
    default:
      return roleOrAttribute(cursor, item);
  }
  cursor.at++;
  return true;
}

/** After a preposition a name is no longer the table's own: "invoices from Berlin" are not called Berlin. */
function leaveTable(cursor: Cursor): void {
  if (cursor.noun?.refs[0]?.kind === 'table') cursor.adjacent = false;
}

/** "in total", "count" at the end: an aggregate for the noun before it, if that has none. */
function aggregateAlone(cursor: Cursor, item: Item): boolean {
  if (item.does?.does !== 'aggregate') return false;
  if (item.lower === 'how often' && cursor.at === 0) {
    cursor.reading.often = true;
    cursor.at++;
    return true;
  }
  const last = cursor.reading.heads.at(-1);
  // "Visits in the past week, how many?": the count is all that is asked for.
  const alone = cursor.items[cursor.at - 1]?.punctuation && (!cursor.peek() || cursor.peek()!.punctuation);
  if (item.does.fn === 'count' && last && !last.aggregate && cursor.reading.heads.length === 1 && (item.lower.startsWith('how') || alone)) {
    last.aggregate = 'count';
    cursor.at++;
    return true;
  }
  if (item.does.fn === 'count' && (cursor.lead === 'their' || cursor.lead === 'and')) {
    cursor.reading.counted = true;
    cursor.at++;
    return true;
  }
  const compared = cursor.reading.restrictions.at(-1);
  if (item.does.fn === 'sum' && compared?.kind === 'compare' && compared.noun && !compared.noun.aggregate && /^(altogether|in total|combined|overall)$/.test(item.lower)) compared.noun.aggregate = 'sum';
  if (item.does.fn === 'sum' && /^(add|sum) up$/.test(item.lower)) return false;
  if (item.does.fn !== 'sum' && last && !last.aggregate) last.aggregate = item.does.fn;
  else if (item.does.fn !== 'sum' && last?.aggregate !== item.does.fn) return false;
  cursor.at++;
  return true;
}

function roleOrAttribute(cursor: Cursor, item: Item): boolean {
  if (item.roles?.length) {
    cursor.reading.preferred.push(...item.roles);
    cursor.at++;
    return true;
  }
  return false;
}
