/** How many of something each tenant has under way. Tenants that have none take no memory. */
export class UnderWay {
  private readonly counts = new Map<string, number>();

  of(tenant: string): number {
    return this.counts.get(tenant) ?? 0;
  }

  /** @returns to be called once, when it has ended */
  begin(tenant: string): () => void {
    this.counts.set(tenant, this.of(tenant) + 1);
    return () => {
      const left = this.of(tenant) - 1;
      if (left > 0) this.counts.set(tenant, left);
      else this.counts.delete(tenant);
    };
  }
}
