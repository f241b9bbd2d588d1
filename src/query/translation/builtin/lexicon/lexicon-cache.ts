import type { Glossary } from '../../../../knowledge/glossary.js';
import type { SchemaSnapshot } from '../../../../schema/schema.dto.js';
import { buildLexicon } from './build-lexicon.js';
import { buildModel } from './build-model.js';
import { glossaryPhrases } from './glossary-phrases.js';
import type { Lexicon } from './references.js';
import type { SchemaModel } from './schema-model.js';
import { structureOf } from './structure.js';

/** A schema's model and its words: everything of a translation that does not depend on the question. */
export interface Vocabulary {
  readonly model: SchemaModel;
  readonly lexicon: Lexicon;
}

/** Reads a schema: what takes long (half a second for 1,000 tables of 20 columns). */
export function vocabularyOf(snapshot: SchemaSnapshot): Vocabulary {
  const model = buildModel(snapshot);
  return { model, lexicon: buildLexicon(model) };
}

/** The same with the words of a glossary, on the same model. */
export function taughtVocabulary(glossary: Glossary, model: SchemaModel, snapshot: SchemaSnapshot): Vocabulary {
  return { model, lexicon: buildLexicon(model, glossaryPhrases(glossary, model, snapshot)) };
}

/**
 * Keeps the vocabularies of the schemas in use. Found by the snapshot object and, when that is another object of the same
 * structure, by its fingerprint; at most `capacity` are held, the one unused for longest goes first. Each glossary makes a
 * vocabulary of its own on the same model, so that questions go on where they were when a word is taught.
 */
export class LexiconCache {
  private readonly bySnapshot = new WeakMap<SchemaSnapshot, { readonly glossary: Glossary | undefined; readonly vocabulary: Vocabulary }>();
  private readonly byFingerprint = new Map<string, Vocabulary>();

  constructor(private readonly capacity = 64) {}

  of(snapshot: SchemaSnapshot, glossary?: Glossary): Vocabulary {
    const known = this.bySnapshot.get(snapshot);
    if (known && known.glossary === glossary) return known.vocabulary;
    const key = structureOf(snapshot);
    let vocabulary = this.found(key, () => vocabularyOf(snapshot));
    if (glossary) {
      const { model } = vocabulary;
      vocabulary = this.found(`${key} ${glossary.version}`, () => taughtVocabulary(glossary, model, snapshot));
    }
    this.bySnapshot.set(snapshot, { glossary, vocabulary });
    return vocabulary;
  }

  private found(key: string, build: () => Vocabulary): Vocabulary {
    const vocabulary = this.byFingerprint.get(key) ?? build();
    this.byFingerprint.delete(key);
    this.byFingerprint.set(key, vocabulary);
    for (const oldest of this.byFingerprint.keys()) {
      if (this.byFingerprint.size <= this.capacity) break;
      this.byFingerprint.delete(oldest);
    }
    return vocabulary;
  }
}
