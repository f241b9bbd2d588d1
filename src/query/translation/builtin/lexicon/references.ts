import type { Derived } from '../expression.js';
import type { ColumnInfo, JoinEdge, TableInfo } from './schema-model.js';

/** How a word reached a name; anything but `name` and `glossary`, which somebody has taught, is told to the reader. */
export type Via = 'name' | 'glossary' | 'part' | 'synonym' | 'comment' | 'stem';

/** What a noun of a question may stand for; several of these compete, best score first (1 = the full name). */
export type NounRef =
  | { readonly kind: 'table'; readonly table: TableInfo; readonly score: number; readonly via: Via }
  | { readonly kind: 'column'; readonly info: ColumnInfo; readonly score: number; readonly via: Via }
  | { readonly kind: 'derived'; readonly table: TableInfo; readonly expression: Derived; readonly score: number; readonly via: Via };

/** A value that a phrase names, in the column that holds it. */
export interface ValueRef {
  readonly info: ColumnInfo;
  /** As stored; a boolean for yes/no columns. */
  readonly value: string | number | boolean;
}

/** Words of the schema, found by phrase. */
export interface Lexicon {
  /** Tables and columns that the phrase may name. Words in question order, any form; at most five. */
  nouns(words: readonly string[]): readonly NounRef[];
  /** Enum labels and yes/no columns that the phrase may name. */
  values(words: readonly string[]): readonly ValueRef[];
  /** Foreign keys whose name has the word besides the parent's: "sender". */
  roles(word: string): readonly JoinEdge[];
  /** The known word nearest to a mistyped one, if it is near enough to be meant. */
  correct(word: string): string | undefined;
}

/** The table a reference belongs to. */
export function tableOf(ref: NounRef): TableInfo {
  return ref.kind === 'column' ? ref.info.table : ref.table;
}
