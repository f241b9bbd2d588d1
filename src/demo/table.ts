const MAX_WIDTH = 40;

/** Rows as aligned text, one line each under a head; numbers to the right. Long values are cut. */
export function table(columns: string[], rows: Record<string, unknown>[]): string {
  const cells = rows.map((row) => columns.map((column) => text(row[column])));
  const widths = columns.map((column, i) => Math.max(column.length, ...cells.map((row) => row[i]!.length)));
  const toRight = columns.map((column) => rows.every((row) => row[column] === null || typeof row[column] === 'number'));
  const line = (values: string[]) => values.map((value, i) => (toRight[i] ? value.padStart(widths[i]!) : value.padEnd(widths[i]!))).join('   ').trimEnd();
  return [line(columns), widths.map((width) => '─'.repeat(width)).join('   '), ...cells.map(line)].join('\n');
}

function text(value: unknown): string {
  const plain = value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return plain.length > MAX_WIDTH ? `${plain.slice(0, MAX_WIDTH - 1)}…` : plain;
}
