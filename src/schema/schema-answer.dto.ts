import { SchemaSnapshot } from './schema.dto.js';

/** A schema, or the part of it that was asked for. */
export class SchemaAnswerDto extends SchemaSnapshot {
  success: boolean;

  /** Names of `tables=` that no relation answers to. */
  unknown_tables: string[];

  request_id: string;
}
