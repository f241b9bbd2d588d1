// What the service is compared with: HTTP in front of the same driver and nothing else. Twenty connections, each leased to
// one request at a time; no sessions, no checks, no isolation, no limits. `/fixed` answers without the database, which
// shows how much the load generator itself can do.
import { createServer } from 'node:http';
import { openDriver, runOn } from './driver.mjs';

const DATABASE = JSON.parse(process.env.BENCH_DATABASE);
const CONNECTIONS = 20;
const FIXED = JSON.stringify({ columns: ['balance'], results: [{ balance: 1 }], row_count: 1 });

const idle = Array.from({ length: CONNECTIONS }, () => openDriver(DATABASE));
const waiting = [];

const lease = async () => idle.pop() ?? new Promise((resolve) => waiting.push(resolve));
const release = (connection) => (waiting.shift() ?? ((unused) => idle.push(unused)))(connection);

const answer = async (statement) => {
  const connection = await lease();
  try {
    const rows = await runOn(connection, statement);
    return JSON.stringify({ columns: rows.columns.map(({ name }) => name), results: rows, row_count: rows.length });
  } finally {
    release(connection);
  }
};

const server = createServer(async (request, response) => {
  const respond = (status, text) => response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }).end(text);
  try {
    let body = '';
    for await (const chunk of request) body += chunk;
    respond(200, request.url === '/fixed' ? FIXED : await answer(JSON.parse(body).sql));
  } catch (error) {
    respond(500, JSON.stringify({ detail: error.message }));
  }
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
