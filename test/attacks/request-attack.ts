import { bodyBytes, getText } from '../support/http-line.js';

/** What an attacker knows and has; requests are made of it. */
export interface Scene {
  /** Where the service listens. */
  readonly url: string;
  /** A session of the attacker's that may write: what gets through with it shows in the database. */
  readonly session: string;
  /** A session of the attacker's that it has closed. */
  readonly closed: string;
  /** A session of somebody else's. Between services with keys, of another tenant's. */
  readonly theirs: string;
  /** Where the database is, and as whom the attacker may connect. */
  readonly credentials: { readonly host: string; readonly port: number; readonly database: string; readonly username: string; readonly password: string };
  /** A port on all of this machine's addresses that nobody may be brought to dial. */
  readonly trap: number;
  /** The attacker's own API key; absent where there are none. */
  readonly key: string;
  /** What the file of keys has of an administrator's. */
  readonly hash: string;
}

/** A request that tries to get what its sender may not have. */
export interface RequestAttack {
  readonly class: string;
  readonly name: string;
  /** The incident or the idea it comes from. */
  readonly from: string;
  /** Which service it is sent to: one without keys on loopback, or one with keys. */
  readonly to: Service;
  readonly send: (scene: Scene) => string | Buffer;
  /** Status and problem code of the answer; of the several that one connection gets, all. */
  readonly answer: string;
  /** What the body is to say besides. */
  readonly saying?: RegExp;
}

export type Service = 'open' | 'keyed';

export type Case = readonly [name: string, from: string, send: RequestAttack['send'], answer: string, saying?: RegExp];

/** Attacks of one kind. */
export interface AttackClass {
  readonly to?: Service;
  readonly cases: readonly Case[];
}

export const SQL = '/api/v1/query/sql';
export const CONNECT = '/api/v1/database/connect';
export const QUESTION = '/api/v1/query';

/** What somebody would do who can. */
export const WRITE = 'update accounts set balance = 0';

export const JSON_TYPE = 'Content-Type: application/json';

/** A request with JSON, or with a text that is to be taken for it. */
export function post(path: string, body: object | string, headers: readonly string[] = []): Buffer {
  return bodyBytes(path, Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body), [JSON_TYPE, ...headers]);
}

/** A connect with something else in it. */
export const connecting = (change: (scene: Scene) => object) => (scene: Scene) => post(CONNECT, { ...scene.credentials, ...change(scene) }, bearer(scene));

/** The statement that writes, with something else in the request. */
export const writing = (change: (scene: Scene) => object = () => ({}), headers: (scene: Scene) => readonly string[] = () => []) => (scene: Scene) =>
  post(SQL, { session_id: scene.session, sql: WRITE, ...change(scene) }, [...bearer(scene), ...headers(scene)]);

/** The statement that writes, as a text in which something can be changed. */
export const writeText = ({ session }: Scene) => `{"session_id":"${session}","sql":"${WRITE}"}`;

/** A request without a body. */
export const get = (path: string | ((scene: Scene) => string), headers: readonly string[] = [], method = 'GET') => (scene: Scene) => getText(typeof path === 'string' ? path : path(scene), [...bearer(scene), ...headers], method);

function bearer({ key }: Scene): string[] {
  return key ? [`Authorization: Bearer ${key}`] : [];
}
