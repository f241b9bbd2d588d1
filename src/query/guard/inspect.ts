import type { AllowedFunctions } from './allowed-functions.js';
import { checkExplain } from './explain-rule.js';
import { checkAttributes, checkCall, type Exempt } from './function-rule.js';
import { mentionsIn } from './mentions.js';
import { findInTree, locationOf, namesOf, type Fields } from './parse-tree.js';
import { checkRelation } from './relation-rule.js';
import { checkSetting } from './setting-rule.js';
import { SourceText } from './source-text.js';
import { SqlSyntaxError, type RawStatement, type SqlParser } from './sql-parser.js';
import { isSequenceFunction } from './refused-functions.js';
import { decisionOn, refuseKind } from './statement-kinds.js';
import type { AdmittedKind, Objection, Refused, Verdict } from './verdict.js';
import { checkWriting } from './write-rule.js';

const ONE_STATEMENT = 'Send exactly one statement; a semicolon after it is fine.';
const FIX_SYNTAX = 'Correct the statement; it has to be valid PostgreSQL.';

/** Under which rules a text is inspected. */
export interface InspectRules {
  /** Whether it may change something. @default false */
  readonly writing?: boolean;
  /** What the operator allows beyond the rules. */
  readonly allowed?: AllowedFunctions;
}

/**
 * Decides by PostgreSQL's own parse tree whether a text may run, as far as the text alone can tell; what it mentions is then
 * looked up in the catalogue. What is admitted for reading still runs in a read-only transaction; the guard is there for what
 * such a transaction lets through.
 *
 * The parser takes strings the standard way, so the session that runs the text needs `standard_conforming_strings = on`.
 */
export function inspect(sql: string, parser: SqlParser, rules: InspectRules = {}): Verdict {
  const unreadable = checkCharacters(sql);
  if (unreadable) return unreadable;
  let statements: RawStatement[];
  try {
    statements = parser.parse(sql);
  } catch (error) {
    if (!(error instanceof SqlSyntaxError)) throw error;
    return { allowed: false, code: 'SQL_INVALID', reason: sentence(error.message), hint: FIX_SYNTAX, position: error.position };
  }

  const [statement, second] = statements;
  if (statement === undefined) return { allowed: false, code: 'SQL_INVALID', reason: 'There is no statement.', hint: ONE_STATEMENT };
  if (second !== undefined) {
    return refused({ reason: `There are ${statements.length} statements.`, hint: ONE_STATEMENT, location: second.stmt_location }, sql);
  }
  const decided = decide(statement.stmt, rules);
  if (typeof decided !== 'string') return refused(decided, sql);
  return { allowed: true, kind: decided, text: new SourceText(sql).statement(statement, (text) => parser.scan(text)), mentions: mentionsIn(statement.stmt) };
}

/** The verdict that an objection amounts to, with the place in the text. */
export function refused({ code = 'STATEMENT_NOT_ALLOWED', reason, hint, location = -1 }: Objection, sql: string): Refused {
  return { allowed: false, code, reason, hint, position: location < 0 ? undefined : new SourceText(sql).position(location) };
}

/** Text that the parser and the server would read differently: C strings end at NUL, and half a surrogate is no UTF-8. */
function checkCharacters(sql: string): Refused | undefined {
  const at = sql.search(/\0|\p{Surrogate}/u);
  if (at < 0) return undefined;
  const position = [...sql.slice(0, at)].length + 1;
  return { allowed: false, code: 'SQL_INVALID', reason: 'The statement contains a character that SQL text cannot hold.', hint: 'Remove NUL characters and unpaired surrogates.', position };
}

function decide(statement: Fields, { writing = false, allowed }: InspectRules): AdmittedKind | Objection {
  const [[kind, fields] = ['', {}]] = Object.entries(statement) as [string, Fields][];
  const exempt = (name: string) => (allowed?.mayInclude(name) ?? false) || (writing && isSequenceFunction(name));
  const reads = (query: Fields) => findInTree(query, (name, value) => checkReading(name, value) ?? checkNames(name, value, exempt));
  const writes = () => findInTree(statement, (name, value) => checkWriting(name, value) ?? checkNames(name, value, exempt));
  switch (kind) {
    case 'ExplainStmt':
      return checkExplain(fields) ?? reads(fields.query as Fields) ?? 'plain';
    case 'VariableShowStmt':
      return checkSetting(String(fields.name)) ?? 'plain';
    case 'SelectStmt':
      return writing ? (writes() ?? 'write') : (reads(statement) ?? 'cursor');
    default:
      return writing && decisionOn(kind) === 'write' ? (writes() ?? 'write') : refuseKind(kind);
  }
}

/** What a query that only reads may not have in it. */
function checkReading(name: string, value: Fields): Objection | undefined {
  switch (name) {
    case 'SelectStmt':
      return undefined;
    case 'intoClause':
      return { reason: 'SELECT INTO is not allowed: it creates a table.', hint: 'Leave INTO out; the rows are the answer.', code: 'WRITES_NOT_ALLOWED', location: locationOf((value.rel ?? {}) as Fields) };
    case 'lockingClause':
      return { reason: 'Row locks (FOR UPDATE, FOR SHARE, …) are not allowed: they hold up others and write to the rows.', hint: 'Leave the FOR clause out.' };
    default:
      return /^[A-Z].*Stmt$/.test(name) ? { ...refuseKind(name), location: locationOf((value.relation ?? {}) as Fields) } : undefined;
  }
}

/** Names that are refused whatever a catalogue says. */
function checkNames(name: string, value: Fields, exempt: Exempt): Objection | undefined {
  switch (name) {
    case 'FuncCall':
    case 'funccall':
      return checkCall(value, exempt);
    case 'ColumnRef':
      return checkAttributes(namesOf(value.fields).slice(1), locationOf(value), exempt);
    case 'A_Indirection':
      return checkAttributes(namesOf(value.indirection), undefined, exempt);
    case 'RangeVar':
      return checkRelation(value);
    default:
      return undefined;
  }
}

function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1) + (message.endsWith('.') ? '' : '.');
}
