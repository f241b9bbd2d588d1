import type { Objection } from './verdict.js';

const READ_INSTEAD = 'Send one statement that reads: SELECT, VALUES, TABLE, SHOW or EXPLAIN.';
const CONNECTION_IS_SHARED = 'Connections are shared between requests, and each request is a transaction of its own; leave this out.';

const WRITES = 'Statements here are read-only; select the rows instead of changing them.';
const DEFINES = 'Statements here are read-only; change the structure of the database with a tool of its owner.';
const ADMINISTERS = 'Roles, databases and the server are maintained with a tool of their owner.';
const REACHES_OUT = 'What reaches other servers, or brings in code, is set up with a tool of the database’s owner.';
const SEND_VALUES = 'Send the statement itself, with its values in params.';

/**
 * - `read`: reads, or shows.
 * - `write`: changes rows or structure; for sessions that may.
 * - `never`: for nobody.
 */
export type Decision = 'read' | 'write' | 'never';

interface Kind {
  readonly decision: Decision;
  readonly name: string;
  /** What to do instead. */
  readonly hint: string;
}

const read = (name: string): Kind => ({ decision: 'read', name, hint: READ_INSTEAD });
const write = (name: string, hint: string): Kind => ({ decision: 'write', name, hint });
const never = (name: string, hint: string): Kind => ({ decision: 'never', name, hint });

