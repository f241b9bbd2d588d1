import { Injectable } from '@nestjs/common';
import { Problem } from '../problems/problem.js';
import type { Knowledge } from './knowledge.js';
import type { KnowledgeScope } from './knowledge-scope.js';
import { KnowledgeStore, type StoredKnowledge } from './knowledge-store.js';

/** Bytes of all that is taught about one database: whoever asks it first waits until that has been read. */
const MAX_BYTES = 2 * 1024 * 1024;
/** Changes by others that come between are taken in so many times. */
const MAX_ATTEMPTS = 20;

/** What people have taught, read and changed. */
@Injectable()
export class TaughtKnowledge {
  constructor(private readonly store: KnowledgeStore) {}

  /** @throws {Problem} `STORE_UNAVAILABLE` */
  async of(scope: KnowledgeScope): Promise<Knowledge> {
    return (await this.store.read(scope)).knowledge;
  }

  /**
   * Changes what is taught; changes at the same time come one after the other.
   *
   * @param edit gets what is there and gives what is to be there, or the same for no change; it may be called several times
   * @throws {Problem} what `edit` throws; `VALIDATION_FAILED` when there is too much; `STORE_UNAVAILABLE`
   */
  async change(scope: KnowledgeScope, edit: (knowledge: Knowledge) => Knowledge): Promise<Knowledge> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const { knowledge, version }: StoredKnowledge = await this.store.read(scope);
      const edited = edit(knowledge);
      if (edited === knowledge) return knowledge;
      const bytes = Buffer.byteLength(JSON.stringify(edited));
      if (bytes > MAX_BYTES) throw new Problem('VALIDATION_FAILED', `What is taught about one database may have ${MAX_BYTES} bytes; this would make it ${bytes}.`, { hint: 'Shorten or remove some of it first.', extensions: { errors: [] } });
      const stored = await this.store.replace(scope, edited, version);
      if (stored) return stored.knowledge;
    }
    throw new Problem('STORE_UNAVAILABLE', 'Too many others change what is taught about this database at the same time.');
  }
}
