import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { BreakerClosed, BreakerOpened } from './pool-events.js';

/** Failures in a row after which a server counts as gone. */
const FAILURES_TO_OPEN = 3;

/** Milliseconds between two probes of a server that is gone. Half a second, so that its return is noticed within one. */
const PROBE_EVERY_MS = 500;

/** Milliseconds after its last failure before a server is forgotten: callers may name any number of addresses. */
const FORGET_AFTER_MS = 60_000;

/** Why a server is not dialled, for the log. */
export function notAnswering(): Error {
  return new Error('the server did not answer several times in a row');
}

interface Trouble {
  failures: number;
  lastFailureAt: number;
  /** Since when nobody dials. */
  openedAt?: number;
  nextProbeAt: number;
}

/**
 * A circuit breaker per server address. Only what is true for every caller counts as a failure: that nothing accepts the
 * connection, or that the server says it is starting or stopping. A wrong password, a missing database or failed TLS do not,
 * or one caller could shut out another.
 */
@Injectable()
export class ServerBreakers {
  private readonly troubles = new Map<string, Trouble>();

  constructor(private readonly events: EventEmitter2) {}

  /** Servers that nobody dials now. */
  get open(): string[] {
    return [...this.troubles].filter(([, { openedAt }]) => openedAt !== undefined).map(([server]) => server);
  }

  /** True when dialling the server would be refused now. */
  isOpen(server: string, now: number): boolean {
    const trouble = this.troubles.get(server);
    return trouble?.openedAt !== undefined && now < trouble.nextProbeAt;
  }

  /** Whether the server may be dialled now. Of those who ask while it counts as gone, one in each interval may: it is the probe. */
  admits(server: string, now: number): boolean {
    if (this.isOpen(server, now)) return false;
    const trouble = this.troubles.get(server);
    if (trouble?.openedAt !== undefined) trouble.nextProbeAt = now + PROBE_EVERY_MS;
    return true;
  }

  failed(server: string, now: number): void {
    const trouble = this.troubles.get(server) ?? { failures: 0, lastFailureAt: now, nextProbeAt: 0 };
    this.troubles.set(server, trouble);
    trouble.failures++;
    trouble.lastFailureAt = now;
    if (trouble.failures < FAILURES_TO_OPEN) return;
    trouble.nextProbeAt = now + PROBE_EVERY_MS;
    if (trouble.openedAt !== undefined) return;
    trouble.openedAt = now;
    this.events.emit(BreakerOpened.name, new BreakerOpened(server));
  }

  reached(server: string, now: number): void {
    const trouble = this.troubles.get(server);
    if (!trouble) return;
    this.troubles.delete(server);
    if (trouble.openedAt !== undefined) this.events.emit(BreakerClosed.name, new BreakerClosed(server, now - trouble.openedAt));
  }

  /** Forgets servers that nobody asks for any more. */
  sweep(now: number): void {
    for (const [server, { lastFailureAt }] of this.troubles) if (now - lastFailureAt >= FORGET_AFTER_MS) this.troubles.delete(server);
  }
}
