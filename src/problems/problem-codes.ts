/** What a code means on the wire: HTTP status, short title, and whether the same request may succeed later. */
export interface ProblemCodeEntry {
  readonly status: number;
  readonly title: string;
  readonly retryable: boolean;
  /** What the caller can do, when the place that raises the problem knows nothing better. */
  readonly hint: string;
}

const entry = (status: number, title: string, hint: string, retryable = false): ProblemCodeEntry => ({ status, title, hint, retryable });

/** Every code the service answers with. Codes are permanent: clients branch on them, never on text. */
export const PROBLEM_CODES = {
  VALIDATION_FAILED: entry(400, 'Invalid request', 'Correct what `detail` names; `errors` lists the fields it is about, if any.'),
  SESSION_REQUIRED: entry(400, 'Session required', 'Connect with POST /api/v1/database/connect and send the session_id, or configure DATABASE_URL.'),
  REQUEST_REFUSED: entry(400, 'Request refused', 'The server or a rule of its operator refuses this request; the status, which may be another 4xx, says why.'),
  API_KEY_REQUIRED: entry(401, 'API key required', 'Send a key as "Authorization: Bearer …" or as "X-API-Key: …".'),
  UNAUTHORIZED: entry(401, 'Unauthorized', 'The operator\'s access rules ask for proof of who is calling.'),
  AUTHENTICATION_FAILED: entry(401, 'Authentication failed', 'Check username and password; when they were changed, connect again.'),
  FORBIDDEN: entry(403, 'Forbidden', 'The operator\'s access rules refuse this request.'),
  ADMIN_REQUIRED: entry(403, 'Administrator only', 'Send the key of an administrator or the admin token as "Authorization: Bearer …"; where there are neither, call directly from the machine itself.'),
  HOST_NOT_ALLOWED: entry(403, 'Host not allowed', 'Ask the operator to add the address to EGRESS_ALLOW or the port to EGRESS_PORTS.'),
  ROLE_NOT_ALLOWED: entry(403, 'Role not allowed', 'Connect as a role that may only read; see the README for how to make one.'),
  WRITES_NOT_ALLOWED: entry(403, 'Writes not allowed', 'Where the operator has set ALLOW_WRITES, connect with "read_only": false and send the statement to /api/v1/query/sql.'),
  STATEMENT_NOT_ALLOWED: entry(403, 'Statement not allowed', 'Send one reading statement: SELECT, VALUES, TABLE, SHOW or EXPLAIN.'),
  PERMISSION_DENIED: entry(403, 'Permission denied', 'The database role lacks this privilege; grant it or ask for something else.'),
  SESSION_NOT_FOUND: entry(404, 'Session not found', 'It expired or was closed: connect again for a new session_id.'),
  DATABASE_NOT_FOUND: entry(404, 'Database not found', 'Check the database name.'),
  APPROVAL_NOT_FOUND: entry(404, 'Approved question not found', 'List those there are with GET /api/v1/query/approved.'),
  ROUTE_NOT_FOUND: entry(404, 'Route not found', 'See /docs for the routes.'),
  METHOD_NOT_ALLOWED: entry(405, 'Method not allowed', 'See /docs for the methods of this route.'),
  NOT_ACCEPTABLE: entry(406, 'Not acceptable', 'This route answers application/json.'),
  REQUEST_TIMEOUT: entry(408, 'Request timeout', 'Send the whole request within 30 seconds.', true),
  QUERY_CANCELLED: entry(409, 'Query cancelled', 'Send it again if it is still wanted.'),
  PRECONDITION_FAILED: entry(412, 'Changed meanwhile', 'Read it again, and send its new ETag as If-Match with your change.'),
  BODY_TOO_LARGE: entry(413, 'Body too large', 'Send a shorter body.'),
  UNSUPPORTED_MEDIA_TYPE: entry(415, 'Unsupported media type', 'Send JSON with "Content-Type: application/json".'),
  QUESTION_NOT_UNDERSTOOD: entry(422, 'Question not understood', 'Rephrase it, use the names of tables and columns, or try one of the suggestions.'),
  SQL_INVALID: entry(422, 'Invalid SQL', 'Correct the statement; `position` points at the place.'),
  SQL_FAILED: entry(422, 'Statement failed', 'PostgreSQL refused it while running; see `detail` and `sqlstate`.'),
  RESULT_TOO_LARGE: entry(422, 'Result too large', 'Select fewer or shorter columns.'),
  TOO_MANY_REQUESTS: entry(429, 'Too many requests', 'Wait for the time in Retry-After.', true),
  TOO_MANY_SESSIONS: entry(429, 'Too many sessions', 'Disconnect sessions that are no longer used, or wait until some expire.', true),
  HEADERS_TOO_LARGE: entry(431, 'Headers too large', 'Send fewer or shorter headers.'),
  INTERNAL: entry(500, 'Internal error', 'This is a defect of the service; report it with the request_id.'),
  POOL_EXHAUSTED: entry(503, 'No connection free', 'Retry after the time in Retry-After; raise POOL_MAX_CONNECTIONS if this lasts.', true),
  DATABASE_UNAVAILABLE: entry(503, 'Database unavailable', 'Check host, port and TLS mode; retry when the database is reachable.', true),
  AUDIT_FAILED: entry(503, 'Audit failed', 'The operator lets nothing happen without an audit entry, and none could be made; `detail` says what has happened all the same.'),
  TRANSLATOR_UNAVAILABLE: entry(503, 'Translator unavailable', 'Retry, or send SQL to /api/v1/query/sql.', true),
  STORE_UNAVAILABLE: entry(503, 'Store unavailable', 'Retry; when it lasts, the operator has to see why DATA_DIR cannot be used.', true),
  SHUTTING_DOWN: entry(503, 'Shutting down', 'Retry; another instance or the restarted service will answer.', true),
  WRITE_OUTCOME_UNKNOWN: entry(503, 'Write outcome unknown', 'Look whether the change is there before you send it again.'),
  STATEMENT_TIMEOUT: entry(504, 'Statement timeout', 'Narrow the question, or raise timeout_ms up to the limit of the server.'),
} satisfies Record<string, ProblemCodeEntry>;

/** A permanent problem code. */
export type ProblemCode = keyof typeof PROBLEM_CODES;
