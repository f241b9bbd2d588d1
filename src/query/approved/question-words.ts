import { isFunctionWord } from '../translation/builtin/language/function-words.js';

/** A word, number, sign or quoted text of a question. */
export interface QuestionWord {
  /** Lower case, but for quoted texts and for capitals that tell a word from another one: US is not us. */
  readonly text: string;
  /** As written. */
  readonly written: string;
  readonly quoted: boolean;
}

const QUOTED = /"[^"]*"|“[^”]*”|‘[^’]*’|(?<![\p{L}\p{N}])'[^']*'(?![\p{L}\p{N}])/u;
/** Letters and digits with what joins them: `don't`, `customers'`, `2024-01-01`, `1,000`, `U.S`; and `.5`. */
const WORD = /(?:(?<![\p{L}\p{N}])\.(?=\p{N}))?[\p{L}\p{M}\p{N}_]+(?:(?:['’.:/-]|(?<=\p{N}),(?=\p{N}))[\p{L}\p{M}\p{N}_]+)*(?:(?<=[sS])['’](?![\p{L}\p{N}]))?/u;
const PIECES = new RegExp(`${QUOTED.source}|${WORD.source}|!=|\\S`, 'gu');

/** Punctuation that carries no meaning where it stands alone. All other signs do: `<`, `%`, `-`, … */
const PUNCTUATION = /^[.,;:?!…¿¡]$/u;
const THOUSANDS = /^\d{1,3}(,\d{3})+(\.\d+)?$/;

/** Takes a question apart. Nothing but spacing and bare punctuation is lost. */
export function questionWords(question: string): QuestionWord[] {
  const text = question.normalize('NFC');
  const shouted = !/\p{Ll}/u.test(text);
  return [...text.matchAll(PIECES)].map(([piece]) => piece).filter((piece) => !PUNCTUATION.test(piece)).map((written, at) => wordOf(written, at === 0, shouted));
}

function wordOf(written: string, isFirst: boolean, shouted: boolean): QuestionWord {
  if (written.length > 1 && /^["“‘']/u.test(written)) return { text: JSON.stringify(written.slice(1, -1)), written, quoted: true };
  if (THOUSANDS.test(written)) return { text: written.replaceAll(',', ''), written, quoted: false };
  const lower = written.toLowerCase().replaceAll('’', "'").replace(/^[–—−]$/u, '-');
  // "orders from US", "vitamin A": a name, where the same in small letters only holds the sentence together. Longer words in capitals are stressed.
  const isName = !shouted && /^\p{Lu}+$/u.test(written) && (written.length === 1 ? !isFirst && lower !== 'i' : written === 'WHO' || (written.length === 2 && isFunctionWord(lower)));
  return { text: isName ? written : lower, written, quoted: false };
}
