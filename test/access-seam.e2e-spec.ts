import { CanActivate, ExecutionContext, Injectable, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { setPrincipal } from '../src/access/principal.js';
import { isPublic } from '../src/access/routes.js';
import { TenantLimit, TenantLimits } from '../src/access/tenant-limits.js';
import { createApp, listen } from '../src/create-app.js';
import { keysFile, KeysFile } from './support/keys-file.js';
import { TestApp, testApp } from './support/test-app.js';
import { TestDatabase, testDatabase } from './support/test-database.js';

/** What a team knows of its customers. */
@Injectable()
class Customers {
  readonly plans = new Map([['acme', 'trial'], ['globex', 'paid']]);
}

@Module({ providers: [Customers], exports: [Customers] })
class CustomersModule {}

/** As in the README: a gateway in front has checked who somebody is, and says so. */
@Injectable()
class GatewayGuard implements CanActivate {
  constructor(private readonly customers: Customers) {}

  canActivate(execution: ExecutionContext): boolean {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    if (isPublic(request)) return true;
    const customer = String(request.headers['x-customer']);
    if (!this.customers.plans.has(customer)) return false;
    setPrincipal(request, { tenant: customer, role: 'user' });
    return true;
  }
}

@Injectable()
class PlanLimits extends TenantLimits {
  constructor(private readonly customers: Customers) {
    super();
  }

  of(tenant: string): TenantLimit {
    return this.customers.plans.get(tenant) === 'trial' ? { sessions: 1 } : {};
  }
}

/** Lets everybody in and says nothing of who they are. */
class SilentGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

class Curfew implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    return execution.switchToHttp().getRequest<FastifyRequest>().headers['x-curfew'] === undefined;
  }
}

describe('the guard', () => {
  let database: TestDatabase;
  let role: { user: string; password: string };
  let keys: KeysFile;
  let app: TestApp | undefined;

  beforeAll(async () => {
    database = await testDatabase();
    role = await database.role();
    keys = keysFile([{ name: 'ours' }]);
  });
  afterAll(async () => {
    await database.drop();
    keys.remove();
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  const credentials = () => ({ host: database.host, port: database.port, database: database.name, username: role.user, password: role.password });

  it('is replaced by one of a team, which says whose requests are whose', async () => {
    app = await testApp({ RATE_LIMIT_PER_MINUTE: '12' }, { access: { guard: GatewayGuard, limits: PlanLimits, imports: [CustomersModule] } });
    const [acme, globex] = [{ 'x-customer': 'acme' }, { 'x-customer': 'globex' }];
    expect((await app.get('/health/live')).status).toBe(200);
    expect((await app.post('/api/v1/database/connect', credentials())).body).toMatchObject({ status: 403, code: 'FORBIDDEN' });

    const { session_id } = (await app.post('/api/v1/database/connect', credentials(), acme)).body;
    expect((await app.post('/api/v1/query/sql', { session_id, sql: 'SELECT 1 AS one' }, acme)).body.results).toEqual([{ one: 1 }]);
    expect((await app.post('/api/v1/query/sql', { session_id, sql: 'SELECT 1 AS one' }, globex)).body.code).toBe('SESSION_NOT_FOUND');
    expect((await app.get('/api/v1/stats/sessions', acme)).body.sessions).toMatchObject([{ tenant: 'acme' }]);
    expect((await app.get('/api/v1/stats/sessions', globex)).body.sessions).toEqual([]);
    expect((await app.get('/metrics', acme)).body.code).toBe('ADMIN_REQUIRED');

    expect((await app.post('/api/v1/database/connect', credentials(), acme)).body.code).toBe('TOO_MANY_SESSIONS');
    for (let i = 0; i < 2; i++) expect((await app.post('/api/v1/database/connect', credentials(), globex)).status).toBe(200);
    // The limits of the settings hold for the replaced guard's callers, too.
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) statuses.push((await app.get('/api/v1/stats/sessions', globex)).status);
    expect(statuses.at(-1)).toBe(429);
  });

  it('that says nothing of its callers makes guests of them, without statistics', async () => {
    app = await testApp({}, { access: { guard: SilentGuard } });
    expect((await app.post('/api/v1/database/connect', credentials())).status).toBe(200);
    for (const path of ['/api/v1/stats/pools', '/api/v1/stats/sessions', '/metrics']) expect((await app.get(path)).body).toMatchObject({ status: 403, code: 'ADMIN_REQUIRED' });
  });

  it('stands beside those of a team’s own modules', async () => {
    @Module({ providers: [{ provide: APP_GUARD, useClass: Curfew }] })
    class CurfewModule {}
    app = await testApp({ API_KEYS_FILE: keys.path }, { imports: [CurfewModule] });
    expect((await app.get('/api/v1/stats/pools', keys.bearer('ours'))).status).toBe(200);
    expect((await app.get('/api/v1/stats/pools', { ...keys.bearer('ours'), 'x-curfew': 'yes' })).body.code).toBe('FORBIDDEN');
    expect((await app.get('/api/v1/stats/pools', { 'x-curfew': 'yes' })).body.code).toBe('API_KEY_REQUIRED');
  });

  it('lets the service listen anywhere with keys, and without them only when told to', async () => {
    await expect(createApp({ environment: { HOST: '0.0.0.0', PORT: '0', DATABASE_URL: '' } })).rejects.toMatchObject({ message: expect.stringContaining('HOST=0.0.0.0 would let anyone') });
    for (const environment of [{ API_KEYS_FILE: keys.path }, { ALLOW_OPEN: 'true' }] as Record<string, string>[]) {
      const anywhere = await createApp({ environment: { HOST: '0.0.0.0', PORT: '0', DATABASE_URL: '', ...environment } });
      try {
        const url = await listen(anywhere);
        expect((await fetch(`${url}/health/live`)).status).toBe(200);
        expect((await fetch(`${url}/api/v1/database/session`)).status).toBe('ALLOW_OPEN' in environment ? 400 : 401);
      } finally {
        await anywhere.close();
      }
    }
  });
});
