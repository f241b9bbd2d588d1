/** The smallest pieces of a question. */
export interface Token {
  /** As written; a quoted text without its quotes. */
  readonly text: string;
  readonly kind: 'word' | 'number' | 'quoted' | 'date' | 'symbol';
  /** Offsets in the question, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** Value of a number token. */
  readonly number?: number;
}

const PATTERN = new RegExp(
  [
    String.raw`(?<quoted>"[^"]+"|“[^”]+”|(?<![\p{L}\p{N}])'[^']+'(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])‘[^’]+’(?![\p{L}\p{N}])|${'`'}[^${'`'}]+${'`'})`,
    String.raw`(?<date>\d{4}-\d{1,2}-\d{1,2}(?![\d-])|\d{1,2}[/.]\d{1,2}[/.]\d{4})`,
    String.raw`(?<shorthand>(?<![\p{L}\p{N}])(?:w\/o?(?![\p{L}\p{N}]*\/)|i\.\s?e\.|e\.\s?g\.|no\.(?=\s*of\b)|#(?=\s*of\b)|%(?=\s+of\b)|\+(?=\s))|-(?=-?-?>))`,
    String.raw`(?<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)`,
    String.raw`(?<number>(?<![\p{L}\p{N}])[-−]?[$€£]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:\s?%|[kKmM](?![\p{L}\p{N}]))?(?![\p{L}\p{N}]))`,
    String.raw`(?<ordinal>\d+(?:st|nd|rd|th)\b)`,
    String.raw`(?<word>[\p{L}\p{N}]+(?:['’](?:s|t|re|ve|d|ll)\b)?)`,
    String.raw`(?<symbol>>=|<=|!=|<>|[<>=,;:()?!./&-])`,
  ].join('|'),
  'gu',
);

/** Cuts a question into tokens; identifiers come apart (`order_items`), contractions are spelt out ("don't" → do, not). */
export function tokenize(question: string): Token[] {
  const tokens: Token[] = [];
  for (const match of question.matchAll(PATTERN)) {
    const groups = match.groups!;
    const start = match.index;
    const end = start + match[0].length;
    if (groups.quoted) tokens.push({ text: groups.quoted.slice(1, -1).trim(), kind: 'quoted', start, end });
    else if (groups.date) tokens.push({ text: groups.date, kind: 'date', start, end });
    else if (groups.shorthand) tokens.push(...spelt(groups.shorthand, start, end));
    else if (groups.mail) tokens.push({ text: groups.mail, kind: 'quoted', start, end });
    else if (groups.number) tokens.push({ text: groups.number, kind: 'number', start, end, number: numberOf(groups.number) });
    else if (groups.ordinal) tokens.push({ text: groups.ordinal, kind: 'number', start, end, number: Number.parseInt(groups.ordinal, 10) });
    else if (groups.word) tokens.push(...words(groups.word, start));
    else tokens.push({ text: match[0] === '&' ? 'and' : match[0], kind: match[0] === '&' ? 'word' : 'symbol', start, end });
  }
  return tokens;
}

/** Shorthand as the words it stands for; what only introduces an example stands for none. */
function spelt(text: string, start: number, end: number): Token[] {
  const words = { 'w/': ['with'], 'w/o': ['without'], 'no.': ['number'], '#': ['number'], '%': ['percentage'], '+': ['and'] }[text.toLowerCase()] ?? [];
  return words.map((word): Token => ({ text: word, kind: 'word', start, end }));
}

function words(text: string, start: number): Token[] {
  const contraction = /^(.+?)(?:n['’]t|['’](s|re|ve|d|ll))$/i.exec(text);
  const end = start + text.length;
  if (contraction) {
    const [, stem, suffix] = contraction;
    const head: Token = { text: stem!.toLowerCase() === 'ca' ? 'can' : stem!, kind: 'word', start, end: start + stem!.length };
    if (!suffix) return [head, { text: 'not', kind: 'word', start: head.end, end }];
    if (suffix === 's') return [head, { text: /^(what|who|where|when|that|there|here|it|how)$/i.test(stem!) ? 'is' : "'s", kind: 'word', start: head.end, end }];
    return [head];
  }
  const pieces = [...text.matchAll(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^A-Za-z\d]+/g)];
  const camel = pieces.length > 1 && pieces[0]![0].length > 1 && /[a-z][A-Z]/.test(text) && !/^\p{Lu}\p{Ll}+\p{Lu}\p{Ll}+$/u.test(text);
  if (!camel) return [{ text, kind: 'word', start, end }];
  return pieces.map((piece) => ({ text: piece[0], kind: 'word', start: start + piece.index, end: start + piece.index + piece[0].length }));
}

function numberOf(text: string): number {
  const value = Number.parseFloat(text.replace(/[,$€£\s]/g, '').replace('−', '-'));
  if (/k$/i.test(text)) return value * 1000;
  return /m$/i.test(text) ? value * 1_000_000 : value;
}
