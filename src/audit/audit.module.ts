import { Global, Module } from '@nestjs/common';
import { AuditLog } from './audit-log.js';
import { AuditTrail } from './audit-trail.js';

/** Tells what happens to listeners, of which the log is one. A team's own listener is any provider with `@OnEvent`. */
@Global()
@Module({ providers: [AuditTrail, AuditLog], exports: [AuditTrail] })
export class AuditModule {}
