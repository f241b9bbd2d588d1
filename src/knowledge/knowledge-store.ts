import type { Knowledge } from './knowledge.js';
import type { KnowledgeScope } from './knowledge-scope.js';

/** What a store holds for a scope, and which version of it that is. */
export interface StoredKnowledge {
  readonly knowledge: Knowledge;
  /** Opaque; another one whenever the content is another one. Empty where nothing was ever stored. */
  readonly version: string;
}

/**
 * Where what people teach is kept: the glossary and the approved pairs of one scope as one document, replaced as a whole by
 * whoever has read the version that it still has. Asked with each question: keep what was read. Scopes are apart: nothing
 * that is read or written with one may reach another. Every implementation passes the suite in
 * `test/knowledge-store.contract.ts`.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class MapKnowledgeStore extends KnowledgeStore {
 *   private readonly stored = new Map<string, StoredKnowledge>();
 *
 *   async read(scope: KnowledgeScope) {
 *     return this.stored.get(scopeName(scope)) ?? { knowledge: NOTHING, version: '' };
 *   }
 *
 *   async replace(scope: KnowledgeScope, knowledge: Knowledge, version: string) {
 *     // Nothing is awaited between looking and replacing.
 *     if ((this.stored.get(scopeName(scope))?.version ?? '') !== version) return undefined;
 *     const stored = { knowledge: structuredClone(knowledge), version: randomUUID() };
 *     this.stored.set(scopeName(scope), stored);
 *     return stored;
 *   }
 * }
 *
 * // app.module.ts
 * KnowledgeModule.forRoot({ store: MapKnowledgeStore });
 * ```
 */
export abstract class KnowledgeStore {
  /**
   * @returns what is stored; {@link NOTHING} where nothing is. The same object until it changes: what is made of it is kept by it
   * @throws {Problem} `STORE_UNAVAILABLE`, also for what is there and cannot be understood: it is never taken for nothing
   */
  abstract read(scope: KnowledgeScope): Promise<StoredKnowledge>;

  /**
   * Replaces what is stored, all of it or nothing, and returns when it will be there after a crash.
   *
   * @param version what {@link read} gave: of several who have read one version, the first one replaces it
   * @returns what is stored now; undefined, with nothing changed, when the version is another one meanwhile
   * @throws {Problem} `STORE_UNAVAILABLE`, with the old content still there
   */
  abstract replace(scope: KnowledgeScope, knowledge: Knowledge, version: string): Promise<StoredKnowledge | undefined>;
}
