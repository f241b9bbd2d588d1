import ipaddr from 'ipaddr.js';

/** Kinds of address the policy speaks of; `forbidden` ones are never dialled for a caller. */
export type AddressKind = 'loopback' | 'private' | 'public' | 'forbidden';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * One form for every spelling of an address: IPv4-mapped, NAT64 and 6to4 addresses become the IPv4 address inside, so
 * that a rule about it cannot be walked around. Decimal, hexadecimal and octal IPv4 literals are understood too.
 *
 * @returns undefined for text that is no IP literal
 */
export function parseAddress(text: string): Address | undefined {
  if (!ipaddr.isValid(text)) return undefined;
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv4') return address;
  const v6 = address as ipaddr.IPv6;
  const bytes = v6.toByteArray();
  const embedded = (offset: number) => new ipaddr.IPv4(bytes.slice(offset, offset + 4));
  if (v6.range() === 'rfc6052' || bytes.slice(0, 12).every((byte) => byte === 0 ) && bytes.slice(12, 15).some((byte) => byte !== 0)) return embedded(12);
  if (v6.range() === '6to4') return embedded(2);
  return v6;
}

/** True for the text of an address of this machine's loopback interface, however it is spelled. */
export function isLoopback(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && kindOf(address) === 'loopback';
}

/** What kind of address this is. Link-local (cloud metadata), multicast, unspecified and reserved ranges are forbidden. */
export function kindOf(address: Address): AddressKind {
  switch (address.range()) {
    case 'loopback':
      return 'loopback';
    case 'private':
    case 'uniqueLocal':
    case 'carrierGradeNat':
      return 'private';
    case 'unicast':
      return 'public';
    default:
      return 'forbidden';
  }
}
