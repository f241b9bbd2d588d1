import 'reflect-metadata';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { EgressPolicy } from '../../dist/egress/egress-policy.js';
import { Dialer } from '../../dist/pools/dialer.js';
import { PoolManager } from '../../dist/pools/pool-manager.js';
import { SettingsPoolPolicy } from '../../dist/pools/pool-policy.js';
import { ServerBreakers } from '../../dist/pools/server-breakers.js';
import { loadSettings } from '../../dist/settings/load-settings.js';

/**
 * The service's own pool in this process, with one warm connection.
 *
 * @returns a function that leases the connection; what it returns gives it back
 */
export async function openPool(scope, { host, port, name, user, password }) {
  const settings = loadSettings({});
  const events = new EventEmitter2();
  const breakers = new ServerBreakers(events);
  const manager = new PoolManager(settings, new SettingsPoolPolicy(settings), new Dialer(new EgressPolicy(settings), breakers), breakers, events);
  scope.add(manager, () => {
    manager.beforeApplicationShutdown();
    manager.onApplicationShutdown();
  });
  const target = { tenant: 'bench', host, port, database: name, user, ssl: 'disable', exempt: false };
  const caller = { queue: 'bench', sessionRef: 'bench', requestId: 'bench' };
  await manager.verify({ key: 'bench', target, password: () => password }, async () => {});
  const [pool] = manager.list();
  return async () => {
    const connection = await pool.lease({ caller, statement: { text: '', deadline: Date.now() + 60_000 } });
    return () => pool.release(connection, true);
  };
}
