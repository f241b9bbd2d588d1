import type { Duplex } from 'node:stream';
import { Problem } from '../problems/problem.js';
import { AuthenticationOrder } from './authentication-order.js';
import type { WireReader } from './wire-reader.js';
import { ServerError } from './server-error.js';
import { describedColumns, isRow, isWellFormed, MESSAGE } from './wire-messages.js';

/** Messages before the first answer are short; a longer one is not a PostgreSQL server's. */
const MAX_EARLY_MESSAGE = 65_536;

/** Type byte and length. */
const HEADER = 5;

const NOTHING = Buffer.alloc(0);

/** What may come besides rows until a statement is answered: notices, changed parameters, notifications. */
const MAX_ASIDES = 100_000;
const MAX_ASIDE_BYTES = 10_000_000;

const { authentication: R, parameterStatus: S, backendKeyData: K, readyForQuery: Z, error: E, notice: N, notification: A } = MESSAGE;
const { rowDescription: T, dataRow: D, commandComplete: C, emptyQuery: I, parseComplete, bindComplete, noData, parameterDescription } = MESSAGE;

/**
 * What a server may send, by what it has been asked. Everything that opens a stream (COPY, replication) is missing, and
 * what nobody here asks for: the driver would print it, or wait for something that never comes, or fail outside any promise.
 */
const ALLOWED = {
  authenticating: new Set<number>([R, E, N]),
  starting: new Set<number>([S, K, Z, E, N]),
  answering: new Set<number>([S, Z, E, N, A, T, D, C, I, parseComplete, bindComplete, noData, parameterDescription]),
  // An error told to an idle connection is its end; the sooner it is gone, the fewer statements are sent to nobody.
  idle: new Set<number>([S, N, A]),
};

/** What the watch enforces. */
export interface WireLimits {
  /** Bytes of one message once the first query was answered; a row is one message. */
  readonly maxMessageBytes: number;
  /** Whether a server may ask for the password unencrypted: only over TLS or on loopback. */
  readonly mayAskCleartext: boolean;
}

/**
 * Stands between the socket and whoever reads it: the driver, which makes the connection, then the {@link WireReader}. Both
 * trust every length, order and count they are told, and a server that lies could end or freeze the process. Each chunk is
 * followed message by message, and the first message that is not what PostgreSQL would send here destroys the socket; of
 * its chunk the driver gets nothing.
 */
export class WireWatch {
  /**
   * The error the server ends the connection with, as the driver would have thrown it: the driver waits for the end of the
   * answer first, which then never comes.
   */
  farewell?: ServerError;
  private readonly authentication: AuthenticationOrder;
  /** Start of a message whose rest has not come, and the length it announces; 0 while its header is not complete. */
  private held: Buffer = NOTHING;
  private heldBytes = 0;
  private wantedBytes = 0;
  /** Answers owed: start-up, and each query, ends with one ReadyForQuery. */
  private owed = 1;
  private started = false;
  /** True once the first query was answered. Until then rows are counted like everything else. */
  private proven = false;
  /** Columns of the rows that may follow, or -1. */
  private columns = -1;
  private asides = 0;
  private asideBytes = 0;
  private refused = false;
  private reader?: WireReader;

  private constructor(private readonly socket: Duplex, private readonly limits: WireLimits) {
    this.authentication = new AuthenticationOrder(limits.mayAskCleartext);
  }

  /**
   * Puts a watch before whoever listens for data on the socket from now on: one listener, since every chunk is followed
   * once. Errors are a plain `Error` for a server that breaks the protocol and `RESULT_TOO_LARGE` for a row over the limit.
   */
  static attach(socket: Duplex, limits: WireLimits): WireWatch {
    const watch = new WireWatch(socket, limits);
    const on = socket.on.bind(socket) as (event: string, listener: (...values: never[]) => void) => Duplex;
    const watched = (event: string, listener: (...values: never[]) => void) => on(event, event === 'data' ? watch.before(listener as (chunk: Buffer) => void) : listener);
    Object.assign(socket, { on: watched, addListener: watched });
    return watch;
  }

  /** Call for each query that is sent: an answer nobody asked for is refused. */
  expectAnswers(count: number): void {
    this.owed += count;
  }

  /** From now on messages go to the reader, and the driver gets none any more. */
  handOver(reader: WireReader): void {
    this.reader = reader;
  }

  private before(listener: (chunk: Buffer) => void): (chunk: Buffer) => void {
    const watched = (chunk: Buffer) => {
      if (this.admits(chunk) && !this.reader) listener(chunk);
    };
    // By this property removeListener() finds the wrapper of a listener.
    return Object.assign(watched, { listener });
  }

