import { MESSAGE } from './wire-messages.js';
import type { ResultColumn } from './read-result.js';
import type { ServerError } from './server-error.js';

/** Transaction status `I`. */
const IDLE = 0x49;

/** What one group of requests was answered with. */
export interface Answer {
  /** Of the last statement that returned rows; absent when none did. */
  columns?: ResultColumn[];
  /** Statements that were completed before the group ended or failed. */
  completed: number;
  /** The server's own error, or what the connection ended with. */
  error?: Error;
  /** True when the requests were not even sent. */
  unsent?: boolean;
  /** Whether the server is within a transaction, failed or not, after the group. */
  inTransaction?: boolean;
}

/** Who waits for an answer. */
export interface Asker {
  /** Called for each row with its values as text. Without it rows are dropped, however many come. */
  readonly onRow?: (values: (string | null)[], columns: readonly ResultColumn[]) => void;
  /** Called for each statement that was completed, with its tag: `INSERT 0 3`. */
  readonly onCommand?: (tag: string) => void;
  /** Called once. */
  readonly onAnswer: (answer: Answer) => void;
}

/**
 * Takes the messages of one connection apart and hands them to those who asked, in the order in which they did. What it is
 * given has been found well-formed: see {@link WireWatch}.
 */
export class WireReader {
  private readonly askers: Asker[] = [];
  private answer: Answer = { completed: 0 };

  expect(askers: readonly Asker[]): void {
    this.askers.push(...askers);
  }

  /** The server has failed a statement; the rest of its group is skipped. */
  failed(error: ServerError): void {
    this.answer.error = error;
  }

  /**
   * Any message that is no error.
   *
   * @param at start of the message's body in `bytes`
   */
  read(type: number, bytes: Buffer, at: number): void {
    switch (type) {
      case MESSAGE.dataRow:
        this.askers[0]?.onRow?.(valuesOf(bytes, at), this.answer.columns ?? []);
        break;
      case MESSAGE.rowDescription:
        this.answer.columns = columnsOf(bytes, at);
        break;
      case MESSAGE.commandComplete:
        if (!this.answer.error) this.answer.completed++;
        this.askers[0]?.onCommand?.(textAt(bytes, at));
        break;
      case MESSAGE.readyForQuery: {
        const { answer } = this;
        answer.inTransaction = bytes[at] !== IDLE;
        this.answer = { completed: 0 };
        this.askers.shift()?.onAnswer(answer);
        break;
      }
    }
  }

  /** Nothing more will come. What the server said last counts for more than that the connection is gone. */
  lost(error: Error): void {
    const { answer } = this;
    this.answer = { completed: 0 };
    const [first, ...others] = this.askers.splice(0);
    first?.onAnswer({ ...answer, error: answer.error ?? error });
    for (const asker of others) asker.onAnswer({ completed: 0, error });
  }
}

function textAt(bytes: Buffer, at: number): string {
  return bytes.toString('utf8', at, bytes.indexOf(0, at));
}

function columnsOf(bytes: Buffer, at: number): ResultColumn[] {
  const columns: ResultColumn[] = [];
  let count = bytes.readUInt16BE(at);
  at += 2;
  for (; count > 0; count--) {
    const nul = bytes.indexOf(0, at);
    // Behind the name: table, number of the column in it, type, size, modifier, format.
    columns.push({ name: bytes.toString('utf8', at, nul), type: bytes.readUInt32BE(nul + 7) });
    at = nul + 19;
  }
  return columns;
}

function valuesOf(bytes: Buffer, at: number): (string | null)[] {
  const count = bytes.readUInt16BE(at);
  const values = new Array<string | null>(count);
  at += 2;
  for (let index = 0; index < count; index++) {
    const length = bytes.readInt32BE(at);
    at += 4;
    if (length < 0) values[index] = null;
    else {
      values[index] = bytes.toString('utf8', at, at + length);
      at += length;
    }
  }
  return values;
}
