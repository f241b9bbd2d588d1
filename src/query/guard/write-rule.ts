import { decisionOn, refuseKind } from './statement-kinds.js';
import { locationOf, stringOf, type Fields } from './parse-tree.js';
import type { Objection } from './verdict.js';

/** What DROP, RENAME, COMMENT and SET SCHEMA may be about; the rest belongs to the server, or reaches out of it. */
const OWN_OBJECTS = new Set([
  'OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_INDEX', 'OBJECT_SEQUENCE', 'OBJECT_COLUMN', 'OBJECT_ATTRIBUTE', 'OBJECT_TABCONSTRAINT', 'OBJECT_DOMCONSTRAINT', 'OBJECT_DOMAIN',
  'OBJECT_TYPE', 'OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE', 'OBJECT_AGGREGATE', 'OBJECT_OPERATOR', 'OBJECT_SCHEMA', 'OBJECT_TRIGGER', 'OBJECT_RULE', 'OBJECT_POLICY',
  'OBJECT_STATISTIC_EXT', 'OBJECT_COLLATION', 'OBJECT_TSCONFIGURATION', 'OBJECT_TSDICTIONARY',
]);

/** Languages whose functions can do no more than the role that calls them. */
const LANGUAGES = new Set(['sql', 'plpgsql']);

const IN_TRANSACTION = 'Every request here is a transaction, in which it cannot run: leave CONCURRENTLY out, or use a tool of the database’s owner.';

/** Looks at one node of a statement that may write, whatever the rules for reading say of it. */
export function checkWriting(name: string, value: Fields): Objection | undefined {
  switch (name) {
    case 'IndexStmt':
    case 'DropStmt':
    case 'PartitionCmd':
      if (value.concurrent) return { reason: 'CONCURRENTLY is not allowed.', hint: IN_TRANSACTION };
      return name === 'DropStmt' ? ownObject(value.removeType) : undefined;
    case 'RenameStmt':
      return ownObject(value.renameType);
    case 'CommentStmt':
    case 'AlterObjectSchemaStmt':
    case 'AlterTableStmt':
      return ownObject(value.objtype ?? value.objectType);
    case 'AlterTableCmd':
      if (value.subtype === 'AT_ChangeOwner') return refuseKind('AlterOwnerStmt');
      return value.subtype === 'AT_SetTableSpace' ? refuseKind('AlterTableMoveAllStmt') : undefined;
    case 'CreateSchemaStmt':
      return value.authrole ? refuseKind('AlterOwnerStmt') : undefined;
    case 'CreateFunctionStmt':
      return checkFunction(value);
    case 'DefineStmt':
      return value.kind === 'OBJECT_TYPE' && value.definition ? { reason: 'A type with functions of its own is not allowed.', hint: 'Define a composite, an enum, a range or a domain.' } : undefined;
    case 'VariableSetStmt':
      // Here it is part of a function's definition.
      return value.name === 'search_path' ? undefined : { reason: 'A function may bring a search_path of its own, and no other setting.', hint: 'Leave SET out.', location: locationOf(value) };
    case 'InsertStmt':
    case 'UpdateStmt':
    case 'DeleteStmt':
    case 'MergeStmt':
      return checkTarget(value.relation as Fields | undefined);
    // The tree names what a statement makes or changes by the field that it stands in.
    case 'RangeVar':
    case 'relation':
    case 'rel':
    case 'view':
    case 'sequence':
    case 'typevar':
      return value.relpersistence === 't' || isTemporary(value.schemaname) ? noTemporary(locationOf(value)) : undefined;
    case 'String':
      return isTemporary(value.sval) ? noTemporary() : undefined;
    default:
      return /^[A-Z].*Stmt$/.test(name) && decisionOn(name) === 'never' ? refuseKind(name) : undefined;
  }
}

function noTemporary(location?: number): Objection {
  return { reason: 'Temporary tables, and whatever else is temporary, are not allowed: nothing of a request is left for the next one.', hint: 'Use WITH, or an ordinary table.', location };
}

/** Whatever is made in this schema, types and functions too, is gone with the connection and hides what has its name until then. */
function isTemporary(schema: unknown): boolean {
  return /^pg_temp(_\d+)?$/.test(String(schema));
}

function ownObject(type: unknown): Objection | undefined {
  if (OWN_OBJECTS.has(String(type))) return undefined;
  const name = String(type).replace(/^OBJECT_/, '').replaceAll('_', ' ');
  return { reason: `A statement about this kind of object (${name}) is not allowed.`, hint: 'It is maintained with a tool of the database’s owner.' };
}

/** A function's language decides what it can reach. */
function checkFunction({ options = [] }: Fields): Objection | undefined {
  for (const { DefElem: option } of options as { DefElem: Fields }[]) {
    if (option.defname !== 'language') continue;
    const language = stringOf(option.arg) ?? '';
    if (!LANGUAGES.has(language)) return { reason: `Functions in the language ${language} are not allowed: they may reach beyond the database.`, hint: 'Write it in SQL or PL/pgSQL.', location: locationOf(option) };
  }
  return undefined;
}

/** A superuser may change the catalogues like any table. */
function checkTarget(relation: Fields | undefined): Objection | undefined {
  const { schemaname: schema, relname = '' } = (relation ?? {}) as { schemaname?: string; relname?: string };
  const isCatalogue = schema === undefined ? relname.startsWith('pg_') : /^(pg_|information_schema$)/.test(schema);
  if (!isCatalogue) return undefined;
  return { reason: 'The catalogues of the server are not changed by hand.', hint: 'Use the statement that defines what you want.', location: locationOf(relation as Fields) };
}
