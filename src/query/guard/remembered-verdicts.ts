import type { AllowedFunctions } from './allowed-functions.js';
import { inspect } from './inspect.js';
import type { SqlParser } from './sql-parser.js';
import type { Verdict } from './verdict.js';

/** What the text alone says depends on nothing else, and applications send the same few texts over and over. At most some 10 MB. */
const REMEMBERED = { texts: 1000, length: 2048 };

/**
 * Text in which digits between separators can be nothing but an integer constant, by anybody's lexer: nothing that begins a
 * string, an identifier in quotes, a comment, a parameter or a number of another form is in it.
 */
const PLAIN = /^[A-Za-z0-9_ \n,.=<>()*]+$/;
const INTEGER = /(?<![\w.])\d{1,9}(?![\w.])/g;

/** What the texts alone say, of those seen lately without parsing them again. */
export class RememberedVerdicts {
  private readonly verdicts = new Map<string, Verdict>();

  constructor(
    private readonly parser: SqlParser,
    private readonly allowed: AllowedFunctions,
  ) {}

  /** The places that an admitted statement's mentions have may be those of a text that looked alike. */
  of(sql: string, writing: boolean): Verdict {
    const rules = { writing, allowed: this.allowed };
    if (sql.length > REMEMBERED.length) return inspect(sql, this.parser, rules);
    const plain = PLAIN.test(sql);
    // No rule of ours looks at the value of an integer, and applications write ids into their texts.
    const shape = (writing ? 'w' : 'r') + (plain ? sql.replace(INTEGER, '0') : sql);
    const known = this.verdicts.get(shape);
    if (known && !plain) return known;
    if (known?.allowed) return { ...known, text: sql.trim() };
    const verdict = inspect(sql, this.parser, rules);
    // What is refused is told with its place, which depends on the length of the integers before.
    if (verdict.allowed || !plain) this.remember(shape, verdict);
    return verdict;
  }

  private remember(shape: string, verdict: Verdict): void {
    const [oldest] = this.verdicts.keys();
    if (oldest !== undefined && this.verdicts.size >= REMEMBERED.texts) this.verdicts.delete(oldest);
    this.verdicts.set(shape, verdict);
  }
}
