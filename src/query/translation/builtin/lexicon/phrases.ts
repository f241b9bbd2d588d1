import { isFunctionWord, isUnitOfMeasure } from '../language/function-words.js';
import { singular, wordForms } from '../language/word-forms.js';
import type { Via } from './references.js';
import type { ColumnInfo, TableInfo } from './schema-model.js';
import { nameParts } from './split-name.js';

/** A way to call something, and how sure one can be that it is meant. */
export interface Phrase {
  readonly words: readonly string[];
  readonly score: number;
  readonly via: Via;
}

/** Endings that say how something is recorded rather than what it is: `citation_num` is about citations. */
const RECORDING = new Set(['id', 'code', 'number', 'name', 'count', 'date', 'at', 'time', 'timestamp', 'datetime', 'amount', 'total', 'text', 'type', 'on', 'flag']);
/** At most so many content words of a comment are learnt: a long comment speaks of everything. */
const COMMENT_WORDS = 10;

/** What a row is technically, after what it is about. */
const RECORDS = new Set(['event', 'record', 'entry', 'log', 'history', 'info', 'information', 'data', 'detail', 'fact', 'transaction', 'list', 'master', 'header']);

/** Words that hold sentences together are no names, unless they are the whole name. */
function tellable(phrase: Phrase): boolean {
  return phrase.via === 'name' || !phrase.words.every((word) => isFunctionWord(word) && !['total', 'count', 'number', 'minimum', 'maximum', 'average', 'order'].includes(word));
}

/** How a table may be called: by its name, or by the noun its name ends with (`order_items`: items). */
export function tablePhrases(table: TableInfo): Phrase[] {
  const { words } = table;
  const phrases: Phrase[] = [{ words, score: 1, via: 'name' }];
  if (words.length > 1) phrases.push({ words: [words.join('')], score: 0.98, via: 'name' }, { words: words.slice(-1), score: 0.72, via: 'part' });
  // A row of `play_event` or `order_log` is a play or an order.
  if (words.length === 2 && RECORDS.has(words[1]!)) phrases.push({ words: words.slice(0, 1), score: 0.88, via: 'part' });
  // "payments_received" are payments.
  if (words.length === 2 && /ed$/.test(nameParts(table.relation.name).at(-1) ?? '')) phrases.push({ words: words.slice(0, 1), score: 0.9, via: 'part' });
  if (words.length > 2) for (const word of words.slice(1, -1)) phrases.push({ words: [word], score: 0.55, via: 'part' });
  if (words.length > 2) phrases.push({ words: words.slice(1), score: 0.8, via: 'part' }, { words: words.slice(0, -1), score: 0.6, via: 'part' });
  phrases.push({ words: nameParts(table.relation.name).map(singular), score: 0.99, via: 'name' });
  return phrases.filter(tellable);
}

/** How a column may be called: by its name, with its table before it, by the name's end or its beginning. */
export function columnPhrases(info: ColumnInfo): Phrase[] {
  const { words, table } = info;
  const own = words.length > 1 && table.words.every((word, i) => words[i] === word) ? words.slice(table.words.length) : undefined;
  const phrases: Phrase[] = [{ words, score: 1, via: 'name' }];
  if (words.length > 1) phrases.push({ words: [words.join('')], score: 0.98, via: 'name' });
  phrases.push({ words: nameParts(info.name).map(singular), score: 0.99, via: 'name' });
  if (own?.length) phrases.push({ words: own, score: 0.97, via: 'name' });
  const bare = own?.length ? own : words;
  // "tariffs are green" is a sentence, not the name of a column.
  const named = bare.length > 1 && ['is', 'has', 'was', 'can', 'be'].includes(bare[0]!) ? bare.slice(1) : bare;
  phrases.push({ words: [...table.words, ...named], score: 1.02, via: 'name' });
  if (table.words.length > 1) phrases.push({ words: [table.words.at(-1)!, ...named], score: 0.9, via: 'name' });
  // `price_per_kwh` is a price.
  const per = bare.indexOf('per');
  if (per > 0) phrases.push({ words: bare.slice(0, per), score: 0.92, via: 'part' }, { words: bare.slice(per - 1, per), score: 0.85, via: 'part' });
  if (bare.length > 1) {
    for (let from = 1; from < bare.length; from++) {
      const rest = bare.slice(from);
      if (rest[0] === 'per') continue;
      if (rest.length === 1 && isUnitOfMeasure(rest[0]!)) {
        // `distance_km` are kilometres, `price_per_kwh` is none.
        if (!bare.includes('per')) phrases.push({ words: rest, score: 0.6, via: 'part' });
        continue;
      }
      if (!(rest.length === 1 && RECORDING.has(rest[0]!) && rest[0] !== 'name' && rest[0] !== 'total' && rest[0] !== 'amount' && rest[0] !== 'date')) phrases.push({ words: rest, score: 0.8 - 0.03 * from, via: 'part' });
    }
    for (const word of bare.slice(1, -1)) if (word.length >= 4) phrases.push({ words: [word], score: 0.5, via: 'part' });
    if (isUnitOfMeasure(bare.at(-1)!) && !bare.includes('per')) phrases.push({ words: bare.slice(0, -1), score: 0.92, via: 'part' });
    const recorded = RECORDING.has(bare.at(-1)!);
    phrases.push({ words: bare.slice(0, -1), score: recorded && !info.isKey ? 0.75 : 0.55, via: 'part' });
    // `returned_on` is a return date.
    if (info.role === 'date' && ['on', 'at'].includes(bare.at(-1)!)) {
      const done = bare.slice(0, -1);
      for (const said of [done, [...done.slice(0, -1), wordForms(done.at(-1)!).verb]]) phrases.push({ words: [...said, bare.at(-1) === 'on' ? 'date' : 'time'], score: 0.95, via: 'part' }, { words: [...said, 'date'], score: 0.9, via: 'part' });
    }
    if (bare[0] === 'is' || bare[0] === 'has') phrases.push({ words: bare.slice(1), score: 0.9, via: 'name' });
  }
  return phrases.filter(tellable);
}

/** Words and word pairs of a comment; what it says after a colon is usually a list of values or a format. */
export function commentPhrases(comment: string | undefined): Phrase[] {
  if (!comment) return [];
  const text = comment.split(/[:;(]|e\.g\./)[0]!;
  const words = nameParts(text).filter((word) => word.length > 2 && !isFunctionWord(word)).slice(0, COMMENT_WORDS).map(singular);
  const phrases: Phrase[] = words.map((word, at) => ({ words: [word], score: at < 3 ? 0.5 : 0.4, via: 'comment' as const }));
  for (let at = 0; at + 1 < words.length; at++) phrases.push({ words: words.slice(at, at + 2), score: 0.6, via: 'comment' });
  return phrases;
}
