import type { AllowedFunctions } from './allowed-functions.js';
import { inspect } from './inspect.js';
import { INTEGER, LONGEST_SHAPE, ShapeMemory } from './shape-memory.js';
import type { SqlParser } from './sql-parser.js';
import type { Verdict } from './verdict.js';

/**
 * Text in which digits between separators can be nothing but an integer constant, by anybody's lexer: nothing that begins a
 * string, an identifier in quotes, a comment, a parameter or a number of another form is in it.
 */
const PLAIN = /^[A-Za-z0-9_ \n,.=<>()*]+$/;

/** What the texts alone say, which depends on nothing else; of those seen lately without parsing them again. At most some 10 MB. */
export class RememberedVerdicts {
  private readonly verdicts = new ShapeMemory<Verdict>();

  constructor(
    private readonly parser: SqlParser,
    private readonly allowed: AllowedFunctions,
  ) {}

  /** The places that an admitted statement's mentions have may be those of a text that looked alike. */
  of(sql: string, writing: boolean): Verdict {
    const rules = { writing, allowed: this.allowed };
    if (sql.length > LONGEST_SHAPE) return inspect(sql, this.parser, rules);
    const plain = PLAIN.test(sql);
    // No rule of ours looks at the value of an integer, and applications write ids into their texts.
    const shape = (writing ? 'w' : 'r') + (plain ? sql.replace(INTEGER, '0') : sql);
    const known = this.verdicts.get(shape);
    if (known && !plain) return known;
    if (known?.allowed) return { ...known, text: sql.trim() };
    const verdict = inspect(sql, this.parser, rules);
    // What is refused is told with its place, which depends on the length of the integers before.
    if (verdict.allowed || !plain) this.verdicts.set(shape, verdict);
    return verdict;
  }
}
