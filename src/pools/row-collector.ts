import type { ReadResult, ResultColumn } from './read-result.js';
import type { Statement } from './statement.js';

/** Collects rows until the statement's limits. */
export class RowCollector {
  /** Called once, with the result, when the byte limit is reached; what comes after it is dropped. */
  onFull: (result: ReadResult) => void = () => {};
  private readonly rows: (string | null)[][] = [];
  private bytes = 0;
  private stopped = false;

  constructor(private readonly statement: Pick<Statement, 'maxRows' | 'maxBytes'>) {}

  readonly add = (row: (string | null)[], columns: readonly ResultColumn[]): void => {
    if (this.stopped) return;
    for (const value of row) this.bytes += value === null ? 4 : value.length + 4;
    if (this.bytes > this.statement.maxBytes && this.rows.length > 0) {
      this.stopped = true;
      this.onFull(this.result(columns));
      return;
    }
    // One more than asked for tells that there are more; a server may send any number.
    if (this.rows.length <= this.statement.maxRows) this.rows.push(row);
  };

  result(columns: readonly ResultColumn[] = []): ReadResult {
    const surplus = this.rows.length > this.statement.maxRows;
    if (surplus) this.rows.length = this.statement.maxRows;
    return { columns, rows: this.rows, truncated: surplus || this.stopped };
  }
}
