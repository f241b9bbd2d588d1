import { Module } from '@nestjs/common';
import { SchemaService } from './schema.service.js';
import { SchemaSweeper } from './schema.sweeper.js';

/** Schemas, read and kept by identity. Needs the pools and sessions modules beside it. */
@Module({ providers: [SchemaService, SchemaSweeper], exports: [SchemaService] })
export class SchemaModule {}
