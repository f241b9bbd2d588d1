import { PassThrough } from 'node:stream';
import { WireWatch } from '../src/pools/wire-watch.js';
import { ANSWER, authentication, columns, int16, int32, message, notice, READY, SASL, WELCOME } from './support/hostile-server.js';

describe('the wire watch', () => {
  const SCRAM = Buffer.concat([SASL, authentication(11, 'r=nonce,s=c2FsdA==,i=100000'), authentication(12, 'v=signature')]);
  const SESSION = Buffer.concat([SCRAM, WELCOME, notice('hello'), ANSWER]);

  const watched = (mayAskCleartext = true) => {
    const socket = new PassThrough().on('error', () => {});
    const watch = WireWatch.attach(socket, { maxMessageBytes: 1_000_000, mayAskCleartext });
    const seen: Buffer[] = [];
    const listener = (chunk: Buffer) => void seen.push(chunk);
    socket.on('data', listener);
    watch.expectAnswers(1);
    return { socket, listener, seen: () => Buffer.concat(seen) };
  };

  it.each([1, 2, 3, 4, 5, 7, 64, 100_000])('passes on what a server says, in pieces of %d bytes', (size) => {
    const { socket, seen } = watched();
    for (let at = 0; at < SESSION.length; at += size) socket.emit('data', SESSION.subarray(at, at + size));
    expect(socket.destroyed).toBe(false);
    expect(seen().equals(SESSION)).toBe(true);
  });

  it.each([1, 3, 100_000])('refuses a malformed row in pieces of %d bytes', (size) => {
    const bad = Buffer.concat([SCRAM, WELCOME, columns('a'), message('D', int16(1), int32(9), 'x'.repeat(8))]);
    const { socket, seen } = watched();
    for (let at = 0; at < bad.length; at += size) socket.emit('data', bad.subarray(at, at + size));
    expect(socket.destroyed).toBe(true);
    expect(seen().length).toBeLessThan(bad.length);
  });

  it('lets a server ask for the password unencrypted only where that is allowed', () => {
    for (const allowed of [true, false]) {
      const { socket, seen } = watched(allowed);
      socket.emit('data', authentication(3));
      expect([socket.destroyed, seen().length]).toEqual(allowed ? [false, 9] : [true, 0]);
    }
  });

  it.each([
    ['MD5', authentication(5, 'salt')],
    ['a cleartext password', authentication(3)],
    ['nothing', Buffer.alloc(0)],
  ])('lets a server authenticate by %s', (_, request) => {
    const { socket, seen } = watched();
    socket.emit('data', Buffer.concat([request, WELCOME]));
    expect([socket.destroyed, seen().length]).toEqual([false, request.length + WELCOME.length]);
  });

  it('passes nothing on once it has refused', () => {
    const { socket, seen } = watched();
    socket.emit('data', READY);
    socket.emit('data', SESSION);
    expect(seen().length).toBe(0);
  });

  it('is taken off with the listener it stands before', () => {
    const { socket, listener } = watched();
    socket.removeListener('data', listener);
    expect(socket.listenerCount('data')).toBe(0);
  });
});
