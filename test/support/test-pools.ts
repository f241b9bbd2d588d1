import { EventEmitter2 } from '@nestjs/event-emitter';
import { EgressPolicy } from '../../src/egress/egress-policy.js';
import type { Resolver } from '../../src/egress/resolver.js';
import { Dialer } from '../../src/pools/dialer.js';
import type { Caller, Identity, Target } from '../../src/pools/identity.js';
import { POOL_EVENTS } from '../../src/pools/pool-events.js';
import { PoolManager } from '../../src/pools/pool-manager.js';
import { SettingsPoolPolicy } from '../../src/pools/pool-policy.js';
import { ServerBreakers } from '../../src/pools/server-breakers.js';
import type { Statement } from '../../src/pools/statement.js';
import { loadSettings } from '../../src/settings/load-settings.js';
import type { TestDatabase } from './test-database.js';

/** The pools without anything above them: no guard, no HTTP. */
export interface TestPools {
  readonly manager: PoolManager;
  /** All that were emitted, each an instance of its class. */
  readonly events: object[];
  end(): void;
}

/**
 * @param environment settings, e.g. `{ POOL_MAX_CONNECTIONS: '2' }`
 * @param resolver instead of this machine's
 */
export function testPools(environment: Record<string, string> = {}, resolver?: Resolver): TestPools {
  const settings = loadSettings(environment);
  const emitter = new EventEmitter2();
  const events: object[] = [];
  for (const { name } of POOL_EVENTS) emitter.on(name, (event: object) => events.push(event));
  const breakers = new ServerBreakers(emitter);
  const manager = new PoolManager(settings, new SettingsPoolPolicy(settings), new Dialer(new EgressPolicy(settings, resolver), breakers), breakers, emitter);
  return {
    manager,
    events,
    end() {
      manager.beforeApplicationShutdown();
      manager.onApplicationShutdown();
    },
  };
}

export function identityOf(database: TestDatabase, { user, password }: { user: string; password: string }, target: Partial<Target> = {}): Identity {
  const { host, port, name } = database;
  return { key: `${user}:${password}@${name}`, target: { tenant: 'test', host, port, database: name, user, ssl: 'disable', exempt: false, ...target }, password: () => password };
}

export function caller(queue = 'a', signal?: AbortSignal): Caller {
  return { queue, sessionRef: queue, requestId: 'test', signal };
}

export function statement(text: string, more: Partial<Statement> = {}): Statement {
  return { text, kind: 'cursor', maxRows: 100, maxBytes: 1_000_000, deadline: Date.now() + 10_000, ...more };
}
