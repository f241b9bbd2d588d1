import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { SchemaService } from './schema.service.js';

/** Frees schemas that are too old to be served. Reading checks their age anyway, so once a minute is enough. */
@Injectable()
export class SchemaSweeper {
  constructor(private readonly schemas: SchemaService) {}

  @Cron('0 * * * * *', { name: 'sweep schemas', waitForCompletion: true })
  sweep(): void {
    this.schemas.prune(Date.now());
  }
}
