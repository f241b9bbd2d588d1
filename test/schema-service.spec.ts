import 'reflect-metadata';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { Test, TestingModule } from '@nestjs/testing';
import { EgressModule } from '../src/egress/egress.module.js';
import type { Identity } from '../src/pools/identity.js';
import { PoolsModule } from '../src/pools/pools.module.js';
import { SchemaReader, SchemaService } from '../src/schema/schema.service.js';
import { SettingsModule } from '../src/settings/settings.module.js';
import { SchemaDatabase } from './schema-database.js';

const STRUCTURE = `
  CREATE TYPE size AS ENUM ('small', 'large');
  CREATE TABLE shirts (id integer PRIMARY KEY, size size, colour text);
  INSERT INTO shirts SELECT n, 'small', 'Navy blue' FROM generate_series(1, 50) n;
  ANALYZE shirts;
  CREATE TABLE invoices (id integer);
  GRANT SELECT ON shirts TO :clerk;
  GRANT SELECT ON ALL TABLES IN SCHEMA public TO :chief;
  REVOKE SELECT ON pg_stats FROM PUBLIC;
  GRANT SELECT ON pg_stats TO :clerk;
`;

let database: SchemaDatabase;
let app: TestingModule;
let schemas: SchemaService;

beforeAll(async () => {
  database = await SchemaDatabase.create(['clerk', 'chief'], STRUCTURE);
  app = await Test.createTestingModule({
    imports: [SettingsModule.forRoot({ EGRESS_ALLOW: 'loopback,private,public', EGRESS_PORTS: '1-65535' }), EventEmitterModule.forRoot(), EgressModule.forRoot({}), PoolsModule.forRoot({})],
    providers: [SchemaService],
  }).compile();
  await app.init();
  schemas = app.get(SchemaService);
});

afterAll(async () => {
  await app?.close();
  await database?.close();
});

function reader(role: string, session: string): SchemaReader {
  const { password, ...target } = database.target(role);
  const identity: Identity = { key: `key of ${role}`, target: { ...target, tenant: 't', ssl: 'prefer', exempt: true }, password: () => password };
  return { identity, sessionRef: session };
}

const tables = async (of: SchemaReader) => (await schemas.snapshot(of)).relations.map(({ name }) => name);

describe('the schema of a session', () => {
  it('is one object for all sessions of an identity, however many ask at once', async () => {
    const snapshots = await Promise.all(Array.from({ length: 50 }, (_, n) => schemas.snapshot(reader('clerk', `session ${n}`))));
    expect(new Set(snapshots).size).toBe(1);
    expect(await schemas.snapshot(reader('clerk', 'later'))).toBe(snapshots[0]);
  });

  it('is what its own role may read', async () => {
    expect(await tables(reader('clerk', 'a'))).toEqual(['shirts']);
    expect(await tables(reader('chief', 'b'))).toEqual(['invoices', 'shirts']);
  });

  it('is kept until it is refreshed, then for all', async () => {
    const before = await schemas.snapshot(reader('chief', 'a'));
    await database.run('CREATE TABLE payments (id integer); GRANT SELECT ON payments TO :chief');
    expect(await schemas.snapshot(reader('chief', 'a'))).toBe(before);
    const refreshed = await schemas.refresh(reader('chief', 'a'));
    expect(refreshed.fingerprint).not.toBe(before.fingerprint);
    expect(await schemas.snapshot(reader('chief', 'b'))).toBe(refreshed);
    expect(await tables(reader('chief', 'b'))).toContain('payments');
  });

  it('is read again after it was invalidated, or has become too old', async () => {
    const first = await schemas.snapshot(reader('clerk', 'a'));
    schemas.invalidate(reader('clerk', 'a').identity.target);
    const second = await schemas.snapshot(reader('clerk', 'a'));
    expect(second).not.toBe(first);
    schemas.prune(Date.now() + 3_600_001);
    expect(await schemas.snapshot(reader('clerk', 'a'))).not.toBe(second);
  });

  it('is not read for a caller who is gone', async () => {
    await expect(schemas.snapshot(reader('clerk', 'a'), AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  });
});

describe('the values of a session', () => {
  it('are read once for all sessions of an identity', async () => {
    const [first, second] = await Promise.all([schemas.values(reader('clerk', 'a')), schemas.values(reader('clerk', 'b'))]);
    expect(first).toBe(second);
    expect(first.find('navy blue')).toEqual([{ schema: 'public', table: 'shirts', column: 'colour', value: 'Navy blue' }]);
    expect(first.find('large')).toMatchObject([{ column: 'size' }]);
  });

  it('are as new as the snapshot', async () => {
    const before = await schemas.values(reader('clerk', 'a'));
    await schemas.refresh(reader('clerk', 'a'));
    expect(await schemas.values(reader('clerk', 'a'))).not.toBe(before);
  });

  it('are enum labels alone where the role may not read statistics', async () => {
    const values = await schemas.values(reader('chief', 'a'));
    expect(values.find('navy blue')).toEqual([]);
    expect(values.find('large')).toHaveLength(1);
  });
});
