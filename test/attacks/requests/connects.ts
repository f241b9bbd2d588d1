import { type AttackClass, type Case, connecting } from '../request-attack.js';

const METADATA = 'Capital One 2019: the credentials of a cloud from its metadata service';
const SPELLING = 'CVE-2021-29921 and its kin: checks that know one spelling of an address';
const SCAN = 'a database connect as a port scanner';
const REDIS = 'GitLab 2018: an internal service reached through a URL of a user’s';
const LIBPQ = 'CVE-2025-67509 and its kin: parameters smuggled into a connection string';
const ROGUE_FILE = 'a driver that reads files which the caller names';

const REFUSED = '403 HOST_NOT_ALLOWED';
const INVALID = '400 VALIDATION_FAILED';

const to = (host: unknown, from: string, answer = REFUSED): Case => [`the host ${JSON.stringify(host)}`, from, connecting(({ trap }) => ({ host, port: trap })), answer];
const having = (fields: object, from: string, answer = INVALID, saying?: RegExp): Case => [`a connect with ${JSON.stringify(fields).slice(0, 80)}`, from, connecting(() => fields), answer, saying];

/** Names that lead somewhere they should not; the service is told so by its resolver. */
export const LEADING_ASTRAY: Readonly<Record<string, string[]>> = {
  'metadata.example': ['169.254.169.254'], 'loopback.example': ['127.0.0.1'], 'six.example': ['::1'], 'private.example': ['10.0.0.1'], 'mapped.example': ['::ffff:127.0.0.1'],
  'half.example': ['127.0.0.1', '10.0.0.1'], 'nat64.example': ['64:ff9b::7f00:1'], 'any.example': ['0.0.0.0'],
};

