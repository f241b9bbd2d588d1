import { Injectable } from '@nestjs/common';
import { Problem } from '../problems/problem.js';
import type { Knowledge } from './knowledge.js';
import { type KnowledgeScope, scopeName } from './knowledge-scope.js';
import { KnowledgeStore } from './knowledge-store.js';
import { Turns } from './turns.js';

/** Bytes of all that is taught about one database: whoever asks it first waits until that has been read. */
const MAX_BYTES = 2 * 1024 * 1024;
/** Changes by other processes that come between are taken in so many times. */
const MAX_ATTEMPTS = 20;

/** What people have taught, read and changed. */
@Injectable()
export class TaughtKnowledge {
  private readonly changes = new Turns();

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
  change(scope: KnowledgeScope, edit: (knowledge: Knowledge) => Knowledge): Promise<Knowledge> {
    return this.changes.take(scopeName(scope), async () => {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const { knowledge, version } = await this.store.read(scope);
        const edited = edit(knowledge);
        if (edited === knowledge) return knowledge;
        assertFits(edited);
        const stored = await this.store.replace(scope, edited, version);
        if (stored) return stored.knowledge;
      }
      throw new Problem('STORE_UNAVAILABLE', 'Too many others change what is taught about this database at the same time.');
    });
  }
}

function assertFits(knowledge: Knowledge): void {
  const bytes = Buffer.byteLength(JSON.stringify(knowledge));
  if (bytes <= MAX_BYTES) return;
  throw new Problem('VALIDATION_FAILED', `What is taught about one database may have ${MAX_BYTES} bytes; this would make it ${bytes}.`, { hint: 'Shorten or remove some of it first.', extensions: { errors: [] } });
}
