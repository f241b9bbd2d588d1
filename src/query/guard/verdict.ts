import type { Mentions } from './mentions.js';

/** How an admitted statement can run: `cursor` is what DECLARE CURSOR takes, `plain` is SHOW and EXPLAIN, `write` is what may change something. */
export type AdmittedKind = 'cursor' | 'plain' | 'write';

export interface Admitted {
  readonly allowed: true;
  readonly kind: AdmittedKind;
  /** The statement alone: no semicolon, and no comment before or after it that could swallow what is put next to it. */
  readonly text: string;
  /** What has to be looked up before the statement may run. */
  readonly mentions: Mentions;
}

export interface Refused {
  readonly allowed: false;
  /** `WRITES_NOT_ALLOWED` for what a session that may write would be admitted with, or told more of. */
  readonly code: 'STATEMENT_NOT_ALLOWED' | 'WRITES_NOT_ALLOWED' | 'SQL_INVALID';
  /** What is wrong, in one plain sentence. */
  readonly reason: string;
  /** What to do instead. */
  readonly hint: string;
  /** Place in the caller's text, in characters (code points, as PostgreSQL counts them) from 1. */
  readonly position?: number;
}

export type Verdict = Admitted | Refused;

/** What a rule objects to; `location` is a byte offset in the UTF-8 text, -1 or absent when the tree has none. */
export interface Objection {
  readonly reason: string;
  readonly hint: string;
  readonly location?: number;
  /** `STATEMENT_NOT_ALLOWED` when left out. */
  readonly code?: Refused['code'];
}