export const CONNECT_CLASSES: Readonly<Record<string, AttackClass>> = {
  'addresses of the metadata services': {
    cases: [
      '169.254.169.254', '169.254.169.254.', '2852039166', '0xa9fea9fe', '0xA9.0xFE.0xA9.0xFE', '0251.0376.0251.0376', '025177524776', '169.254.43518', '169.16689662', '::ffff:169.254.169.254', '[::ffff:169.254.169.254]',
      '[::ffff:a9fe:a9fe]', '::169.254.169.254', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::', '１６９.254.169.254', '①⑥⑨.254.169.254', '169。254。169。254', '%31%36%39.254.169.254', 'fd00:ec2::254', '[fd00:ec2::254]', '100.100.100.200', '168.63.129.16', 'fe80::a9fe:a9fe',
    ].map((host) => to(host, METADATA)),
  },
  'addresses of this machine and its network': {
    cases: [
      ...['127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.1', '0177.1', '017700000001', '127.000.000.001', '127.0.0.1.', '0', '0.0.0.0', '::', '[::]', '::1', '[::1]', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::ffff:7f00:1', '[::ffff:7f00:1]', '64:ff9b::7f00:1', '2002:7f00:1::', '::127.0.0.1', '１２７．０．０．１'].map((host) => to(host, SPELLING)),
      ...['10.0.0.1', '172.16.0.1', '192.168.0.1', 'fd00::1', 'fe80::1', '100.64.0.1', '224.0.0.1', 'ff02::1', '255.255.255.255', '240.0.0.1'].map((host) => to(host, SCAN)),
    ],
  },
  'names that lead astray': {
    cases: [
      ...Object.keys(LEADING_ASTRAY).map((host) => to(host, 'a name of the attacker’s own zone for an address inside')),
      ...['localhost', 'LOCALHOST', 'localhost.', 'ｌｏｃａｌｈｏｓｔ', 'Loopback.Example.', 'ⓛocalhost'].map((host) => to(host, SPELLING)),
      ...['database.example.evil.example', 'evil-database.example', '$(sleep${IFS}9)', '$(id).example', '..', '%2e%2e', 'host=127.0.0.1'].map((host) => to(host, 'a check by prefix or suffix of the name', '503 DATABASE_UNAVAILABLE')),
    ],
  },
  'what is no host': {
    cases: [
      ...['/var/run/postgresql', './.s.PGSQL.5432', '@/var/run', '\0/var/run'].map((host) => to(host, 'libpq takes a path for a socket', INVALID)),
      ...['database.example,127.0.0.1', '127.0.0.1,database.example', 'database.example:5432,127.0.0.1:22'].map((host) => to(host, 'drivers take lists of hosts', INVALID)),
      ...['http://169.254.169.254/latest/meta-data', 'postgres://127.0.0.1/postgres', 'gopher://127.0.0.1:6379/_FLUSHALL', 'file:///etc/passwd', '//127.0.0.1', 'database.example/../127.0.0.1', 'database.example?host=127.0.0.1', 'database.example#127.0.0.1', 'database.example\\127.0.0.1', '\\\\127.0.0.1\\pipe'].map((host) => to(host, REDIS, INVALID)),
      ...['user@127.0.0.1', 'database.example@127.0.0.1', 'postgres:postgres@127.0.0.1', '127.0.0.1:22', '[::1]:22', 'database.example:22'].map((host) => to(host, 'Orange Tsai 2017: parsers of URLs disagree', INVALID)),
      ...['', ' ', 'database.example ', ' 127.0.0.1', 'a\tb', 'x'.repeat(254), '[127.0.0.1', '[]', '[::1%25lo]', 'fe80::1%lo', '::1]', 'a[::1]'].map((host) => to(host, 'parsers of URLs trim and repair', INVALID)),
      ...[['127.0.0.1'], { toString: 'x' }, 2130706433, true, null].map((host) => to(host, 'a field of another type than its check expects', INVALID)),
    ],
  },
  'ports': {
    cases: [
      ...[22, 25, 80, 1023].map((port) => having({ port }, SCAN, REFUSED)),
      ...[0, -1, 65536, 65537 + 5432, 1.5, 1e99, '5432', '22', [22], { $gt: 0 }, true, '0x1538'].map((port) => having({ port }, 'a port that wraps around or becomes another one')),
    ],
  },
  'parameters of a connection string': {
    cases: [
      ...['shop?host=127.0.0.1', 'shop?options=-c%20default_transaction_read_only%3Doff', 'x host=127.0.0.1', "x' host='127.0.0.1", 'postgres?sslmode=disable&sslrootcert=/etc/passwd', 'postgres://127.0.0.1/x', '../postgres', 'replication=database'].map((database) => having({ database }, LIBPQ, '404 DATABASE_NOT_FOUND')),
      ...['reader options=-c\u00a0role=postgres', "reader' --", 'reader&application_name=x', '*', 'public', 'all', 'user=postgres'].map((username) => having({ username }, LIBPQ, '401 AUTHENTICATION_FAILED')),
      ...['options', 'application_name', 'sslrootcert', 'sslmode', 'hostaddr', 'service', 'passfile', 'connection_string', 'replication', 'search_path', 'default_transaction_read_only', 'tenant', 'exempt'].map((field) => having({ [field]: '-c default_transaction_read_only=off' }, LIBPQ, INVALID, new RegExp(`property ${field} should not exist`))),
      ...['/etc/passwd', 'file:///etc/passwd', '-----BEGIN CERTIFICATE-----\n/etc/passwd\n-----END CERTIFICATE-----', ['/etc/passwd']].map((file) => having({ ssl_ca: file, ssl: 'verify-full' }, ROGUE_FILE)),
      ...['verify-full&sslrootcert=/etc/passwd', 'no-verify', 'allow', '', true, { rejectUnauthorized: false }].map((ssl) => having({ ssl }, 'a mode that turns the check of certificates off')),
      ...[{ read_only: 'false' }, { read_only: 0 }, { read_only: null, host: '127.0.0.1' }].map((fields) => having(fields, 'truth of another type', 'host' in fields ? REFUSED : INVALID)),
      ...[{ database: 'x'.repeat(64) }, { username: 'x'.repeat(64) }, { password: 'x'.repeat(1025) }, { database: '' }, { username: '' }].map((fields) => having(fields, 'names that the server cuts')),
    ],
  },
};
