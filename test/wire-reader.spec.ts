import { PassThrough } from 'node:stream';
import { type Answer, WireReader } from '../src/pools/wire-reader.js';
import { execution, simpleQuery } from '../src/pools/wire-requests.js';
import { WireWatch } from '../src/pools/wire-watch.js';
import { columns, int16, int32, message, notice, READY, row, WELCOME } from './support/hostile-server.js';

const NULL_ROW = message('D', int16(2), int32(-1), int32(0));
const error = (fields: Record<string, string>) => message('E', ...Object.entries(fields).map(([name, text]) => `${name}${text}\0`), '\0');

/** Three groups: rows, an error after one statement was completed, nothing. */
const ANSWERS = Buffer.concat([
  message('1'), message('2'), message('C', 'BEGIN\0'),
  message('1'), message('2'), columns('id', 'a name with spaces'), row('1', Buffer.from('zwölf Boxkämpfer 🥊').toString('latin1')), NULL_ROW, notice('aside'), row('', '2'), message('C', 'FETCH 3\0'), message('Z', 'T'),
  message('C', 'BEGIN\0'), error({ S: 'FEHLER', V: 'ERROR', C: '22012', M: 'division by zero', D: 'more', H: 'do not', P: '8' }), message('Z', 'E'),
  message('C', 'ROLLBACK\0'), READY,
]);

/** What a reader makes of the bytes when they come in pieces of this size. */
function readInPieces(bytes: Buffer, size: number, groups = 3) {
  const socket = new PassThrough().on('error', () => {});
  const watch = WireWatch.attach(socket, { maxMessageBytes: 1_000_000, mayAskCleartext: true });
  socket.on('data', () => {});
  socket.emit('data', Buffer.concat([WELCOME]));
  const reader = new WireReader();
  watch.handOver(reader);
  watch.expectAnswers(groups);
  const answers: (Answer & { rows: unknown[] })[] = [];
  reader.expect(
    Array.from({ length: groups }, () => {
      const rows: unknown[] = [];
      return { onRow: (values: unknown) => rows.push(values), onAnswer: (answer: Answer) => answers.push({ ...answer, rows }) };
    }),
  );
  for (let at = 0; at < bytes.length; at += size) socket.emit('data', bytes.subarray(at, at + size));
  return { answers, reader, socket };
}

describe('the answers of a server', () => {
  it.each([1, 2, 3, 5, 7, 64, 100_000])('are told apart in pieces of %d bytes', (size) => {
    const { answers } = readInPieces(ANSWERS, size);
    expect(answers).toEqual([
      { completed: 2, columns: [{ name: 'id', type: 25 }, { name: 'a name with spaces', type: 25 }], rows: [['1', 'zwölf Boxkämpfer 🥊'], [null, ''], ['', '2']], inTransaction: true },
      { completed: 1, rows: [], error: expect.objectContaining({ name: 'ServerError', code: '22012', message: 'division by zero', detail: 'more', hint: 'do not', position: '8', fatal: false }), inTransaction: true },
      { completed: 1, rows: [], inTransaction: false },
    ]);
  });

  it('end with the connection: the server’s last word for the one it was about, the loss for all behind', () => {
    const { answers, reader } = readInPieces(Buffer.concat([message('C', 'BEGIN\0'), error({ S: 'FATAL', C: '57P01', M: 'terminating' })]), 64);
    expect(answers).toEqual([]);
    reader.lost(new Error('gone'));
    expect(answers.map((answer) => [answer.completed, answer.error?.message])).toEqual([[1, 'terminating'], [0, 'gone'], [0, 'gone']]);
    reader.lost(new Error('again'));
    expect(answers.length).toBe(3);
  });

  it('count no statement as completed after an error', () => {
    const { answers } = readInPieces(Buffer.concat([error({ S: 'ERROR', C: 'XX000', M: 'confused' }), message('C', 'BEGIN\0'), READY]), 64, 1);
    expect(answers.map(({ completed }) => completed)).toEqual([0]);
  });
});

describe('requests', () => {
  it('carry text and values as they are', () => {
    const bytes = execution('SELECT $1, $2, $3', { params: ['zwölf', null, ''], describe: true });
    expect(bytes.toString('latin1')).toBe(
      [
        `P${lengthOf(4 + 1 + 17 + 1 + 2)}\0SELECT $1, $2, $3\0\0\0`,
        `B${lengthOf(4 + 2 + 2 + 2 + 4 + 6 + 4 + 4 + 2)}\0\0\0\0\0\x03${lengthOf(6)}${Buffer.from('zwölf').toString('latin1')}\xff\xff\xff\xff\0\0\0\0\0\0`,
        'D\0\0\0\x06P\0',
        'E\0\0\0\x09\0\0\0\0\0',
      ].join(''),
    );
    expect(simpleQuery('SELECT ‹1›').toString('utf8')).toBe(`Q${lengthOf(4 + 14 + 1)}SELECT ‹1›\0`);
  });

  it('are refused where the protocol has no room for them', () => {
    expect(() => execution("SELECT 'a\0b'")).toThrow('NUL');
    expect(() => execution('SELECT 1', { params: Array.from({ length: 65_536 }, () => '') })).toThrow('65535');
  });

  const lengthOf = (length: number) => Buffer.from(int32(length)).toString('latin1');
});
