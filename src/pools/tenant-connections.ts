/** How many connections each tenant may have over all its pools. Where nothing provides it, as many as there may be. */
export abstract class TenantConnections {
  /** Asked for each connection, so that a limit may change. `Infinity` for none. */
  abstract connectionsOf(tenant: string): number;
}
