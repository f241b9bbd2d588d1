/** Aggregates a question may ask for. */
export type Aggregate = 'count' | 'sum' | 'avg' | 'min' | 'max' | 'median';
/** Comparison of a column or measure with a value. */
export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';
/** Calendar units by which rows can be grouped. */
export type DateUnit = 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';
/** Parts of a date that come round again, by which rows of all years can be grouped. */
export type DatePart = 'weekday' | 'month-of-year' | 'hour-of-day';

/** What a word or fixed phrase does in a question, as opposed to what the schema's nouns and values name. */
export type FunctionWord =
  | { readonly does: 'ask'; readonly ask: 'list' | 'which' | 'who' | 'where' | 'when' | 'whether' | 'amount' }
  | { readonly does: 'aggregate'; readonly fn: Aggregate }
  | { readonly does: 'extreme'; readonly desc: boolean }
  | { readonly does: 'top'; readonly desc: boolean }
  | { readonly does: 'compare'; readonly op: Comparison }
  | { readonly does: 'bound'; readonly op: '>=' | '<=' }
  | { readonly does: 'between' }
  | { readonly does: 'since'; readonly op: 'since' | 'after' | 'before' | 'until' }
  | { readonly does: 'group' }
  | { readonly does: 'every' }
  | { readonly does: 'unit-group'; readonly unit: DateUnit }
  | { readonly does: 'order' }
  /** Temporal where the order of time is meant. */
  | { readonly does: 'direction'; readonly desc: boolean; readonly temporal?: boolean }
  | { readonly does: 'text'; readonly op: 'contains' | 'starts' | 'ends' }
  | { readonly does: 'null'; readonly negated: boolean }
  | { readonly does: 'named' }
  | { readonly does: 'not' }
  | { readonly does: 'without' }
  | { readonly does: 'with' }
  | { readonly does: 'relative' }
  | { readonly does: 'and' }
  | { readonly does: 'or' }
  | { readonly does: 'prep'; readonly prep: string }
  | { readonly does: 'their' }
  /** An aggregate of what has been named before. */
  | { readonly does: 'bare'; readonly fn: Aggregate }
  /** How a number changes from one calendar unit to the next. */
  | { readonly does: 'growth'; readonly percent: boolean; readonly unit?: DateUnit }
  | { readonly does: 'both' }
  | { readonly does: 'distinct' }
  | { readonly does: 'copula' }
  | { readonly does: 'verb' }
  | { readonly does: 'filler' }
  /** A construct that is understood to be asked for but not covered: refused by name. */
  /** One number set against another; infix where the first of them comes before the word. */
  | { readonly does: 'against'; readonly kind: 'ratio' | 'difference'; readonly percent: boolean; readonly infix?: boolean }
  | { readonly does: 'uncovered'; readonly what: string };

const table = new Map<string, FunctionWord>();
const verbs = new Set<string>();

function add(word: FunctionWord, ...phrases: string[]): void {
  // What is said first holds: "give" asks before it is a verb.
  for (const phrase of phrases.flatMap((each) => each.split(', '))) {
    if (!table.has(phrase)) table.set(phrase, word);
    if (word.does === 'verb') verbs.add(phrase);
  }
}

