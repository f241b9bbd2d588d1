import { Injectable, OnModuleInit } from '@nestjs/common';
import { Problem } from '../../problems/problem.js';
import { inspect } from './inspect.js';
import { SqlParser } from './sql-parser.js';
import type { Admitted, Verdict } from './verdict.js';

/** One for the process: it has no state that belongs to an application, and holds tens of megabytes. */
let loading: Promise<SqlParser> | undefined;

/** A verdict depends on nothing but the text, and applications send the same few texts over and over. At most 4 MB. */
const REMEMBERED = { texts: 1000, length: 2048 };

/**
 * Text in which digits between separators can be nothing but an integer constant, by anybody's lexer: nothing that begins a
 * string, an identifier in quotes, a comment, a parameter or a number of another form is in it.
 */
const PLAIN = /^[A-Za-z0-9_ \n,.=<>()*]+$/;
const INTEGER = /(?<![\w.])\d{1,9}(?![\w.])/g;

/** Stands before every statement, whoever wrote it. */
@Injectable()
export class Guard implements OnModuleInit {
  private parser: SqlParser;
  private readonly verdicts = new Map<string, Verdict>();

  async onModuleInit(): Promise<void> {
    loading ??= SqlParser.load();
    this.parser = await loading;
  }

  /** What becomes of a statement, and why. Takes up to some hundred milliseconds for 256 KiB. */
  inspect(sql: string): Verdict {
    if (sql.length > REMEMBERED.length) return inspect(sql, this.parser);
    const plain = PLAIN.test(sql);
    // No rule of ours looks at the value of an integer, and applications write ids into their texts.
    const shape = plain ? sql.replace(INTEGER, '0') : sql;
    const known = this.verdicts.get(shape);
    if (known && !plain) return known;
    if (known?.allowed) return { ...known, text: sql.trim() };
    const verdict = inspect(sql, this.parser);
    // What is refused is told with its place, which depends on the length of the integers before.
    if (verdict.allowed || !plain) this.remember(shape, verdict);
    return verdict;
  }

  /** @throws {Problem} `STATEMENT_NOT_ALLOWED` or `SQL_INVALID`, with the place where there is one */
  admit(sql: string): Admitted {
    const verdict = this.inspect(sql);
    if (verdict.allowed) return verdict;
    const { code, reason, hint, position } = verdict;
    throw new Problem(code, reason, { hint, extensions: position === undefined ? {} : { position } });
  }

  private remember(sql: string, verdict: Verdict): void {
    const [oldest] = this.verdicts.keys();
    if (oldest !== undefined && this.verdicts.size >= REMEMBERED.texts) this.verdicts.delete(oldest);
    this.verdicts.set(sql, verdict);
  }
}
