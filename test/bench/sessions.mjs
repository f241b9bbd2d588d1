/** Opens a session of the service. @returns its id */
export async function connectTo(connection, { host, port, name, user, password }) {
  // Without TLS on either side of every comparison: what it costs is the same for the driver and for us.
  const { status, body } = await connection.post('/api/v1/database/connect', { host, port, database: name, username: user, password, ssl: 'disable' });
  const answer = JSON.parse(body);
  if (status !== 200) throw new Error(`connect: ${status} ${answer.code}: ${answer.detail}`);
  return answer.session_id;
}

/** Runs a statement in a session and reads the answer to its end. */
export async function query(connection, session, sql) {
  const { status, body } = await connection.post('/api/v1/query/sql', { session_id: session, sql });
  if (status !== 200) throw new Error(`query/sql: ${status} ${body}`);
}
