import { isIP } from 'node:net';
import { kindOf, parseAddress } from '../egress/address.js';

/**
 * Whether a request names this service as one on loopback is named. A web page whose own name was pointed at 127.0.0.1
 * (DNS rebinding) would otherwise be as good as a program of this machine; its requests carry the page's name.
 *
 * @param listensOn the address or name the service listens on; any other than loopback is reached by names we cannot know
 * @param header the `Host` header, absent in HTTP/1.0
 */
export function isOwnHost(listensOn: string, header: string | undefined): boolean {
  if (header === undefined || !isLoopback(listensOn)) return true;
  const host = header.replace(/:\d*$/, '').toLowerCase();
  return host === 'localhost' || isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0;
}

function isLoopback(host: string): boolean {
  const address = parseAddress(host);
  return host === 'localhost' || (address !== undefined && kindOf(address) === 'loopback');
}
