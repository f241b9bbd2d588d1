import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Injectable } from '@nestjs/common';
import { Resolver } from '../src/egress/resolver.js';
import { attackedDatabase, type AttackedDatabase, INNOCENT, PLANTED_SECRET, UNTOUCHED } from './attacks/outside.js';
import { type RequestAttack, type Scene, type Service, WRITE } from './attacks/request-attack.js';
import { REQUEST_ATTACKS, REQUEST_CLASSES } from './attacks/requests.js';
import { LEADING_ASTRAY } from './attacks/requests/connects.js';
import { HOSTILE_TABLES } from './attacks/requests/questions.js';
import { exchange, objectOf, statusOf } from './support/http-line.js';
import { keysFile, type KeysFile } from './support/keys-file.js';
import { TestApp, testApp } from './support/test-app.js';

const ADMIN_TOKEN = `token-${randomBytes(12).toString('hex')}`;

/** The one name that may be connected to: every address, and every other name, is refused. */
const DATABASE_HOST = 'database.example';

/** Headers that an answer may have; one of an attacker's making would be none of them. */
const HEADERS = new Set([
  'allow', 'cache-control', 'connection', 'content-length', 'content-security-policy', 'content-type', 'cross-origin-resource-policy', 'date', 'etag', 'keep-alive', 'referrer-policy', 'retry-after', 'vary', 'www-authenticate', 'x-content-type-options', 'x-frame-options', 'x-request-id',
]);

/** What tells of the inside: stack traces, files, versions. */
const INSIDE = [/\n\s+at /, /\\n\s+at /, /node_modules|node:internal|\/src\/|\/dist\/|\.(ts|js):\d/, new RegExp(process.cwd()), /nestjs|fastify|postgres\.js/i, new RegExp(process.version.replaceAll('.', '\\.')), /root:x:0:0/, /SCRAM-SHA-256\$/];

/** Attacks under way at the same time: refused connects are held back for a quarter of a second each. */
const AT_A_TIME = 8;

/** An attack that one of the services is under, and whoever else uses it. */
interface Battlefield {
  readonly app: TestApp;
  readonly scene: Scene;
  innocent(): Promise<string>;
  sessions(): Promise<number>;
  /** Texts that no answer may have in it. */
  readonly secrets: readonly string[];
}

@Injectable()
class ZoneOfTheAttacker extends Resolver {
  async resolve(name: string): Promise<string[]> {
    if (name === DATABASE_HOST) return (await lookup(new URL(process.env['TEST_DATABASE_URL'] ?? '').hostname, { all: true })).map(({ address }) => address);
    const addresses = LEADING_ASTRAY[name.toLowerCase().replace(/\.$/, '')] ?? (/^localhost\.?$/i.test(name) ? ['127.0.0.1', '::1'] : undefined);
    if (!addresses) throw new Error('no such name');
    return addresses;
  }
}

let database: AttackedDatabase;
let before: string;
let trap: Server;
let trapped = 0;
let keys: KeysFile;
const battlefields = {} as Record<Service, Battlefield>;

beforeAll(async () => {
  database = await attackedDatabase();
  await database.sql.unsafe(HOSTILE_TABLES);

  trap = createServer((socket) => {
    trapped += 1;
    socket.destroy();
  }).listen(0);
  await once(trap, 'listening');
  keys = keysFile([{ name: 'attacker' }, { name: 'victim' }, { name: 'boss', role: 'admin' }]);
  battlefields.open = await battlefield({});
  battlefields.keyed = await battlefield({ API_KEYS_FILE: keys.path, ADMIN_TOKEN });
  before = await database.fingerprint();
}, 60_000);
afterAll(async () => {
  for (const { app } of Object.values(battlefields)) await app.close();
  trap.close();
  await database.drop();
  keys.remove();
});

async function battlefield(environment: Record<string, string>): Promise<Battlefield> {
  const common = { ALLOW_WRITES: 'true', EGRESS_ALLOW: DATABASE_HOST, EGRESS_PORTS: '1024-65535', CONNECT_FAILURES_PER_MINUTE: '100000', POOL_MAX_CONNECTIONS: '2' };
  const app = await testApp({ ...common, ...environment }, { egress: { resolver: ZoneOfTheAttacker } });
  const withKey = (name: string): Record<string, string> => (environment['API_KEYS_FILE'] ? keys.bearer(name) : {});
  // Alone on the machine, everybody is one: its pools are shared, so that what one leaves another one finds. Tenants share nothing.
  const attacker = database.reader;
  const victim = environment['API_KEYS_FILE'] ? await database.role(['grant all on database :database to :role']) : attacker;
  const credentials = ({ user, password }: typeof attacker) => ({ host: DATABASE_HOST, port: database.port, database: database.name, username: user, password });
  const connect = async (name: string, role: typeof attacker, more: object = {}): Promise<string> => {
    const { body } = await app.post('/api/v1/database/connect', { ...credentials(role), ...more }, withKey(name));
    if (!body.session_id) throw new Error(JSON.stringify(body));
    return body.session_id;
  };
  const [session, closed, theirs] = [await connect('attacker', attacker, { read_only: false }), await connect('attacker', attacker), await connect('victim', victim)];
  await app.post('/api/v1/database/disconnect', { session_id: closed }, withKey('attacker'));
  const key = environment['API_KEYS_FILE'] ? keys.bearer('attacker').authorization.slice('Bearer '.length) : '';
  return {
    app,
    scene: { url: app.url, session, closed, theirs, credentials: credentials(attacker), trap: (trap.address() as AddressInfo).port, key, hash: keys.sha256('boss') },
    innocent: async () => {
      const { body } = await app.post('/api/v1/query/sql', { session_id: theirs, sql: INNOCENT }, withKey('victim'));
      return JSON.stringify(body.results ?? body);
    },
    sessions: async () => (await app.get('/api/v1/stats/sessions', withKey('boss'))).body.total_sessions,
    secrets: [PLANTED_SECRET, ADMIN_TOKEN, attacker.password, victim.password, database.admin.password.length > 8 ? database.admin.password : PLANTED_SECRET, session, closed, theirs, ...(key ? [key, victim.user, keys.sha256('boss'), keys.bearer('boss').authorization.slice(7)] : [])],
  };
}

