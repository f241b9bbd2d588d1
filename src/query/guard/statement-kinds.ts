import type { Objection } from './verdict.js';

const READ_INSTEAD = 'Send one statement that reads: SELECT, VALUES, TABLE, SHOW or EXPLAIN.';
const CONNECTION_IS_SHARED = 'Connections are shared between requests, and each request is a transaction of its own; leave this out.';

const WRITES = 'Statements here are read-only; select the rows instead of changing them.';
const DEFINES = 'Statements here are read-only; change the structure of the database with a tool of its owner.';
const ADMINISTERS = 'Statements here are read-only; maintain the server with a tool of its owner.';

/** What is refused, as its SQL name, and what to do instead. Every kind of PostgreSQL 18 that does not read is here. */
const REFUSED_KINDS: Readonly<Record<string, readonly [name: string, hint: string]>> = {
  InsertStmt: ['INSERT', WRITES],
  UpdateStmt: ['UPDATE', WRITES],
  DeleteStmt: ['DELETE', WRITES],
  MergeStmt: ['MERGE', WRITES],
  TruncateStmt: ['TRUNCATE', WRITES],
  CopyStmt: ['COPY', 'Send the query itself; ask for text/csv to get its rows as CSV.'],
  CreateTableAsStmt: ['CREATE TABLE AS', 'Send the query alone.'],
  RefreshMatViewStmt: ['REFRESH MATERIALIZED VIEW', WRITES],

  TransactionStmt: ['Transaction control (BEGIN, COMMIT, ROLLBACK, SAVEPOINT)', CONNECTION_IS_SHARED],
  ConstraintsSetStmt: ['SET CONSTRAINTS', CONNECTION_IS_SHARED],
  VariableSetStmt: ['SET and RESET', 'Settings are fixed, so that a request cannot change the next one; use timeout_ms, and AT TIME ZONE or casts in the query.'],
  DiscardStmt: ['DISCARD', CONNECTION_IS_SHARED],
  PrepareStmt: ['PREPARE', 'Send the statement itself, with its values in params.'],
  ExecuteStmt: ['EXECUTE', 'Send the statement itself, with its values in params.'],
  DeallocateStmt: ['DEALLOCATE', CONNECTION_IS_SHARED],
  DeclareCursorStmt: ['DECLARE', 'Send the query alone; results are streamed on request.'],
  FetchStmt: ['FETCH and MOVE', 'Send the query alone; use LIMIT and OFFSET to page.'],
  ClosePortalStmt: ['CLOSE', CONNECTION_IS_SHARED],
  ListenStmt: ['LISTEN', CONNECTION_IS_SHARED],
  UnlistenStmt: ['UNLISTEN', CONNECTION_IS_SHARED],
  NotifyStmt: ['NOTIFY', CONNECTION_IS_SHARED],
  LockStmt: ['LOCK', CONNECTION_IS_SHARED],
  LoadStmt: ['LOAD', ADMINISTERS],

  DoStmt: ['DO', 'A code block can do anything; write it as a query.'],
  CallStmt: ['CALL', 'A procedure can do anything; write it as a query.'],
  PLAssignStmt: ['A PL/pgSQL assignment', READ_INSTEAD],
  ReturnStmt: ['RETURN', READ_INSTEAD],
  RawStmt: ['A raw statement', READ_INSTEAD],
  SetOperationStmt: ['A planned set operation', READ_INSTEAD],

  VacuumStmt: ['VACUUM and ANALYZE', ADMINISTERS],
  ClusterStmt: ['CLUSTER', ADMINISTERS],
  ReindexStmt: ['REINDEX', ADMINISTERS],
  CheckPointStmt: ['CHECKPOINT', ADMINISTERS],
  AlterSystemStmt: ['ALTER SYSTEM', ADMINISTERS],
  CreatedbStmt: ['CREATE DATABASE', ADMINISTERS],
  DropdbStmt: ['DROP DATABASE', ADMINISTERS],
  AlterDatabaseStmt: ['ALTER DATABASE', ADMINISTERS],
  AlterDatabaseSetStmt: ['ALTER DATABASE', ADMINISTERS],
  AlterDatabaseRefreshCollStmt: ['ALTER DATABASE', ADMINISTERS],
  CreateTableSpaceStmt: ['CREATE TABLESPACE', ADMINISTERS],
  DropTableSpaceStmt: ['DROP TABLESPACE', ADMINISTERS],
  AlterTableSpaceOptionsStmt: ['ALTER TABLESPACE', ADMINISTERS],
  AlterTableMoveAllStmt: ['ALTER TABLE ALL IN TABLESPACE', ADMINISTERS],
  CreateRoleStmt: ['CREATE ROLE', ADMINISTERS],
  AlterRoleStmt: ['ALTER ROLE', ADMINISTERS],
  AlterRoleSetStmt: ['ALTER ROLE', ADMINISTERS],
  DropRoleStmt: ['DROP ROLE', ADMINISTERS],
  GrantStmt: ['GRANT and REVOKE', ADMINISTERS],
  GrantRoleStmt: ['GRANT and REVOKE', ADMINISTERS],
  AlterDefaultPrivilegesStmt: ['ALTER DEFAULT PRIVILEGES', ADMINISTERS],
  ReassignOwnedStmt: ['REASSIGN OWNED', ADMINISTERS],
  DropOwnedStmt: ['DROP OWNED', ADMINISTERS],
  CreatePublicationStmt: ['CREATE PUBLICATION', ADMINISTERS],
  AlterPublicationStmt: ['ALTER PUBLICATION', ADMINISTERS],
  CreateSubscriptionStmt: ['CREATE SUBSCRIPTION', ADMINISTERS],
  AlterSubscriptionStmt: ['ALTER SUBSCRIPTION', ADMINISTERS],
  DropSubscriptionStmt: ['DROP SUBSCRIPTION', ADMINISTERS],

  CreateStmt: ['CREATE TABLE', DEFINES],
  CreateForeignTableStmt: ['CREATE FOREIGN TABLE', DEFINES],
  ViewStmt: ['CREATE VIEW', DEFINES],
  IndexStmt: ['CREATE INDEX', DEFINES],
  CreateSchemaStmt: ['CREATE SCHEMA', DEFINES],
  CreateSeqStmt: ['CREATE SEQUENCE', DEFINES],
  CreateFunctionStmt: ['CREATE FUNCTION', DEFINES],
  CreateTrigStmt: ['CREATE TRIGGER', DEFINES],
  RuleStmt: ['CREATE RULE', DEFINES],
  DropStmt: ['DROP', DEFINES],
  RenameStmt: ['ALTER … RENAME', DEFINES],
  AlterTableStmt: ['ALTER TABLE', DEFINES],
  AlterSeqStmt: ['ALTER SEQUENCE', DEFINES],
  CommentStmt: ['COMMENT', DEFINES],
  SecLabelStmt: ['SECURITY LABEL', DEFINES],
};

/** Everything else that PostgreSQL 18 can define or alter: the kind's own name tells enough. */
const OTHER_DEFINITION = /^(Create|Alter|Drop|Define|Import|ReplicaIdentity|CompositeType)[A-Za-z]*Stmt$/;

/** Why a statement of this kind is refused. The kinds that read are the caller's to know: everything else lands here. */
export function refuseKind(kind: string): Objection {
  const [name, hint] = REFUSED_KINDS[kind] ?? (OTHER_DEFINITION.test(kind) ? [sqlName(kind), DEFINES] : [undefined, READ_INSTEAD]);
  return { reason: name === undefined ? `This kind of statement (${kind}) is not known to be read-only.` : `${name} is not allowed: it is no read-only statement.`, hint };
}

/** `AlterOpFamilyStmt` → `ALTER OP FAMILY`. */
function sqlName(kind: string): string {
  return kind.replace(/Stmt$/, '').replace(/([a-z])([A-Z])/g, '$1 $2').toUpperCase();
}
