import type { SchemaSnapshot } from '../../../../schema/schema.dto.js';
import { buildLexicon } from './build-lexicon.js';
import { buildModel } from './build-model.js';
import type { Lexicon } from './references.js';
import type { SchemaModel } from './schema-model.js';

/** A schema's model and its words: everything of a translation that does not depend on the question. */
export interface Vocabulary {
  readonly model: SchemaModel;
  readonly lexicon: Lexicon;
}

/**
 * Keeps the vocabularies of the schemas in use. Found by the snapshot object and, when that is another object of the same
 * structure, by its fingerprint; at most `capacity` are held, the one unused for longest goes first.
 */
export class LexiconCache {
  private readonly bySnapshot = new WeakMap<SchemaSnapshot, Vocabulary>();
  private readonly byFingerprint = new Map<string, Vocabulary>();

  constructor(private readonly capacity = 64) {}

  of(snapshot: SchemaSnapshot): Vocabulary {
    const known = this.bySnapshot.get(snapshot);
    if (known) return known;
    const key = `${snapshot.database} ${snapshot.fingerprint}`;
    let vocabulary = this.byFingerprint.get(key);
    if (vocabulary) this.byFingerprint.delete(key);
    else {
      const model = buildModel(snapshot);
      vocabulary = { model, lexicon: buildLexicon(model) };
    }
    this.byFingerprint.set(key, vocabulary);
    for (const oldest of this.byFingerprint.keys()) {
      if (this.byFingerprint.size <= this.capacity) break;
      this.byFingerprint.delete(oldest);
    }
    this.bySnapshot.set(snapshot, vocabulary);
    return vocabulary;
  }
}