/** What is wrong with an answer, if anything. */
function complaint(answer: string, { answer: expected, saying }: RequestAttack, { secrets }: Battlefield): string | undefined {
  const told = `${answer.slice(0, 900)}`;
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const status = answer === '' ? '' : [statusOf(answer), rest.join('').startsWith('{') ? objectOf(answer)['code'] : ''].filter(Boolean).join(' ');
  if (status !== expected || (answer.match(/HTTP\/1\.1 \d{3} /g) ?? []).length > 1) return `ended in ${status}: ${told}`;
  for (const secret of secrets) if (answer.includes(secret)) return `gave ${secret} away: ${told}`;
  for (const inside of INSIDE) if (inside.test(answer)) return `told ${inside}: ${told}`;
  if (saying && !saying.test(answer)) return `did not say ${saying}: ${told}`;
  const headers = Object.fromEntries(head.split('\r\n').slice(1).map((line) => line.toLowerCase().split(/: (.*)/)));
  const foreign = Object.keys(headers).filter((name) => !HEADERS.has(name));
  if (foreign.length > 0) return `had the headers ${foreign.join(', ')}: ${told}`;
  const isData = /^application\/(problem\+)?json; charset=utf-8$/.test(headers['content-type'] ?? '');
  return answer === '' || (isData && headers['x-content-type-options'] === 'nosniff') ? undefined : `may be taken for a page: ${told}`;
}

/** What PostgreSQL itself has against a statement, if it is more than one or does more than read. */
async function harmOf(sql: string): Promise<string | undefined> {
  try {
    await database.sql.begin('read only', (transaction) => transaction.unsafe(`declare harmless cursor for ${sql}`, [], { prepare: true }));
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** Sends some attacks at the same time. @returns what is wrong with their answers, and with what is left of the world */
async function attack(some: readonly RequestAttack[]): Promise<object[]> {
  const fields = Object.values(battlefields);
  const counts = await Promise.all(fields.map((field) => field.sessions()));
  const answers = await Promise.all(some.map((one) => exchange(battlefields[one.to].scene.url, one.send(battlefields[one.to].scene)).catch(String)));
  const culprits: object[] = [];
  for (const [at, one] of some.entries()) {
    const answer = answers[at] ?? '';
    const wrong = complaint(answer, one, battlefields[one.to]) ?? (answer.includes('"translator"') ? await harmOf(String(objectOf(answer)['sql_query'])) : undefined);
    if (wrong) culprits.push({ name: one.name, from: one.from, wrong });
  }
  const after = await database.fingerprint();
  const seen = await Promise.all(fields.map((field) => field.innocent()));
  const live = await Promise.all(fields.map(async ({ app }) => (await app.get('/health/live')).status));
  const sessions = await Promise.all(fields.map((field) => field.sessions()));
  const world = { changed: after !== before && { before, after }, seen: seen.some((rows) => rows !== JSON.stringify([UNTOUCHED])) && seen, live, sessions: sessions.map((count, at) => count - (counts[at] ?? 0)), dialled: trapped, polluted: Reflect.get({}, 'x') !== undefined || Object.keys(Object.prototype).length > 0 };
  const untouched = { changed: false, seen: false, live: [200, 200], sessions: [0, 0], dialled: 0, polluted: false };
  if (JSON.stringify(world) !== JSON.stringify(untouched)) {
    culprits.push({ oneOf: some.map(({ name }) => name), ...world });
    // Back to what the next ones may change.
    await database.sql`update accounts set balance = 100`;
    before = await database.fingerprint();
    trapped = 0;
  }
  return culprits;
}

it.each(REQUEST_CLASSES)('nobody gets through with %s', async (name) => {
  const ones = REQUEST_ATTACKS.filter(({ class: its }) => its === name);
  const culprits: object[] = [];
  for (let at = 0; at < ones.length; at += AT_A_TIME) culprits.push(...(await attack(ones.slice(at, at + AT_A_TIME))));
  expect(culprits).toEqual([]);
}, 120_000);

it('what they send would be done, if it were let through', async () => {
  for (const { app, scene } of Object.values(battlefields)) {
    const write = await app.sql(scene.session, WRITE, {});
    const withKey = await app.post('/api/v1/query/sql', { session_id: scene.session, sql: WRITE }, scene.key ? { 'x-api-key': scene.key } : {});
    expect([write.status, withKey.status]).toEqual([scene.key ? 401 : 200, 200]);
    expect(await database.fingerprint()).not.toBe(before);
    await database.sql`update accounts set balance = 100`;
  }
});
