import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidSettings, loadSettings } from '../src/settings/load-settings.js';

/** Base64 of 32 bytes. */
const KEY = `${'abcD'.repeat(10)}abc=`;

const faults = (environment: Record<string, string>): readonly string[] => {
  try {
    loadSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof InvalidSettings) return error.faults;
    throw error;
  }
};

describe('settings', () => {
  it('need nothing to be configured', () => {
    expect(loadSettings({})).toMatchObject({ port: 3000, host: '127.0.0.1', poolMinConnections: 1, poolMaxConnections: 20, poolIdleTimeoutMinutes: 30, sessionTimeoutMinutes: 60, profile: 'default' });
  });

  it.each([
    ['development', 1, 5, 15, 30], ['small-business', 1, 10, 30, 60], ['enterprise', 2, 50, 60, 120], ['high-traffic', 5, 100, 120, 180],
    ['max-throughput', 10, 100, 120, 60], ['min-memory', 1, 10, 15, 60], ['balanced', 2, 20, 30, 60],
  ])('profile %s has its numbers', (profile, min, max, idle, session) => {
    expect(loadSettings({ DATABASEAI_PROFILE: profile })).toMatchObject({ poolMinConnections: min, poolMaxConnections: max, poolIdleTimeoutMinutes: idle, sessionTimeoutMinutes: session, profile });
  });

  it('come from the environment over the profile', () => {
    expect(loadSettings({ DATABASEAI_PROFILE: 'enterprise', POOL_MAX_CONNECTIONS: '7', SESSION_TIMEOUT_MINUTES: '0.05', EGRESS_PORTS: '5432, 6000-6010' })).toMatchObject({ poolMaxConnections: 7, sessionTimeoutMinutes: 0.05, egressPorts: ['5432', '6000-6010'] });
  });

  it.each([
    [{ PORT: 'abc' }, 'PORT=abc must'],
    [{ PORT: '70000' }, 'PORT=70000 must not be greater than 65535'],
    [{ POOL_MAX_CONNECTIONS: '0', POOL_MIN_CONNECTIONS: '0' }, 'POOL_MAX_CONNECTIONS=0 must not be less than 1'],
    [{ POOL_MAX_CONNECTIONS: '2.5' }, 'POOL_MAX_CONNECTIONS=2.5 must be an integer number'],
    [{ POOL_MIN_CONNECTIONS: '30' }, 'POOL_MIN_CONNECTIONS=30 must not be above POOL_MAX_CONNECTIONS (20)'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL=loud must be one of'],
    [{ DATABASE_URL: 'mysql://u:topsecret@h/d' }, 'DATABASE_URL=(hidden) must look like postgres://'],
    [{ DATABASE_URL: 'postgres://u:topsecret@h/d?sslmode=verify_full' }, 'DATABASE_URL=(hidden) must have one of disable, prefer, require, verify-ca, verify-full as its sslmode'],
    [{ DATABASE_URL: 'postgres://u:topsecret@h/d?sslmode=require&sslmode=disable' }, 'DATABASE_URL=(hidden) must have one sslmode'],
    [{ DATABASE_URL: 'postgres://u:topsecret@h/d?sslrootcert=/ca.pem' }, 'DATABASE_URL=(hidden) has the parameter "sslrootcert"'],
    [{ DATABASE_URL: 'postgres://u:100%topsecret@h/d' }, 'DATABASE_URL=(hidden) has a % in user, password or database'],
    [{ CREDENTIALS_KEY: 'c2hvcnQ=' }, 'CREDENTIALS_KEY=(hidden) must be base64 of exactly 32 bytes'],
    [{ CREDENTIALS_KEY: `${KEY},topsecret` }, 'CREDENTIALS_KEY=(hidden) must be base64 of exactly 32 bytes'],
    [{ CREDENTIALS_KEY: `${KEY},${KEY}` }, 'CREDENTIALS_KEY=(hidden) must be base64 of exactly 32 bytes; several, all different'],
    [{ TRUSTED_PROXIES: '10.0.0.5,proxy.example' }, 'TRUSTED_PROXIES=10.0.0.5,proxy.example must be a list of IP addresses and CIDR ranges'],
    [{ TRUSTED_PROXIES: '10' }, 'TRUSTED_PROXIES=10 must be a list'],
    [{ TRUSTED_PROXIES: '0.0.0.0/0' }, 'TRUSTED_PROXIES=0.0.0.0/0 would believe what every caller says'],
    [{ CORS_ORIGINS: '*' }, 'CORS_ORIGINS=* would let every web page use the service'],
    [{ CORS_ORIGINS: 'null' }, 'CORS_ORIGINS=null must be a list of origins'],
    [{ CORS_ORIGINS: 'https://app.example.com/' }, 'CORS_ORIGINS=https://app.example.com/ must be a list of origins'],
    [{ CORS_ORIGINS: 'https://App.example.com' }, 'CORS_ORIGINS=https://App.example.com must be a list of origins'],
    [{ CORS_ORIGINS: 'https://app.example.com,ftp://files.example.com' }, 'must be a list of origins'],
    [{ ADMIN_TOKEN_FILE: '/nowhere/token' }, 'ADMIN_TOKEN_FILE=/nowhere/token cannot be read (ENOENT)'],
    [{ ADMIN_TOKEN: 'a-token-of-sixteen-or-more', ADMIN_TOKEN_FILE: 'package.json' }, 'ADMIN_TOKEN and ADMIN_TOKEN_FILE are both set: use one'],
    [{ CREDENTIALS_KEY_FILE: 'package.json' }, 'CREDENTIALS_KEY=(hidden) must be base64 of exactly 32 bytes'],
    [{ ADMIN_TOKEN: 'short' }, 'ADMIN_TOKEN=(hidden) must be at least 16 characters'],
    [{ EGRESS_ALLOW: 'everything/!' }, 'EGRESS_ALLOW=everything/! must be a list of addresses'],
    [{ EGRESS_PORTS: '99999' }, 'EGRESS_PORTS=99999 must be a list of ports'],
    [{ ALLOW_OPEN: 'yes' }, 'ALLOW_OPEN=yes must be'],
    [{ HOST: '0.0.0.0' }, 'HOST=0.0.0.0 would let anyone'],
    [{ DATABASEAI_PROFILE: 'huge' }, 'DATABASEAI_PROFILE=huge is not a profile: use one of'],
    [{ RATE_LIMIT_PER_MINUTE: '-1' }, 'RATE_LIMIT_PER_MINUTE=-1 must not be less than 0'],
    [{ VALUES_EXCLUDE: '*.ssn,secret' }, 'VALUES_EXCLUDE=*.ssn,secret must be a list of table.column or schema.table.column'],
    [{ WORKERS: '4' }, 'WORKERS is set, but this version does not support it'],
  ])('refuse %j by name and say what would be right', (environment, message) => {
    const found = faults(environment as Record<string, string>);
    expect(found.length).toBe(1);
    expect(found[0]).toContain(message);
    expect(found[0]).not.toContain('topsecret');
  });

  it('take lists of proxies, origins and keys', () => {
    const environment = { TRUSTED_PROXIES: '10.0.0.5, 10.1.0.0/24, ::1', CORS_ORIGINS: 'https://app.example.com, http://localhost:5173', CREDENTIALS_KEY: `${KEY}, ${KEY.toUpperCase()}` };
    expect(loadSettings(environment)).toMatchObject({ trustedProxies: ['10.0.0.5', '10.1.0.0/24', '::1'], corsOrigins: ['https://app.example.com', 'http://localhost:5173'], credentialsKey: [KEY, KEY.toUpperCase()] });
  });

  it('take secrets from files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    try {
      writeFileSync(join(folder, 'token'), 'a-token-of-sixteen-or-more\n');
      expect(loadSettings({ ADMIN_TOKEN_FILE: join(folder, 'token') }).adminToken).toBe('a-token-of-sixteen-or-more');
      writeFileSync(join(folder, 'token'), '\n');
      expect(faults({ ADMIN_TOKEN_FILE: join(folder, 'token') })).toEqual([`ADMIN_TOKEN_FILE=${join(folder, 'token')} is empty`]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each(['postgres://u:p%25%40@h/d', 'postgresql://u@[::1]:6000/d?sslmode=verify-full'])('take %s as the default database', (url) => expect(loadSettings({ DATABASE_URL: url }).databaseUrl).toBe(url));

  it('name every fault at once', () => expect(faults({ PORT: '-1', LOG_LEVEL: 'x', MAX_ROWS: '0' }).length).toBeGreaterThanOrEqual(3));

  it('listen on other addresses only when told to', () => expect(loadSettings({ HOST: '0.0.0.0', ALLOW_OPEN: 'true' }).host).toBe('0.0.0.0'));

  it('cannot be changed afterwards', () => expect(() => Object.assign(loadSettings({}), { port: 1 })).toThrow(TypeError));
});
