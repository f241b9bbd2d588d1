import { connect, type Socket } from 'node:net';

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
