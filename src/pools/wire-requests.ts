import { Problem } from '../problems/problem.js';

/** What a server reads: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const HEADER = 5;
const MAX_PARAMETERS = 65_535;

/** Ends a group of {@link execution}s: the server answers them together and, after an error, skips the rest of the group. */
export const SYNC = Buffer.from([0x53, 0, 0, 0, 4]);

/** Ends the connection politely. */
export const TERMINATE = Buffer.from([0x58, 0, 0, 0, 4]);

/** Describe of the unnamed portal, and Execute of it without a limit of its own. */
const DESCRIBE = Buffer.from([0x44, 0, 0, 0, 6, 0x50, 0]);
const EXECUTE = Buffer.from([0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0]);

/** One or more statements of our own by the simple protocol: a group by itself. */
export function simpleQuery(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const message = Buffer.allocUnsafe(HEADER + length + 1);
  message[0] = 0x51;
  message.writeUInt32BE(4 + length + 1, 1);
  message.write(text, HEADER);
  message[HEADER + length] = 0;
  return message;
}

/**
 * One statement by the extended protocol, which takes exactly one: Parse, Bind, Describe where rows are wanted, Execute.
 * Everything is unnamed, so that nothing stays behind on the server, and all values travel as text.
 *
 * @param params values for `$1`, `$2`, …
 * @throws {Problem} `SQL_INVALID` for what the protocol has no room for
 */
export function execution(text: string, { params = [], describe = false }: { params?: readonly (string | null)[]; describe?: boolean } = {}): Buffer {
  // Text ends at a NUL: the server would take what is behind it for another part of the message.
  if (text.includes('\0')) throw new Problem('SQL_INVALID', 'The statement contains a NUL character.');
  if (params.length > MAX_PARAMETERS) throw new Problem('SQL_INVALID', `A statement takes ${MAX_PARAMETERS} params at most.`);
  const textLength = Buffer.byteLength(text);
  const lengths = params.map((value) => (value === null ? 0 : Buffer.byteLength(value)));
  const parseLength = 4 + 1 + textLength + 1 + 2;
  // Names of portal and statement, number of formats, number of values, their lengths and bytes, number of result formats.
  const bindLength = 4 + 2 + 2 + 2 + lengths.reduce((sum, length) => sum + 4 + length, 0) + 2;
  const message = Buffer.allocUnsafe(2 + parseLength + bindLength + (describe ? DESCRIBE.length : 0) + EXECUTE.length);

  message[0] = 0x50;
  let at = message.writeUInt32BE(parseLength, 1);
  message[at++] = 0;
  at += message.write(text, at);
  message[at++] = 0;
  at = message.writeUInt16BE(0, at);

  message[at] = 0x42;
  at = message.writeUInt32BE(bindLength, at + 1);
  message[at++] = 0;
  message[at++] = 0;
  at = message.writeUInt16BE(0, at);
  at = message.writeUInt16BE(params.length, at);
  params.forEach((value, index) => {
    at = message.writeInt32BE(value === null ? -1 : (lengths[index] ?? 0), at);
    if (value !== null) at += message.write(value, at);
  });
  at = message.writeUInt16BE(0, at);

  if (describe) at += DESCRIBE.copy(message, at);
  EXECUTE.copy(message, at);
  return message;
}
