import type { Dialer, Transport } from './dialer.js';
import type { Target } from './identity.js';

/** A server process and the secret that entitles to cancel its statement. */
export interface BackendKey {
  readonly pid: number;
  readonly secret: number;
}

const CANCEL_DEADLINE_MS = 5000;

/** How long a request that was not taken up within its deadline stays open. */
const LINGER_MS = 60_000;

/**
 * Asks the server to cancel whatever the backend runs, over TLS where the connection itself uses it. Resolves when the
 * server has closed the connection, which means that it has passed the request on; never rejects, since the connection is
 * destroyed afterwards whatever happens here.
 *
 * It is for the server to close: PgBouncer forgets a request whose sender has, and 1.18 crashes over some of them.
 */
export async function requestCancel(dialer: Dialer, target: Target, { address, encrypted }: Pick<Transport, 'address' | 'encrypted'>, { pid, secret }: BackendKey): Promise<void> {
  const message = Buffer.alloc(16);
  message.writeUInt32BE(16, 0);
  message.writeUInt32BE(80877102, 4);
  message.writeUInt32BE(pid, 8);
  message.writeUInt32BE(secret, 12);
  const signal = AbortSignal.timeout(CANCEL_DEADLINE_MS);
  try {
    // Whoever stands in between could refuse TLS this time, and read the secret.
    const { socket } = await dialer.dial(encrypted && target.ssl === 'prefer' ? { ...target, ssl: 'require' } : target, [address], signal);
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(void socket.unref()), { once: true });
      const linger = setTimeout(() => socket.destroy(), LINGER_MS).unref();
      socket.on('error', () => {}).once('close', () => {
        clearTimeout(linger);
        resolve();
      });
      socket.resume();
      socket.write(message);
    });
  } catch {
    // The server cannot be reached; its statement timeout ends the statement.
  }
}
