import { checkExplain } from './explain-rule.js';
import { checkAttributes, checkCall } from './function-rule.js';
import { findInTree, locationOf, namesOf, type Fields } from './parse-tree.js';
import { checkRelation } from './relation-rule.js';
import { checkSetting } from './setting-rule.js';
import { SourceText } from './source-text.js';
import { SqlSyntaxError, type RawStatement, type SqlParser } from './sql-parser.js';
import { refuseKind } from './statement-kinds.js';
import type { AdmittedKind, Objection, Refused, Verdict } from './verdict.js';

const ONE_STATEMENT = 'Send exactly one statement; a semicolon after it is fine.';
const FIX_SYNTAX = 'Correct the statement; it has to be valid PostgreSQL.';

/**
 * Decides whether a text may run as a reading statement, from PostgreSQL's own parse tree. What it admits still runs in a
 * read-only transaction; the guard is there for what such a transaction lets through.
 *
 * The parser takes strings the standard way, so the session that runs the text needs `standard_conforming_strings = on`.
 */
export function inspect(sql: string, parser: SqlParser): Verdict {
  const unreadable = checkCharacters(sql);
  if (unreadable) return unreadable;
  let statements: RawStatement[];
  try {
    statements = sql === '' ? [] : parser.parse(sql);
  } catch (error) {
    if (!(error instanceof SqlSyntaxError)) throw error;
    return { allowed: false, code: 'SQL_INVALID', reason: sentence(error.message), hint: FIX_SYNTAX, position: error.position };
  }

  const source = new SourceText(sql);
  const [statement, second] = statements;
  if (statement === undefined) return { allowed: false, code: 'SQL_INVALID', reason: 'There is no statement.', hint: ONE_STATEMENT };
  if (second !== undefined) {
    return refused({ reason: `There are ${statements.length} statements.`, hint: ONE_STATEMENT, location: second.stmt_location }, source);
  }
  const decided = decide(statement.stmt);
  if (typeof decided !== 'string') return refused(decided, source);
  return { allowed: true, kind: decided, text: source.statement(statement, (text) => parser.scan(text)) };
}

/** Text that the parser and the server would read differently: C strings end at NUL, and half a surrogate is no UTF-8. */
function checkCharacters(sql: string): Refused | undefined {
  const at = sql.search(/\0|\p{Surrogate}/u);
  if (at < 0) return undefined;
  const position = [...sql.slice(0, at)].length + 1;
  return { allowed: false, code: 'SQL_INVALID', reason: 'The statement contains a character that SQL text cannot hold.', hint: 'Remove NUL characters and unpaired surrogates.', position };
}

function decide(statement: Fields): AdmittedKind | Objection {
  const [[kind, fields] = ['', {}]] = Object.entries(statement) as [string, Fields][];
  switch (kind) {
    case 'SelectStmt':
      return checkQuery(statement) ?? 'cursor';
    case 'ExplainStmt':
      return checkExplain(fields) ?? checkQuery(fields.query as Fields) ?? 'plain';
    case 'VariableShowStmt':
      return checkSetting(String(fields.name)) ?? 'plain';
    default:
      return refuseKind(kind);
  }
}

function checkQuery(query: Fields): Objection | undefined {
  return findInTree(query, (name, value) => {
    switch (name) {
      case 'SelectStmt':
        return undefined;
      case 'FuncCall':
        return checkCall(value);
      case 'ColumnRef':
        return checkAttributes(namesOf(value.fields).slice(1), locationOf(value));
      case 'A_Indirection':
        return checkAttributes(namesOf(value.indirection), undefined);
      case 'RangeVar':
        return checkRelation(value);
      case 'intoClause':
        return { reason: 'SELECT INTO is not allowed: it creates a table.', hint: 'Leave INTO out; the rows are the answer.', location: locationOf((value.rel ?? {}) as Fields) };
      case 'lockingClause':
        return { reason: 'Row locks (FOR UPDATE, FOR SHARE, …) are not allowed: they hold up others and write to the rows.', hint: 'Leave the FOR clause out.' };
      default:
        return /^[A-Z].*Stmt$/.test(name) ? { ...refuseKind(name), location: locationOf((value.relation ?? {}) as Fields) } : undefined;
    }
  });
}

function refused({ reason, hint, location = -1 }: Objection, source: SourceText): Refused {
  return { allowed: false, code: 'STATEMENT_NOT_ALLOWED', reason, hint, position: location < 0 ? undefined : source.position(location) };
}

function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1) + (message.endsWith('.') ? '' : '.');
}
