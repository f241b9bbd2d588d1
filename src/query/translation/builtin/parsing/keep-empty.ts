import type { Cursor } from './cursor.js';

const STARTS = new Set(['including', 'include', 'includes', 'included', 'even', 'also', 'and also', 'also include', 'count']);
const NONE = new Set(['none', 'zero', 'zeros', 'zeroes', 'nobody', 'nothing', 'empty', '0']);

/** "including those without any", "also those with none", "even if zero": groups without rows are listed too. */
export function keepEmpty(cursor: Cursor): boolean {
  const { item, reading } = cursor;
  const shows = item!.lower === 'show' && ['zero', '0'].includes(cursor.peek()?.lower ?? '');
  if (!STARTS.has(item!.lower) && !shows) return false;
  const counted = reading.groups.length > 0 || reading.heads.some((head) => head.aggregate);
  if (!counted) return false;
  const end = endOfClause(cursor);
  const clause = cursor.items.slice(cursor.at + 1, end);
  const none = clause.some((each) => NONE.has(each.lower) || each.does?.does === 'without' || (each.number === 0));
  if (!none || clause.length > 9) return false;
  reading.keepEmpty = true;
  cursor.at = end;
  return true;
}

function endOfClause(cursor: Cursor): number {
  const end = cursor.items.findIndex((each, at) => at > cursor.at && each.punctuation !== undefined && '.,;?!'.includes(each.punctuation));
  return end < 0 ? cursor.items.length : end;
}
