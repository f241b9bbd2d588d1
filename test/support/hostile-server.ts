import { createServer, Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** One message of the protocol, from a server: type byte, length, body. */
export function message(type: string, ...body: (Buffer | string | number[])[]): Buffer {
  const bytes = Buffer.concat(body.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));
  return Buffer.concat([header(type, bytes.length + 4), bytes]);
}

/** The five bytes before a body, with any length. */
export function header(type: string, length: number): Buffer {
  const bytes = Buffer.alloc(5, type, 'latin1');
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

export const int16 = (value: number): number[] => [(value >> 8) & 255, value & 255];
export const int32 = (value: number): number[] => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];
export const authentication = (type: number, body = ''): Buffer => message('R', int32(type), body);
export const columns = (...names: string[]): Buffer => message('T', int16(names.length), ...names.flatMap((name) => [`${name}\0`, int32(0), int16(0), int32(25), int16(0xffff), int32(0xffffffff), int16(0)]));
export const row = (...values: string[]): Buffer => message('D', int16(values.length), ...values.flatMap((value) => [int32(value.length), value]));
export const notice = (text: string): Buffer => message('N', `SNOTICE\0M${text}\0\0`);

export const SASL = authentication(10, 'SCRAM-SHA-256\0\0');
export const READY = message('Z', 'I');
/** What a server says that lets everybody in. */
export const WELCOME = Buffer.concat([authentication(0), message('S', 'server_version\x0015.0\0'), message('K', int32(1), int32(2)), READY]);
/** One column, one row. */
export const ANSWER = Buffer.concat([columns('search_path'), row('public'), message('C', 'SELECT 1\0'), READY]);

/** The server's end of one connection. */
export interface Victim {
  readonly socket: Socket;
  /** Answers a request for TLS with no, and takes the start-up message. */
  start(): Promise<void>;
  /** The next bytes the client sends; never, once it is gone. */
  bytes(): Promise<Buffer>;
  send(...bytes: Buffer[]): void;
  /** Sends the bytes again and again until the client hangs up. */
  flood(bytes: Buffer): Promise<void>;
}

/** A server on loopback that does to each client what it is told to. */
export interface HostileServer {
  readonly port: number;
  readonly connections: number;
  /** Connections that nobody has closed yet. */
  readonly open: number;
  /** Passwords and SCRAM proofs received: what the driver computed for this server. */
  readonly proofs: number;
  close(): void;
}

export async function hostileServer(attack: (victim: Victim) => unknown): Promise<HostileServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let proofs = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    const arrived: Buffer[] = [];
    let wake = () => {};
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      if (chunk[0] === 0x70 && !chunk.includes('SCRAM-SHA-256')) proofs++;
      arrived.push(chunk);
      wake();
    });
    const victim: Victim = {
      socket,
      async bytes() {
        while (arrived.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        return arrived.shift() as Buffer;
      },
      async start() {
        const first = await victim.bytes();
        if (first.length !== 8) return;
        socket.write('N');
        await victim.bytes();
      },
      send: (...bytes) => void socket.write(Buffer.concat(bytes)),
      async flood(bytes) {
        while (!socket.destroyed) if (!socket.write(bytes)) await new Promise((resolve) => socket.once('drain', resolve).once('close', resolve));
      },
    };
    void attack(victim);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    get proofs() {
      return proofs;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
