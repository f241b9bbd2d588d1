import { isIP } from 'node:net';
import { isLoopback } from '../egress/address.js';

/**
 * Tells whether a request names this service as one on loopback is named. A web page whose own name was pointed at 127.0.0.1
 * (DNS rebinding) would otherwise be as good as a program of this machine; its requests carry the page's name.
 *
 * @param listensOn the address or name the service listens on; any other than loopback is reached by names we cannot know
 * @returns a check of the `Host` header, which is absent in HTTP/1.0
 */
export function ownHostCheck(listensOn: string): (header: string | undefined) => boolean {
  if (listensOn !== 'localhost' && !isLoopback(listensOn)) return () => true;
  return (header) => {
    if (header === undefined) return true;
    const host = header.replace(/:\d*$/, '').toLowerCase();
    return host === 'localhost' || isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0;
  };
}
