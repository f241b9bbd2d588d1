import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';

const SSL_REQUEST = Buffer.from('0000000804d2162f', 'hex');
const CANCEL_REQUEST = 80877102;

/** What a server does with a client that asked for TLS; `serve` lets it through to PostgreSQL. */
export type TlsAnswer = (client: Socket, serve: (stream: Socket) => void) => void;

/** Says yes and shakes hands. */
export const offering =
  (options: SecureContextOptions): TlsAnswer =>
  (client, serve) => {
    client.write('S');
    serve(upgraded(client, options));
  };

/** Says no and goes on in plain text. */
export const declining: TlsAnswer = (client, serve) => {
  client.write('N');
  serve(client);
};

/** Says yes, with more behind it that is not encrypted, and shakes hands. */
export const stuffing =
  (plain: Buffer, options: SecureContextOptions): TlsAnswer =>
  (client, serve) => {
    client.write(Buffer.concat([Buffer.from('S'), plain]));
    serve(upgraded(client, options));
  };

/** Says this, and then goes on in plain text. */
export const saying =
  (text: string): TlsAnswer =>
  (client, serve) => {
    client.write(text);
    serve(client);
  };

/** Says yes and leaves when the handshake begins. */
export const leaving =
  (how: 'close' | 'reset'): TlsAnswer =>
  (client) => {
    client.write('S');
    client.once('data', () => (how === 'reset' ? client.resetAndDestroy() : client.destroy()));
  };

export const silent: TlsAnswer = () => {};

/** The first message of one connection, once PostgreSQL got to see it. */
export interface FirstMessage {
  readonly kind: 'startup' | 'cancel';
  readonly encrypted: boolean;
}

/** Stands before PostgreSQL on loopback and does the TLS that a test wants. Clients that ask for none are let through. */
export interface TlsFront {
  readonly port: number;
  /** May be exchanged: it is for the connections that come. */
  answer: TlsAnswer;
  readonly firstMessages: readonly FirstMessage[];
  /** What each client has sent over the wire so far. */
  readonly sent: readonly Buffer[];
  readonly open: number;
  close(): void;
}

export async function tlsFront(database: { host: string; port: number }, answer: TlsAnswer): Promise<TlsFront> {
  const firstMessages: FirstMessage[] = [];
  const sent: Buffer[][] = [];

  const pass = (stream: Socket, first: Buffer) => {
    firstMessages.push({ kind: first.readUInt32BE(4) === CANCEL_REQUEST ? 'cancel' : 'startup', encrypted: stream instanceof TLSSocket });
    const upstream = connect(database);
    upstream.write(first);
    stream.pipe(upstream).pipe(stream);
    // Whoever closes has said all; a client that cancels does so at once, and what it said is still on its way.
    for (const [one, other] of [[stream, upstream], [upstream, stream]] as const) one.on('error', () => {}).on('close', () => other.end());
  };
  const server = createServer((client) => {
    client.on('error', () => {});
    client.once('data', (first) => {
      if (!first.equals(SSL_REQUEST)) return pass(client, first);
      front.answer(client, (stream) => stream.on('error', () => {}).once('data', (message) => pass(stream, message)));
    });
  });
  // A TLS socket takes the bytes from the system by itself: whoever wants to see them has to stand before it.
  const clients = new Set<Socket>();
  const inside = await listening(server);
  const tap = createServer({ allowHalfOpen: true }, (client) => {
    const chunks: Buffer[] = [];
    sent.push(chunks);
    clients.add(client);
    const onward = connect({ host: '127.0.0.1', port: inside, allowHalfOpen: true });
    client.on('data', (chunk: Buffer) => chunks.push(chunk));
    client.on('error', () => {}).on('close', () => {
      clients.delete(client);
      onward.destroy();
    });
    onward.on('error', () => client.resetAndDestroy());
    client.pipe(onward).pipe(client);
  });
  const front: TlsFront = {
    port: await listening(tap),
    answer,
    firstMessages,
    get sent() {
      return sent.map((chunks) => Buffer.concat(chunks));
    },
    get open() {
      return clients.size;
    },
    close() {
      for (const client of clients) client.destroy();
      tap.close();
      server.close();
    },
  };
  return front;
}

function upgraded(client: Socket, options: SecureContextOptions): TLSSocket {
  return new TLSSocket(client, { isServer: true, secureContext: createSecureContext(options) });
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
