import type { SchemaSnapshot } from './schema.dto.js';

/** A schema has been read from its database, for the first time or again. */
export class SchemaRead {
  constructor(readonly snapshot: SchemaSnapshot) {}
}
