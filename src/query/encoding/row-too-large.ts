/** One row alone is over the limit: cutting the result short cannot help, only asking for less of the row can. */
export class RowTooLarge extends Error {
  override readonly name = 'RowTooLarge';

  /**
   * @param row which one, from 1
   * @param bytes its size as JSON in UTF-8
   * @param limit bytes a row may have
   * @param largestColumn the column that takes most of it
   */
  constructor(readonly row: number, readonly bytes: number, readonly limit: number, readonly largestColumn: string) {
    super(`Row ${row} has ${bytes} bytes, ${limit} are allowed; most of them are in column "${largestColumn}".`);
  }
}
