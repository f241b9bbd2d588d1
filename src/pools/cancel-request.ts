import type { Dialer } from './dialer.js';
import type { Target } from './identity.js';

/** A server process and the secret that entitles to cancel its statement. */
export interface BackendKey {
  readonly pid: number;
  readonly secret: number;
}

const CANCEL_DEADLINE_MS = 2000;

/**
 * Asks the server to cancel whatever the backend runs, over TLS where the connection itself uses it. Resolves when the
 * server has closed the connection, which means that it has passed the request on; never rejects, since the connection is
 * destroyed afterwards whatever happens here.
 */
export async function requestCancel(dialer: Dialer, target: Target, address: string, { pid, secret }: BackendKey): Promise<void> {
  const message = Buffer.alloc(16);
  message.writeUInt32BE(16, 0);
  message.writeUInt32BE(80877102, 4);
  message.writeUInt32BE(pid, 8);
  message.writeUInt32BE(secret, 12);
  const signal = AbortSignal.timeout(CANCEL_DEADLINE_MS);
  try {
    const { socket } = await dialer.dial(target, [address], signal);
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => socket.destroy(), { once: true });
      socket.on('error', () => {}).once('close', () => resolve());
      socket.resume();
      socket.end(message);
    });
  } catch {
    // The server cannot be reached; its statement timeout ends the statement.
  }
}
