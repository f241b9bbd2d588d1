import type { NotUnderstood, Translation, TranslationTurn } from '../../src/query/translation/sql-translator.js';
import type { AskedDatabase } from './asked-database.js';

/** One session's questions, each asked in the light of those before that were understood; questions are parted by ` / `. */
export class Dialogue {
  readonly context: TranslationTurn[] = [];

  constructor(private readonly asked: AskedDatabase) {}

  /** What comes of the last question. Throws where an earlier one is refused. */
  async talk(questions: string): Promise<Translation | NotUnderstood> {
    const all = questions.split(' / ');
    for (const question of all.slice(0, -1)) await this.understood(question);
    return this.asked.translate(all.at(-1)!, this.context);
  }

  /** Rows of the last answer, one line each, in the order in which the database gave them. */
  async lines(questions: string): Promise<string[]> {
    const all = questions.split(' / ');
    for (const question of all.slice(0, -1)) await this.understood(question);
    return (await this.asked.rows(all.at(-1)!, this.context)).map((row) => row.join(' | '));
  }

  private async understood(question: string): Promise<void> {
    const answer = await this.asked.translate(question, this.context);
    if (!('sql' in answer)) throw new Error(`Refused: ${question}: ${answer.reason}`);
    // Kept as the service keeps it: as data.
    this.context.push(JSON.parse(JSON.stringify({ question, sql: answer.sql, memory: answer.memory })) as TranslationTurn);
  }
}
