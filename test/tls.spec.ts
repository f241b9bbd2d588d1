import { connect } from 'node:net';
import type { Identity, SslMode } from '../src/pools/identity.js';
import { negotiateTls } from '../src/pools/tls.js';
import { Authority, type Certificate, selfSigned } from './support/certificates.js';
import { authentication } from './support/hostile-server.js';
import { type TestApp, testApp } from './support/test-app.js';
import { eventually, type TestDatabase, testDatabase } from './support/test-database.js';
import { caller, identityOf, statement, type TestPools, testPools } from './support/test-pools.js';
import { declining, leaving, offering, saying, silent, stuffing, type TlsAnswer, type TlsFront, tlsFront } from './support/tls-front.js';

type Outcome = 'plain' | 'encrypted' | 'refused';

/** Modes, and `require` with an authority to trust, in the columns of the table. */
const MODES = ['disable', 'prefer', 'require', 'require with a CA', 'verify-ca', 'verify-full'] as const;
const OUTCOMES: Record<string, Outcome> = { p: 'plain', E: 'encrypted', '-': 'refused' };

const certificates: Record<string, Certificate> = {};
const showing = (name: string, more: object = {}) => () => offering({ ...certificates[name], ...more });

/** A server, what it does with a request for TLS, and what comes of it in each mode. */
const SERVERS: [server: string, answer: () => TlsAnswer, outcomes: string, host?: string][] = [
  ['with the right name', showing('right'), 'p E E E E E'],
  ['with the right address', showing('right'), 'p E E E E E', '127.0.0.1'],
  ['with another name', showing('otherName'), 'p E E E E -'],
  ['with a name where the address is asked for', showing('nameOnly'), 'p E E E E -', '127.0.0.1'],
  ['whose certificate has expired', showing('expired'), 'p E E - - -'],
  ['whose certificate is not yet valid', showing('early'), 'p E E - - -'],
  ['whose certificate is self-signed', showing('selfSigned'), 'p E E - - -'],
  ['whose certificate another authority has signed', showing('strange'), 'p E E - - -'],
  ['without TLS', () => declining, 'p p - - - -'],
  ['with no later TLS than 1.1', showing('right', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }), 'p - - - - -'],
  ['that closes within the handshake', () => leaving('close'), 'p - - - - -'],
  ['that resets within the handshake', () => leaving('reset'), 'p - - - - -'],
  ['that puts plain text behind its yes', () => stuffing(authentication(3), certificates.right as Certificate), 'p - - - - -'],
  ['that answers neither yes nor no', () => saying('E'), 'p - - - - -'],
  ['that never answers', () => silent, 'p - - - - -'],
];

const CELLS = SERVERS.flatMap(([server, answer, outcomes, host = 'localhost']) => outcomes.split(' ').map((outcome, i) => ({ mode: MODES[i] as string, server, answer, host, outcome: OUTCOMES[outcome] as Outcome })));