  private admits(chunk: Buffer): boolean {
    if (this.refused) return false;
    let at = 0;
    if (this.wantedBytes > 0) {
      const missing = this.wantedBytes - this.heldBytes;
      if (chunk.length < missing) return this.hold(chunk);
      this.hold(chunk.subarray(0, missing));
      const message = this.release();
      if (!this.passes(message[0] ?? 0, message, HEADER, message.length)) return false;
      at = missing;
    } else if (this.heldBytes > 0) {
      this.hold(chunk);
      chunk = this.release();
    }
    while (chunk.length - at >= HEADER) {
      const type = chunk[at] ?? 0;
      const length = chunk.readUInt32BE(at + 1);
      if (!this.admitsHeader(type, length)) return false;
      const end = at + 1 + length;
      if (end > chunk.length) {
        this.wantedBytes = 1 + length;
        break;
      }
      if (!this.passes(type, chunk, at + HEADER, end)) return false;
      at = end;
    }
    return at === chunk.length || this.hold(chunk.subarray(at));
  }

  private passes(type: number, bytes: Buffer, at: number, end: number): boolean {
    if (!this.admitsBody(type, bytes, at, end)) return false;
    if (type === E) this.failed(new ServerError(bytes, at, end));
    else this.reader?.read(type, bytes, at);
    return true;
  }

  private failed(error: ServerError): void {
    if (error.fatal) this.farewell = error;
    this.reader?.failed(error);
  }

  /** Into one buffer that doubles: of a message that comes byte by byte, each piece would cost more than its byte. */
  private hold(bytes: Buffer): true {
    const needed = this.heldBytes + bytes.length;
    if (this.held.length < needed) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(2 * needed, this.wantedBytes)));
      this.held.copy(larger, 0, 0, this.heldBytes);
      this.held = larger;
    }
    bytes.copy(this.held, this.heldBytes);
    this.heldBytes = needed;
    return true;
  }

  private release(): Buffer {
    const held = this.held.subarray(0, this.heldBytes);
    this.held = NOTHING;
    this.heldBytes = this.wantedBytes = 0;
    return held;
  }

  private admitsHeader(type: number, length: number): boolean {
    // Nearly all messages are these. Whoever collects rows counts their bytes; rows without columns have none.
    if (type === D && this.proven && this.columns > 0 && length >= 4 && length <= this.limits.maxMessageBytes) return true;
    if (!this.allowed.has(type)) return this.refuse(`message of type ${type} out of turn`);
    if (length < 4) return this.refuse('a message shorter than its own length');
    if (!this.proven && length > MAX_EARLY_MESSAGE) return this.refuse('a message too long before the first answer');
    if (length > this.limits.maxMessageBytes) return this.refuse(new Problem('RESULT_TOO_LARGE', `One row is longer than ${this.limits.maxMessageBytes} bytes.`));
    this.asideBytes += length;
    return (++this.asides <= MAX_ASIDES && this.asideBytes <= MAX_ASIDE_BYTES) || this.refuse('too many messages without an answer');
  }

  private get allowed(): ReadonlySet<number> {
    if (this.started) return this.owed > 0 ? ALLOWED.answering : ALLOWED.idle;
    return this.authentication.finished ? ALLOWED.starting : ALLOWED.authenticating;
  }

  private admitsBody(type: number, bytes: Buffer, at: number, end: number): boolean {
    if (type === D) return isRow(bytes, at, end, this.columns) || this.refuse('a malformed row');
    if (type === R) {
      const refusal = this.authentication.refusal(bytes.subarray(at, end));
      return refusal === undefined || this.refuse(refusal);
    }
    if (type === T) {
      if (this.columns >= 0 && this.reader) return this.refuse('columns described anew');
      this.columns = describedColumns(bytes, at, end);
      return this.columns >= 0 || this.refuse('a malformed row description');
    }
    if (!isWellFormed(type, bytes, at, end)) return this.refuse(`malformed message of type ${type}`);
    if (type === Z) this.answered();
    return true;
  }

  private answered(): void {
    this.proven = this.started;
    this.started = true;
    this.owed--;
    this.columns = -1;
    this.asides = this.asideBytes = 0;
  }

  /** Nothing of the reason reaches the caller except a result that is too large: it would tell what listens there. */
  private refuse(reason: string | Problem): false {
    this.refused = true;
    this.release();
    this.socket.destroy(typeof reason === 'string' ? new Error(`The server does not speak PostgreSQL: ${reason}`) : reason);
    return false;
  }
}
