import { Address, AddressRange, isWithin, kindOf, parseAddress, parseRange } from './address.js';

/** A list of egress rules: addresses, CIDR ranges, host names, `*.suffix`, and the words `loopback`, `private`, `public`. */
export class EgressRules {
  private readonly words = new Set<string>();
  private readonly names = new Set<string>();
  private readonly suffixes: string[] = [];
  private readonly ranges: AddressRange[] = [];

  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      if (entry === 'loopback' || entry === 'private' || entry === 'public') this.words.add(entry);
      else if (entry.includes('/')) this.ranges.push(parseRange(entry));
      else if (entry.startsWith('*.')) this.suffixes.push(entry.slice(1).toLowerCase());
      else {
        const address = parseAddress(entry);
        if (address) this.ranges.push([address, address.kind() === 'ipv4' ? 32 : 128]);
        else this.names.add(entry.toLowerCase());
      }
    }
  }

  /** @param host lower case, without a trailing dot */
  matchesName(host: string): boolean {
    return this.names.has(host) || this.suffixes.some((suffix) => host.endsWith(suffix));
  }

  matchesAddress(address: Address): boolean {
    return this.words.has(kindOf(address)) || this.ranges.some((range) => isWithin(address, range));
  }
}
