import { EgressPolicy } from '../src/egress/egress-policy.js';
import { loadSettings } from '../src/settings/load-settings.js';

// Decides on addresses only: nothing here dials.
const policy = (environment: Record<string, string> = {}) => new EgressPolicy(loadSettings(environment));
const admit = (host: string, environment: Record<string, string> = {}, port = 5432) =>
  policy(environment).admit({ host, port, exempt: false }).then((addresses) => addresses.join(' '), ({ code }) => code);

describe('egress policy', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'], ['::1', '::1'], ['[::1]', '::1'], ['10.1.2.3', '10.1.2.3'], ['192.168.0.9', '192.168.0.9'], ['fd00::5', 'fd00::5'],
    ['2130706433', '127.0.0.1'], ['0x7f.1', '127.0.0.1'], ['0177.0.0.1', '127.0.0.1'], ['::ffff:127.0.0.1', '127.0.0.1'],
  ])('admits %s by default', async (host, address) => expect(await admit(host)).toBe(address));

  it.each(['8.8.8.8', '2001:4860:4860::8888', '::ffff:8.8.8.8'])('refuses the public address %s by default', async (host) => expect(await admit(host)).toBe('HOST_NOT_ALLOWED'));

  it.each([
    '169.254.169.254', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::', '::169.254.169.254', 'fe80::1', '0.0.0.0', '::', '224.0.0.1', 'ff02::1', '255.255.255.255', '0xa9fea9fe', '2852039166', '169.254.43518',
  ])('always refuses %s', async (host) => expect(await admit(host, { EGRESS_ALLOW: 'loopback,private,public,0.0.0.0/0,::/0' })).toBe('HOST_NOT_ALLOWED'));

  it.each(['127.0.0.2', '::ffff:127.0.0.2', '0x7f000002', '2130706434', '0177.0.0.2', '127.2', '64:ff9b::7f00:2', '127.0.0.2.'])('refuses a denied address spelled %s', async (host) =>
    expect(await admit(host, { EGRESS_DENY: '127.0.0.2' })).not.toMatch(/^\d/));

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
