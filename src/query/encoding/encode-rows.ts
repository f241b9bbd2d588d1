import type { ReadResult } from '../../pools/read-result.js';
import { rowEncoder, type EncodingWarning, type RowEncoding } from './row-encoder.js';
import { RowTooLarge } from './row-too-large.js';

export interface RowsEncoding extends RowEncoding {
  /** Bytes of all rows together, as JSON in UTF-8; rows beyond are left out. */
  readonly maxBytes: number;
  /** Bytes of one row. */
  readonly maxRowBytes: number;
}

export interface EncodedRows {
  /** Text of the JSON array of rows. */
  readonly json: string;
  readonly rowCount: number;
  /** Whether rows were left out because of `maxBytes`; rows the server had beyond the row limit are not meant. */
  readonly truncated: boolean;
  readonly warnings: readonly EncodingWarning[];
  /** Names as used in the rows: a name that occurs twice is `id` and `id_2`. */
  readonly columns: readonly string[];
  /** `int4`, `timestamptz`, `text[]`, …; `oid:12345` for a type that is neither built in nor in `types`. */
  readonly columnTypes: readonly string[];
}

const BRACKETS = 2;

/**
 * Writes a result as one JSON array.
 *
 * @throws RowTooLarge when a single row is over `maxRowBytes`, or would not fit into `maxBytes` even alone.
 */
export function encodeRows(result: ReadResult, encoding: RowsEncoding): EncodedRows {
  const encoder = rowEncoder(result.columns, encoding);
  const rowLimit = Math.min(encoding.maxRowBytes, encoding.maxBytes - BRACKETS);
  const rows: string[] = [];
  let bytes = BRACKETS;
  for (const row of result.rows) {
    const json = encoder.encode(row);
    const rowBytes = Buffer.byteLength(json);
    if (rowBytes > rowLimit) {
      throw new RowTooLarge(rows.length + 1, rowBytes, rowLimit, largestColumn(encoder.columns, row));
    }
    bytes += rowBytes + (rows.length === 0 ? 0 : 1);
    if (bytes > encoding.maxBytes) break;
    rows.push(json);
  }
  return {
    json: `[${rows.join(',')}]`,
    rowCount: rows.length,
    truncated: rows.length < result.rows.length,
    warnings: encoder.warnings,
    columns: encoder.columns,
    columnTypes: encoder.columnTypes,
  };
}

function largestColumn(columns: readonly string[], row: readonly (string | null)[]): string {
  const lengths = row.map((text) => text?.length ?? 0);
  return columns[lengths.indexOf(Math.max(...lengths))] ?? '';
}