add({ does: 'ask', ask: 'list' }, 'show, show me, list, give, give me, display, find, find me, get, get me, return, fetch, tell me, retrieve, print, provide, output, let me see, i want, i need, i would like, i want to see, i need to know, i want to know, i would like to see, can you tell me, report, identify, search for, look up, see, view');
add({ does: 'ask', ask: 'which' }, 'which, which are, which is, what, whats, what are, what is, what was, what were');
add({ does: 'ask', ask: 'who' }, 'who, who are, who is, whom');
add({ does: 'ask', ask: 'where' }, 'where');
add({ does: 'ask', ask: 'when' }, 'when');
add({ does: 'ask', ask: 'amount' }, 'how much');
add({ does: 'aggregate', fn: 'count' }, 'how many, number of, the number of, count of, count, counts, total number of, total count of, how often, amount of times');
add({ does: 'aggregate', fn: 'sum' }, 'sum, sum of, total, total of, total amount of, combined, overall, altogether, sum up, add up');
add({ does: 'aggregate', fn: 'avg' }, 'average, average of, avg, mean, mean of, on average, typical');
add({ does: 'aggregate', fn: 'min' }, 'minimum, min, minimal');
add({ does: 'aggregate', fn: 'max' }, 'maximum, max, maximal');
add({ does: 'aggregate', fn: 'median' }, 'median, median of');
add({ does: 'extreme', desc: true }, 'highest, largest, biggest, greatest, most, best');
add({ does: 'extreme', desc: false }, 'lowest, smallest, least, fewest, worst');
add({ does: 'top', desc: true }, 'top, first');
add({ does: 'top', desc: false }, 'bottom, last');
add({ does: 'compare', op: '>' }, 'more than, greater than, over, above, higher than, larger than, bigger than, exceeding, exceed, exceeds, exceeded, in excess of, >, better than, upwards of, is more than');
add({ does: 'compare', op: '>=' }, 'at least, no less than, not less than, minimum of, a minimum of, greater than or equal to, more than or equal to, >=, no fewer than');
add({ does: 'compare', op: '<' }, 'less than, fewer than, under, below, lower than, smaller than, <, worse than');
add({ does: 'compare', op: '<=' }, 'at most, no more than, not more than, maximum of, a maximum of, up to, less than or equal to, <=, not exceeding');
add({ does: 'compare', op: '=' }, 'exactly, equal to, equals, equal, =, precisely, same as');
add({ does: 'compare', op: '<>' }, 'other than, excl, excluding those with, different from, !=, <>, not equal to, except, excluding, besides, except for, apart from');
add({ does: 'bound', op: '>=' }, 'or more, or higher, or above, or greater, or over, or better, or later, and above, and up');
add({ does: 'bound', op: '<=' }, 'or less, or fewer, or lower, or below, or under, or earlier, and below');
add({ does: 'between' }, 'between, ranging from, in the range of, in the range, within the range');
add({ does: 'since', op: 'since' }, 'since, starting from, from, starting, on or after, at or after, on and after, not before, no earlier than, not earlier than');
add({ does: 'since', op: 'after' }, 'after, later than');
add({ does: 'since', op: 'before' }, 'before, earlier than, prior to');
add({ does: 'since', op: 'until' }, 'until, till, up to and including, through, on or before, at or before, on and before, not after, no later than, not later than');
add({ does: 'verb' }, 'lasts, lasted, lasting');
/** Dates and numbers take in both ends anyway. */
add({ does: 'filler' }, 'inclusive, inclusively');
add({ does: 'group' }, 'per, for each, by each, for every, in each, of each, grouped by, group by, broken down by, split by, in every, by every, on each, at each, to each, according to, for all the different, with each, across each');
add({ does: 'every' }, 'each, every');
for (const unit of ['day', 'week', 'month', 'quarter', 'year'] as const) add({ does: 'unit-group', unit }, `${unit === 'day' ? 'dai' : unit}ly`);
add({ does: 'unit-group', unit: 'year' }, 'annually, annual');
add({ does: 'unit-group', unit: 'hour' }, 'hourly');
add({ does: 'order' }, 'ordered by, order by, sorted by, sort by, ranked by, rank by, arranged by, in order of, sorted on, order it by, order them by, sort them by, order the results by, sort the results by, order results by, sort results by, ordered, sorted');
add({ does: 'direction', desc: true }, 'descending, desc, in descending order, descending order, from highest to lowest, high to low, highest to lowest, z to a, decreasing, in decreasing order, from most to least, from high to low, from largest to smallest, in reverse order');
add({ does: 'direction', desc: false, temporal: true }, 'chronologically, in chronological order, chronological order');
add({ does: 'direction', desc: false }, 'ascending, asc, in ascending order, ascending order, from lowest to highest, low to high, lowest to highest, a to z, alphabetically, in alphabetical order, alphabetical order, increasing, in increasing order, from least to most, from low to high, from smallest to largest');
add({ does: 'text', op: 'contains' }, 'contains, contain, containing, contained, includes the word, including the word, with the word, like, matching, that mention, mentions, mentioning');
add({ does: 'text', op: 'starts' }, 'starts with, start with, starting with, begins with, begin with, beginning with, that start with');
add({ does: 'text', op: 'ends' }, 'ends with, end with, ending with, ending in, ends in, end in');
add({ does: 'null', negated: false }, 'null, is null, are null, empty, missing, is missing, are missing, blank, unknown, is unknown, not set, unset, unspecified, not specified');
add({ does: 'null', negated: true }, 'not null, is not null, are not null, non null, not empty, not missing, known, present, is set');
add({ does: 'named' }, 'named, called, titled, by the name of');
add({ does: 'prep', prep: 'of' }, 'over all, across all');
add({ does: 'bare', fn: 'sum' }, 'what they come to in total, what they come to, what do they come to, what do they add up to, what they add up to, how much they come to, how much they add up to, what they amount to, how much do they come to');
add({ does: 'not' }, 'not, non, nor, never, nobody, no one, none of, nobody ever, nobody has, no one has, neither, yet to, no longer');
add({ does: 'without' }, 'excluding those with, excluding those that have, except those with, but not those with, excluding the ones with, without, with no, without any, with no any, no, lacking, lack, lacks, not have any, not have a, have no, has no, had no, having no, without a, with zero, have zero, has zero, with not any, zero, do not have any, does not have any, did not have any, not have any, not have, not having');
add({ does: 'with' }, 'with, having, have, has, had, along with, together with, as well as their, including, include, includes');
add({ does: 'relative' }, 'that, whose, that are, that is, who are, which are');
add({ does: 'and' }, 'and, as well as, plus, also, but, while, then');
add({ does: 'or' }, 'or, and or');
for (const prep of ['of', 'in', 'for', 'on', 'at', 'to', 'by', 'in terms of', 'going by', 'judging by', 'measured by', 'based on', 'into', 'within', 'during', 'as', 'about', 'across', 'among', 'amongst', 'via', 'using', 'towards', 'inside', 'under the', 'around', 'throughout', 'onto', 'against', 'regarding', 'belonging to', 'located in', 'made by', 'made in', 'based in', 'living in', 'associated with', 'from the']) add({ does: 'prep', prep }, prep);
add({ does: 'their' }, 'their, its, his, her, our, my, your, corresponding, respective, whose names, associated, related, matching their');
add({ does: 'both' }, 'both');
add({ does: 'filler' }, 'either');
add({ does: 'distinct' }, 'distinct, different, unique, distinct number of, number of distinct, number of different, number of unique, various, differing');
add({ does: 'copula' }, 'is, are, was, were, be, been, being, am, do, does, did, will, would, can, could, should, has been, have been, had been, may, might');
add({ does: 'verb' }, 'bring, fetch, collect, sign, carry out, report, lie, generate, take part in, taken part in, took part in, takes part in, gotten, place, belong, own, hold, live, reside, receive, exist, come, go, make, offer, use, take, locate, base, store, keep, record, register, appear, associate, relate, link, connect, get, give, provide, serve, happen, occur, find, involve, feature, possess, carry, there, contain, assign, list, sit, fall, consist, work, run, teach, attend, participate, submit, issue, perform, create, publish, write, present, enroll, enrol, declare, prescribe, post, conduct, produce, develop, organize, host, manage, treat, operate, supply, sponsor, employ, visit, join, send, deliver, ship, study, handle, open, sell, buy, purchase, order, book, flow, pass, travel, depart, arrive, land, cover, stay, process, own by, do so, complete, conduct, correspond, set, be on, stand, enter, see, need, want, complete by, put, add');
add({ does: 'filler' }, 'relevant, in your answer, in the answer, in your final answer, in the final answer, in the result, in the results, the, a, an, what about, how about, same for, the same for, please, me, us, i, we, you, they, it, them, he, she, all, any, some, there, table, tables, by joining, joining, doing, left join, join, combinations of,  here, these, those, this, now, just, only, can you, could you, would you, kindly, hi, hello, hey, thanks, thank you, so far, currently, right now, at the moment, in total, in all, in the database, database, in our database, in the system, system, ever, yet, already, exist, total of all, exactly how, actual, actually, really, anything, something, everyone, everything, anyone, someone, somebody, anybody, everybody, i e, e g, that is to say, still, list of, a list of, information, information about, info, details, details of, detail, data, records, record, entries, entry, rows, row, results, result, set, following, given, particular, specific, certain, respectively, at all, ones, one, overall list, recorded, available, ordered list of, as of now, today s, etc, ok, okay, well, people who, full list of, complete list of, whole, entire');
add({ does: 'against', kind: 'ratio', percent: false }, 'ratio, ratio of, ratio between, proportion, proportion of, share of, fraction, fraction of');
add({ does: 'against', kind: 'ratio', percent: true }, 'percentage, percentage of, percent of, percentage share of, what percent of, how many percent of');
add({ does: 'against', kind: 'ratio', percent: true, infix: true }, 'as a percentage of, as a percent of, as percentage of');
add({ does: 'against', kind: 'ratio', percent: false, infix: true }, 'as a share of, as a fraction of, as a proportion of, as share of');
add({ does: 'against', kind: 'difference', percent: false }, 'difference between, the difference between, difference of, gap between, absolute difference between');
add({ does: 'prep', prep: 'out of' }, 'out of, out of all, relative to, compared with');
add({ does: 'group' }, 'vary across, varies across, vary by, varies by, vary across different, differ across, differ by, differ between, vary between, across different, across all');
for (const unit of ['day', 'week', 'month', 'quarter', 'year'] as const) for (const joint of ['over', 'on']) add({ does: 'growth', percent: false, unit }, `${unit} ${joint} ${unit} change in, ${unit} ${joint} ${unit} change of, ${unit} ${joint} ${unit} change, ${unit} ${joint} ${unit} difference in, ${unit} ${joint} ${unit}`);
for (const unit of ['day', 'week', 'month', 'quarter', 'year'] as const) for (const joint of ['over', 'on']) add({ does: 'growth', percent: true, unit }, `${unit} ${joint} ${unit} growth in, ${unit} ${joint} ${unit} growth of, ${unit} ${joint} ${unit} growth, ${unit} ${joint} ${unit} growth rate of, ${unit} ${joint} ${unit} percentage change in`);
add({ does: 'growth', percent: true }, 'growth rate of, growth of, growth in, percentage change in, percent change in, percentage growth of, growth rate, growth');
add({ does: 'growth', percent: false }, 'change in, change of, changes in, increase in, and the change, and how it changed');
add({ does: 'uncovered', what: 'growth or change over time' }, 'change, trend, trends, increase, decrease, increased, decreased, evolution, year over year, month over month, compared to, compare, comparison, versus, vs, than the previous');
add({ does: 'uncovered', what: 'a difference' }, 'difference, difference in');
add({ does: 'uncovered', what: 'a running or moving calculation' }, 'cumulative, running total, rolling, moving average, consecutive, in a row, standard deviation, variance, correlation, percentile, distribution');
add({ does: 'uncovered', what: 'an explanation or advice' }, 'why, how do, how does, how can, how should, how to, how did, how would, should i, should we, explain, predict, forecast, recommend, suggest, describe, summarize, what if, meaning of, what role, what happens');

