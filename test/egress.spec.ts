import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { EgressPolicy } from '../src/egress/egress-policy.js';
import { EgressModule } from '../src/egress/egress.module.js';
import { Resolver } from '../src/egress/resolver.js';
import { loadSettings } from '../src/settings/load-settings.js';
import { SettingsModule } from '../src/settings/settings.module.js';
import { stallingProxy, type StallingProxy } from './support/stalling-proxy.js';
import { eventually, type TestDatabase, testDatabase } from './support/test-database.js';
import { caller, identityOf, statement, type TestPools, testPools } from './support/test-pools.js';

/** Gives one answer after the other, the last again and again. */
class ScriptedResolver extends Resolver {
  readonly asked: string[] = [];
  answers: string[][];

  constructor(...answers: string[][]) {
    super();
    this.answers = answers;
  }

  async resolve(name: string): Promise<string[]> {
    this.asked.push(name);
    const [answer] = this.answers.length > 1 ? this.answers.splice(0, 1) : this.answers;
    if (!answer) throw new Error('no such name');
    return answer;
  }
}

const policy = (environment: Record<string, string> = {}, resolver?: Resolver) => new EgressPolicy(loadSettings(environment), resolver);
const admit = (host: string, environment: Record<string, string> = {}, port = 5432, resolver?: Resolver) =>
  policy(environment, resolver).admit({ host, port, exempt: false }).then((addresses) => addresses.join(' '), ({ code }) => code);

describe('egress policy', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'], ['::1', '::1'], ['[::1]', '::1'], ['10.1.2.3', '10.1.2.3'], ['192.168.0.9', '192.168.0.9'], ['fd00::5', 'fd00::5'],
    ['2130706433', '127.0.0.1'], ['0x7f.1', '127.0.0.1'], ['0177.0.0.1', '127.0.0.1'], ['::ffff:127.0.0.1', '127.0.0.1'],
  ])('admits %s by default', async (host, address) => expect(await admit(host)).toBe(address));

  it.each(['8.8.8.8', '2001:4860:4860::8888', '::ffff:8.8.8.8'])('refuses the public address %s by default', async (host) => expect(await admit(host)).toBe('HOST_NOT_ALLOWED'));

  it.each([
    '169.254.169.254', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::', '::169.254.169.254', 'fe80::1', '0.0.0.0', '::', '224.0.0.1', 'ff02::1', '255.255.255.255', '0xa9fea9fe', '2852039166', '169.254.43518',
    'fd00:ec2::254', 'fd00:ec2::23', 'fd00:c1::a9fe:a9fe', 'fd20:ce::254', 'fd00:42::42', '100.100.100.200', '168.63.129.16', '::ffff:168.63.129.16',
  ])('always refuses %s', async (host) => expect(await admit(host, { EGRESS_ALLOW: 'loopback,private,public,0.0.0.0/0,::/0' })).toBe('HOST_NOT_ALLOWED'));

  it.each([
    '127.0.0.2', '127.0.0.2.', '127.2', '127.0.2', '127.000.000.002', '2130706434', '0x7f000002', '0x7F.0x0.0x0.0x2', '0177.0.0.2', '017700000002', '%31%32%37.0.0.2',
    '１２７．０．０．２', '①②⑦.0.0.2', '127。0。0。2', '::ffff:127.0.0.2', '[::ffff:7f00:2]', '::127.0.0.2', '64:ff9b::7f00:2', '2002:7f00:2::',
  ])('refuses a denied address spelled %s', async (host) => expect(await admit(host, { EGRESS_DENY: '127.0.0.2' })).toBe('HOST_NOT_ALLOWED'));

  it.each(['127.0.0.2', '127.0.0.0/8', '::ffff:127.0.0.2', '::ffff:127.0.0.0/104', '0x7f000002', '64:ff9b::7f00:2', 'loopback'])('understands a denial spelled %s', async (rule) => {
    expect(await admit('127.0.0.2', { EGRESS_DENY: rule })).toBe('HOST_NOT_ALLOWED');
    expect(await admit('10.0.0.1', { EGRESS_DENY: rule })).toBe('10.0.0.1');
  });

  it.each(['db.example', 'DB.Example.', 'ｄｂ．ｅｘａｍｐｌｅ', 'db。example'])('refuses a denied name spelled %s', async (host) =>
    expect(await admit(host, { EGRESS_DENY: 'db.example' }, 5432, new ScriptedResolver(['127.0.0.1']))).toBe('HOST_NOT_ALLOWED'));

  it('admits by range, and by name', async () => {
    expect(await admit('10.9.9.9', { EGRESS_ALLOW: '10.9.0.0/16' })).toBe('10.9.9.9');
    expect(await admit('10.8.9.9', { EGRESS_ALLOW: '10.9.0.0/16' })).toBe('HOST_NOT_ALLOWED');
    expect(await admit('localhost', { EGRESS_ALLOW: 'localhost' })).toMatch(/127\.0\.0\.1|::1/);
    expect(await admit('127.0.0.1', { EGRESS_ALLOW: 'localhost' })).toBe('HOST_NOT_ALLOWED');
    expect(await admit('LOCALHOST.', { EGRESS_ALLOW: 'private', EGRESS_DENY: 'localhost' })).toBe('HOST_NOT_ALLOWED');
  });

  it('admits ports by list', async () => {
    expect(await admit('127.0.0.1', {}, 22)).toBe('HOST_NOT_ALLOWED');
    expect(await admit('127.0.0.1', { EGRESS_PORTS: '5432,6432-6440' }, 6435)).toBe('127.0.0.1');
    expect(await admit('127.0.0.1', { EGRESS_PORTS: '5432,6432-6440' }, 6441)).toBe('HOST_NOT_ALLOWED');
  });

  it('says that a name which does not resolve cannot be reached', async () => expect(await admit('no-such-host.invalid')).toBe('DATABASE_UNAVAILABLE'));

  it('exempts what the operator configured', async () =>
    expect(await policy({ EGRESS_ALLOW: 'private' }).admit({ host: '127.0.0.1', port: 22, exempt: true })).toEqual(['127.0.0.1']));
});

