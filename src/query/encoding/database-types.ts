/**
 * Types that one database has beyond the built-in ones, by OID. Without it their values are JSON strings and their names
 * `oid:12345`; that is correct, only less convenient.
 *
 * - `array`: its elements become a JSON array; `delimiter` is the element type's `typdelim`, a comma unless given.
 * - `domain`: encoded as its base type. Needed for arrays of domains alone; PostgreSQL describes a domain column by its base.
 * - `enum` and `other` (composites, ranges, types of extensions): strings, but with a name.
 */
export type DatabaseType =
  | { readonly kind: 'array'; readonly name: string; readonly element: number; readonly delimiter?: string }
  | { readonly kind: 'domain'; readonly name: string; readonly base: number }
  | { readonly kind: 'enum' | 'other'; readonly name: string };

export type DatabaseTypes = ReadonlyMap<number, DatabaseType>;
