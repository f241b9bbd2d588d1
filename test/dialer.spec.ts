import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { EgressPolicy } from '../src/egress/egress-policy.js';
import { Dialer } from '../src/pools/dialer.js';
import type { SslMode } from '../src/pools/identity.js';
import { ServerBreakers } from '../src/pools/server-breakers.js';
import { takeTurns } from '../src/pools/take-turns.js';
import { loadSettings } from '../src/settings/load-settings.js';
import { eventually } from './support/test-database.js';

/** Several addresses of one host share their port. Only Linux has all of 127.0.0.0/8 without being told. */
const onLinux = process.platform === 'linux' ? describe : describe.skip;
const FIRST = '127.0.0.2';
const SECOND = '127.0.0.3';

onLinux('a host with several addresses', () => {
  let dialer: Dialer;
  let port: number;
  let servers: Server[];
  let sockets: Socket[];
  const never = new AbortController().signal;

  beforeEach(async () => {
    dialer = new Dialer(new EgressPolicy(loadSettings({})), new ServerBreakers(new EventEmitter2()));
    servers = [];
    sockets = [];
    // Finds a free port.
    port = ((await listen('127.0.0.1', 0)).address() as AddressInfo).port;
  });
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
  });

  const listen = async (address: string, at = port, greet: (socket: Socket) => void = () => {}): Promise<Server> => {
    const server = createServer((socket) => {
      // Who does not read does not notice that the other side hangs up.
      sockets.push(socket.on('error', () => {}).resume());
      greet(socket);
    });
    servers.push(server);
    server.listen(at, address);
    await once(server, 'listening');
    return server;
  };
  const answering = (text: string) => (socket: Socket) => socket.once('data', () => socket.write(text));
  const dial = (addresses: string[], ssl: SslMode = 'disable', signal = never) =>
    dialer.dial({ tenant: 'test', host: 'db.example', port, database: 'd', user: 'u', ssl, exempt: false }, addresses, signal).then((transport) => {
      sockets.push(transport.socket);
      return transport.address;
    });
  const open = () => sockets.filter(({ destroyed }) => !destroyed).length;

  it('is reached at the next one where one refuses', async () => {
    await listen(SECOND);
    expect(await dial([FIRST, SECOND])).toBe(SECOND);
    expect(await dial(['::1', SECOND])).toBe(SECOND);
  });

  it('is reached at the next one where the negotiation of TLS fails', async () => {
    await listen(FIRST, port, answering('HTTP/1.1 400'));
    await listen(SECOND, port, answering('N'));
    expect(await dial([FIRST, SECOND], 'prefer')).toBe(SECOND);
    await eventually(open, (count) => count === 2);
  });

  it('is dialled at the first only where that answers', async () => {
    await listen(FIRST);
    const second = jest.fn();
    await listen(SECOND, port, second);
    expect(await dial([FIRST, SECOND])).toBe(FIRST);
    expect(second).not.toHaveBeenCalled();
  });

  it('is reached at the next one where one accepts and says nothing', async () => {
    await listen(FIRST);
    await listen(SECOND, port, answering('N'));
    expect(await dial([FIRST, SECOND], 'prefer')).toBe(SECOND);
    await eventually(open, (count) => count === 2);
  });

  it('is reached at the next one where the packets of one are lost', async () => {
    // The system completes connections for a listener that never accepts them until its queue is full, and then answers no more.
    const listener = `const { createServer } = require('node:net');
      const server = createServer().listen({ host: '${FIRST}', port: ${port}, backlog: 1 }, () => {
        require('node:worker_threads').parentPort.postMessage('listening');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      });`;
    const worker = new Worker(listener, { eval: true });
    try {
      await once(worker, 'message');
      for (let queued = 0; queued < 2; queued++) {
        const socket = connect(port, FIRST).on('error', () => {});
        sockets.push(socket);
        await once(socket, 'connect');
      }
      await listen(SECOND);
      expect(await dial([FIRST, SECOND])).toBe(SECOND);
    } finally {
      await worker.terminate();
    }
  });

  it('keeps one connection where two are ready at one time', async () => {
    const both: Socket[] = [];
    const together = (socket: Socket) => {
      socket.once('data', () => {
        both.push(socket);
        if (both.length === 2) for (const each of both) each.write('N');
      });
    };
    await listen(FIRST, port, together);
    await listen(SECOND, port, together);
    expect([FIRST, SECOND]).toContain(await dial([FIRST, SECOND], 'prefer'));
    await eventually(() => both.filter(({ destroyed }) => !destroyed).length, (count) => count === 1);
  });

  it('leaves no connection behind at the deadline', async () => {
    await listen(FIRST);
    await listen(SECOND);
    const deadline = new AbortController();
    const dialling = dial([FIRST, SECOND], 'require', deadline.signal);
    dialling.catch(() => {});
    await eventually(() => sockets.length, (count) => count === 2);
    deadline.abort();
    await expect(dialling).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await eventually(open, (count) => count === 0);
  });

  it('is not dialled after the deadline', async () => {
    const dialled = jest.fn();
    await listen(FIRST, port, dialled);
    await expect(dial([FIRST], 'disable', AbortSignal.abort())).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(dialled).not.toHaveBeenCalled();
  });

  it('is dialled at eight of a thousand', async () => {
    const addresses = Array.from({ length: 1000 }, (_, i) => `127.1.${i >> 8}.${i & 255}`);
    const ninth = jest.fn();
    await listen(addresses[8] as string, port, ninth);
    await expect(dial(addresses)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(ninth).not.toHaveBeenCalled();
    await listen(addresses[7] as string);
    expect(await dial(addresses)).toBe(addresses[7]);
  });

  it('that has none cannot be reached', async () => {
    await expect(dial([])).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  it('has the failure of each in what the log is told', async () => {
    const { cause } = await dial([FIRST, SECOND]).catch((problem) => problem);
    expect(cause.message).toBe(`connect ECONNREFUSED ${FIRST}:${port}; connect ECONNREFUSED ${SECOND}:${port}`);
    expect((await dial(['127.0.0.4']).catch((problem) => problem)).cause).toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('attempts that take turns', () => {
  const FOREVER_MS = 2 ** 31 - 1;
  const never = new AbortController().signal;
  const failing = (message: string) => jest.fn(async () => Promise.reject(new Error(message)));
  const pending = () => jest.fn(() => new Promise<string>(() => {}));

  it('do not wait for one that has failed', async () => {
    const third = pending();
    expect(await takeTurns([failing('refused'), async () => 'second', third], FOREVER_MS, never)).toBe('second');
    expect(third).not.toHaveBeenCalled();
  });

  it('have the same time each', async () => {
    const third = pending();
    const slow = () => new Promise<string>((resolve) => setTimeout(resolve, 20, 'second'));
    expect(await takeTurns([pending(), slow, third], 40, never)).toBe('second');
    expect(third).not.toHaveBeenCalled();
  });

  it('are told when another one was first, and when all are given up', async () => {
    const signals: AbortSignal[] = [];
    const listening = (signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<string>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    await takeTurns([listening, async () => 'second'], 1, never);
    expect(signals[0]?.aborted).toBe(true);
    const giveUp = new AbortController();
    const turns = takeTurns([listening, listening], FOREVER_MS, giveUp.signal);
    await eventually(() => signals.length, (count) => count === 2);
    giveUp.abort(new Error('too late'));
    await expect(turns).rejects.toThrow('too late');
    expect(signals).toHaveLength(2);
  });

  it('fail with what each has failed with', async () => {
    await expect(takeTurns([failing('refused')], FOREVER_MS, never)).rejects.toThrow(/^refused$/);
    await expect(takeTurns([failing('refused'), failing('reset'), failing('refused')], FOREVER_MS, never)).rejects.toThrow(/^refused; reset$/);
    await expect(takeTurns([], FOREVER_MS, never)).rejects.toThrow('nothing to try');
  });
});
