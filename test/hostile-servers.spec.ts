import { ANSWER, authentication, columns, header, HostileServer, hostileServer, int16, int32, message, notice, READY, row, SASL, Victim, WELCOME } from './support/hostile-server.js';
import { TestApp, testApp } from './support/test-app.js';
import { eventually, TestDatabase, testDatabase } from './support/test-database.js';

const challenge = (text: string) => authentication(11, text);
const CHALLENGE = challenge('r=nonce,s=c2FsdA==,i=100000');

/** Up to the point where the driver waits for the server's next authentication message. */
const startSasl = async (victim: Victim) => {
  await victim.start();
  victim.send(SASL);
  await victim.bytes();
};

/** Up to the point where the first query has arrived. */
const letIn = async (victim: Victim) => {
  await victim.start();
  victim.send(WELCOME);
  await victim.bytes();
};

/** Up to the point where the first query was answered and another has arrived. */
const answerFirst = async (victim: Victim) => {
  await letIn(victim);
  victim.send(ANSWER);
  await victim.bytes();
};

const replying =
  (until: (victim: Victim) => Promise<void>, ...bytes: Buffer[]) =>
  async (victim: Victim) => {
    await until(victim);
    victim.send(...bytes);
  };

const closing = (until: (victim: Victim) => unknown) => async (victim: Victim) => {
  await until(victim);
  victim.socket.end();
};

const flooding = (until: (victim: Victim) => Promise<void>, bytes: Buffer) => async (victim: Victim) => {
  await until(victim);
  await victim.flood(bytes);
};

const afterSslRequest = (...bytes: Buffer[]) => replying(async (victim) => void (await victim.bytes()), ...bytes);

const ATTACKS: [string, (victim: Victim) => unknown, { ssl?: string; proofs?: number; code?: string }?][] = [
  ['a SCRAM challenge without a salt', replying(startSasl, challenge('r=nonce,i=4096'))],
  ['a SCRAM challenge without anything', replying(startSasl, challenge(''))],
  ['a SCRAM challenge with no iterations', replying(startSasl, challenge('r=nonce,s=c2FsdA==,i=0'))],
  ['a SCRAM challenge with too many iterations', replying(startSasl, challenge('r=nonce,s=c2FsdA==,i=100001'))],
  ['a SCRAM challenge with two iteration counts', replying(startSasl, challenge('r=nonce,s=c2FsdA==,i=4096,i=20000000'))],
  ['a SCRAM challenge nobody began', replying((victim) => victim.start(), CHALLENGE)],
  ['300 SCRAM challenges', replying(startSasl, ...Array.from({ length: 300 }, () => CHALLENGE)), { proofs: 1 }],
  ['SCRAM that ends without the server’s own proof', replying(async (victim) => {
    await startSasl(victim);
    victim.send(CHALLENGE);
    await victim.bytes();
  }, WELCOME), { proofs: 1 }],
  ['a SCRAM challenge after start-up', replying(letIn, CHALLENGE)],
  ['a request for the password after start-up', replying(letIn, authentication(3))],
  ['two requests for the password', replying((victim) => victim.start(), authentication(3), authentication(3))],
  ['an authentication message without a type', replying((victim) => victim.start(), message('R'))],
  ['an unknown authentication', replying((victim) => victim.start(), authentication(7))],
  ['ready before authenticated', replying((victim) => victim.start(), READY)],
  ['COPY in, then gone', closing(replying(letIn, message('G', [0, 0, 0])))],
  ['COPY out, then gone', closing(replying(letIn, message('H', [0, 0, 0])))],
  ['COPY both ways, then gone', closing(replying(letIn, message('W', [0, 0, 0])))],
  ['a suspended portal', replying(letIn, message('s'))],
  ['a suspended portal nobody opened', replying(letIn, READY, message('s'))],
  ['an unknown message', replying(letIn, message('?'))],
  ['a column name that does not end', replying(letIn, message('T', int16(1), 'name'))],
  ['a column name that ends in the next message', replying(letIn, message('T', int16(1), 'name'), ANSWER)],
  ['more columns announced than described', replying(letIn, message('T', int16(9), columns('a').subarray(7)))],
  ['rows nobody described', replying(letIn, row('1'))],
  ['a row with fewer values than columns', replying(letIn, columns('a', 'b'), row('1'))],
  ['a value longer than its row', replying(letIn, columns('a'), message('D', int16(1), int32(1000), 'x'))],
  ['a value of negative length', replying(letIn, columns('a'), message('D', int16(1), int32(-5)))],
  ['a row longer than its values', replying(letIn, columns('a'), message('D', int16(1), int32(1), 'xyz'))],
  ['an answer without a row', replying(letIn, message('C', 'SELECT 0\0'), READY)],
  ['a command tag that does not end', replying(letIn, message('C', 'SELECT 1'))],
  ['an error that does not end', replying(letIn, message('E', 'SERROR'))],
  ['answers nobody asked for', replying(letIn, READY, READY)],
  ['a message of 1 GB at start-up', replying((victim) => victim.start(), header('E', 2 ** 30))],
  ['a message of 1 GB as the first answer', replying(letIn, header('T', 2 ** 30))],
  ['a row of 1 GB as a later answer', replying(answerFirst, header('D', 2 ** 30)), { code: 'RESULT_TOO_LARGE' }],
  ['a message shorter than its own length', replying((victim) => victim.start(), header('E', 3), Buffer.alloc(64))],
  ['endless notices before authentication', flooding((victim) => victim.start(), Buffer.concat(Array.from({ length: 1000 }, () => notice('x'))))],
  ['endless long notices', flooding(letIn, notice('x'.repeat(50_000)))],
  ['endless rows as the first answer', flooding(async (victim) => {
    await letIn(victim);
    victim.send(columns('a'));
  }, Buffer.concat(Array.from({ length: 1000 }, () => row('x'))))],
  ['endless rows without columns', flooding(async (victim) => {
    await answerFirst(victim);
    victim.send(columns());
  }, Buffer.concat(Array.from({ length: 1000 }, () => row())))],
  ['another protocol', replying((victim) => victim.start(), Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))],
  ['garbage', replying((victim) => victim.start(), Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251)))],
  ['a TLS answer that is neither yes nor no', afterSslRequest(Buffer.from('HTTP')), { ssl: 'prefer' }],
  ['a message begun behind the TLS answer', afterSslRequest(Buffer.from('N'), header('D', 5000), WELCOME), { ssl: 'prefer' }],
  ['a message begun at once after the TLS answer', replying(async (victim) => {
    await victim.bytes();
    victim.socket.write('N');
    await new Promise((resolve) => setImmediate(resolve));
  }, header('D', 100), SASL, challenge('r=nonce,s=c2FsdA==,i=20000000')), { ssl: 'prefer' }],
  ['garbage instead of a TLS handshake', replying(async (victim) => {
    await victim.bytes();
    victim.socket.write('S');
    await victim.bytes();
  }, Buffer.alloc(100, 'x')), { ssl: 'require' }],
  ['no TLS where it is required', afterSslRequest(Buffer.from('N')), { ssl: 'require' }],
  ['closing at once', closing(() => {})],
  ['closing instead of a TLS answer', closing((victim) => victim.bytes()), { ssl: 'prefer' }],
  ['closing after the TLS answer', closing(afterSslRequest(Buffer.from('N'))), { ssl: 'prefer' }],
  ['closing after the start-up message', closing((victim) => victim.start())],
  ['closing within SCRAM', closing(startSasl)],
  ['closing after authentication', closing(replying((victim) => victim.start(), authentication(0)))],
  ['closing instead of the first answer', closing(letIn)],
  ['closing within the first answer', closing(replying(letIn, ANSWER.subarray(0, 40)))],
  ['closing instead of a later answer', closing(answerFirst)],
];

