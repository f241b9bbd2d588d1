import { isIP, Socket } from 'node:net';
import { checkServerIdentity, connect, TLSSocket } from 'node:tls';
import { canonicalHost } from '../egress/address.js';
import type { Target } from './identity.js';

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const OFFERED = 0x53; // 'S'
const NOT_OFFERED = 0x4e; // 'N'

/**
 * Asks the server for TLS and does the handshake. The driver's own TLS verifies nothing under `require`, so it gets the
 * finished socket and the modes are decided here. The meanings are libpq's, with one difference: under `prefer` a failed
 * handshake is an error, never a silent return to plain text.
 *
 * @returns the socket to talk on: TLS, or the plain one where the mode and the server say so
 * @throws {Error} for the log: what the server answers must not tell a caller what listens there
 */
export async function negotiateTls(socket: Socket, target: Pick<Target, 'host' | 'ssl' | 'ca'>): Promise<Socket> {
  if (target.ssl === 'disable') return socket;
  if (!(await offersTls(socket))) {
    if (target.ssl === 'prefer') return socket;
    throw new Error('the server does not offer TLS');
  }
  return handshake(socket, target);
}

async function offersTls(socket: Socket): Promise<boolean> {
  socket.write(SSL_REQUEST);
  const answer = await new Promise<Buffer>((resolve, reject) => {
    const settle = (act: () => void) => () => {
      socket.off('readable', read).off('error', fail).off('close', close);
      act();
    };
    // Exactly one byte is taken: anything a man in the middle put behind it must not be read as if it came over TLS.
    const read = () => {
      const byte: Buffer | null = socket.read(1);
      if (byte) settle(() => resolve(byte))();
    };
    const fail = (error: Error) => settle(() => reject(error))();
    const close = settle(() => reject(new Error('closed during TLS negotiation')));
    socket.on('readable', read).on('error', fail).on('close', close);
  });
  if (answer[0] !== OFFERED && answer[0] !== NOT_OFFERED) throw new Error('the TLS answer is neither yes nor no');
  if (socket.readableLength > 0) throw new Error('data after the TLS answer');
  return answer[0] === OFFERED;
}

function handshake(socket: Socket, { host, ssl, ca }: Pick<Target, 'host' | 'ssl' | 'ca'>): Promise<TLSSocket> {
  // As in libpq, a CA given with `require` is meant to be used.
  const verifiesChain = ssl === 'verify-ca' || ssl === 'verify-full' || (ssl === 'require' && ca !== undefined);
  // As it stands in certificates: IPv4 dotted, names in ASCII and without the dot that ends them.
  const name = canonicalHost(host).replace(/\.$/, '');
  return new Promise((resolve, reject) => {
    const secure: TLSSocket = connect({
      socket,
      ca,
      servername: isIP(name) ? undefined : name,
      rejectUnauthorized: verifiesChain,
      checkServerIdentity: (_, certificate) => (ssl === 'verify-full' ? checkServerIdentity(name, certificate) : undefined),
      minVersion: 'TLSv1.2',
    });
    secure.once('secureConnect', () => {
      secure.off('error', reject);
      resolve(secure);
    });
    secure.once('error', reject);
    // Until its next owner listens, and when it is given up, an error must not be thrown at the process.
    secure.on('error', () => {});
  });
}
