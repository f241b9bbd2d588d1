import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { SessionClosed } from '../audit/audit-events.js';
import type { TranslationTurn } from './translation/sql-translator.js';

/** Conversations kept; the one used longest ago makes room. A forgotten one costs its user a follow-up, nothing else. */
const MAX_CONVERSATIONS = 10_000;
const MAX_TURNS = 5;

/** What each session asked last, so that "only those from Berlin" has something to refer to. Kept beside the sessions, not in them. */
@Injectable()
export class Conversations {
  /** In the order of their last use. */
  private readonly turns = new Map<string, readonly TranslationTurn[]>();

  /** @returns earlier turns, oldest first */
  of(sessionRef: string): readonly TranslationTurn[] {
    return this.turns.get(sessionRef) ?? [];
  }

  add(sessionRef: string, turn: TranslationTurn): void {
    const turns = [...this.of(sessionRef), turn].slice(-MAX_TURNS);
    this.turns.delete(sessionRef);
    this.turns.set(sessionRef, turns);
    if (this.turns.size > MAX_CONVERSATIONS) for (const [oldest] of this.turns) return void this.turns.delete(oldest);
  }

  @OnEvent(SessionClosed.name)
  forget({ sessionRef }: SessionClosed): void {
    this.turns.delete(sessionRef);
  }
}
