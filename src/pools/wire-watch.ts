import { Duplex } from 'node:stream';
import { Problem } from '../problems/problem.js';

/** Messages before the first ReadyForQuery are short; a longer one is not a PostgreSQL server's. */
const MAX_STARTUP_MESSAGE = 65_536;

/** The bound node-postgres uses. The driver computes PBKDF2 on the main thread: 20 million iterations froze it for four seconds. */
const MAX_SCRAM_ITERATIONS = 100_000;

const AUTHENTICATION = 0x52; // 'R'
const READY_FOR_QUERY = 0x5a; // 'Z'
const CLEARTEXT_PASSWORD = 3;
const SASL_CONTINUE = 11;

/** What the watch enforces. */
export interface WireLimits {
  /** Bytes of one message after start-up; a row is one message. */
  readonly maxMessageBytes: number;
  /** Whether a server may ask for the password unencrypted: only over TLS or on loopback. */
  readonly mayAskCleartext: boolean;
}

/**
 * Follows the framing of what the server sends (type byte, four bytes of length) ahead of the driver, which trusts every
 * length and every iteration count it is told. The first message that breaks a limit destroys the socket before the
 * driver sees it.
 */
export class WireWatch {
  private readonly header = Buffer.alloc(5);
  private headerBytes = 0;
  private bodyLeft = 0;
  private authentication: Buffer[] | null = null;
  private startingUp = true;

  /**
   * True once a limit was broken. The driver still gets the chunk in which that happened, so its password callback must
   * ask here first and, if so, never answer: then it computes and sends nothing.
   */
  refused = false;

  private constructor(private readonly socket: Duplex, private readonly limits: WireLimits) {}

  /** Attach before the driver does: listeners run in the order they were added. */
  static attach(socket: Duplex, limits: WireLimits): WireWatch {
    const watch = new WireWatch(socket, limits);
    socket.on('data', (chunk: Buffer) => watch.follow(chunk));
    return watch;
  }

  private follow(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.refused) {
      if (this.bodyLeft > 0) {
        const end = Math.min(chunk.length, at + this.bodyLeft);
        this.authentication?.push(chunk.subarray(at, end));
        this.bodyLeft -= end - at;
        at = end;
        if (this.bodyLeft === 0 && this.authentication) this.inspectAuthentication();
        continue;
      }
      if (this.headerBytes === 0 && chunk.length - at >= 5) {
        this.begin(chunk[at] ?? 0, chunk.readUInt32BE(at + 1));
        at += 5;
        continue;
      }
      this.header[this.headerBytes++] = chunk[at++] ?? 0;
      if (this.headerBytes === 5) {
        this.headerBytes = 0;
        this.begin(this.header[0] ?? 0, this.header.readUInt32BE(1));
      }
    }
  }

  private begin(type: number, length: number): void {
    const limit = this.startingUp ? MAX_STARTUP_MESSAGE : this.limits.maxMessageBytes;
    if (length < 4) return this.refuse(new Problem('DATABASE_UNAVAILABLE', 'The server does not speak the PostgreSQL protocol.'));
    if (length > limit) {
      return this.refuse(
        this.startingUp
          ? new Problem('DATABASE_UNAVAILABLE', 'The server does not speak the PostgreSQL protocol.')
          : new Problem('RESULT_TOO_LARGE', `One row is longer than ${limit} bytes.`),
      );
    }
    if (type === READY_FOR_QUERY) this.startingUp = false;
    this.bodyLeft = length - 4;
    this.authentication = this.startingUp && type === AUTHENTICATION ? [] : null;
  }

  private inspectAuthentication(): void {
    const body = Buffer.concat(this.authentication ?? []);
    this.authentication = null;
    if (body.length < 4) return;
    const type = body.readUInt32BE(0);
    if (type === CLEARTEXT_PASSWORD && !this.limits.mayAskCleartext) {
      this.refuse(new Problem('DATABASE_UNAVAILABLE', 'The server asks for the password without encryption.', { hint: 'Use TLS: set ssl to require or verify-full.' }));
    }
    if (type === SASL_CONTINUE) {
      const iterations = Number(/(?:^|,)i=(\d+)/.exec(body.toString('latin1', 4))?.[1] ?? 0);
      if (iterations > MAX_SCRAM_ITERATIONS) this.refuse(new Problem('DATABASE_UNAVAILABLE', 'The server asks for too many SCRAM iterations.'));
    }
  }

  private refuse(problem: Problem): void {
    this.refused = true;
    this.socket.destroy(problem);
  }
}
