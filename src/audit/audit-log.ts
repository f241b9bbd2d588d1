import { Injectable, Logger } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import {
  BreakerClosed, BreakerOpened, ConnectFailed, ConnectionClosed, ConnectionLeaked, ConnectionOpened, eventName, PoolClosed, PoolExhausted, PoolLowered, PoolOpened, PoolStale,
} from '../pools/pool-events.js';
import { Settings } from '../settings/settings.js';
import { AccessRefused, ApprovalWithdrawn, ConnectRefused, GlossaryChanged, QueryApproved, QueryExecuted, SessionClosed, SessionOpened, StatementStarting } from './audit-events.js';

/** Lines that nobody will see must not be composed either: there are thousands a second. */
const SHOWN_AT = { info: new Set(['info', 'debug', 'trace']), debug: new Set(['debug', 'trace']) };

/** Writes the events to the log, one line each: what an audit is about at the info level, routine at the debug level. */
@Injectable()
export class AuditLog {
  private readonly logger = new Logger('Audit');
  private readonly informative: boolean;
  private readonly verbose: boolean;
  private readonly reads: boolean;

  constructor({ logLevel, auditReads }: Settings) {
    this.informative = SHOWN_AT.info.has(logLevel);
    this.verbose = SHOWN_AT.debug.has(logLevel);
    this.reads = auditReads;
  }

  @OnEvent(SessionOpened.name)
  sessionOpened(event: SessionOpened): void {
    this.logger.log(line('session opened', event));
  }

  @OnEvent(ConnectRefused.name)
  connectRefused(event: ConnectRefused): void {
    this.logger.log(line('connect refused', event));
  }

  @OnEvent(AccessRefused.name)
  accessRefused(event: AccessRefused): void {
    this.logger.log(line('access refused', event));
  }

  @OnEvent(SessionClosed.name)
  sessionClosed(event: SessionClosed): void {
    // All that were opened by a storm of connects may expire at one time.
    if (event.reason === 'disconnected') this.logger.log(line('session closed', event));
    else if (this.verbose) this.logger.debug(line('session closed', event));
  }

  /** A read leaves no more behind than the line about its end. */
  @OnEvent(StatementStarting.name)
  statementStarting(event: StatementStarting): void {
    if (event.access === 'write' && this.informative) this.logger.log(line('statement starting', event));
  }

  /** Statements that were not admitted are refusals. */
  @OnEvent(QueryExecuted.name)
  queryExecuted(event: QueryExecuted): void {
    if (event.access === 'read' && !this.reads) {
      if (this.verbose) this.logger.debug(line('query executed', event));
    } else if (this.informative) {
      this.logger.log(line('query executed', event));
    }
  }

  @OnEvent(GlossaryChanged.name)
  glossaryChanged(event: GlossaryChanged): void {
    this.logger.log(line('glossary changed', event));
  }

  @OnEvent(QueryApproved.name)
  queryApproved(event: QueryApproved): void {
    this.logger.log(line('query approved', event));
  }

  @OnEvent(ApprovalWithdrawn.name)
  approvalWithdrawn(event: ApprovalWithdrawn): void {
    this.logger.log(line('approval withdrawn', event));
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
  const written: Record<string, unknown> = { event };
  for (const [field, value] of Object.entries(fields)) written[nameOf(field)] = typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
  return written;
}

/** There are few, and thousands of lines a second. */
const names = new Map<string, string>();

function nameOf(field: string): string {
  const known = names.get(field) ?? field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  names.set(field, known);
  return known;
}
