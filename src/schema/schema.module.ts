import { Global, Module } from '@nestjs/common';
import { SchemaController } from './schema.controller.js';
import { SchemaService } from './schema.service.js';
import { SchemaSweeper } from './schema.sweeper.js';

/** Schemas, read and kept by identity. Needs the pools and sessions modules beside it. */
@Global()
@Module({ controllers: [SchemaController], providers: [SchemaService, SchemaSweeper], exports: [SchemaService] })
export class SchemaModule {}