/** Every kind of statement that the parser knows, and what becomes of it. A kind that is not here is refused. */
const KINDS = {
  SelectStmt: read('SELECT'),
  ExplainStmt: read('EXPLAIN'),
  VariableShowStmt: read('SHOW'),

  InsertStmt: write('INSERT', WRITES),
  UpdateStmt: write('UPDATE', WRITES),
  DeleteStmt: write('DELETE', WRITES),
  MergeStmt: write('MERGE', WRITES),
  TruncateStmt: write('TRUNCATE', WRITES),
  CreateTableAsStmt: write('CREATE TABLE AS', 'Send the query alone.'),
  RefreshMatViewStmt: write('REFRESH MATERIALIZED VIEW', WRITES),
  CallStmt: write('CALL', 'A procedure can do anything; write it as a query.'),

  CreateStmt: write('CREATE TABLE', DEFINES),
  ViewStmt: write('CREATE VIEW', DEFINES),
  IndexStmt: write('CREATE INDEX', DEFINES),
  CreateSchemaStmt: write('CREATE SCHEMA', DEFINES),
  CreateSeqStmt: write('CREATE SEQUENCE', DEFINES),
  CreateFunctionStmt: write('CREATE FUNCTION', DEFINES),
  CreateTrigStmt: write('CREATE TRIGGER', DEFINES),
  CreateDomainStmt: write('CREATE DOMAIN', DEFINES),
  CreateEnumStmt: write('CREATE TYPE', DEFINES),
  CreateRangeStmt: write('CREATE TYPE', DEFINES),
  CompositeTypeStmt: write('CREATE TYPE', DEFINES),
  CreatePolicyStmt: write('CREATE POLICY', DEFINES),
  CreateStatsStmt: write('CREATE STATISTICS', DEFINES),
  DefineStmt: write('CREATE AGGREGATE, OPERATOR or TYPE', DEFINES),
  RuleStmt: write('CREATE RULE', DEFINES),
  DropStmt: write('DROP', DEFINES),
  RenameStmt: write('ALTER … RENAME', DEFINES),
  AlterTableStmt: write('ALTER TABLE', DEFINES),
  AlterSeqStmt: write('ALTER SEQUENCE', DEFINES),
  AlterDomainStmt: write('ALTER DOMAIN', DEFINES),
  AlterEnumStmt: write('ALTER TYPE', DEFINES),
  AlterTypeStmt: write('ALTER TYPE', DEFINES),
  AlterFunctionStmt: write('ALTER FUNCTION', DEFINES),
  AlterPolicyStmt: write('ALTER POLICY', DEFINES),
  AlterStatsStmt: write('ALTER STATISTICS', DEFINES),
  AlterOperatorStmt: write('ALTER OPERATOR', DEFINES),
  AlterObjectSchemaStmt: write('ALTER … SET SCHEMA', DEFINES),
  AlterObjectDependsStmt: write('ALTER … DEPENDS ON EXTENSION', DEFINES),
  AlterTSConfigurationStmt: write('ALTER TEXT SEARCH CONFIGURATION', DEFINES),
  AlterTSDictionaryStmt: write('ALTER TEXT SEARCH DICTIONARY', DEFINES),
  AlterCollationStmt: write('ALTER COLLATION', DEFINES),
  ReplicaIdentityStmt: write('ALTER TABLE … REPLICA IDENTITY', DEFINES),
  CommentStmt: write('COMMENT', DEFINES),
  // The body of a function that is written as SQL.
  ReturnStmt: write('RETURN', READ_INSTEAD),

  CopyStmt: never('COPY', 'Send the query itself, or INSERT; COPY reaches files and programs of the server.'),
  DoStmt: never('DO', 'A code block can do anything; send its statements one by one.'),
  TransactionStmt: never('Transaction control (BEGIN, COMMIT, ROLLBACK, SAVEPOINT)', CONNECTION_IS_SHARED),
  ConstraintsSetStmt: never('SET CONSTRAINTS', CONNECTION_IS_SHARED),
  VariableSetStmt: never('SET and RESET', 'Settings are fixed, so that a request cannot change the next one; use timeout_ms, and AT TIME ZONE or casts in the query.'),
  DiscardStmt: never('DISCARD', CONNECTION_IS_SHARED),
  PrepareStmt: never('PREPARE', SEND_VALUES),
  ExecuteStmt: never('EXECUTE', SEND_VALUES),
  DeallocateStmt: never('DEALLOCATE', CONNECTION_IS_SHARED),
  DeclareCursorStmt: never('DECLARE', 'Send the query alone; results are streamed on request.'),
  FetchStmt: never('FETCH and MOVE', 'Send the query alone; use LIMIT and OFFSET to page.'),
  ClosePortalStmt: never('CLOSE', CONNECTION_IS_SHARED),
  ListenStmt: never('LISTEN', CONNECTION_IS_SHARED),
  UnlistenStmt: never('UNLISTEN', CONNECTION_IS_SHARED),
  NotifyStmt: never('NOTIFY', CONNECTION_IS_SHARED),
  LockStmt: never('LOCK', CONNECTION_IS_SHARED),
  LoadStmt: never('LOAD', REACHES_OUT),

  VacuumStmt: never('VACUUM and ANALYZE', 'VACUUM cannot run in a transaction, which every request here is; autovacuum does both, or a tool of the database’s owner.'),
  ClusterStmt: never('CLUSTER', ADMINISTERS),
  ReindexStmt: never('REINDEX', ADMINISTERS),
  CheckPointStmt: never('CHECKPOINT', ADMINISTERS),
  AlterSystemStmt: never('ALTER SYSTEM', ADMINISTERS),
  CreatedbStmt: never('CREATE DATABASE', `It cannot run in a transaction, which every request here is. ${ADMINISTERS}`),
  DropdbStmt: never('DROP DATABASE', `It cannot run in a transaction, which every request here is. ${ADMINISTERS}`),
  AlterDatabaseStmt: never('ALTER DATABASE', ADMINISTERS),
  AlterDatabaseSetStmt: never('ALTER DATABASE', ADMINISTERS),
  AlterDatabaseRefreshCollStmt: never('ALTER DATABASE', ADMINISTERS),
  CreateTableSpaceStmt: never('CREATE TABLESPACE', ADMINISTERS),
  DropTableSpaceStmt: never('DROP TABLESPACE', ADMINISTERS),
  AlterTableSpaceOptionsStmt: never('ALTER TABLESPACE', ADMINISTERS),
  AlterTableMoveAllStmt: never('SET TABLESPACE', ADMINISTERS),
  CreateRoleStmt: never('CREATE ROLE', ADMINISTERS),
  AlterRoleStmt: never('ALTER ROLE', ADMINISTERS),
  AlterRoleSetStmt: never('ALTER ROLE', ADMINISTERS),
  DropRoleStmt: never('DROP ROLE', ADMINISTERS),
  GrantStmt: never('GRANT and REVOKE', ADMINISTERS),
  GrantRoleStmt: never('GRANT and REVOKE', ADMINISTERS),
  AlterDefaultPrivilegesStmt: never('ALTER DEFAULT PRIVILEGES', ADMINISTERS),
  AlterOwnerStmt: never('OWNER TO and AUTHORIZATION', ADMINISTERS),
  ReassignOwnedStmt: never('REASSIGN OWNED', ADMINISTERS),
  DropOwnedStmt: never('DROP OWNED', ADMINISTERS),
  SecLabelStmt: never('SECURITY LABEL', ADMINISTERS),
  CreateEventTrigStmt: never('CREATE EVENT TRIGGER', ADMINISTERS),
  AlterEventTrigStmt: never('ALTER EVENT TRIGGER', ADMINISTERS),

  CreatePublicationStmt: never('CREATE PUBLICATION', REACHES_OUT),
  AlterPublicationStmt: never('ALTER PUBLICATION', REACHES_OUT),
  CreateSubscriptionStmt: never('CREATE SUBSCRIPTION', REACHES_OUT),
  AlterSubscriptionStmt: never('ALTER SUBSCRIPTION', REACHES_OUT),
  DropSubscriptionStmt: never('DROP SUBSCRIPTION', REACHES_OUT),
  CreateForeignTableStmt: never('CREATE FOREIGN TABLE', REACHES_OUT),
  ImportForeignSchemaStmt: never('IMPORT FOREIGN SCHEMA', REACHES_OUT),
  CreateFdwStmt: never('CREATE FOREIGN DATA WRAPPER', REACHES_OUT),
  AlterFdwStmt: never('ALTER FOREIGN DATA WRAPPER', REACHES_OUT),
  CreateForeignServerStmt: never('CREATE SERVER', REACHES_OUT),
  AlterForeignServerStmt: never('ALTER SERVER', REACHES_OUT),
  CreateUserMappingStmt: never('CREATE USER MAPPING', REACHES_OUT),
  AlterUserMappingStmt: never('ALTER USER MAPPING', REACHES_OUT),
  DropUserMappingStmt: never('DROP USER MAPPING', REACHES_OUT),
  CreateExtensionStmt: never('CREATE EXTENSION', REACHES_OUT),
  AlterExtensionStmt: never('ALTER EXTENSION', REACHES_OUT),
  AlterExtensionContentsStmt: never('ALTER EXTENSION', REACHES_OUT),
  CreatePLangStmt: never('CREATE LANGUAGE', REACHES_OUT),
  CreateTransformStmt: never('CREATE TRANSFORM', REACHES_OUT),
  CreateAmStmt: never('CREATE ACCESS METHOD', REACHES_OUT),
  CreateConversionStmt: never('CREATE CONVERSION', REACHES_OUT),
  CreateCastStmt: never('CREATE CAST', REACHES_OUT),
  CreateOpClassStmt: never('CREATE OPERATOR CLASS', REACHES_OUT),
  CreateOpFamilyStmt: never('CREATE OPERATOR FAMILY', REACHES_OUT),
  AlterOpFamilyStmt: never('ALTER OPERATOR FAMILY', REACHES_OUT),

  PLAssignStmt: never('A PL/pgSQL assignment', READ_INSTEAD),
  RawStmt: never('A raw statement', READ_INSTEAD),
  SetOperationStmt: never('A planned set operation', READ_INSTEAD),
} satisfies Record<string, Kind>;

/** A kind of statement, by the name of its node. */
export type StatementKind = keyof typeof KINDS;

export const STATEMENT_KINDS: Readonly<Record<StatementKind, Kind>> = KINDS;

/** What becomes of statements of this kind; what nobody has decided about is for nobody. */
export function decisionOn(kind: string): Decision {
  return isKnown(kind) ? KINDS[kind].decision : 'never';
}

/** Why a statement of this kind is refused. */
export function refuseKind(kind: string): Objection {
  if (!isKnown(kind)) return { reason: `This kind of statement (${kind}) is not known to be harmless.`, hint: READ_INSTEAD };
  const { decision, name, hint } = KINDS[kind];
  if (decision === 'never') return { reason: `${name} is not allowed.`, hint };
  return { reason: `${name} is not allowed: it is no read-only statement.`, hint, code: 'WRITES_NOT_ALLOWED' };
}

function isKnown(kind: string): kind is StatementKind {
  return Object.hasOwn(KINDS, kind);
}
