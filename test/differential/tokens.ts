/** Text cut into pieces that are moved about; blanks and comments are pieces too, so that all joined are the text again. */
export type Tokens = readonly string[];

const PIECES = new RegExp(
  [
    String.raw`\s+`, String.raw`--[^\n]*`, String.raw`/\*[^]*?\*/`, String.raw`\$(\w*)\$[^]*?\$\1\$`, String.raw`(?:[eEbBxXnN]|[uU]&)?'(?:[^']|'')*'`, String.raw`(?:[uU]&)?"(?:[^"]|"")*"`,
    '::', ':[a-z]+', String.raw`\d+(?:\.\d+)?`, String.raw`[\p{L}_][\p{L}\p{N}_$]*`, String.raw`[-+*/<>=~!@#%^&|?]+`, '[^]',
  ].join('|'),
  'gu',
);

export function tokensOf(sql: string): Tokens {
  return sql.match(PIECES) ?? [];
}

export function isBlank(token: string): boolean {
  return /^\s|^--|^\/\*/.test(token);
}

export function isWord(token: string): boolean {
  return /^[\p{L}_]/u.test(token) && !token.endsWith("'") && !token.endsWith('"');
}

const KEYWORDS = new Set(
  ('select from where and or not in is null as on by group order having limit offset union all intersect except with recursive case when then else end over partition rows range groups filter within distinct join left full cross ' +
    'natural lateral values table exists between like ilike similar any array cast explain analyze show fetch first next only window true false set into using unbounded preceding following current row ordinality').split(' '),
);

/** A word that a name can stand for. */
export function isName(token: string): boolean {
  return isWord(token) && !KEYWORDS.has(token.toLowerCase());
}

/** From the first to behind the last token of a part. */
export type Span = readonly [from: number, to: number];

/** What stands within each pair of parentheses. */
export function groupsIn(tokens: Tokens): Span[] {
  const open: number[] = [];
  const groups: Span[] = [];
  tokens.forEach((token, at) => {
    if (token === '(') open.push(at + 1);
    const from = token === ')' ? open.pop() : undefined;
    if (from !== undefined) groups.push([from, at]);
  });
  return groups;
}

/** Each call, its name included. */
export function callsIn(tokens: Tokens): Span[] {
  return groupsIn(tokens).flatMap(([from, to]) => (tokens[from - 1] === '(' && isName(tokens[from - 2] ?? '') ? [[from - 2, to + 1] as const] : []));
}

/** Parts between commas, and what stands in parentheses. */
export function partsOf(tokens: Tokens): Span[] {
  return groupsIn(tokens).flatMap(([from, to]) => {
    const parts: Span[] = [];
    let depth = 0;
    let start = from;
    for (let at = from; at < to; at += 1) {
      if (tokens[at] === '(' || tokens[at] === '[') depth += 1;
      if (tokens[at] === ')' || tokens[at] === ']') depth -= 1;
      if (depth > 0 || tokens[at] !== ',') continue;
      parts.push([start, at]);
      start = at + 1;
    }
    return [...parts, [start, to] as const];
  });
}

export function textOf(tokens: Tokens, [from, to]: Span = [0, tokens.length]): string {
  return tokens.slice(from, to).join('');
}

/** The text with one part of it replaced. */
export function replaced(tokens: Tokens, [from, to]: Span, by: string): string {
  return textOf(tokens, [0, from]) + by + textOf(tokens, [to, tokens.length]);
}
