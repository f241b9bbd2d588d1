import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import instantiate, { type LibpgQuery } from 'libpg-query/wasm/libpg-query.js';

/** One statement as PostgreSQL's parser located it; offsets are bytes of the UTF-8 text. */
export interface RawStatement {
  /** An object with one key, the kind: `{ SelectStmt: { … } }`. */
  readonly stmt: Readonly<Record<string, unknown>>;
  readonly stmt_location?: number;
  /** Absent when the statement reaches to the end of the text. */
  readonly stmt_len?: number;
}

/** A lexical token with its place in bytes of the UTF-8 text. */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly tokenName: string;
}

/** The text is no SQL. */
export class SqlSyntaxError extends Error {
  override readonly name = 'SqlSyntaxError';

  /** @param position character where it went wrong, from 1; undefined when the parser cannot tell */
  constructor(message: string, readonly position: number | undefined) {
    super(message);
  }
}

/**
 * So many failures inside the machine are harmless: one leaves about 1 MB of its 32 MB stack behind. Around the thirtieth
 * it traps at once or loops for ever.
 */
const MOST_FAULTS = 16;

/**
 * PostgreSQL's own parser, compiled to WebAssembly.
 *
 * Deeply nested text overflows the machine's stack. The overflow is caught, but an instance that has seen one is not
 * sound any more and a few dozen of them hang the process, so it is replaced before the next turn of the event loop. The
 * package's own wrapper holds a single instance for ever, which is why its binary is used directly.
 */
export class SqlParser {
  /** One for the process: it has no state that belongs to an application, and holds tens of megabytes. */
  private static loading?: Promise<SqlParser>;
  private faults = 0;
  private replacing = false;

  private constructor(private readonly code: WebAssembly.Module, private machine: LibpgQuery) {}

  static shared(): Promise<SqlParser> {
    return (SqlParser.loading ??= SqlParser.load());
  }

  /** Takes about 50 ms; instances made later share the compiled code. */
  static async load(): Promise<SqlParser> {
    const file = createRequire(import.meta.url).resolve('libpg-query/wasm/libpg-query.wasm');
    const code = await WebAssembly.compile(await readFile(file));
    return new SqlParser(code, await newMachine(code));
  }

  /** @throws SqlSyntaxError also for text that nests deeper than the parser can follow */
  parse(sql: string): RawStatement[] {
    return this.run(sql, (machine, text) => {
      const result = machine._wasm_parse_query_raw(text);
      try {
        const [tree, , error] = [0, 4, 8].map((offset) => machine.getValue(result + offset, 'i32')) as [number, number, number];
        if (error) throw syntaxError(machine, error);
        return (JSON.parse(machine.UTF8ToString(tree)) as { stmts: RawStatement[] }).stmts;
      } finally {
        machine._wasm_free_parse_result(result);
      }
    });
  }

  /** Tokens of text that was parsed before, comments included. */
  scan(sql: string): Token[] {
    return this.run(sql, (machine, text) => {
      const result = machine._wasm_scan(text);
      try {
        return (JSON.parse(machine.UTF8ToString(result)) as { tokens: Token[] }).tokens;
      } finally {
        machine._wasm_free_string(result);
      }
    });
  }

  /** What `pg_query` names the statement by, constants left out; undefined for what is no SQL. */
  fingerprint(sql: string): string | undefined {
    try {
      return this.run(sql, (machine, text) => {
        const result = machine._wasm_fingerprint(text);
        try {
          // An error is told in the same place, in words.
          return /^[0-9a-f]{16}$/.exec(machine.UTF8ToString(result))?.[0];
        } finally {
          machine._wasm_free_string(result);
        }
      });
    } catch {
      return undefined;
    }
  }

  private run<T>(sql: string, use: (machine: LibpgQuery, text: number) => T): T {
    if (this.faults >= MOST_FAULTS) throw new Error('The SQL parser is being replaced.');
    const { machine } = this;
    const bytes = machine.lengthBytesUTF8(sql) + 1;
    const text = machine._malloc(bytes);
    let sound = true;
    try {
      machine.stringToUTF8(sql, text, bytes);
      return use(machine, text);
    } catch (error) {
      if (error instanceof SqlSyntaxError) throw error;
      sound = false;
      this.replace();
      throw new SqlSyntaxError('The statement nests too deeply.', undefined);
    } finally {
      if (sound) machine._free(text);
    }
  }

  private replace(): void {
    this.faults += 1;
    if (this.replacing) return;
    this.replacing = true;
    const replaced = (machine: LibpgQuery) => {
      this.machine = machine;
      this.faults = 0;
    };
    // Without memory for another instance the old one goes on as long as it can; the next fault tries again.
    void newMachine(this.code).then(replaced, () => {}).then(() => (this.replacing = false));
  }
}

/** Synchronous but for microtasks, because the code is compiled already. */
function newMachine(code: WebAssembly.Module): Promise<LibpgQuery> {
  return instantiate({ instantiateWasm: (imports, ready) => ready(new WebAssembly.Instance(code, imports)) });
}

/** Fields of libpg_query's `PgQueryError`: message, function, file, line, cursor position (in characters, from 1). */
function syntaxError(machine: LibpgQuery, error: number): SqlSyntaxError {
  const position = machine.getValue(error + 16, 'i32');
  return new SqlSyntaxError(machine.UTF8ToString(machine.getValue(error, 'i32')), position > 0 ? position : undefined);
}
