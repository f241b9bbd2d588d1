import { Injectable, OnModuleInit } from '@nestjs/common';
import { SqlParser } from './sql-parser.js';

/** A fingerprint takes as long as parsing; statements come in few shapes. At most some 5 MB. */
const REMEMBERED = { shapes: 1000, length: 2048 };

/** What can make a quote something else than the end of a string, or hide one: escapes, identifiers in quotes, comments, dollar quotes. */
const NOT_PLAIN = /["\\]|--|\/\*|\$(?!\d)/;
const STRING = /'[^']*'/g;
const INTEGER = /(?<![\w.])\d{1,9}(?![\w.])/g;

/** Names statements by what they do, whatever the constants in them. */
@Injectable()
export class Fingerprints implements OnModuleInit {
  private parser: SqlParser;
  private readonly known = new Map<string, string>();

  async onModuleInit(): Promise<void> {
    this.parser = await SqlParser.shared();
  }

  /** 16 hexadecimal digits, the same for statements that differ in constants alone; undefined for what is no SQL. */
  of(sql: string): string | undefined {
    if (sql.length > REMEMBERED.length) return this.parser.fingerprint(sql);
    const shape = NOT_PLAIN.test(sql) ? sql : sql.replace(STRING, "''").replace(INTEGER, '0');
    const known = this.known.get(shape);
    if (known) return known;
    const fingerprint = this.parser.fingerprint(sql);
    if (fingerprint) this.remember(shape, fingerprint);
    return fingerprint;
  }

  private remember(shape: string, fingerprint: string): void {
    const [oldest] = this.known.keys();
    if (oldest !== undefined && this.known.size >= REMEMBERED.shapes) this.known.delete(oldest);
    this.known.set(shape, fingerprint);
  }
}