describe('a hostile server', () => {
  let database: TestDatabase;
  let role: { user: string; password: string };
  let app: TestApp;
  let server: HostileServer | undefined;

  beforeAll(async () => {
    database = await testDatabase();
    role = await database.role();
    // Longer than a test may take: what ends an attack here is never the deadline.
    // Failed connects are all there is here: they must not be throttled.
    app = await testApp({ CONNECT_TIMEOUT_MS: '60000', CONNECT_FAILURES_PER_MINUTE: '1000' });
  });
  afterEach(() => server?.close());
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const attack = async (on: TestApp, behaviour: (victim: Victim) => unknown, ssl = 'disable') => {
    server = await hostileServer(behaviour);
    const answer = await on.post('/api/v1/database/connect', { host: '127.0.0.1', port: server.port, database: 'd', username: 'u', password: 'secret', ssl });
    const { status, body } = await on.post('/api/v1/database/connect', { host: database.host, port: database.port, database: database.name, username: role.user, password: role.password });
    expect([status, body.success]).toEqual([200, true]);
    return { answer, server };
  };

  it.each(ATTACKS)('gets nowhere with %s', async (_, behaviour, { ssl, proofs = 0, code = 'DATABASE_UNAVAILABLE' } = {}) => {
    const { answer, server } = await attack(app, behaviour, ssl);
    expect(answer.body).toMatchObject({ success: false, code });
    expect(server.connections).toBeGreaterThan(0);
    expect(server.proofs).toBeLessThanOrEqual(proofs);
    await eventually(() => server.open, (open) => open === 0);
  });

  it('cannot be told from a port where nothing listens until it has authenticated us', async () => {
    const details = new Set<string>();
    for (const [behaviour, ssl] of [
      [replying(startSasl, challenge('')), 'disable'],
      [replying((victim) => victim.start(), Buffer.from('SSH-2.0\r\n')), 'disable'],
      [afterSslRequest(Buffer.from('N')), 'require'],
      [closing(() => {}), 'disable'],
    ] as const) {
      const { answer, server } = await attack(app, behaviour, ssl);
      server.close();
      details.add(`${answer.body.detail} ${answer.body.hint}`);
    }
    const nobody = await app.post('/api/v1/database/connect', { host: '127.0.0.1', port: 1025, database: 'd', username: 'u', password: 'secret' });
    details.add(`${nobody.body.detail} ${nobody.body.hint}`);
    expect([...details]).toEqual([expect.stringContaining('The database server cannot be reached.')]);
  });

  it.each([
    ['says nothing', () => {}],
    ['stops before authentication', (victim: Victim) => victim.start()],
    ['stops within SCRAM', startSasl],
    ['stops before the first answer', letIn],
    ['stops within the first answer', replying(letIn, ANSWER.subarray(0, 40))],
  ])('that %s is given up at the connect deadline', async (_, behaviour) => {
    const quick = await testApp({ CONNECT_TIMEOUT_MS: '500' });
    try {
      const { answer, server } = await attack(quick, behaviour);
      expect(answer.body).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      await eventually(() => server.open, (open) => open === 0);
    } finally {
      await quick.close();
    }
  });
});
