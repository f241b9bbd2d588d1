/** Type bytes of the messages a server may send to what it is asked here. */
export const MESSAGE = {
  authentication: 0x52, // R
  parameterStatus: 0x53, // S
  backendKeyData: 0x4b, // K
  readyForQuery: 0x5a, // Z
  error: 0x45, // E
  notice: 0x4e, // N
  notification: 0x41, // A
  rowDescription: 0x54, // T
  dataRow: 0x44, // D
  commandComplete: 0x43, // C
  emptyQuery: 0x49, // I
  parseComplete: 0x31, // 1
  bindComplete: 0x32, // 2
  noData: 0x6e, // n
  parameterDescription: 0x74, // t
} as const;

/** What follows each column's name in a RowDescription: table, number, type, size, modifier, format. */
const COLUMN_TAIL = 18;

/**
 * Walks a RowDescription: whoever reads it looks for the end of each name without looking for the end of the message.
 *
 * @param at start of the body in `bytes`
 * @param end end of the message
 * @returns the number of columns, or -1 when the body does not parse within its own length
 */
export function describedColumns(bytes: Buffer, at: number, end: number): number {
  if (end - at < 2) return -1;
  const columns = bytes.readUInt16BE(at);
  at += 2;
  for (let column = 0; column < columns; column++) {
    const nul = bytes.indexOf(0, at);
    if (nul < 0 || nul + 1 + COLUMN_TAIL > end) return -1;
    at = nul + 1 + COLUMN_TAIL;
  }
  return at === end ? columns : -1;
}

/** True for a DataRow of exactly so many values whose lengths add up to that of the message. The one check paid per row. */
export function isRow(bytes: Buffer, at: number, end: number, columns: number): boolean {
  if (end - at < 2 || bytes.readUInt16BE(at) !== columns) return false;
  at += 2;
  for (let column = 0; column < columns; column++) {
    if (at + 4 > end) return false;
    // Faster than readInt32BE(), which checks its bounds again.
    const length = ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
    at += 4;
    if (length > 0) at += length;
    else if (length < -1) return false;
  }
  return at === end;
}

/** True for the body of any other message that is as long as it must be and whose texts end. */
export function isWellFormed(type: number, bytes: Buffer, at: number, end: number): boolean {
  const length = end - at;
  switch (type) {
    case MESSAGE.backendKeyData:
      return length === 8;
    case MESSAGE.readyForQuery:
      return length === 1;
    case MESSAGE.parseComplete:
    case MESSAGE.bindComplete:
    case MESSAGE.noData:
    case MESSAGE.emptyQuery:
      return length === 0;
    case MESSAGE.parameterDescription:
      return length >= 2 && length === 2 + 4 * bytes.readUInt16BE(at);
    case MESSAGE.commandComplete:
      return endsWithNul(bytes, at, end);
    // Fields, each ending with a NUL, and a NUL behind the last.
    case MESSAGE.error:
    case MESSAGE.notice:
      return endsWithNul(bytes, at, end) && (length === 1 || bytes[end - 2] === 0);
    case MESSAGE.parameterStatus:
      return hasTwoTexts(bytes, at, end);
    case MESSAGE.notification:
      return length >= 4 && hasTwoTexts(bytes, at + 4, end);
    default:
      return false;
  }
}

/** The fields of an error by their one-letter names, of a body that is well formed. */
export function errorFields(bytes: Buffer, at: number, end: number): Record<string, string> {
  const fields = bytes.toString('utf8', at, end).split('\0').filter((field) => field !== '');
  return Object.fromEntries(fields.map((field) => [field.slice(0, 1), field.slice(1)]));
}

function endsWithNul(bytes: Buffer, at: number, end: number): boolean {
  return end > at && bytes[end - 1] === 0;
}

function hasTwoTexts(bytes: Buffer, at: number, end: number): boolean {
  return endsWithNul(bytes, at, end) && bytes.indexOf(0, at) < end - 1;
}
