import { connect, Socket } from 'node:net';
import { Injectable } from '@nestjs/common';
import { EgressPolicy } from '../egress/egress-policy.js';
import { isLoopback } from '../egress/address.js';
import { Problem } from '../problems/problem.js';
import type { Target } from './identity.js';
import { notAnswering, ServerBreakers } from './server-breakers.js';
import { takeTurns } from './take-turns.js';
import { negotiateTls } from './tls.js';

/** Addresses of one host dialled at most: whoever owns a name may give it thousands. */
const MAX_DIALLED = 8;

/** Milliseconds until the next address is dialled beside one that has not answered; what RFC 8305 recommends. */
const NEXT_ADDRESS_AFTER_MS = 250;

/** Milliseconds without a TCP connection that speak against the server, and not against the time that was left. */
const FAIR_CHANCE_MS = 1000;

/** An open transport to a database server, TLS done where the target asks for it. */
export interface Transport {
  readonly socket: Socket;
  /** The address dialled, for the cancel request that must reach the same server. */
  readonly address: string;
  readonly encrypted: boolean;
  readonly loopback: boolean;
}

/** Opens transports: resolves, asks the egress policy, dials a checked address, negotiates TLS. */
@Injectable()
export class Dialer {
  constructor(
    private readonly egress: EgressPolicy,
    private readonly breakers: ServerBreakers,
  ) {}

  /** The addresses of the target's host, checked. @throws {Problem} `HOST_NOT_ALLOWED`, `DATABASE_UNAVAILABLE` */
  resolve(target: Target, signal: AbortSignal): Promise<string[]> {
    return abortable(this.egress.admit(target), signal);
  }

  /**
   * @param addresses checked ones, tried in order; the next one joins in where one has failed or is slow
   * @param signal the deadline over TCP and TLS
   * @throws {Problem} `DATABASE_UNAVAILABLE` whatever the network's reason (kept as `cause`)
   */
  async dial(target: Target, addresses: readonly string[], signal: AbortSignal): Promise<Transport> {
    const attempts = addresses.slice(0, MAX_DIALLED).map((address) => (turn: AbortSignal) => this.attempt(target, address, turn));
    try {
      return await takeTurns(attempts, NEXT_ADDRESS_AFTER_MS, signal);
    } catch (error) {
      throw unreachable(error);
    }
  }

  private async attempt(target: Target, address: string, signal: AbortSignal): Promise<Transport> {
    const socket = await this.dialTcp(address, target.port, signal);
    try {
      const secured = await abortable(negotiateTls(socket, target), signal);
      return { socket: secured, address, encrypted: secured !== socket, loopback: isLoopback(address) };
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  private async dialTcp(address: string, port: number, signal: AbortSignal): Promise<Socket> {
    const server = serverOf(address, port);
    if (!this.breakers.admits(server, Date.now())) throw notAnswering();
    const since = Date.now();
    try {
      return await dialTcp(address, port, signal);
    } catch (error) {
      // Cut short by a deadline that was nearly over when it began, it tells nothing of the server.
      if (!signal.aborted || Date.now() - since >= FAIR_CHANCE_MS) this.breakers.failed(server, Date.now());
      throw error;
    }
  }
}

/** How a server is named in budgets and breakers: by its address, whatever host name led there. */
export function serverOf(address: string, port: number): string {
  return `${address} ${port}`;
}

/** One answer for refused, timed out, TLS failed and not-PostgreSQL: the connect route must not become a port scanner. */
export function unreachable(cause: unknown): Problem {
  return new Problem('DATABASE_UNAVAILABLE', 'The database server cannot be reached.', { cause });
}

function dialTcp(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const socket = connect({ host: address, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 });
    const abort = () => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    const settle = () => signal.removeEventListener('abort', abort);
    socket.once('connect', () => {
      settle();
      socket.off('error', reject);
      // Until its next owner listens, an error must not be thrown at the process.
      socket.on('error', () => {});
      resolve(socket);
    });
    socket.once('error', (error) => {
      settle();
      reject(error);
    });
  });
}

/** Rejects with the signal's reason when it fires first; the work's own outcome is then ignored. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    work.catch(() => {});
    return Promise.reject(signal.reason);
  }
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
