import type { Aggregate } from '../language/function-words.js';
import type { Frame } from './frame.js';

/** What a follow-up does to the question before, as far as its form of words says it; `text` is still to be read. */
export type Edit =
  | { readonly kind: 'rows'; readonly ask: 'which' | 'list'; /** "Which one": of a highest or lowest number. */ readonly one: boolean; /** "Which product is that?" */ readonly of?: string }
  | { readonly kind: 'count'; /** "How many of them …": a condition first. */ readonly text?: string }
  | { readonly kind: 'ungroup' }
  | { readonly kind: 'aggregate'; readonly fn: Aggregate }
  | { readonly kind: 'measure'; readonly text: string }
  | { readonly kind: 'reverse' }
  | { readonly kind: 'limit'; readonly count: number; /** "top", "the first", or neither. */ readonly word?: string; readonly of?: string }
  | { readonly kind: 'unlimit' }
  | { readonly kind: 'superlative'; readonly text: string }
  | { readonly kind: 'columns'; readonly text: string; readonly besides: boolean; /** "its": of one row. */ readonly one: boolean; /** "their", "its": of the rows before, for sure. */ readonly refers?: boolean }
  | { readonly kind: 'drop'; readonly text: string | undefined }
  | { readonly kind: 'ordinal' }
  /** Whatever else: conditions, groups, an order, another subject. */
  | { readonly kind: 'open'; readonly text: string };

const THEM = '(?:they|them|those|these|it|that|this)';
const NUMBERS: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, twelve: 12, fifteen: 15, twenty: 20, fifty: 50, hundred: 100 };
const COUNT = `(\\d{1,7}|${Object.keys(NUMBERS).join('|')})`;
const AGGREGATES: Readonly<Record<string, Aggregate>> = { total: 'sum', sum: 'sum', average: 'avg', mean: 'avg', median: 'median', minimum: 'min', lowest: 'min', smallest: 'min', maximum: 'max', highest: 'max', largest: 'max', biggest: 'max' };

