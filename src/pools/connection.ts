import postgres from 'postgres';
import { Problem } from '../problems/problem.js';
import { BackendKey, requestCancel } from './cancel-request.js';
import { abortable, Dialer, serverOf, Transport } from './dialer.js';
import { connectionLost, connectProblem, isServerError } from './failures.js';
import type { Identity } from './identity.js';
import { ParameterRefusals, POOLED_MARK, POOLED_RESET, refusesParameters } from './pooler.js';
import { type ResetStep, resetOf } from './reset.js';
import { type ActualSettings, isPooled, pooledPreamble, preambleFor, READ_SEARCH_PATH, READ_SESSION_SETTINGS, SESSION_SETTINGS } from './session-settings.js';
import { type Asker, WireReader } from './wire-reader.js';
import { simpleQuery, TERMINATE } from './wire-requests.js';
import { WireWatch } from './wire-watch.js';

/** The driver's parsers would turn text into numbers, dates and objects and lose digits; this leaves every type as text. */
const ALL_TEXT = {
  text: { to: 25, from: [16, 17, 20, 21, 23, 26, 114, 700, 701, 1082, 1114, 1184, 1700, 3802], parse: (text: string) => text, serialize: (value: unknown) => String(value) },
};

/** Limits of a connection, from the settings. */
export interface ConnectionOptions {
  readonly maxMessageBytes: number;
  readonly maxLifetimeMs: number;
  /** The server's own limit for a statement that brings none. */
  readonly statementTimeoutMs: number;
}

/** Characters; it becomes part of every transaction. */
const MAX_SEARCH_PATH = 10_000;

const refusals = new ParameterRefusals();

/**
 * One physical connection. The driver makes it: one instance with `max: 1` over a socket of our own, used once, which
 * authenticates and runs the first query. From then on requests and answers go past it, for its queue and its pool would
 * pipeline callers onto each other's connections and hand on whatever they left behind. Dead is dead: a connection is
 * destroyed on any doubt and never repaired.
 */
export class Connection {
  /** When it was last given back; set by the pool. */
  idleSince = Date.now();
  /** Why it ended, once it has. */
  endReason?: string;
  /** What a statement cut short by {@link cancel} failed with, for its caller. */
  endProblem?: Problem;
  /** True where each transaction may be on another backend. */
  pooled = false;
  /** Statements to put behind each BEGIN; none on most ordinary connections. */
  preamble: readonly string[] = [];
  /** The server's own limit for a statement that brings none; 0 where it cannot be relied on. */
  statementTimeoutMs = 0;
  /** What to send behind each statement; see {@link resetOf}. */
  reset: readonly ResetStep[] = [];
  private backend?: BackendKey;
  private closed = false;
  private readonly reader = new WireReader();
  /** What the stream ended with, if it was not just closed. */
  private failure?: Error;
  private readonly closeListeners: (() => void)[] = [];

  private constructor(
    private readonly transport: Transport,
    private readonly watch: WireWatch,
    private readonly identity: Identity,
    private readonly dialer: Dialer,
    /** When it is too old to be leased again: jittered, so that connections opened together do not end together. */
    readonly expiresAt: number,
  ) {
    // The stream carries the reason the wire watch destroyed it with; without a listener it would end the process.
    transport.socket.on('error', (error) => {
      this.failure ??= error;
      this.endReason ??= error instanceof Problem ? error.code : 'network';
    });
    transport.socket.once('close', () => {
      this.closed = true;
      this.endReason ??= 'closed by the server';
      this.reader.lost(this.failure ?? connectionLost());
      for (const listener of this.closeListeners.splice(0)) listener();
    });
  }

  /**
   * Dials, authenticates and runs the first query, all within one deadline.
   *
   * @param addresses checked addresses of the target's host
   * @param signal the deadline
   * @throws {Problem} of the catalogue: `AUTHENTICATION_FAILED`, `DATABASE_NOT_FOUND`, `HOST_NOT_ALLOWED`, `DATABASE_UNAVAILABLE`, …
   */
  static async open(identity: Identity, dialer: Dialer, addresses: readonly string[], signal: AbortSignal, options: ConnectionOptions): Promise<Connection> {
    const attempt = () => Connection.attempt(identity, dialer, addresses, signal, options);
    try {
      return await attempt().catch((error) => {
        if (isServerError(error) && refusesParameters(error)) return attempt();
        throw error;
      });
    } catch (error) {
      throw connectProblem(error, identity.target.user);
    }
  }

  /** @throws {unknown} whatever it failed with, as it came */
  private static async attempt(identity: Identity, dialer: Dialer, addresses: readonly string[], signal: AbortSignal, options: ConnectionOptions): Promise<Connection> {
    const { target } = identity;
    const transport = await dialer.dial(target, addresses, signal);
    const { socket } = transport;
    const server = serverOf(transport.address, target.port);
    const watch = WireWatch.attach(socket, { maxMessageBytes: options.maxMessageBytes, mayAskCleartext: transport.encrypted || transport.loopback });
    try {
      const sql = postgres({
        // Arrays: the string forms split on commas and accept ports and socket paths.
        host: [target.host], port: [target.port], database: target.database, user: target.user,
        password: () => identity.password(),
        max: 1, fetch_types: false, prepare: false, max_lifetime: null, idle_timeout: 0, connect_timeout: 0, backoff: 0, keep_alive: null, ssl: false,
        connection: { ...(refusals.has(server, Date.now()) ? {} : { ...SESSION_SETTINGS, statement_timeout: options.statementTimeoutMs }), application_name: 'databaseai' },
        types: ALL_TEXT,
        onnotice: () => {},
        socket: singleUse(socket),
      } as unknown as postgres.Options<never>);
      const jitter = 1 - Math.random() / 10;
      const connection = new Connection(transport, watch, identity, dialer, Date.now() + options.maxLifetimeMs * jitter);
      // The driver waits for ever on a socket that closed before it listened.
      const lost = new Promise<never>((_, reject) => connection.onceClosed(() => reject(connection.failure ?? new Error('the server closed the connection'))));
      await abortable(Promise.race([connection.warm(sql, options), lost]), signal);
      return connection;
    } catch (error) {
      socket.destroy();
      const reason = watch.farewell ?? error;
      if (isServerError(reason) && refusesParameters(reason)) refusals.add(server, Date.now());
      throw reason;
    }
  }

