import ipaddr from 'ipaddr.js';

/**
 * What of `X-Forwarded-For` can be believed as far as its writers are: the addresses behind the last entry that is none.
 * Whatever a proxy we trust was told (`unknown`, text of an attacker's) ends the list there, and the proxy itself counts as
 * the caller. Ports, which some proxies add, are left out.
 *
 * @returns a header to put in its place
 */
export function readableForwardedFor(header: string): string {
  const entries = header.split(',').map(addressOf);
  return entries.slice(entries.lastIndexOf(undefined) + 1).join(', ');
}

function addressOf(entry: string): string | undefined {
  const text = entry.trim();
  const bare = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
  // `1` and `0x7f.1` are addresses to a lenient parser.
  const isAddress = bare.includes(':') ? ipaddr.IPv6.isValid(bare) && !bare.includes('%') : ipaddr.IPv4.isValidFourPartDecimal(bare);
  return isAddress ? ipaddr.process(bare).toString() : undefined;
}
