import { Injectable } from '@nestjs/common';
import { EventEmitter2, OnEvent } from '@nestjs/event-emitter';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { ConnectRefused, QueryExecuted, SessionClosed, SessionOpened } from '../audit/audit-events.js';
import { ConnectionLeased, eventName, POOL_EVENTS } from '../pools/pool-events.js';
import { PoolManager } from '../pools/pool-manager.js';
import { SessionStore } from '../sessions/session-store.js';

/**
 * Prometheus metrics. Gauges are read from the state when asked; totals over all pools, since a label per pool would grow
 * with the number of databases. Names stand in the README.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly queries = new Histogram({
    name: 'databaseai_query_duration_seconds', help: 'Requests of the query routes by route and outcome (OK or a problem code).',
    labelNames: ['route', 'outcome'], buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30], registers: [this.registry],
  });
  private readonly connects = new Counter({ name: 'databaseai_connects_total', help: 'Connects by outcome (OK or a problem code).', labelNames: ['outcome'], registers: [this.registry] });
  private readonly sessionsClosed = new Counter({ name: 'databaseai_sessions_closed_total', help: 'Sessions ended, by reason.', labelNames: ['reason'], registers: [this.registry] });
  private readonly poolEvents = new Counter({ name: 'databaseai_pool_events_total', help: 'Events of the pools, by kind.', labelNames: ['kind'], registers: [this.registry] });
  private readonly leaseWaits = new Histogram({
    name: 'databaseai_pool_lease_wait_seconds', help: 'How long requests waited for their connection.',
    buckets: [0.0001, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5], registers: [this.registry],
  });

  constructor(pools: PoolManager, store: SessionStore, events: EventEmitter2) {
    collectDefaultMetrics({ register: this.registry });
    for (const event of POOL_EVENTS) {
      const labels = { kind: eventName(event) };
      events.on(event.name, () => this.poolEvents.inc(labels));
    }
    const registers = [this.registry];
    new Gauge({ name: 'databaseai_sessions', help: 'Sessions held.', registers, async collect() { this.set(await store.count()); } });
    new Gauge({ name: 'databaseai_pools', help: 'Pools held.', registers, collect() { this.set(pools.list().length); } });
    new Gauge({
      name: 'databaseai_pool_connections', help: 'Connections over all pools, by state.', labelNames: ['state'], registers,
      collect() {
        const sum = { active: 0, idle: 0, opening: 0 };
        for (const { leased, idle, opening } of pools.list()) {
          sum.active += leased.size;
          sum.idle += idle.length;
          sum.opening += opening.size;
        }
        for (const [state, count] of Object.entries(sum)) this.set({ state }, count);
      },
    });
    new Gauge({ name: 'databaseai_unreachable_servers', help: 'Servers that do not answer and are not dialled for the moment.', registers, collect() { this.set(pools.unreachableServers.length); } });
    new Gauge({ name: 'databaseai_pool_waiting', help: 'Requests waiting for a connection over all pools.', registers, collect() { this.set(pools.list().reduce((sum, { waiting }) => sum + waiting.length, 0)); } });
  }

  /** The metrics in Prometheus' text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  @OnEvent(QueryExecuted.name)
  query({ route, outcome, durationMs }: QueryExecuted): void {
    this.queries.observe({ route, outcome }, durationMs / 1000);
  }

  @OnEvent(SessionOpened.name)
  opened(): void {
    this.connects.inc({ outcome: 'OK' });
  }

  @OnEvent(ConnectRefused.name)
  refused({ code }: ConnectRefused): void {
    this.connects.inc({ outcome: code });
  }

  @OnEvent(SessionClosed.name)
  closed({ reason }: SessionClosed): void {
    this.sessionsClosed.inc({ reason });
  }

  @OnEvent(ConnectionLeased.name)
  leased({ waitedMs }: ConnectionLeased): void {
    this.leaseWaits.observe(waitedMs / 1000);
  }
}
