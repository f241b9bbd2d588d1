import postgres from 'postgres';

/**
 * One connection of the driver that the service is built on, as bare as it gets: nothing is prepared, asked or closed
 * behind our back. `port` may be another one that leads to the same server.
 */
export function openDriver({ host, port, name, user, password }) {
  return postgres({
    host: [host], port: [port], database: name, user, password,
    max: 1, ssl: false, prepare: false, fetch_types: false, max_lifetime: null, idle_timeout: null, onnotice: () => {},
  });
}

/** Runs a statement by the extended protocol, as every statement of a user has to. */
export function runOn(sql, statement) {
  return sql.unsafe(statement, [], { simple: false });
}
