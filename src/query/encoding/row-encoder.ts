import type { ResultColumn } from '../../pools/read-result.js';
import { uniqueColumnNames } from './column-names.js';
import type { DatabaseTypes } from './database-types.js';
import { typeName } from './type-name.js';
import { valueEncoder } from './value-encoder.js';

export type RowFormat = 'object' | 'array';

export interface EncodingWarning {
  readonly code: 'PRECISION';
  readonly column: string;
  readonly message: string;
}

export interface RowEncoding {
  /** Rows as objects by column name, or as arrays in the order of the columns. */
  readonly rowFormat: RowFormat;
  /** `int8` and `numeric` as JSON strings instead of numbers. */
  readonly exactNumbers: boolean;
  /** What is known of the database's own types. */
  readonly types?: DatabaseTypes;
}

/** Writes rows of one result as JSON text. Values are not parsed: PostgreSQL's text goes out, quoted where JSON wants it. */
export interface RowEncoder {
  /** Unique names, in the order of the columns. */
  readonly columns: string[];
  /** PostgreSQL's names of their types. */
  readonly columnTypes: string[];
  /** At most one per column; grows while rows are encoded. */
  readonly warnings: EncodingWarning[];
  encode(row: readonly (string | null)[]): string;
}

export function rowEncoder(resultColumns: readonly ResultColumn[], { rowFormat, exactNumbers, types }: RowEncoding): RowEncoder {
  const columns = uniqueColumnNames(resultColumns.map(({ name }) => name));
  const warnings: EncodingWarning[] = [];
  const encoders = resultColumns.map(({ type }, index) =>
    valueEncoder(type, { exactNumbers, types, onImprecise: () => warnings.push(precisionWarning(columns[index] ?? '')) }),
  );
  const isObject = rowFormat === 'object';
  const [open, close] = isObject ? '{}' : '[]';
  const prefixes = columns.map((name, index) => (index === 0 ? '' : ',') + (isObject ? `${JSON.stringify(name)}:` : ''));

  return {
    columns,
    columnTypes: resultColumns.map(({ type }) => typeName(type, types)),
    warnings,
    encode(row) {
      let json = open as string;
      for (let index = 0; index < encoders.length; index += 1) {
        const text = row[index];
        json += prefixes[index];
        json += text === null || text === undefined ? 'null' : encoders[index]?.(text);
      }
      return json + close;
    },
  };
}

function precisionWarning(column: string): EncodingWarning {
  return {
    code: 'PRECISION',
    column,
    message: `Column "${column}" holds numbers with more digits than a JavaScript number can hold; ask with exact_numbers: true to get them as strings.`,
  };
}
