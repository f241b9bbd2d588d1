import type { RawStatement, Token } from './sql-parser.js';

const BLANKS = ' \t\n\r\f\v';
const NO_PART_OF_STATEMENT = new Set(['SQL_COMMENT', 'C_COMMENT']);

/** SQL text addressed the way the parser does it: by bytes of its UTF-8 form. */
export class SourceText {
  private readonly bytes: Buffer;

  constructor(private readonly sql: string) {
    this.bytes = Buffer.from(sql);
  }

  /**
   * The source of one statement, from its first to its last token, unchanged. A comment after the last token is left out:
   * a line comment would swallow whatever is put behind the statement.
   *
   * @param scan tokens of a text; called only where comments are possible, as scanning costs as much as parsing
   */
  statement({ stmt_location: from = 0, stmt_len: length }: RawStatement, scan: (sql: string) => Token[]): string {
    const source = this.slice(from, length === undefined ? undefined : from + length);
    if (!source.includes('--') && !source.includes('/*')) return trimmed(source);
    const tokens = scan(source).filter(({ tokenName }) => !NO_PART_OF_STATEMENT.has(tokenName));
    return new SourceText(source).slice(tokens[0]?.start ?? 0, tokens.at(-1)?.end);
  }

  /** Which character, from 1, starts at this byte. */
  position(byte: number): number {
    let position = 1;
    for (const _ of this.bytes.subarray(0, byte).toString()) position += 1;
    return position;
  }

  private slice(from: number, to?: number): string {
    const isAscii = this.bytes.length === this.sql.length;
    return isAscii ? this.sql.slice(from, to) : this.bytes.subarray(from, to).toString();
  }
}

/** `trim()` would take more than PostgreSQL takes for blanks: a no-break space belongs to the identifier before it. */
function trimmed(source: string): string {
  let from = 0;
  let to = source.length;
  while (from < to && BLANKS.includes(source.charAt(from))) from += 1;
  while (to > from && BLANKS.includes(source.charAt(to - 1))) to -= 1;
  return source.slice(from, to);
}
