import { Injectable, OnModuleInit } from '@nestjs/common';
import { INTEGER, LONGEST_SHAPE, ShapeMemory } from './shape-memory.js';
import { SqlParser } from './sql-parser.js';

/** What can make a quote something else than the end of a string, or hide one: escapes, identifiers in quotes, comments, dollar quotes. */
const NOT_PLAIN = /["\\]|--|\/\*|\$(?!\d)/;
const STRING = /'[^']*'/g;

/** Names statements by what they do, whatever the constants in them. It takes as long as parsing, but for shapes seen lately: at most some 5 MB. */
@Injectable()
export class Fingerprints implements OnModuleInit {
  private parser: SqlParser;
  private readonly known = new ShapeMemory<string>();

  async onModuleInit(): Promise<void> {
    this.parser = await SqlParser.shared();
  }

  /** 16 hexadecimal digits, the same for statements that differ in constants alone; undefined for what is no SQL. */
  of(sql: string): string | undefined {
    if (sql.length > LONGEST_SHAPE) return this.parser.fingerprint(sql);
    const shape = NOT_PLAIN.test(sql) ? sql : sql.replace(STRING, "''").replace(INTEGER, '0');
    const known = this.known.get(shape);
    if (known) return known;
    const fingerprint = this.parser.fingerprint(sql);
    if (fingerprint) this.known.set(shape, fingerprint);
    return fingerprint;
  }
}
