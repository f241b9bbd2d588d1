import { POOLED_RESET } from './pooler.js';
import { isServerError } from './failures.js';
import type { Asker } from './wire-reader.js';
import { simpleQuery } from './wire-requests.js';

/** One message, and group, of what is sent behind a statement, so that nothing of it is left. */
export interface ResetStep {
  readonly request: Buffer;
  /** SQLSTATE of the one failure that says that there was nothing to do. */
  readonly tolerates?: string;
}

/**
 * Takes the answers to reset steps.
 *
 * @param settle called once, behind the last, with whether all of them did what they are there for; not without any step
 */
export function resetAskers(steps: readonly ResetStep[], settle: (done: boolean) => void): Asker[] {
  let owed = steps.length;
  let done = true;
  return steps.map(({ tolerates }) => ({
    onAnswer: ({ error }) => {
      done &&= error === undefined || (isServerError(error) && error.code === tolerates);
      if (--owed === 0) settle(done);
    },
  }));
}

/** DISCARD ALL runs by itself only, and not in a failed transaction. */
const DIRECT: readonly ResetStep[] = [{ request: simpleQuery('ROLLBACK') }, { request: simpleQuery('DISCARD ALL') }];

const POOLED: readonly ResetStep[] = [{ request: simpleQuery(POOLED_RESET) }];

/** `connection not available`. */
const NO_CONNECTION = '08003';

/**
 * Asked once on every new connection: the schema of the dblink extension, where it is installed and the role may use it. Its
 * connections belong to the backend and outlive DISCARD ALL, and a function of the database's own may open them.
 */
export const READ_DBLINK_SCHEMA = `SELECT pg_catalog.quote_ident(n.nspname) FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
  JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid AND p.proname = 'dblink_disconnect'
  WHERE e.extname = 'dblink' AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE') LIMIT 1`;

/**
 * What to send behind each statement of a connection. None at all means that the connection serves one statement only: behind
 * a pooler dblink's connections cannot be closed within the transaction, since there may be none, but the pooler closes a
 * backend whose client goes away within one.
 *
 * @param dblinkSchema answer to {@link READ_DBLINK_SCHEMA}
 */
export function resetOf(pooled: boolean, dblinkSchema: string | null | undefined): readonly ResetStep[] {
  if (!dblinkSchema) return pooled ? POOLED : DIRECT;
  if (pooled) return [];
  return [
    ...DIRECT,
    { request: simpleQuery(`SELECT ${dblinkSchema}.dblink_disconnect(c) FROM pg_catalog.unnest(${dblinkSchema}.dblink_get_connections()) c`) },
    { request: simpleQuery(`SELECT ${dblinkSchema}.dblink_disconnect()`), tolerates: NO_CONNECTION },
  ];
}
