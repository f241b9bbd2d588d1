import { lookup } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';

/**
 * Turns host names into addresses. Replace it where names come from somewhere else than this machine's resolver.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class CatalogueResolver extends Resolver {
 *   constructor(private readonly catalogue: ServiceCatalogue) { super(); }
 *
 *   async resolve(name: string): Promise<string[]> {
 *     const instances = await this.catalogue.healthy(name);
 *     return instances.map(({ ip }) => ip);
 *   }
 * }
 *
 * // app.module.ts
 * AppModule.forRoot({ egress: { resolver: CatalogueResolver, imports: [CatalogueModule] } });
 * ```
 */
export abstract class Resolver {
  /**
   * Asked anew for each connection that is opened, and given up at its deadline. Every address is checked against the
   * egress rules, and one that is refused refuses the name.
   *
   * @param name ASCII (`xn--…` for others), with a trailing dot if the caller wrote one; never an IP literal
   * @returns all IP addresses of the name, in the order to try them
   * @throws anything where the name has no address: the caller is told that the server cannot be reached
   */
  abstract resolve(name: string): Promise<string[]>;
}

/** This machine's resolver: its hosts file, its search domains, its name servers. */
@Injectable()
export class SystemResolver extends Resolver {
  async resolve(name: string): Promise<string[]> {
    const answers = await lookup(name, { all: true, order: 'verbatim' });
    return answers.map(({ address }) => address);
  }
}
