import { ArrayMaxSize, IsArray, IsOptional, IsString, Validate } from 'class-validator';
import { FreeForm } from '../problems/free-form.js';
import { SessionIdDto } from '../sessions/session.dto.js';
import { Description, Name, Words } from './text-rules.js';

/** Terms of one glossary. */
export const MAX_TERMS = 1000;
/** Other words for one term. */
export const MAX_SYNONYMS = 20;

/** What people call a table or a column, or what one of them means. */
export class GlossaryTerm {
  /**
   * What people say.
   * @example "client"
   */
  @Validate(Words)
  term: string;

  /**
   * Other words for the same, at most 20.
   * @example ["buyer", "account"]
   */
  @IsArray() @ArrayMaxSize(MAX_SYNONYMS, { message: `synonyms must be at most ${MAX_SYNONYMS}` }) @Validate(Words, { each: true })
  synonyms: string[] = [];

  /**
   * The table or view that is meant, as the schema spells it: `orders`, or with its schema `sales.orders`.
   * @example "customers"
   */
  @IsOptional() @IsString() @Validate(Name)
  table?: string;

  /**
   * The column of the table that is meant, as the schema spells it.
   * @example "total_amount"
   */
  @IsOptional() @IsString() @Validate(Name)
  column?: string;

  /**
   * What it means, in plain words. A term has this or a table.
   * @example "Whoever has bought something at least once."
   */
  @IsOptional() @Validate(Description)
  description?: string;
}

/** A whole glossary, in place of the one before. */
export class GlossaryDto extends SessionIdDto {
  /** At most 1,000 terms. */
  @ArrayMaxSize(MAX_TERMS, { message: `terms must be a list of at most ${MAX_TERMS}` }) @FreeForm()
  terms: GlossaryTerm[];
}

/** The glossary of a database. */
export class GlossaryAnswerDto {
  success: boolean;

  /** What was sent to this route last. */
  terms: GlossaryTerm[];

  /** What the operator has configured besides, without what `terms` says otherwise. */
  configured: GlossaryTerm[];

  /** Terms whose table or column is not in the schema any more, or not for this role: they are left out of translation. */
  unknown_terms: string[];

  request_id: string;
}