describe('TLS to the database', () => {
  let database: TestDatabase;
  let role: { user: string; password: string };
  let authority: Authority;
  let pools: TestPools;
  let hasty: TestPools;
  let app: TestApp;
  let front: TlsFront | undefined;

  beforeAll(async () => {
    authority = await Authority.create('Test authority');
    const stranger = await Authority.create('Test authority');
    const here = { names: ['localhost', 'db.example', 'xn--bcher-kva.example'], addresses: ['127.0.0.1'] };
    Object.assign(certificates, {
      right: await authority.issue(here),
      otherName: await authority.issue({ names: ['elsewhere.example', 'localhost.example'], addresses: ['127.0.0.9'] }),
      nameOnly: await authority.issue({ names: ['localhost', '127.0.0.1'] }),
      expired: await authority.issue({ ...here, from: -3, until: -1 }),
      early: await authority.issue({ ...here, from: 1, until: 3 }),
      selfSigned: await selfSigned(here),
      strange: await stranger.issue(here),
    });
    database = await testDatabase();
    role = await database.role();
    // What refuses a server is never the deadline, except where that is the point.
    pools = testPools({ CONNECT_TIMEOUT_MS: '60000' });
    hasty = testPools({ CONNECT_TIMEOUT_MS: '300' });
    app = await testApp({ CONNECT_TIMEOUT_MS: '1000' });
  });
  afterEach(() => {
    front?.close();
    front = undefined;
  });
  afterAll(async () => {
    pools.end();
    hasty.end();
    await app.close();
    await database.drop();
  });

  const listen = async (answer: TlsAnswer) => (front = await tlsFront(database, answer));
  /** Another pool for each front. */
  const identityAt = (port: number, ssl: SslMode, ca: string | undefined, host = 'localhost'): Identity => ({ ...identityOf(database, role, { host, port, ssl, ca }), key: `${ssl} at ${port}` });
  const connectTo = (port: number, more: object) => app.post('/api/v1/database/connect', { host: 'localhost', port, database: database.name, username: role.user, password: role.password, ...more });

  /** A request for TLS and its records, nothing else. */
  const expectNoPlainText = ({ sent }: TlsFront) => {
    for (const bytes of sent) {
      expect(bytes.subarray(0, 8).toString('hex')).toBe('0000000804d2162f');
      expect([undefined, 0x16]).toContain(bytes[8]);
      expect(bytes.includes(role.user)).toBe(false);
    }
  };

  it.each(CELLS)('$mode, and a server $server: $outcome', async ({ mode, answer, host, outcome }) => {
    const front = await listen(answer());
    const [ssl, withCa] = mode.split(' ') as [SslMode, string?];
    const identity = identityAt(front.port, ssl, withCa || ssl.startsWith('verify') ? authority.pem : undefined, host);
    const { manager } = answer() === silent && outcome === 'refused' ? hasty : pools;
    const connected = manager.verify(identity, async ({ encrypted }) => (encrypted ? 'encrypted' : 'plain')).catch(({ code, detail }) => `${code}: ${detail}`);

    expect(await connected).toBe(outcome === 'refused' ? 'DATABASE_UNAVAILABLE: The database server cannot be reached.' : outcome);
    expect(front.firstMessages).toEqual(outcome === 'refused' ? [] : [{ kind: 'startup', encrypted: outcome === 'encrypted' }]);
    if (outcome === 'plain') expect(front.sent.some((bytes) => bytes.includes(role.user))).toBe(true);
    else expectNoPlainText(front);
    if (outcome === 'refused') await eventually(() => front.open, (open) => open === 0);
  });

  it.each([
    ['none but public authorities where no CA is given', undefined],
    ['nobody where the CA cannot be read', '-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n'],
  ])('trusts %s', async (_, ca) => {
    const front = await listen(showing('right')());
    await expect(pools.manager.verify(identityAt(front.port, 'verify-ca', ca), async () => {})).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(front.firstMessages).toEqual([]);
  });

  it.each([['DB.Example', true], ['db.example.', true], ['bücher.example', true], ['127.1', true], ['0x7f000001', true], ['127.0.0.9', false], ['example', false], ['a.db.example', false]])(
    'compares the certificate with the host %s as it is meant: %s',
    async (host, accepted) => {
      const front = await listen(showing('right')());
      const socket = connect(front.port, '127.0.0.1');
      const secured = negotiateTls(socket, { host, ssl: 'verify-full', ca: authority.pem }).then(() => true, () => false);
      expect(await secured).toBe(accepted);
      socket.destroy();
    },
  );

  it('is told of in the answer to a connect, and carries the queries', async () => {
    const front = await listen(showing('right')());
    const { body } = await connectTo(front.port, { ssl: 'verify-full', ssl_ca: authority.pem });
    expect(body).toMatchObject({ success: true, database_info: { encrypted: true } });
    expect((await app.sql(body.session_id, 'SELECT 6 * 7 AS answer')).body.results).toEqual([{ answer: 42 }]);
    expectNoPlainText(front);
  });

  it('fails without telling the caller why', async () => {
    const answers = new Set<string>();
    for (const answer of [showing('otherName'), showing('expired'), showing('strange'), () => declining, () => leaving('close'), () => saying('H'), () => silent]) {
      const front = await listen(answer());
      const { status, body } = await connectTo(front.port, { ssl: 'verify-full', ssl_ca: authority.pem });
      expect([status, body.code]).toEqual([503, 'DATABASE_UNAVAILABLE']);
      expect(front.firstMessages).toEqual([]);
      answers.add(JSON.stringify({ ...body, request_id: undefined }));
      front.close();
    }
    const { body } = await connectTo(front?.port ?? 0, {});
    answers.add(JSON.stringify({ ...body, request_id: undefined }));
    expect([...answers]).toEqual([expect.stringContaining('The database server cannot be reached.')]);
  });

  const sleeping = async () => (await database.backends()).filter(({ state, query }) => state === 'active' && query.startsWith('FETCH'));

  /** Runs a long statement and leaves when it runs. */
  const walkAway = async (front: TlsFront, before = () => {}, ssl: SslMode = 'verify-full') => {
    const gone = new AbortController();
    const reading = pools.manager.read(identityAt(front.port, ssl, authority.pem), caller('a', gone.signal), statement('SELECT pg_sleep(600)', { deadline: Date.now() + 600_000 }));
    reading.catch(() => {});
    await eventually(sleeping, ({ length }) => length === 1);
    before();
    gone.abort();
    await expect(reading).rejects.toMatchObject({ code: 'QUERY_CANCELLED' });
  };

  it('carries the request to cancel what nobody waits for', async () => {
    const front = await listen(showing('right')());
    await walkAway(front);
    await eventually(sleeping, ({ length }) => length === 0);
    expect(front.firstMessages).toEqual([{ kind: 'startup', encrypted: true }, { kind: 'cancel', encrypted: true }]);
    expectNoPlainText(front);
  });

  it('gives the secret that cancels to nobody else', async () => {
    const front = await listen(showing('right')());
    await walkAway(front, () => (front.answer = showing('strange')()));
    await eventually(() => ({ dials: front.sent.length, open: front.open }), ({ dials, open }) => dials === 2 && open === 0);
    expect(front.firstMessages).toEqual([{ kind: 'startup', encrypted: true }]);
    for (const { pid } of await sleeping()) await database.sql`SELECT pg_terminate_backend(${pid})`;
  });

  it('does not go out in plain text because TLS is refused this time', async () => {
    const front = await listen(showing('right')());
    await walkAway(front, () => (front.answer = declining), 'prefer');
    await eventually(() => ({ dials: front.sent.length, open: front.open }), ({ dials, open }) => dials === 2 && open === 0);
    expect(front.firstMessages).toEqual([{ kind: 'startup', encrypted: true }]);
    for (const { pid } of await sleeping()) await database.sql`SELECT pg_terminate_backend(${pid})`;
  });

  it.each([
    ['no PEM', 'trust me'],
    ['what cannot be read', '-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n'],
    ['more than certificates', () => `${authority.pem}\nand so on`],
  ])('refuses %s as a CA', async (_, ca) => {
    const { status, body } = await connectTo(1, { ssl: 'verify-full', ssl_ca: typeof ca === 'string' ? ca : ca() });
    expect([status, body.code, body.errors?.[0]?.field]).toEqual([400, 'VALIDATION_FAILED', 'ssl_ca']);
  });
});
