import { domainToASCII } from 'node:url';
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

/**
 * One form for every spelling of a host: names in ASCII (`xn--…` for others), full-width digits and ideographic dots made
 * plain, IPv4 literals of any base dotted, IPv6 literals without brackets. A trailing dot of a name is kept: it tells the
 * resolver to look nowhere else.
 */
export function canonicalHost(host: string): string {
  const bare = host.replace(/^\[|\]$/g, '');
  return domainToASCII(bare) || bare;
}

/** True for the text of an address of this machine's loopback interface, however it is spelled. */
export function isLoopback(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && kindOf(address) === 'loopback';
}

/** Metadata and credential services of clouds outside the link-local ranges: AWS, Oracle, Google, Scaleway, Alibaba, Azure. */
const METADATA = ['fd00:ec2::/32', 'fd00:c1::a9fe:a9fe/128', 'fd20:ce::254/128', 'fd00:42::42/128', '100.100.100.200/32', '168.63.129.16/32'].map(parseRange);

/** What kind of address this is. Link-local and other metadata addresses, multicast, unspecified and reserved ranges are forbidden. */
export function kindOf(address: Address): AddressKind {
  if (METADATA.some((range) => isWithin(address, range))) return 'forbidden';
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

/** Addresses that share their first so many bits. */
export type AddressRange = readonly [Address, number];

/**
 * Reads a CIDR range. One of IPv4-mapped addresses is the range of the IPv4 addresses inside, as {@link parseAddress} has it.
 *
 * @throws {Error} for text that is none
 */
export function parseRange(text: string): AddressRange {
  const [address, bits] = ipaddr.parseCIDR(text);
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96) return [address.toIPv4Address(), bits - 96];
  return [address, bits];
}

export function isWithin(address: Address, [range, bits]: AddressRange): boolean {
  return range.kind() === address.kind() && address.match([range, bits] as never);
}
