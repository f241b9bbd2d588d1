/** What `ALLOW_FUNCTIONS` names: `schema.name`, or `schema.*` for a whole schema. */
export class AllowedFunctions {
  private readonly entries: ReadonlySet<string>;
  private readonly names: ReadonlySet<string>;

  constructor(entries: readonly string[]) {
    this.entries = new Set(entries);
    this.names = new Set(entries.map((entry) => entry.slice(entry.indexOf('.') + 1)));
  }

  has(schema: string, name: string): boolean {
    return this.entries.has(`${schema}.${name}`) || this.entries.has(`${schema}.*`);
  }

  /** Whether a function of this name in some schema may be meant. */
  mayInclude(name: string): boolean {
    return this.names.has(name) || this.names.has('*');
  }
}
