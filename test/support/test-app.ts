import type { LoggerService } from '@nestjs/common';
import type { AppOptions } from '../../src/app.module.js';
import { createApp } from '../../src/create-app.js';
import type { TestDatabase } from './test-database.js';

/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** The whole service, listening on a port of its own. */
export interface TestApp {
  readonly url: string;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  put(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  delete(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Connects as a role. @returns the session id */
  connect(database: TestDatabase, role: { user: string; password: string }): Promise<string>;
  sql(sessionId: string, sql: string, more?: object): Promise<Answer>;
  close(): Promise<void>;
}

/** @param environment settings, e.g. `{ POOL_MAX_CONNECTIONS: '2' }` */
export async function testApp(environment: Record<string, string> = {}, options: AppOptions = {}, logger: LoggerService | false = false): Promise<TestApp> {
  const app = await createApp({ ...options, environment: { PORT: '0', DATABASE_URL: '', ...environment } }, logger);
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');

  const call = async (method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> => {
    const response = await fetch(url + path, { method, headers, body });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: text.startsWith('{') ? JSON.parse(text) : undefined };
  };
  const post: TestApp['post'] = (path, body, headers = {}) =>
    call('POST', path, body === undefined ? headers : { 'content-type': 'application/json', ...headers }, body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  return {
    url,
    post,
    get: (path, headers = {}) => call('GET', path, headers),
    put: (path, body, headers = {}) => call('PUT', path, { 'content-type': 'application/json', ...headers }, JSON.stringify(body)),
    delete: (path, headers = {}) => call('DELETE', path, headers),
    async connect({ host, port, name }, { user, password }) {
      const { body } = await post('/api/v1/database/connect', { host, port, database: name, username: user, password });
      if (!body.session_id) throw new Error(JSON.stringify(body));
      return body.session_id;
    },
    sql: (session_id, sql, more = {}) => post('/api/v1/query/sql', { session_id, sql, ...more }),
    close: () => app.close(),
  };
}
