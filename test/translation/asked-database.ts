import postgres from 'postgres';
import { InProcessTranslator } from '../../src/query/translation/builtin/in-process-translator.js';
import type { NotUnderstood, Translation, TranslationTurn } from '../../src/query/translation/sql-translator.js';
import { assembleSnapshot } from '../../src/schema/snapshot.js';
import type { SchemaSnapshot } from '../../src/schema/schema.dto.js';
import { SampledValues } from '../../src/schema/value-index.js';
import { CATALOGUE, SchemaDatabase, VALUES } from '../schema-database.js';

/** A database of its own that is asked in English: its schema and values are read as the service reads them. */
export class AskedDatabase {
  readonly translator = new InProcessTranslator();

  private constructor(
    private readonly database: SchemaDatabase,
    private readonly sql: postgres.Sql,
    readonly schema: SchemaSnapshot,
    readonly values: SampledValues,
    readonly now: Date,
  ) {}

  /** @param structure tables and rows; everything is granted to a plain role, which reads and asks */
  static async create(structure: string, now: Date): Promise<AskedDatabase> {
    const database = await SchemaDatabase.create(['reader'], `${structure}; ANALYZE`);
    const owned = postgres({ ...addressOf(database), max: 1, onnotice: () => {} });
    for (const { schema } of await owned`SELECT nspname AS schema FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'`) {
      await owned.unsafe(`GRANT USAGE ON SCHEMA "${schema}" TO ${database.role('reader')}; GRANT SELECT ON ALL TABLES IN SCHEMA "${schema}" TO ${database.role('reader')}`);
    }
    await owned.end();
    const schema = await assembleSnapshot(await database.read('reader', CATALOGUE), now);
    const values = await SampledValues.build(schema, await database.read('reader', VALUES));
    const { user, ...target } = database.target('reader');
    const sql = postgres({ ...target, username: user, max: 1, onnotice: () => {}, connection: { TimeZone: 'UTC', default_transaction_read_only: true } });
    return new AskedDatabase(database, sql, schema, values, now);
  }

  async translate(question: string, context: readonly TranslationTurn[] = []): Promise<Translation | NotUnderstood> {
    const outcome = await this.translator.translate({ question, schema: this.schema, values: this.values, context, feedback: [], now: this.now });
    return outcome.understood ? outcome.candidates[0] : outcome.refusal;
  }

  /** Rows of the answer, each as its values in column order; numbers and dates as text. Throws when the question is refused. */
  async rows(question: string, context: readonly TranslationTurn[] = []): Promise<string[][]> {
    const answer = await this.translate(question, context);
    if (!('sql' in answer)) throw new Error(`Refused: ${question}: ${answer.reason}`);
    const { rows } = await this.table(answer.sql);
    return rows.map((row) => row.map((cell) => cell ?? ''));
  }

  /** What a statement gives, as text. */
  async table(statement: string): Promise<{ columns: string[]; rows: (string | null)[][] }> {
    const rows = await this.sql.unsafe(statement).raw();
    return { columns: rows.columns.map(({ name }) => name), rows: rows.map((row) => [...(row as unknown as (Buffer | null)[])].map((cell) => (cell === null ? null : Buffer.from(cell).toString()))) };
  }

  /** One line per row, values joined by a bar; sorted, for questions that ask for no order. */
  async lines(question: string): Promise<string[]> {
    return (await this.rows(question)).map((row) => row.join(' | ')).sort();
  }

  async close(): Promise<void> {
    await this.sql.end();
    await this.database.close();
  }
}

function addressOf(database: SchemaDatabase) {
  const { hostname, port, username, password } = new URL(process.env['TEST_DATABASE_URL'] ?? '');
  return { host: hostname, port: Number(port || 5432), username, password: decodeURIComponent(password), database: database.name };
}
