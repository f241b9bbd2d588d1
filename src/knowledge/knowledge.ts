import type { GlossaryTerm } from './glossary.dto.js';

/** A question that an administrator has answered with SQL. */
export interface ApprovedPair {
  /** Grows with time: of two pairs the later one has the greater id. */
  readonly id: string;
  /** As it was asked. What it means is read from it when it is looked for, so that better reading needs no new approval. */
  readonly question: string;
  /** One reading statement. */
  readonly sql: string;
  /** Name of the administrator's API key; `admin` where no keys are in use. */
  readonly approved_by: string;
  /** ISO 8601. */
  readonly approved_at: string;
  /** Fingerprints of the schemas it is known to fit, latest last; roles that see different tables have different ones. */
  readonly fits: readonly string[];
  /** Fingerprints of the schemas it is known not to fit any more, latest last. */
  readonly stale: readonly string[];
}

/** All that people have taught about one database. Never modify it: many share it. */
export interface Knowledge {
  readonly glossary: readonly GlossaryTerm[];
  /** In the order of their ids. */
  readonly approved: readonly ApprovedPair[];
}

export const NOTHING: Knowledge = Object.freeze({ glossary: [], approved: [] });
