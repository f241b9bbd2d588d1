import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Problem } from '../problems/problem.js';
import type { ApprovedPair, Knowledge } from './knowledge.js';
import type { KnowledgeScope } from './knowledge-scope.js';
import { TaughtKnowledge } from './taught-knowledge.js';

/** Approved questions of one database. */
const MAX_PAIRS = 500;
/** Schemas that a pair's fitness is remembered for: roles that see different tables have different ones. */
const MAX_FINGERPRINTS = 8;
/** Outcomes remembered besides, for where they cannot be stored or too many roles ask. */
const MAX_OUTCOMES = 10_000;

/** Whether a pair's SQL can be planned on a schema. */
export type Fitness = 'fits' | 'stale';

/** Approved pairs, and on which schemas each is known to fit. */
@Injectable()
export class ApprovedPairs {
  private readonly logger = new Logger(ApprovedPairs.name);
  /** By id and fingerprint, in the order in which they were found out. */
  private readonly outcomes = new Map<string, Fitness>();

  constructor(private readonly knowledge: TaughtKnowledge) {}

  /**
   * Keeps a pair, in place of those that ask the same.
   *
   * @param fingerprint of the schema that its SQL has been planned on
   * @throws {Problem} `VALIDATION_FAILED` when there are too many; `STORE_UNAVAILABLE`
   */
  async add(scope: KnowledgeScope, pair: Pick<ApprovedPair, 'question' | 'sql' | 'approved_by'>, fingerprint: string, asksTheSame: (question: string) => boolean): Promise<ApprovedPair> {
    const now = new Date();
    const added: ApprovedPair = { id: `${now.getTime().toString(36).padStart(9, '0')}${randomBytes(6).toString('hex')}`, ...pair, approved_at: now.toISOString(), fits: [fingerprint], stale: [] };
    await this.knowledge.change(scope, (knowledge) => {
      const others = knowledge.approved.filter(({ question }) => !asksTheSame(question));
      if (others.length >= MAX_PAIRS) throw new Problem('VALIDATION_FAILED', `A database may have ${MAX_PAIRS} approved questions.`, { hint: 'Withdraw some with DELETE /api/v1/query/approved/{id}.', extensions: { errors: [] } });
      return { ...knowledge, approved: [...others, added] };
    });
    return added;
  }

  /** @throws {Problem} `APPROVAL_NOT_FOUND`, `STORE_UNAVAILABLE` */
  async remove(scope: KnowledgeScope, id: string): Promise<void> {
    await this.knowledge.change(scope, (knowledge) => {
      const approved = knowledge.approved.filter((pair) => pair.id !== id);
      if (approved.length === knowledge.approved.length) throw new Problem('APPROVAL_NOT_FOUND', 'There is no approved question of this id for this database.');
      return { ...knowledge, approved };
    });
  }

  /** What is known of a pair on a schema. */
  fitness({ id, fits, stale }: ApprovedPair, fingerprint: string): Fitness | undefined {
    return this.outcomes.get(`${id} ${fingerprint}`) ?? (fits.includes(fingerprint) ? 'fits' : stale.includes(fingerprint) ? 'stale' : undefined);
  }

  /** Remembers what was found out. Whoever asked gets an answer whether it can be stored or not. */
  async note(scope: KnowledgeScope, { id }: ApprovedPair, fingerprint: string, fitness: Fitness): Promise<void> {
    this.outcomes.set(`${id} ${fingerprint}`, fitness);
    if (this.outcomes.size > MAX_OUTCOMES) for (const [oldest] of this.outcomes) { this.outcomes.delete(oldest); break; }
    try {
      await this.knowledge.change(scope, (knowledge) => noted(knowledge, id, fingerprint, fitness));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.logger.warn(`That an approved question ${fitness === 'fits' ? 'fits' : 'does not fit'} the schema is not stored: ${error.detail}`);
    }
  }
}

function noted(knowledge: Knowledge, id: string, fingerprint: string, fitness: Fitness): Knowledge {
  const pair = knowledge.approved.find((each) => each.id === id);
  if (!pair || pair[fitness].includes(fingerprint)) return knowledge;
  const without = (list: readonly string[]) => list.filter((each) => each !== fingerprint);
  const marked = { ...pair, fits: without(pair.fits), stale: without(pair.stale) };
  const changed = { ...marked, [fitness]: [...marked[fitness], fingerprint].slice(-MAX_FINGERPRINTS) };
  return { ...knowledge, approved: knowledge.approved.map((each) => (each === pair ? changed : each)) };
}