/** What people say around a question; none of it changes what is asked. */
const FRAMES = {
  openers: ['could you', 'can you', 'would you', 'will you', 'i would like to', 'i should like to', 'i want to', 'i need to', 'we would like to', 'we need to', 'we want to', 'may i', 'might i', 'could i', 'can i', 'could we', 'i am trying to', 'we are trying to', 'would you be so kind as to', 'would you be able to', 'would it be possible to', 'is it possible to', 'i was hoping to', 'help me', 'help me to'],
  politely: ['', 'please ', 'kindly '],
  verbs: ['know', 'ask', 'see', 'have', 'get', 'find', 'find out', 'tell me', 'tell us', 'let me know', 'let us know', 'show me', 'look up', 'look at', 'look for', 'work out', 'calculate', 'compute', 'determine', 'check', 'search', 'search for', 'list', 'list for me', 'give me', 'show', 'identify', 'understand'],
};
for (const opener of FRAMES.openers) for (const polite of FRAMES.politely) for (const verb of FRAMES.verbs) add({ does: 'ask', ask: 'list' }, `${opener} ${polite}${verb}`);
add({ does: 'ask', ask: 'list' }, 'would you mind telling me, would you mind showing me, would you mind listing, i was wondering, i am wondering, i would be interested in, i am interested in, i would be grateful for, i would appreciate, work out, calculate, compute, determine, find out, look up, look at, search, break down, let me know, tell us, which of, what of');
add({ does: 'filler' }, 'got, so, ok so, well, i mean, anyway, all in all, put together, calendar, of all time, as it is, if that is possible, if possible, if i may ask, if you can, if any, when you can, for me, for us, to us, on file, on record, in the books, on the books, to date, going by, that we have, that we own, we have, we own, level of, degree of, statistics, in question, as a list, overview of, an overview of, summary of, a summary of, breakdown of, a breakdown of, listing of, a listing of, single, existing, incl, the number one');

