import type { Glossary } from '../../../../knowledge/glossary.js';
import type { Relation, SchemaSnapshot } from '../../../../schema/schema.dto.js';
import type { ColumnValue } from '../../../../schema/value-index.js';
import type { TranslationOutcome, TranslationTurn } from '../../sql-translator.js';

/** What the thread is told. It keeps schemas and values by key until it is to forget them. */
export type Told =
  /** A schema begins; its relations follow in parts, so that copying them never holds the event loop up for long. */
  | { readonly tell: 'schema'; readonly key: string; readonly snapshot: SchemaSnapshot }
  | { readonly tell: 'relations'; readonly key: string; readonly relations: readonly Relation[] }
  | { readonly tell: 'values'; readonly key: string; readonly entries: readonly ColumnValue[] }
  | { readonly tell: 'forget'; readonly key: string };

/** What the thread is asked; it gives one reply to each. */
export type Asked =
  /** The schema is complete: its lexicon may be built. */
  | { readonly ask: 'lexicon'; readonly key: string }
  /** The same schema with the words of a glossary besides, under a key of its own. */
  | { readonly ask: 'taught lexicon'; readonly key: string; readonly schema: string; readonly glossary: Glossary }
  | {
      readonly ask: 'translation';
      readonly question: string;
      /** Keys of a lexicon and of values that are there. */
      readonly lexicon: string;
      readonly values?: string;
      readonly context: readonly TranslationTurn[];
      /** Milliseconds since 1970. */
      readonly now: number;
    };

/** To the thread's last request: one is made at a time. */
export type Reply = { readonly outcome?: TranslationOutcome } | { readonly fault: Error };
