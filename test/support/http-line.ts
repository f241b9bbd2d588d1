import { connect, type Socket } from 'node:net';

/** Milliseconds after which a request counts as never answered. */
const NO_ANSWER_MS = 15_000;

/**
 * Sends bytes as they are, on a connection of their own, with nothing between them and the service's parser.
 *
 * @returns everything answered until the connection closed; ask for that with `Connection: close`
 * @throws {Error} when it stays open
 */
export function exchange(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const chunks: Buffer[] = [];
    const answer = () => Buffer.concat(chunks).toString();
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`The connection stayed open. Answered: ${answer().slice(0, 300)}`));
    }, NO_ANSWER_MS);
    socket.on('data', (chunk) => chunks.push(chunk));
    // A service that refuses a request need not read the rest of it.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(answer());
    });
  });
}

/** A request without a body as it goes over the line, the last of its connection. */
export function getText(path: string, headers: readonly string[] = [], method = 'GET'): string {
  return [`${method} ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, '', ''].join('\r\n');
}

/** A request with a body as it goes over the line, the last of its connection. */
export function bodyBytes(path: string, body: string | Buffer, headers: readonly string[] = ['Content-Type: application/json'], method = 'POST'): Buffer {
  return Buffer.concat([Buffer.from(getText(path, [`Content-Length: ${Buffer.byteLength(body)}`, ...headers], method)), Buffer.from(body)]);
}

/** Status of the first answer. */
export const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

/** The JSON object that an answer has for its body. */
export const objectOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1)) as Record<string, unknown>;

/** One request as it goes over the line. */
export function postText(url: string, path: string, body: object, requestId: string): string {
  const json = JSON.stringify(body);
  return [`POST ${path} HTTP/1.1`, `Host: ${new URL(url).host}`, 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(json)}`, `X-Request-Id: ${requestId}`, '', json].join('\r\n');
}

/** One TCP connection to the service: requests may be pipelined on it, cut short, and left alone. */
export class HttpLine {
  /** Bodies of the answers that have come whole, in the order of the requests. */
  readonly answers: string[] = [];
  private readonly wanted: { count: number; tell: () => void }[] = [];
  private received = Buffer.alloc(0);
  private readonly socket: Socket;
  private closed = false;

  /** @param onFirstBytes called when the first bytes of the first answer arrive */
  constructor(url: string, private readonly onFirstBytes: () => void = () => {}) {
    const { hostname, port } = new URL(url);
    this.socket = connect(Number(port), hostname);
    this.socket.on('error', () => {});
    this.socket.on('data', (chunk) => this.take(chunk));
    this.socket.on('close', () => {
      this.closed = true;
      for (const { tell } of this.wanted.splice(0)) tell();
    });
  }

  send(text: string): void {
    this.socket.write(text);
  }

  /** Resolves when so many answers have come, or none will come any more. */
  async until(count: number): Promise<void> {
    if (this.closed || this.answers.length >= count) return;
    await new Promise<void>((resolve) => this.wanted.push({ count, tell: resolve }));
  }

  hangUp(how: 'reset' | 'close'): void {
    if (how === 'reset') this.socket.resetAndDestroy();
    else this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    if (this.answers.length === 0 && this.received.length === 0) this.onFirstBytes();
    this.received = Buffer.concat([this.received, chunk]);
    for (;;) {
      const head = this.received.indexOf('\r\n\r\n');
      if (head < 0) break;
      const length = Number(/^content-length: (\d+)$/im.exec(this.received.toString('latin1', 0, head))?.[1]);
      const end = head + 4 + length;
      // An answer without a length would be none of ours.
      if (Number.isNaN(end)) return void this.socket.destroy();
      if (this.received.length < end) break;
      this.answers.push(this.received.toString('utf8', head + 4, end));
      this.received = this.received.subarray(end);
    }
    for (const one of this.wanted.filter(({ count }) => this.answers.length >= count)) {
      this.wanted.splice(this.wanted.indexOf(one), 1);
      one.tell();
    }
  }
}
