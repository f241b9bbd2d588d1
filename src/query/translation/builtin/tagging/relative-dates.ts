import type { DurationUnit } from '../expression.js';
import type { DateMatch, DateRange, UnclearDate } from './dates.js';
import { isMonth } from './calendar-dates.js';
import { nowFrom, shifted, todayFrom, type CalendarUnit, type Instant } from './instants.js';
import { numberInWords } from './number-words.js';
import { weekdaysOf } from './weekdays.js';

const UNITS: Readonly<Record<string, DurationUnit>> = { second: 'second', minute: 'minute', hour: 'hour', day: 'day', week: 'week', month: 'month', quarter: 'quarter', year: 'year' };
const BACK = new Set(['last', 'past', 'previous', 'preceding', 'prior']);
const AHEAD = new Set(['next', 'coming', 'following']);
const CURRENT = new Set(['this', 'current']);
/** "Last 3 full months" end before the current one. */
const WHOLE = new Set(['full', 'complete', 'completed', 'calendar', 'whole', 'entire', 'iso']);

/** The unit of time a word names, plural or not. */
export function timeUnitOf(word: string | undefined): DurationUnit | undefined {
  const base = word?.replace(/s$/, '');
  return base !== undefined && Object.hasOwn(UNITS, base) ? UNITS[base] : undefined;
}

/** "Yesterday", "last 30 days", "this quarter", "2 weeks ago", "year to date", "the start of the month". */
export function relativeDate(words: readonly string[], at: number, now: Date): DateMatch | UnclearDate | undefined {
  const today = todayFrom(now);
  const day = (shift: number, label: string, length = 1): DateMatch => ({ range: span(shifted(today, shift, 'day'), shifted(today, shift + 1, 'day'), label), length });
  if (words[at] === 'today') return day(0, 'today');
  if (words[at] === 'yesterday') return day(-1, 'yesterday');
  if (words[at] === 'tomorrow') return day(1, 'tomorrow');
  return toDate(words, at, now) ?? edge(words, at, now) ?? named(words, at, now) ?? ago(words, at, now);
}

/** "Year to date", "this year so far". */
function toDate(words: readonly string[], at: number, now: Date): DateMatch | undefined {
  const short = { ytd: 'year', qtd: 'quarter', mtd: 'month', wtd: 'week' }[words[at] ?? ''];
  const spelt = words[at + 1] === 'to' && words[at + 2] === 'date' ? timeUnitOf(words[at]) : undefined;
  const early = words[at] === 'so' && words[at + 1] === 'far' && CURRENT.has(words[at + 2] ?? '') ? timeUnitOf(words[at + 3]) : undefined;
  const late = CURRENT.has(words[at] ?? '') && words[at + 2] === 'so' && words[at + 3] === 'far' ? timeUnitOf(words[at + 1]) : undefined;
  const unit = short ?? spelt ?? early ?? late;
  if (!isCalendar(unit)) return undefined;
  const start = todayFrom(now, unit);
  return { range: span(start, shifted(todayFrom(now), 1, 'day'), `this ${unit} up to today`), length: short ? 1 : spelt ? 3 : 4 };
}

/** "The start of the year", "the end of last month": a day of its own, said of what begins or ends with it. */
function edge(words: readonly string[], at: number, now: Date): DateMatch | undefined {
  const skip = words[at] === 'the' ? 1 : 0;
  const which = words[at + skip];
  const first = which === 'start' || which === 'beginning';
  if ((!first && which !== 'end') || words[at + skip + 1] !== 'of') return undefined;
  // "From the" is one phrase, so that the article may be gone.
  const before = (words[at - 1] === 'the' ? words[at - 2] : words[at - 1]) ?? '';
  if (!(first ? ['since', 'from', 'before'] : ['until', 'till', 'by', 'through', 'after']).includes(before)) return undefined;
  const from = at + skip + 2;
  const implied = words[from] === 'the' && isCalendar(timeUnitOf(words[from + 1])) ? named(['this', words[from + 1]!], 0, now) : undefined;
  const whole = implied ?? named(words, from, now);
  if (!whole || 'unclear' in whole) return undefined;
  const { from: start, to, label } = whole.range;
  const moment = first ? start! : shifted(to!, -1, 'day');
  return { range: { ...span(moment, shifted(moment, 1, 'day'), `the ${which} of ${label}`), edge: true }, length: skip + 2 + whole.length };
}

