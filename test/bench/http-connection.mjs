import { connect } from 'node:net';

const HEAD_END = '\r\n\r\n';

/**
 * A keep-alive HTTP/1.1 connection that sends one request at a time. Written on the bare socket because Node's own client
 * costs as much as the server that is to be measured. It knows only answers that have a length, or no body at all.
 */
export class HttpConnection {
  #socket;
  #waiting;
  #chunks = [];
  #received = 0;
  #answer;

  /** @param {number} port on the loopback interface */
  static open(port) {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new HttpConnection(socket));
      });
    });
  }

  constructor(socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  /** @returns {Promise<{ status: number, head: string, body: Buffer }>} */
  send(request) {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) return reject(new Error('the connection is closed'));
      this.#waiting = { resolve, reject };
      this.#socket.write(request, 'latin1');
    });
  }

  get(path, headers = {}) {
    return this.send(requestText('GET', path, headers));
  }

  post(path, body, headers = {}) {
    return this.send(requestText('POST', path, { ...headers, 'Content-Type': 'application/json' }, JSON.stringify(body)));
  }

  close() {
    this.#socket.destroy();
  }

  #receive(chunk) {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    this.#answer ??= this.#readHead();
    if (!this.#answer || this.#received < this.#answer.length) return;
    const { status, head } = this.#answer;
    const body = this.#joined().subarray(head.length + HEAD_END.length);
    const waiting = this.#waiting;
    this.#chunks = [];
    this.#received = 0;
    this.#answer = this.#waiting = undefined;
    waiting?.resolve({ status, head, body });
  }

  #readHead() {
    const received = this.#joined();
    const end = received.indexOf(HEAD_END);
    if (end < 0) return undefined;
    const head = received.latin1Slice(0, end);
    const status = Number(head.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? (status === 304 || status === 204 ? 0 : undefined);
    if (length === undefined) this.#socket.destroy(new Error('an answer without a length'));
    return { status, head, length: head.length + HEAD_END.length + Number(length) };
  }

  #joined() {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0];
  }

  #fail(error) {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}

/** @param {string} body ASCII */
export function requestText(method, path, headers, body) {
  const all = { Host: '127.0.0.1', ...headers, ...(body === undefined ? {} : { 'Content-Length': String(body.length) }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}
