import type { Glossary } from '../../knowledge/glossary.js';
import type { SchemaSnapshot } from '../../schema/schema.dto.js';
import type { ColumnValue } from '../../schema/value-index.js';

/** What a translator is given besides the question. */
export interface TranslationRequest {
  /** The question as the caller typed it, trimmed, 1 to 2,000 characters. */
  readonly question: string;

  /** Structure of the database asked, shared by all its sessions: never modify it. */
  readonly schema: SchemaSnapshot;

  /**
   * Sample values by column, for questions that name a value without its column ("orders from Berlin"). Absent when the
   * operator keeps values away from translation.
   */
  readonly values?: ValueIndex;

  /**
   * What people call tables and columns of this database, and what they mean by it. A term may name what this schema does not
   * have: leave it out. Absent where nobody has taught anything. Shared: never modify it.
   */
  readonly glossary?: Glossary;

  /** The session's earlier translations, oldest first; empty for a first question. */
  readonly context: readonly TranslationTurn[];

  /** Attempts of this request that failed, oldest first, each with what the guard or PostgreSQL said. */
  readonly feedback: readonly FailedAttempt[];

  /** "Now" of the database, for relative dates. */
  readonly now: Date;

  /** Aborted when the caller goes away or the request's time is over. */
  readonly signal?: AbortSignal;
}

/** Values seen in the database's columns. */
export interface ValueIndex {
  /** Columns that hold the text (compared case-insensitively), each with the value as stored. */
  find(text: string): readonly ColumnValue[];

  /** All that it knows, `size` entries, for a translator that keeps them in another place. */
  all(): Iterable<ColumnValue>;
  readonly size: number;
}

/** One earlier question of the same session. */
export interface TranslationTurn {
  readonly question: string;
  readonly sql: string;
  /** The translator's own memory of the turn (for the built-in one: its logical form), as plain data. Opaque to everyone else. */
  readonly memory?: unknown;
}

/** An attempt that did not work, fed back to the translator. */
export interface FailedAttempt {
  readonly sql: string;
  /** The problem code the attempt ended with, e.g. `SQL_INVALID`. */
  readonly code: string;
  readonly error: string;
  readonly hint?: string;
}

/** A column that the SQL compares with a text of the question. */
export interface ComparedValue extends ColumnValue {
  /** As the question has it. */
  readonly value: string;
}

/** SQL that answers the question. */
export interface Translation {
  readonly sql: string;
  /** What was understood, in one plain sentence that a reader can check against their question. */
  readonly explanation: string;
  /** Assumptions and guesses the reader should know about, one sentence each. */
  readonly warnings?: readonly string[];
  /** Values that the question named, in columns where none of them is known to be: when the answer is empty, what was meant is looked for. */
  readonly compared?: readonly ComparedValue[];
  /** Given back as {@link TranslationTurn.memory} with the session's next question; plain data, since it may be kept elsewhere. */
  readonly memory?: unknown;
}

/** Why there is no SQL. */
export interface NotUnderstood {
  /** Plain words for the caller. */
  readonly reason: string;
  /** Words of the question that were not understood. */
  readonly unknown_words: readonly string[];
  /** Nearest tables and columns (`table` or `table.column`). */
  readonly nearest: readonly string[];
  /** Questions that would work on this schema, at most three. */
  readonly suggestions: readonly string[];
}

export type TranslationOutcome =
  | { readonly understood: true; readonly candidates: readonly [Translation, ...Translation[]] }
  | { readonly understood: false; readonly refusal: NotUnderstood };

/**
 * Turns a question into SQL. Implementations never touch the database: whatever they return passes the guard and runs
 * read-only on an isolated connection. Return candidates best first; the next one is tried when an earlier one fails and
 * the caller's `max_retries` allows. Refuse rather than guess: a wrong answer that looks right is the worst outcome.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class CannedTranslator extends SqlTranslator {
 *   readonly name = 'canned';
 *
 *   async translate({ question }: TranslationRequest): Promise<TranslationOutcome> {
 *     if (/^how many orders/i.test(question)) {
 *       return { understood: true, candidates: [{ sql: 'SELECT count(*) FROM orders', explanation: 'Counts all orders.' }] };
 *     }
 *     return { understood: false, refusal: { reason: 'Only "how many orders" is known.', unknown_words: [], nearest: ['orders'], suggestions: ['How many orders are there?'] } };
 *   }
 * }
 *
 * // app.module.ts
 * QueryModule.forRoot({ translator: CannedTranslator });
 * ```
 */
export abstract class SqlTranslator {
  /** Short name shown in answers as `translator`. */
  abstract readonly name: string;

  /** @throws only on defects or a failing backend; "I do not understand" is an outcome, not an error. */
  abstract translate(request: TranslationRequest): Promise<TranslationOutcome>;

  /**
   * Told of each schema when it has been read, ahead of its first question: the moment to start what takes long. Nothing
   * waits for it, and it may be ignored. Must not throw.
   */
  prepare(_schema: SchemaSnapshot): void {}
}
