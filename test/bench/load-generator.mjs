// Keeps a number of clients busy for a while, each with one request at a time on a connection of its own, and reports
// what came back. In a process of its own, so that it does not wait for anything else.
import { HttpConnection, requestText } from './http-connection.mjs';
import { percentile } from './statistics.mjs';

const PATIENCE_MS = 10_000;

process.once('message', async ({ port, path, session, clients, seconds }) => {
  // Keys of five digits: all requests have the same length, so all but the key is written once.
  const [before, after] = requestText('POST', path, { 'Content-Type': 'application/json' }, JSON.stringify({ session_id: session, sql: 'select balance from accounts where id = 12345' })).split('12345');
  const connections = await Promise.all(Array.from({ length: clients }, () => HttpConnection.open(port)));
  const latencies = [];
  let errors = 0;
  const started = performance.now();
  const end = started + seconds * 1000;

  const client = async (connection) => {
    for (let sent = performance.now(); sent < end; ) {
      const status = await connection.send(before + String(10_000 + Math.floor(Math.random() * 90_000)) + after).then((answer) => answer.status, () => 0);
      const now = performance.now();
      if (status === 200) latencies.push(now - sent);
      else errors++;
      // A broken connection would only spin.
      if (status === 0) return;
      sent = now;
    }
  };
  // What is not answered long after the end counts as an error: closing the connection fails the request.
  const giveUp = setTimeout(() => connections.forEach((connection) => connection.close()), seconds * 1000 + PATIENCE_MS);
  await Promise.all(connections.map(client));
  clearTimeout(giveUp);
  const perSecond = (latencies.length * 1000) / (performance.now() - started);
  process.send({ perSecond, requests: latencies.length + errors, errors, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) }, () => process.exit());
});
process.once('disconnect', () => process.exit());
