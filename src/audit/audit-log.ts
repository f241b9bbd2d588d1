import { Injectable, Logger } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { PoolEvent } from '../pools/pool-events.js';
import { Settings } from '../settings/settings.js';
import { ConnectRefused, QueryExecuted, SessionClosed, SessionOpened } from './audit-events.js';

/** Pool events that an operator should see without asking. */
const WORTH_A_WARNING: readonly PoolEvent['kind'][] = ['connect failed', 'exhausted', 'stale'];

/** Writes the events to the log. Statements and pool routine go to the debug level: one line each, thousands a second. */
@Injectable()
export class AuditLog {
  private readonly logger = new Logger('Audit');
  /** Lines that nobody will see must not be composed either: there are thousands a second. */
  private readonly verbose: boolean;

  constructor({ logLevel }: Settings) {
    this.verbose = logLevel === 'debug' || logLevel === 'trace';
  }

  @OnEvent(SessionOpened.name)
  sessionOpened(event: SessionOpened): void {
    this.logger.log(line('session opened', event));
  }

  @OnEvent(ConnectRefused.name)
  connectRefused(event: ConnectRefused): void {
    this.logger.warn(line('connect refused', event));
  }

  @OnEvent(SessionClosed.name)
  sessionClosed(event: SessionClosed): void {
    if (this.verbose) this.logger.debug(line('session closed', event));
  }

  @OnEvent(QueryExecuted.name)
  queryExecuted(event: QueryExecuted): void {
    if (this.verbose) this.logger.debug(line('query executed', event));
  }

  @OnEvent(PoolEvent.name)
  pool({ kind, target, reason }: PoolEvent): void {
    const fields = { event: kind, ...target, reason };
    if (WORTH_A_WARNING.includes(kind)) this.logger.warn(fields);
    else if (this.verbose) this.logger.debug(fields);
  }
}

/** Log fields are the wire's: snake_case. */
function line(event: string, fields: object): Record<string, unknown> {
  return { event, ...Object.fromEntries(Object.entries(fields).map(([key, value]) => [key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value])) };
}
