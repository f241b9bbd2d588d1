import type { DynamicModule } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import type { Pool } from '../../src/pools/pool.js';
import { POOL_EVENTS } from '../../src/pools/pool-events.js';
import { PoolManager } from '../../src/pools/pool-manager.js';
import { SessionsService } from '../../src/sessions/sessions.service.js';

/** What goes on inside a service under test, for those who look and change nothing. */
export interface AppInsides {
  /** Give it to the application as one of its `imports`. */
  readonly module: DynamicModule;
  /** All that the pools have told, each an instance of its class. */
  readonly events: object[];
  /** The events of one kind. */
  seen<T extends object>(type: new (...values: never[]) => T): T[];
  /** Set it to be told each event at once. */
  onEvent?: (event: object) => void;
  pools(): readonly Pool[];
  unreachableServers(): readonly string[];
  sweepPools(now: number): void;
  /** The name under which a session waits and holds connections. */
  queueOf(sessionId: string): string;
}

export function appInsides(): AppInsides {
  let manager: PoolManager | undefined;
  let sessions: SessionsService | undefined;
  const insides: AppInsides = {
    module: {
      module: class AppInsidesModule {},
      providers: [
        {
          provide: 'insides',
          inject: [EventEmitter2, PoolManager, SessionsService],
          useFactory: (emitter: EventEmitter2, itsManager: PoolManager, itsSessions: SessionsService) => {
            manager = itsManager;
            sessions = itsSessions;
            for (const { name } of POOL_EVENTS) {
              emitter.on(name, (event: object) => {
                insides.events.push(event);
                insides.onEvent?.(event);
              });
            }
            return insides;
          },
        },
      ],
    },
    events: [],
    seen: (type) => insides.events.filter((event): event is never => event instanceof type),
    pools: () => manager?.list() ?? [],
    unreachableServers: () => manager?.unreachableServers ?? [],
    sweepPools: (now) => manager?.sweep(now),
    queueOf: (sessionId) => sessions?.refOf(sessionId) ?? '',
  };
  return insides;
}
