import { REACHES } from './statements/reaches.js';
import { TEXTS } from './statements/texts.js';
import { TROJANS } from './statements/trojans.js';
import { WRITES } from './statements/writes.js';

/** A statement that tries to do more than read. `:database`, `:bystander`, `:reader` and `:file` are filled in by the test. */
export interface Attack {
  readonly sql: string;
  readonly class: string;
  /** The incident or the idea it comes from. */
  readonly from: string;
  /** It looks like an attack and is none when read as PostgreSQL reads it: it may be answered, and must change nothing. */
  readonly mayRun?: true;
}

export type Case = readonly [sql: string, from: string, mayRun?: true];

const CLASSES: Readonly<Record<string, readonly Case[]>> = { ...TEXTS, ...WRITES, ...REACHES, ...TROJANS };

export const ATTACK_CLASSES = Object.keys(CLASSES);

export const ATTACKS: readonly Attack[] = Object.entries(CLASSES).flatMap(([name, cases]) => cases.map(([sql, from, mayRun]) => ({ sql, class: name, from, mayRun })));