  get dead(): boolean {
    return this.closed || this.endReason !== undefined || this.transport.socket.destroyed;
  }

  /** Address and port of the server. */
  get server(): string {
    return serverOf(this.transport.address, this.identity.target.port);
  }

  get encrypted(): boolean {
    return this.transport.encrypted;
  }

  /** Calls the listener once when the connection is gone, for whatever reason. */
  onceClosed(listener: () => void): void {
    if (this.closed) listener();
    else this.closeListeners.push(listener);
  }

  /**
   * Sends requests, in one packet if they fit, and hands each group's answer to its asker: in order, and at the latest when
   * the connection ends.
   *
   * @param requests of {@link simpleQuery}, {@link execution} and {@link SYNC}
   * @param askers one for each simple query and each Sync
   */
  send(requests: Buffer, askers: readonly Asker[]): void {
    if (this.dead) {
      for (const asker of askers) asker.onAnswer({ completed: 0, unsent: true, error: this.endProblem ?? connectionLost() });
      return;
    }
    this.watch.expectAnswers(askers.length);
    this.reader.expect(askers);
    this.transport.socket.write(requests);
  }

  /** True when the server answers within the deadline. */
  async answers(deadlineMs: number): Promise<boolean> {
    try {
      await abortable(this.ask(simpleQuery('SELECT 1')), AbortSignal.timeout(deadlineMs));
      return !this.dead;
    } catch {
      return false;
    }
  }

  /**
   * Cancels what runs and destroys the connection; resolves when the server was told.
   *
   * @param problem what the statement's caller is told
   */
  async cancel(reason: string, problem: Problem): Promise<void> {
    this.endReason ??= reason;
    this.endProblem ??= problem;
    if (this.backend && !this.closed) await requestCancel(this.dialer, this.identity.target, this.transport, this.backend);
    this.destroy(reason);
  }

  /** Ends the connection now. Statements in flight fail; the server notices when it next writes or reads. */
  destroy(reason: string): void {
    this.endReason ??= reason;
    this.transport.socket.destroy();
  }

  /** Ends an idle connection politely, so that the server's log has no complaint. */
  close(reason: string): void {
    this.endReason ??= reason;
    const { socket } = this.transport;
    socket.end(TERMINATE);
    setTimeout(() => socket.destroy(), 1000).unref();
  }

  /** Requests of our own that are one group. @returns the value of the last row, if any */
  private ask(request: Buffer): Promise<string | null | undefined> {
    return new Promise((resolve, reject) => {
      let value: string | null | undefined;
      this.send(request, [{ onRow: ([first]) => (value = first), onAnswer: ({ error }) => (error ? reject(error) : resolve(value)) }]);
    });
  }

  /** The first query, and the driver's last. It tells what the session runs with, and who answers. */
  private async warm(sql: postgres.Sql, { statementTimeoutMs }: ConnectionOptions): Promise<void> {
    const query = sql.unsafe(READ_SESSION_SETTINGS, [], { simple: true } as postgres.UnsafeQueryOptions);
    this.watch.expectAnswers(1);
    const result = (await query) as unknown as { state: BackendKey } & ActualSettings[];
    const [actual] = result;
    if (!actual) throw new Error('The server answered the first query with no row.');
    this.watch.handOver(this.reader);
    this.backend = { ...result.state };
    const pooled = (this.pooled = isPooled(actual, this.backend.pid));
    this.reset = resetOf(pooled, actual['dblink_schema']);
    if (!pooled) this.statementTimeoutMs = statementTimeoutMs;
    this.preamble = pooled ? pooledPreamble(await this.readSearchPath()) : preambleFor(actual['search_path'] ?? '');
  }

  /**
   * Behind a pooler. One that allows no transactions says so to BEGIN and hangs up; what had been sent behind it would make the
   * network throw its words away.
   */
  private async readSearchPath(): Promise<string> {
    await this.ask(simpleQuery(`BEGIN READ ONLY; SET LOCAL search_path = pg_catalog; ${POOLED_MARK}`));
    const [path] = await Promise.all([this.ask(simpleQuery(READ_SEARCH_PATH)), this.ask(simpleQuery(POOLED_RESET))]);
    if (path && path.length > MAX_SEARCH_PATH) throw new Error('The search path is too long.');
    return path ?? '';
  }
}

/** The driver asks for a socket again when it thinks of reconnecting; a second one would let a statement escape its transaction. */
function singleUse<T>(socket: T): () => T {
  let used = false;
  return () => {
    if (used) throw new Error('the connection is gone');
    used = true;
    return socket;
  };
}
