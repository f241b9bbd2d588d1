import type { CatalogueRows } from './catalogue-rows.js';

/** A type with its domains resolved. */
export interface ResolvedType {
  /** Name of the underlying type. */
  readonly name: string;
  readonly category: string;
  /** In their declared order, for an enum. */
  readonly labels?: string[];
  /** Name of the domain, when the type is one. */
  readonly domain?: string;
  /** True when the domain, or one that it is made of, refuses NULL. */
  readonly notNull: boolean;
}

/** The types of a catalogue. */
export class TypeTable {
  private readonly resolved = new Map<string, ResolvedType>();
  private readonly texts = new Map<string, string>();

  constructor(private readonly rows: CatalogueRows) {}

  of(oid: string): ResolvedType {
    let type = this.resolved.get(oid);
    if (!type) this.resolved.set(oid, (type = this.resolve(oid)));
    return type;
  }

  /** The same text as one string for all: thousands of columns share a few. */
  shared(text: string): string {
    const known = this.texts.get(text);
    if (known === undefined) this.texts.set(text, text);
    return known ?? text;
  }

  private resolve(oid: string): ResolvedType {
    const body = this.rows.of('type', oid);
    if (!body) throw new Error(`The catalogue has no row for the type ${oid}`);
    if (body.domain_of === null) return { name: body.name, category: body.category, labels: this.rows.of('labels', oid), notNull: false };
    const base = this.of(body.domain_of);
    return { ...base, domain: body.name, notNull: body.not_null || base.notNull };
  }
}
