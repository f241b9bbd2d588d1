import { BUILTIN_TYPES } from './builtin-types.js';
import type { DatabaseTypes } from './database-types.js';

/** PostgreSQL's own short name (`int4`, `timestamptz`, `text[]`); `oid:12345` for a type nobody told us about. */
export function typeName(type: number, types?: DatabaseTypes): string {
  return BUILTIN_TYPES.get(type)?.name ?? types?.get(type)?.name ?? `oid:${type}`;
}