/** Units of measure: said after a number or after "in", they only repeat how a column is kept. */
const UNITS_OF_MEASURE = 'meter, metre, kilometer, kilometre, centimeter, centimetre, mile, foot, feet, inch, km, cm, mm, kg, kilogram, gram, pound, lb, liter, litre, square kilometer, square mile, square meter, dollar, usd, euro, eur, cent, percent, people per square kilometer';
for (const unit of UNITS_OF_MEASURE.split(', ')) for (const phrase of [`in ${unit}`, `in ${unit}s`, ...(unit.includes('square') ? [`${unit}s`, unit] : [])]) table.set(phrase, { does: 'filler' });

const LONGEST = Math.max(...[...table.keys()].map((phrase) => phrase.split(' ').length));

/** The longest function phrase that starts at `at`; words are lower case. */
export function functionWordAt(words: readonly string[], at: number): { word: FunctionWord; length: number } | undefined {
  for (let length = Math.min(LONGEST, words.length - at); length > 0; length--) {
    const word = table.get(words.slice(at, at + length).join(' '));
    if (word) return { word, length };
  }
  return undefined;
}

/** The function word of a single base form, for inflected verbs ("belongs", "placed"). */
export function functionWordOf(word: string): FunctionWord | undefined {
  return table.get(word);
}

const MEASURED = new Set([...UNITS_OF_MEASURE.split(', ').filter((unit) => !unit.includes(' ')), 'second', 'minute', 'hour', 'day', 'week', 'month', 'year', 'euro', 'kilo', 'ton', 'gb', 'mb', 'kwh', 'watt']);

/** True for the base form of a verb that only relates what is around it, whatever else the word may be. */
export function isRelatingVerb(word: string): boolean {
  return verbs.has(word);
}

/** True for a unit that may follow a number. */
export function isUnitOfMeasure(word: string): boolean {
  return MEASURED.has(word) || MEASURED.has(word.replace(/s$/, ''));
}

/** True for words that only hold a sentence together. */
export function isFunctionWord(word: string): boolean {
  return table.has(word);
}

/** Function words long and telling enough to be recognised when mistyped. */
export const CORRECTABLE_WORDS: readonly string[] = [
  'average', 'total', 'maximum', 'minimum', 'median', 'highest', 'lowest', 'largest', 'smallest', 'between', 'number', 'count', 'without', 'before', 'after',
  'ordered', 'sorted', 'descending', 'ascending', 'contains', 'containing', 'distinct', 'different', 'month', 'year', 'quarter', 'least', 'greater', 'never',
];
