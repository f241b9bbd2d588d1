import { Injectable, OnModuleInit } from '@nestjs/common';
import { Problem } from '../../problems/problem.js';
import { Settings } from '../../settings/settings.js';
import { AllowedFunctions } from './allowed-functions.js';
import { CatalogueFacts, type FactsReader } from './catalogue-facts.js';
import { checkMentions, throughHolder } from './catalogue-rule.js';
import { inspect, refused } from './inspect.js';
import { mentionsIn, type Mentions } from './mentions.js';
import { RememberedVerdicts } from './remembered-verdicts.js';
import { SqlParser } from './sql-parser.js';
import type { Admitted, Refused, Verdict } from './verdict.js';

/** Views may be made of views; somebody may have made very many. */
const MAX_HIDDEN = 1000;

/** Whose statement it is, and what it may do. */
export interface GuardRequest extends FactsReader {
  /**
   * - `allowed`: the session may write; what only reads is still admitted as such.
   * - `refused`: it may not, and is told that this is why.
   * - `never`: nobody may, here.
   */
  readonly writes: 'allowed' | 'refused' | 'never';
}

/** Stands before every statement, whoever wrote it. */
@Injectable()
export class Guard implements OnModuleInit {
  private parser: SqlParser;
  private texts: RememberedVerdicts;
  private readonly allowed: AllowedFunctions;

  constructor(
    private readonly catalogue: CatalogueFacts,
    settings: Settings,
  ) {
    this.allowed = new AllowedFunctions(settings.allowFunctions);
  }

  async onModuleInit(): Promise<void> {
    this.parser = await SqlParser.shared();
    this.texts = new RememberedVerdicts(this.parser, this.allowed);
  }

  /**
   * Admits a statement that may run, by its text and by what the connected server has under the names in it. Takes up to some
   * hundred milliseconds for 256 KiB.
   *
   * @throws {Problem} `STATEMENT_NOT_ALLOWED`, `WRITES_NOT_ALLOWED` or `SQL_INVALID`, with the place where there is one; what
   * asking the server failed with
   */
  async admit(sql: string, request: GuardRequest): Promise<Admitted> {
    const reading = await this.decide(sql, false, request);
    if (reading.allowed) return reading;
    if (request.writes !== 'allowed') throw problemOf(reading, request);
    const writing = await this.decide(sql, true, request);
    if (writing.allowed) return writing;
    throw problemOf(writing, request);
  }

  private async decide(sql: string, writing: boolean, request: GuardRequest): Promise<Verdict> {
    const verdict = this.texts.of(sql, writing);
    if (!verdict.allowed) return verdict;
    const objection = await this.checkCatalogue(verdict, writing, request);
    if (!objection) return verdict;
    // The places in a remembered verdict are those of the text it was made for.
    const exact = inspect(sql, this.parser, { writing, allowed: this.allowed });
    if (!exact.allowed) return exact;
    return refused((await this.checkCatalogue(exact, writing, request)) ?? objection, sql);
  }

  private async checkCatalogue({ mentions }: Admitted, writing: boolean, request: GuardRequest) {
    const facts = this.catalogue.knownTo(request, Date.now());
    if (facts.admitted.has(mentions)) return undefined;
    const seen = new Set<string>();
    const pending: { mentions: Mentions; holder?: string }[] = [{ mentions }];
    for (let next = pending.pop(); next; next = pending.pop()) {
      const { holder } = next;
      await this.catalogue.learn(next.mentions, facts, request);
      const verdict = checkMentions(next.mentions, facts, { allowed: this.allowed, use: writing ? 'writing' : holder === undefined ? 'called' : 'hidden' });
      if ('objection' in verdict) return holder === undefined ? verdict.objection : throughHolder(verdict.objection, holder, mentions);
      for (const [hidden, name] of verdict.hidden) {
        if (seen.has(hidden)) continue;
        seen.add(hidden);
        const behind = seen.size > MAX_HIDDEN ? undefined : this.mentionsBehind(hidden);
        if (!behind) return throughHolder({ reason: 'There is more than can be checked.', hint: 'Read the tables behind it.' }, holder ?? name, mentions);
        pending.push({ mentions: behind, holder: holder ?? name });
      }
    }
    facts.admitted.add(mentions);
    return undefined;
  }

  /** What a statement of the database's own mentions; undefined where its server speaks a newer SQL than we do. */
  private mentionsBehind(sql: string): Mentions | undefined {
    try {
      return mentionsIn(this.parser.parse(sql));
    } catch {
      return undefined;
    }
  }
}

function problemOf({ code, reason, hint, position }: Refused, { writes }: GuardRequest): Problem {
  const extensions = position === undefined ? {} : { position };
  if (code === 'WRITES_NOT_ALLOWED' && writes === 'refused') return new Problem(code, reason, { extensions });
  return new Problem(code === 'WRITES_NOT_ALLOWED' ? 'STATEMENT_NOT_ALLOWED' : code, reason, { hint, extensions });
}
