/** Asks the service. Each question gets a session of its own: in a shared one it could be taken for a follow-up of the one before. */
export class Client {
  #base;
  #server;
  #held = new Set();

  /**
   * @param {number} port of the service on the loopback interface
   * @param {URL} server superuser address of the database server
   */
  constructor(port, server) {
    this.#base = `http://127.0.0.1:${port}/api/v1/`;
    this.#server = server;
  }

  /** Calls `action` with a session's id. */
  async inSession(database, action) {
    // One more session stays open, so that the service keeps what it knows about the database.
    if (!this.#held.has(database)) await this.#connect(database);
    this.#held.add(database);
    const session_id = await this.#connect(database);
    try {
      return await action(session_id);
    } finally {
      await this.#post('database/disconnect', { session_id });
    }
  }

  /** @returns {Promise<{ outcome: 'answered' | 'refused' | 'error', sql?: string, detail?: string, columns?: string[], rows?: unknown[][] }>} */
  async ask(session_id, question) {
    const { status, body } = await this.#post('query', { session_id, question, row_format: 'array' });
    if (status === 200) return { outcome: 'answered', sql: body.sql_query, columns: body.columns, rows: body.results };
    return { outcome: body.code === 'QUESTION_NOT_UNDERSTOOD' ? 'refused' : 'error', detail: `${body.code}: ${body.detail}` };
  }

  /** @returns {Promise<{ columns: string[], rows: unknown[][] }>} */
  async run(session_id, sql) {
    const { status, body } = await this.#post('query/sql', { session_id, sql, row_format: 'array' });
    if (status !== 200) throw new Error(`${body.code}: ${body.detail} in: ${sql}`);
    return { columns: body.columns, rows: body.results };
  }

  /** @returns {Promise<number>} milliseconds that the request took, whatever came of it */
  async timeTranslation(session_id, question) {
    const started = performance.now();
    await this.#post('query/translate', { session_id, question });
    return performance.now() - started;
  }

  async #connect(database) {
    const { hostname: host, port, username, password } = this.#server;
    const { status, body } = await this.#post('database/connect', {
      host, port: Number(port || 5432), database, username: decodeURIComponent(username), password: decodeURIComponent(password), ssl: 'disable',
    });
    if (status !== 200) throw new Error(`connect to ${database}: ${body.code}: ${body.detail}`);
    return body.session_id;
  }

  async #post(path, body) {
    const response = await fetch(this.#base + path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    return { status: response.status, body: await response.json() };
  }
}
