import type { SchemaSnapshot } from '../../../../schema/schema.dto.js';

/** The same for schemas whose vocabulary is the same. Apart from the lexicon: whoever needs only this does without its dictionaries. */
export function structureOf({ database, fingerprint }: SchemaSnapshot): string {
  return `${database} ${fingerprint}`;
}
