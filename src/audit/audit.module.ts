import { Module } from '@nestjs/common';
import { AuditLog } from './audit-log.js';

/** Writes events to the log. A team's own listener is any provider with `@OnEvent`. */
@Module({ providers: [AuditLog] })
export class AuditModule {}
