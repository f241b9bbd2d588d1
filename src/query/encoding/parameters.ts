/** A statement parameter that PostgreSQL could not be given as the caller meant it. */
export class InvalidParameter extends Error {
  override readonly name = 'InvalidParameter';

  /**
   * @param position which parameter, from 1: `$1` is 1
   * @param reason what is wrong with it, in plain words
   * @param hint what to send instead
   */
  constructor(readonly position: number, readonly reason: string, readonly hint: string) {
    super(`Parameter $${position}: ${reason}`);
  }
}

/** PostgreSQL's own bound (`MAXDIM`). */
const MOST_DIMENSIONS = 6;

/**
 * Values of a JSON request as PostgreSQL's text parameters, whose types the server infers from the statement: null stays
 * null, numbers and booleans are their JSON text, strings go as they are, arrays become array literals (`{1,NULL,"a b"}`)
 * and objects JSON text. A JSON array for a `json` parameter has to be sent as a string.
 *
 * @throws InvalidParameter
 */
export function toParameters(values: readonly unknown[]): (string | null)[] {
  return values.map((value, index) => toParameter(value, index + 1));
}

function toParameter(value: unknown, position: number): string | null {
  if (value === null) return null;
  if (Array.isArray(value)) return arrayLiteral(value, position, 1);
  return scalarText(value, position);
}

function arrayLiteral(items: readonly unknown[], position: number, dimension: number): string {
  if (dimension > MOST_DIMENSIONS) {
    throw new InvalidParameter(position, `arrays nest at most ${MOST_DIMENSIONS} deep.`, 'Send deeper structures as a JSON string for a json parameter.');
  }
  const elements = items.map((item) => {
    if (item === null) return 'NULL';
    if (Array.isArray(item)) return arrayLiteral(item, position, dimension + 1);
    const text = scalarText(item, position);
    return typeof item === 'string' || typeof item === 'object' ? quoted(text) : text;
  });
  return `{${elements.join(',')}}`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function scalarText(value: unknown, position: number): string {
  switch (typeof value) {
    case 'string':
      return checkedString(value, position);
    case 'number':
      return checkedNumber(value, position);
    case 'boolean':
      return String(value);
    case 'object':
      return jsonText(value, position);
    default:
      throw new InvalidParameter(position, `a ${typeof value} is not a JSON value.`, 'Send null, a boolean, a number, a string, an array or an object.');
  }
}

function checkedString(text: string, position: number): string {
  if (text.includes('\0')) {
    throw new InvalidParameter(position, 'PostgreSQL text cannot hold the NUL character.', 'Remove it, or send binary data as bytea in hex: "\\x00ff".');
  }
  if (/\p{Surrogate}/u.test(text)) {
    throw new InvalidParameter(position, 'half of a surrogate pair is not a character.', 'Send whole characters.');
  }
  return text;
}

function checkedNumber(value: number, position: number): string {
  // Reading the request has already rounded it: passing it on would silently ask for another row.
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new InvalidParameter(position, 'an integer of this size loses digits as a JSON number.', 'Send it as a string: "9007199254740993".');
  }
  if (!Number.isFinite(value)) {
    throw new InvalidParameter(position, `${value} is not a JSON number.`, `Send it as a string: "${value}".`);
  }
  return String(value);
}

function jsonText(value: unknown, position: number): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new InvalidParameter(position, 'the object nests too deep.', 'Send it as a JSON string.');
    }
    throw cause;
  }
}
