import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import type { SeededRandom } from './seeded-random.js';

/** One connection through a front: what its two directions do with the bytes. */
export interface Line {
  /** Takes what the client sent, returns what goes on to the server. */
  toServer: (chunk: Buffer) => Buffer;
  /** Takes what the server sent, returns what goes on to the client. */
  toClient: (chunk: Buffer) => Buffer;
  /** Says something to the client that the server did not say. */
  say(bytes: Buffer): void;
  /** Breaks both ends: with a TCP reset, or by closing as a server that stops does. */
  cut(how: 'reset' | 'close'): void;
}

/** A TCP proxy on loopback that counts, and changes or breaks what goes through it. */
export interface TcpFront {
  readonly port: number;
  /** Connections accepted so far, cancel requests included. */
  readonly dials: number;
  readonly open: number;
  close(): void;
}

/** @param onLine called for each connection before its first byte */
export async function tcpFront({ host, port }: { host: string; port: number }, onLine: (line: Line) => void = () => {}): Promise<TcpFront> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let dials = 0;
  const server = createServer((client) => {
    dials++;
    const upstream = connect({ host, port, noDelay: true });
    const pair = [client.setNoDelay(), upstream] as const;
    const line: Line = {
      toServer: (chunk) => chunk,
      toClient: (chunk) => chunk,
      say: (bytes) => void client.write(bytes),
      cut: (how) => pair.forEach((socket) => (how === 'reset' ? socket.resetAndDestroy() : socket.destroy())),
    };
    onLine(line);
    pairs.add(pair);
    // Streams, so that a reader who stops makes the server stop too.
    const passing = (way: 'toServer' | 'toClient') => new Transform({ transform: (chunk, _, done) => done(null, line[way](chunk)) });
    client.pipe(passing('toServer')).pipe(upstream).pipe(passing('toClient')).pipe(client);
    for (const socket of pair) {
      socket.on('error', () => {}).on('close', () => {
        pairs.delete(pair);
        pair.forEach((each) => each.destroy());
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get dials() {
      return dials;
    },
    get open() {
      return pairs.size;
    },
    close() {
      server.close();
      for (const pair of pairs) pair.forEach((socket) => socket.destroy());
    },
  };
}

/** Breaks the line after so many bytes have gone one way, wherever in a message that is. */
export function breakLine(line: Line, random: SeededRandom, onBroken: () => void): void {
  const way = random.pick(['toServer', 'toClient'] as const);
  const how = random.pick(['reset', 'close'] as const);
  // Small ones hit the handshake, large ones the rows.
  let left = random.between(1, random.pick([300, 3000, 30_000]));
  line[way] = (chunk) => {
    if (chunk.length < left) {
      left -= chunk.length;
      return chunk;
    }
    setImmediate(() => line.cut(how));
    onBroken();
    line[way] = () => Buffer.alloc(0);
    return chunk.subarray(0, left);
  };
}

/** Replaces words on their way to the server, each by one of the same length. @param look sees what the client sent */
export function rewriting(words: Readonly<Record<string, string>>, look: (bytes: Buffer) => void = () => {}): (line: Line) => void {
  return (line) => {
    line.toServer = (chunk) => {
      look(chunk);
      let text = chunk.toString('latin1');
      for (const [from, to] of Object.entries(words)) text = text.replaceAll(from, to);
      return Buffer.from(text, 'latin1');
    };
  };
}
