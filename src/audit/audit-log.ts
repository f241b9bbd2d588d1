import { Injectable, Logger } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import {
  BreakerClosed, BreakerOpened, ConnectFailed, ConnectionClosed, ConnectionLeaked, ConnectionOpened, eventName, PoolClosed, PoolExhausted, PoolLowered, PoolOpened, PoolStale,
} from '../pools/pool-events.js';
import { Settings } from '../settings/settings.js';
import { AccessRefused, ConnectRefused, QueryExecuted, SessionClosed, SessionOpened } from './audit-events.js';

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

  @OnEvent(AccessRefused.name)
  accessRefused(event: AccessRefused): void {
    this.logger.warn(line('access refused', event));
  }

  @OnEvent(SessionClosed.name)
  sessionClosed(event: SessionClosed): void {
    if (this.verbose) this.logger.debug(line('session closed', event));
  }

  @OnEvent(QueryExecuted.name)
  queryExecuted(event: QueryExecuted): void {
    if (this.verbose) this.logger.debug(line('query executed', event));
  }

  /** What an operator should see without asking. */
  @OnEvent(ConnectFailed.name)
  @OnEvent(ConnectionLeaked.name)
  @OnEvent(PoolExhausted.name)
  @OnEvent(PoolLowered.name)
  @OnEvent(PoolStale.name)
  @OnEvent(BreakerOpened.name)
  @OnEvent(BreakerClosed.name)
  poolTrouble(event: object): void {
    this.logger.warn(line(eventName(event.constructor), event));
  }

  /** Leases are told by the statements they are for. */
  @OnEvent(PoolOpened.name)
  @OnEvent(PoolClosed.name)
  @OnEvent(ConnectionOpened.name)
  @OnEvent(ConnectionClosed.name)
  poolRoutine(event: object): void {
    if (this.verbose) this.logger.debug(line(eventName(event.constructor), event));
  }
}

/** Log fields are the wire's: snake_case. */
function line(event: string, fields: object): Record<string, unknown> {
  return { event, ...Object.fromEntries(Object.entries(fields).map(([key, value]) => [key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value])) };
}
