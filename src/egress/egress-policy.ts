import { Injectable } from '@nestjs/common';
import { Problem } from '../problems/problem.js';
import { Settings } from '../settings/settings.js';
import { Address, canonicalHost, kindOf, parseAddress } from './address.js';
import { EgressRules } from './egress-rules.js';
import { Resolver, SystemResolver } from './resolver.js';

/** Where a caller asks us to connect. */
export interface Destination {
  readonly host: string;
  readonly port: number;
  /** True for targets the operator configured: the rules do not apply to them. */
  readonly exempt: boolean;
}

/**
 * Decides which addresses may be dialled. The connect route lets callers name any host, so without this every caller
 * could reach whatever this machine reaches.
 */
@Injectable()
export class EgressPolicy {
  private readonly allow: EgressRules;
  private readonly deny: EgressRules;
  private readonly ports: [number, number][];

  constructor(
    settings: Settings,
    private readonly resolver: Resolver = new SystemResolver(),
  ) {
    this.allow = new EgressRules(settings.egressAllow);
    this.deny = new EgressRules(settings.egressDeny);
    this.ports = settings.egressPorts.map((range) => {
      const [from, to] = String(range).split('-').map(Number);
      return [from ?? 0, to ?? from ?? 0];
    });
  }

  /**
   * Resolves the host once and checks every address it has. Dial one of the addresses returned, never the name: a second
   * resolution could give another answer. Call it for each new connection, so that a fail-over is followed. When a name comes
   * to lead to a forbidden address, new connections are refused; those that exist live on, since theirs was checked, and end
   * at their maximum lifetime at the latest.
   *
   * @returns different IP addresses, in the order to try them; none where the name has none
   * @throws {Problem} `HOST_NOT_ALLOWED` when a rule refuses, `DATABASE_UNAVAILABLE` when the name does not resolve
   */
  async admit({ host, port, exempt }: Destination): Promise<string[]> {
    const name = canonicalHost(host);
    if (exempt) return spelled(await this.addressesOf(name));

    const bare = name.toLowerCase().replace(/\.$/, '');
    const named = this.allow.matchesName(bare);
    if (!this.ports.some(([from, to]) => port >= from && port <= to)) throw refusal(`Port ${port} is not allowed.`);
    if (this.deny.matchesName(bare)) throw refusal('This host is not allowed.');
    const addresses = await this.addressesOf(name);
    for (const address of addresses) {
      if (kindOf(address) === 'forbidden' || this.deny.matchesAddress(address) || !(named || this.allow.matchesAddress(address))) {
        throw refusal('The address of this host is not allowed.');
      }
    }
    return spelled(addresses);
  }

  private async addressesOf(name: string): Promise<Address[]> {
    const literal = parseAddress(name);
    if (literal) return [literal];
    try {
      const answers = await this.resolver.resolve(name);
      return answers.map(parseAddress).filter((address) => address !== undefined);
    } catch (cause) {
      throw new Problem('DATABASE_UNAVAILABLE', 'The database server cannot be reached.', { cause });
    }
  }
}

function spelled(addresses: readonly Address[]): string[] {
  return [...new Set(addresses.map(String))];
}

function refusal(detail: string): Problem {
  return new Problem('HOST_NOT_ALLOWED', detail);
}
