import { connect, Socket } from 'node:net';
import { Injectable } from '@nestjs/common';
import { EgressPolicy } from '../egress/egress-policy.js';
import { isLoopback } from '../egress/address.js';
import { Problem } from '../problems/problem.js';
import type { Target } from './identity.js';
import { negotiateTls } from './tls.js';

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
  constructor(private readonly egress: EgressPolicy) {}

  /** The addresses of the target's host, checked. @throws {Problem} `HOST_NOT_ALLOWED`, `DATABASE_UNAVAILABLE` */
  resolve(target: Target, signal: AbortSignal): Promise<string[]> {
    return abortable(this.egress.admit(target), signal);
  }

  /**
   * @param addresses checked ones, tried in order
   * @param signal the deadline over TCP and TLS
   * @throws {Problem} `DATABASE_UNAVAILABLE` whatever the network's reason (kept as `cause`)
   */
  async dial(target: Target, addresses: readonly string[], signal: AbortSignal): Promise<Transport> {
    let cause: unknown = new Error('the host has no address');
    for (const candidate of addresses) {
      let socket: Socket | undefined;
      try {
        socket = await dialTcp(candidate, target.port, signal);
        const secured = await abortable(negotiateTls(socket, target), signal);
        return { socket: secured, address: candidate, encrypted: secured !== socket, loopback: isLoopback(candidate) };
      } catch (error) {
        socket?.destroy();
        if (error instanceof Problem) throw error;
        cause = error;
      }
    }
    throw unreachable(cause);
  }
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
