import type { TypeBody } from './catalogue-rows.js';
import type { Column } from './schema.dto.js';

/** What a column's type contributes to its description. */
export type ColumnType = Pick<Column, 'type' | 'base_type' | 'category' | 'enum_labels' | 'domain'>;

/** The types of a catalogue, domains resolved to what they are made of. */
export class TypeTable {
  private readonly types = new Map<string, TypeBody>();
  /** One string for each type text: thousands of columns share a few. */
  private readonly texts = new Map<string, string>();

  constructor(types: Iterable<TypeBody>) {
    for (const type of types) this.types.set(type.oid, type);
  }

  /**
   * @param oid the declared type
   * @param text the declared type as PostgreSQL prints it
   */
  describe(oid: string, text: string): ColumnType {
    const declared = this.type(oid);
    const base = this.chain(oid).at(-1) ?? declared;
    return {
      type: this.shared(text),
      base_type: base.name,
      category: base.category,
      ...(base.labels && { enum_labels: base.labels }),
      ...(base !== declared && { domain: declared.name }),
    };
  }

  /** True when a domain, or one that it is made of, refuses NULL. */
  isNotNull(oid: string): boolean {
    return this.chain(oid).some((type) => type.domain_of !== null && type.not_null);
  }

  /** The type, then for a domain what it is made of, down to a type that is no domain. */
  private chain(oid: string): TypeBody[] {
    const chain = [this.type(oid)];
    for (let of = chain[0]?.domain_of; of; of = chain.at(-1)?.domain_of) chain.push(this.type(of));
    return chain;
  }

  private type(oid: string): TypeBody {
    const type = this.types.get(oid);
    if (!type) throw new Error(`The catalogue has no row for the type ${oid}`);
    return type;
  }

  private shared(text: string): string {
    const known = this.texts.get(text);
    if (known === undefined) this.texts.set(text, text);
    return known ?? text;
  }
}