/** "Last month", "the past two weeks", "this quarter", "last 3 full months", "previous week not including the current week". */
function named(words: readonly string[], at: number, now: Date): DateMatch | UnclearDate | undefined {
  let next = at + (words[at] === 'the' ? 1 : 0);
  const article = words[at] === 'the' || words[at - 1] === 'the';
  const which = words[next++] ?? '';
  const back = BACK.has(which);
  if (!back && !AHEAD.has(which) && !CURRENT.has(which)) return undefined;
  const vague = (isMonth(words[next] ?? '') && words[next] !== 'may') || weekdaysOf(words[next] ?? '') !== undefined;
  if (vague) return { unclear: `"${which} ${words[next]}", of which it is not clear when it was`, length: next + 1 - at };
  let whole = false;
  const skipWhole = () => {
    while (WHOLE.has(words[next] ?? '')) [whole, next] = [true, next + 1];
  };
  skipWhole();
  const counted = countAt(words, next);
  if (counted) next += counted.length;
  skipWhole();
  const decade = words[next]?.replace(/s$/, '') === 'decade' && !CURRENT.has(which);
  const unit = decade ? 'year' : timeUnitOf(words[next]);
  if (!unit) return undefined;
  next++;
  // "The last month of 2023" is no month before this one.
  if (words[next] === 'of' || (CURRENT.has(which) && counted)) return undefined;
  const exclusion = aside(words, next, unit);
  if (exclusion) next += exclusion.length;
  const count = (counted?.value ?? 1) * (decade ? 10 : 1);
  const length = next - at;
  const told = `${counted || decade ? `${count} ` : ''}${unit}${count > 1 ? 's' : ''}`;
  const calendar = isCalendar(unit) && !decade && (CURRENT.has(which) || whole || exclusion !== undefined || (!counted && which !== 'past' && !(article && which === 'last' && unit !== 'quarter')));
  if (calendar) {
    const start = todayFrom(now, unit);
    if (CURRENT.has(which)) return { range: span(start, shifted(start, 1, unit), `this ${unit}`), length };
    const kept = exclusion?.including ? 1 : 0;
    const label = `the ${back ? 'last' : 'next'} ${counted ? `${count} calendar ${unit}${count > 1 ? 's' : ''}` : `calendar ${unit}`}${kept ? ', this one included' : ''}`;
    return { range: back ? span(shifted(start, kept - count, unit), shifted(start, kept, unit), label) : span(shifted(start, 1 - kept, unit), shifted(start, 1 - kept + count, unit), label), length };
  }
  if (whole && unit !== 'day') return undefined;
  if (CURRENT.has(which)) return undefined;
  return rolling(unit, count, back, counted !== undefined || which === 'past', exclusion, `the ${back ? 'last' : 'next'} ${told}`, length, now);
}

/** Reaches back from, or ahead of, the moment for units shorter than a day, else today, which belongs to it. */
function rolling(unit: DurationUnit, count: number, back: boolean, certain: boolean, exclusion: Aside | undefined, label: string, length: number, now: Date): DateMatch | undefined {
  if (unit === 'second' || unit === 'minute' || unit === 'hour') {
    const moment = nowFrom(now);
    return { range: back ? span(shifted(moment, -count, unit), moment, label) : span(moment, shifted(moment, count, unit), label), length };
  }
  // "The last day" of what?
  if (unit === 'day' && !certain) return undefined;
  const today = todayFrom(now);
  const tomorrow = shifted(today, 1, 'day');
  if (exclusion && !exclusion.including) return { range: back ? span(shifted(today, -count, unit), today, `${label}, today not included`) : span(tomorrow, shifted(tomorrow, count, unit), `${label}, today not included`), length };
  if (exclusion) return { range: back ? span(shifted(tomorrow, -count, unit), tomorrow, `${label}, today included`) : span(today, shifted(today, count, unit), `${label}, today included`), length };
  return { range: back ? span(shifted(today, -count, unit), tomorrow, label) : span(today, shifted(tomorrow, count, unit), label), length };
}

/** "2 weeks ago", "a year ago". */
function ago(words: readonly string[], at: number, now: Date): DateMatch | undefined {
  const counted = countAt(words, at) ?? (words[at] === 'a' || words[at] === 'an' || words[at] === 'one' ? { value: 1, length: 1 } : undefined);
  const unit = counted ? timeUnitOf(words[at + counted.length]) : undefined;
  if (!counted || !unit || words[at + counted.length + 1] !== 'ago') return undefined;
  const length = counted.length + 2;
  const label = `${counted.value} ${unit}${counted.value > 1 ? 's' : ''} ago`;
  if (unit === 'second' || unit === 'minute' || unit === 'hour') {
    const moment = shifted(nowFrom(now), -counted.value, unit);
    return { range: { from: moment, to: moment, label, ago: nowFrom(now) }, length };
  }
  const day = shifted(todayFrom(now), -counted.value, unit);
  const range = { ...span(day, shifted(day, 1, 'day'), label), ago: shifted(todayFrom(now), 1, 'day') };
  if (!isCalendar(unit)) return { range, length };
  const start = shifted(todayFrom(now, unit), -counted.value, unit);
  return { range: { ...range, around: span(start, shifted(start, 1, unit), `the ${unit} ${label}`) }, length };
}

interface Aside {
  readonly including: boolean;
  readonly length: number;
}

/** "(not including the current month)", "excluding today": what is said of the unit that now is in. */
function aside(words: readonly string[], at: number, unit: DurationUnit): Aside | undefined {
  let next = at;
  const bracket = words[next] === '(' ? 1 : 0;
  next += bracket || words[next] === ',' ? 1 : 0;
  const denied = words[next] === 'not' || words[next] === 'without';
  if (words[next] === 'not') next++;
  const verb = words[next];
  const excluding = ['excluding', 'without', 'except'].includes(verb ?? '');
  const including = ['including', 'counting', 'inclusive'].includes(verb ?? '');
  if (!excluding && !including) return undefined;
  next++;
  if (words[next] === 'of') next++;
  if (words[next] === 'the') next++;
  if (unit === 'day' && words[next] === 'today') next++;
  else if (CURRENT.has(words[next] ?? '') && timeUnitOf(words[next + 1]) === unit) next += 2;
  else return undefined;
  if (bracket && words[next] !== ')') return undefined;
  return { including: including && !denied, length: next + bracket - at };
}

function countAt(words: readonly string[], at: number): { value: number; length: number } | undefined {
  if (/^\d{1,5}$/.test(words[at] ?? '')) return Number(words[at]) > 0 ? { value: Number(words[at]), length: 1 } : undefined;
  const spelt = numberInWords(words, at);
  return spelt && spelt.value > 0 && spelt.value < 100_000 ? spelt : undefined;
}

function isCalendar(unit: string | undefined): unit is CalendarUnit {
  return unit === 'week' || unit === 'month' || unit === 'quarter' || unit === 'year';
}

function span(from: Instant, to: Instant, label: string): DateRange {
  return { from, to, label };
}