const ROWS = new RegExp(`^(?:(who|which|what)(?: (?:ones?|people))?(?: (?:is|are|was|were) ${THEM}(?: ones?)?)?|(?:list|show|show me|give me|name|see) (?:${THEM}(?: all)?|all of ${THEM}|the (?:rows|list|records|entries|details)(?: behind ${THEM})?))$`, 'i');
const WHICH_IS = /^(?:which|what) (\w+(?: \w+)?) (?:(?:is|was) (it|that|this)|(?:are|were) (?:they|those|these))$/i;
const HOW_MANY = new RegExp(`^(?:how many(?: (?:is|are|were) (?:there|${THEM})| ${THEM} are| of ${THEM}(?: (?:is|are) there)?)?|count(?: ${THEM})?|(?:the )?(?:count|number)(?: of ${THEM})?)$`, 'i');
const HOW_MANY_OF = /^how many of (?:them|those|these)(?: (?:are|were|is|do|did))? (.+)$/i;
const HOW_MANY_ARE = /^how many(?: (?:are|were|do|did))? (.+)$/i;
const UNGROUP = /^(?:overall|in total|altogether|all together|all in all|not grouped|ungrouped|without (?:the )?group(?:ing|s)|without (?:the )?breakdown|in one number|combined)$/i;
const REVERSE = /^(?:the )?other way (?:a)?round$|^(?:in )?(?:the )?(?:reverse|opposite|reversed)(?: (?:order|direction))?$|^reverse (?:it|them|that|this|the order)$/i;
const LIMIT = new RegExp(`^(?:show(?: me)? |give me |list |limit (?:it |that |them )?(?:to )?)?(?:the )?(?:(top|first|best|bottom|last) )?${COUNT}(?: (?:ones|rows|results|entries|of ${THEM}))?$`, 'i');
const LIMIT_OF = new RegExp(`^(?:show(?: me)? |give me |list )?(?:the )?(top|first) ${COUNT} (.+)$`, 'i');
const UNLIMIT = new RegExp(`^(?:show(?: me)? |give me |list )?all(?: (?:of ${THEM}|the (?:rows|results|entries)|rows|results))?$|^(?:without|no|remove|drop) (?:the |a |any )?limit$|^everything$`, 'i');
const ORDINAL = /^(?:(?:show(?: me)? |take )?(?:the |only the )?(?:first|second|third|fourth|fifth|last|next|previous|top|other) (?:one|row|result|entry)s?|the (?:next|other) (?:ones|\d+))(?:'s .+)?$/i;
const DROP = /^(?:without|remove|drop|ignore|forget|no|skip|clear) (?:the |that |this |any |all )?(?:(.+?) )?(?:filter|filters|condition|conditions|restriction|restrictions|criteria)$/i;
const REGARDLESS = /^(?:(?:for|from|of|in|with|across) (?:all|any)(?: of)?(?: the)?|regardless of(?: the| their)?|irrespective of(?: the| their)?|independent of(?: the| their)?|no matter(?: what| which)?(?: the| their)?|whatever(?: the| their)?|ignoring(?: the| their)?|ignore(?: the| their)?|any|all) (.+)$/i;
const THEIR = /^(?:(?:show|list|give|display|add|include|see|with|including|plus|tell)(?: me)? )?(?:for each )?(their|its|his|her)(?: own)? (.+)$/i;
const ITS = /^(?:what|who|where|when) (?:is|was|are|were) (its|their|his|her) (.+)$/i;
const WITH = /^(?:with|including|include|add|plus) the (.+)$/i;
const SHOW = /^(?:show|list|give|display)(?: me)?(?: only| just)? (?:the )?(.+)$/i;
const THE = /^the (.+)$/i;
const FIRST = /^(?:the )?(.+) first$/i;
const MEASURE = /^(?:(?:show|give)(?: me)? )?(?:the |their )?((?:average|mean|avg|total|sum of|median|minimum|min|maximum|max|lowest|highest|smallest|largest|number of|count of)(?: the)? .+)$/i;
const AGGREGATE = /^(?:(?:show|give|take|use)(?: me)? )?(?:the )?(total|sum|average|mean|median|minimum|maximum|lowest|highest|smallest|largest|biggest)(?: one| value| number| of (?:it|them|those|that))?$/i;
const EXCLUDE = /^(?:exclude|leave out|omit|leaving out|except|excluding|but not|minus)(?: the)? (.+)$/i;

/** The form of words a follow-up has. */
export function editOf(frame: Frame): Edit {
  const { core, opened, besides, instead } = frame;
  const rows = ROWS.exec(core);
  if (rows) return { kind: 'rows', ask: rows[1] ? 'which' : 'list', one: /\bone\b|\b(?:is|was) (?:it|that|this)\b/i.test(core) };
  const named = WHICH_IS.exec(core);
  if (named) return { kind: 'rows', ask: 'which', one: named[2] !== undefined, of: named[1]! };
  if (HOW_MANY.test(core)) return { kind: 'count' };
  const ofThem = HOW_MANY_OF.exec(core) ?? (frame.narrowing ? HOW_MANY_ARE.exec(core) : null);
  if (ofThem) return { kind: 'count', text: ofThem[1]! };
  if (UNGROUP.test(core)) return { kind: 'ungroup' };
  if (REVERSE.test(core)) return { kind: 'reverse' };
  if (ORDINAL.test(core)) return /\b(?:first|top) one$/i.test(core) ? { kind: 'limit', count: 1, word: 'one' } : { kind: 'ordinal' };
  if (UNLIMIT.test(core)) return { kind: 'unlimit' };
  const limit = LIMIT.exec(core);
  // A number alone may be a year, or anything else.
  if (limit && !besides && (limit[1] || /\s/.test(core) || ((frame.narrowing || instead) && !/^\d{4}$/.test(core)))) return { kind: 'limit', count: numberOf(limit[2]!), ...(limit[1] ? { word: limit[1].toLowerCase() } : {}) };
  const limitOf = opened || instead ? LIMIT_OF.exec(core) : null;
  if (limitOf && !/\bby\b|\bwith\b/i.test(limitOf[3]!)) return { kind: 'limit', count: numberOf(limitOf[2]!), word: limitOf[1]!.toLowerCase(), of: limitOf[3]! };
  const aggregate = AGGREGATE.exec(core);
  if (aggregate) return { kind: 'aggregate', fn: AGGREGATES[aggregate[1]!.toLowerCase()]! };
  const first = FIRST.exec(core);
  if (first && first[1]!.split(' ').length <= 2) return { kind: 'superlative', text: first[1]! };
  const drop = DROP.exec(core);
  if (drop) return { kind: 'drop', text: drop[1] };
  const exclude = EXCLUDE.exec(core);
  if (exclude) return { kind: 'open', text: `excluding ${exclude[1]!}` };
  const regardless = REGARDLESS.exec(core);
  if (regardless && regardless[1]!.split(' ').length <= 3 && (opened || instead || !/^(?:all|any|in|with|from|of) /i.test(core))) return { kind: 'drop', text: regardless[1]! };
  const measure = opened || instead || besides ? MEASURE.exec(core) : null;
  if (measure) return { kind: 'measure', text: measure[1]! };
  const its = THEIR.exec(core) ?? ITS.exec(core);
  if (its) return { kind: 'columns', text: its[2]!, besides: (opened && !frame.narrowing) || besides || /^(?:with|including|include|add|plus)/i.test(core), one: /^(?:its|his|her)$/i.test(its[1]!), refers: true };
  const columns = columnsOf(frame);
  return columns ?? { kind: 'open', text: core };
}

function columnsOf({ core, opened, narrowing, besides, instead }: Frame): Edit | undefined {
  const added = WITH.exec(core);
  if (added) return { kind: 'columns', text: added[1]!, besides: true, one: false };
  const named = opened || instead || besides ? (THE.exec(core) ?? SHOW.exec(core)) : null;
  return named ? { kind: 'columns', text: named[1]!, besides: besides || (!narrowing && !instead), one: false } : undefined;
}

function numberOf(text: string): number {
  return NUMBERS[text.toLowerCase()] ?? Number(text);
}
