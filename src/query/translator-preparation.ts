import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { SchemaRead } from '../schema/schema-events.js';
import { SqlTranslator } from './translation/sql-translator.js';

/** Lets the translator begin with a schema while its values are still being read, or before anybody asks. */
@Injectable()
export class TranslatorPreparation {
  constructor(private readonly translator: SqlTranslator) {}

  @OnEvent(SchemaRead.name)
  prepare({ snapshot }: SchemaRead): void {
    this.translator.prepare(snapshot);
  }
}