describe('a name', () => {
  it('is looked up in ASCII, and an address never', async () => {
    const resolver = new ScriptedResolver(['127.0.0.1']);
    for (const host of ['db.example.', 'Bücher.example', '127.0.0.1', '0x7f.1', '[::1]']) await admit(host, {}, 5432, resolver);
    expect(resolver.asked).toEqual(['db.example.', 'xn--bcher-kva.example']);
  });

  it('leads to each of its addresses once', async () =>
    expect(await admit('db.example', {}, 5432, new ScriptedResolver(['::1', '127.0.0.1', '::ffff:127.0.0.1', '10.0.0.1']))).toBe('::1 127.0.0.1 10.0.0.1'));

  it.each([[['127.0.0.1', '169.254.169.254']], [['169.254.169.254', '127.0.0.1']], [['::1', '::ffff:a9fe:a9fe', '127.0.0.1']], [['10.0.0.1', '8.8.8.8']]])('with the addresses %s is refused for one of them', async (addresses) => {
    expect(await admit('db.example', {}, 5432, new ScriptedResolver(addresses))).toBe('HOST_NOT_ALLOWED');
    expect(await admit('db.example', { EGRESS_ALLOW: 'db.example' }, 5432, new ScriptedResolver(addresses))).toBe(addresses.includes('8.8.8.8') ? '10.0.0.1 8.8.8.8' : 'HOST_NOT_ALLOWED');
  });

  it.each([[[]], [['not an address']]])('with the answer %j leads nowhere', async (addresses) => expect(await policy({}, new ScriptedResolver(addresses)).admit({ host: 'db.example', port: 5432, exempt: false })).toEqual([]));

  it('that nobody answers for is given up at the connect deadline', async () => {
    const silent = new (class extends Resolver {
      resolve = () => new Promise<string[]>(() => {});
    })();
    const pools = testPools({ CONNECT_TIMEOUT_MS: '100' }, silent);
    const target = { tenant: 'test', host: 'db.example', port: 5432, database: 'd', user: 'u', ssl: 'disable' as const, exempt: false };
    await expect(pools.manager.verify({ key: 'k', target, password: () => '' }, async () => {})).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    pools.end();
  });

  it('is resolved by the resolver that an application brings, with dependencies of its own', async () => {
    @Injectable()
    class Catalogue {
      readonly address = '127.0.0.7';
    }
    @Module({ providers: [Catalogue], exports: [Catalogue] })
    class CatalogueModule {}
    @Injectable()
    class CatalogueResolver extends Resolver {
      constructor(private readonly catalogue: Catalogue) {
        super();
      }

      async resolve(): Promise<string[]> {
        return [this.catalogue.address];
      }
    }
    const app = await Test.createTestingModule({ imports: [SettingsModule.forRoot({}), EgressModule.forRoot({ resolver: CatalogueResolver, imports: [CatalogueModule] })] }).compile();
    expect(await app.get(EgressPolicy).admit({ host: 'db.example', port: 5432, exempt: false })).toEqual(['127.0.0.7']);
    await app.close();
  });
});

// Only Linux has all of 127.0.0.0/8 without being told.
(process.platform === 'linux' ? describe : describe.skip)('a name that comes to lead somewhere else', () => {
  const FORBIDDEN = '127.0.0.2';
  let database: TestDatabase;
  let proxy: StallingProxy;
  let trap: Server;
  let pools: TestPools;
  const trapped = jest.fn();

  beforeAll(async () => {
    database = await testDatabase();
    proxy = await stallingProxy(database.host, database.port);
    trap = createServer(trapped).listen(proxy.port, FORBIDDEN);
    await once(trap, 'listening');
  });
  afterEach(() => {
    pools.end();
    expect(trapped).not.toHaveBeenCalled();
  });
  afterAll(async () => {
    proxy.close();
    trap.close();
    await database.drop();
  });

  const start = (...answers: string[][]): ScriptedResolver => {
    const resolver = new ScriptedResolver(...answers);
    pools = testPools({ EGRESS_DENY: FORBIDDEN }, resolver);
    return resolver;
  };
  const identity = async () => identityOf(database, await database.role(), { host: 'db.example', port: proxy.port });

  it('is dialled at the address that was checked, and resolved once for it', async () => {
    const resolver = start(['127.0.0.1'], [FORBIDDEN]);
    await pools.manager.verify(await identity(), async () => {});
    expect(resolver.asked).toEqual(['db.example']);
    await expect(pools.manager.verify(await identity(), async () => {})).rejects.toMatchObject({ code: 'HOST_NOT_ALLOWED' });
  });

  it('is not connected to any more, while the connections that it has live on', async () => {
    const resolver = start(['127.0.0.1']);
    const known = await identity();
    const backend = async () => (await pools.manager.read(known, caller(), statement('SELECT pg_backend_pid()'))).rows[0]?.[0];
    const pid = await backend();
    resolver.answers = [['127.0.0.1', FORBIDDEN]];
    expect(await backend()).toBe(pid);
    await database.sql`SELECT pg_terminate_backend(${Number(pid)})`;
    await eventually(() => pools.manager.list()[0]?.idle.length, (left) => left === 0);
    await expect(backend()).rejects.toMatchObject({ code: 'HOST_NOT_ALLOWED' });
    resolver.answers = [['127.0.0.1']];
    expect(await backend()).not.toBe(pid);
  });
});
