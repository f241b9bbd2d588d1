import { isIP } from 'node:net';
import { parseAddress } from '../egress/address.js';

/** What callers are counted by: an IPv4 address, or the /64 of an IPv6 address, which is what one customer gets. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const parsed = parseAddress(address);
  return parsed?.kind() === 'ipv6' ? Buffer.from(parsed.toByteArray().slice(0, 8)).toString('hex') : String(parsed);
}
