import { findInTree, locationOf, namesOf, stringOf, type Fields } from './parse-tree.js';

/** A name as it stands in a statement. */
export interface Mention {
  /** Absent where the search path decides. */
  readonly schema?: string;
  readonly name: string;
  /** Byte offset in the UTF-8 text of its first use, if the tree has it. */
  readonly location?: number;
}

/** A name that calls a function, if it is one. */
export interface CallMention extends Mention {
  /** How many arguments; absent where the tree does not tell exactly. */
  readonly args?: number;
  /** True for what is no function in nearly every case: `x.f`, or syntax that older servers do not have. */
  readonly attribute?: true;
}

/** Every name in a statement behind which a function can hide. Nothing is told twice. */
export interface Mentions {
  readonly calls: readonly CallMention[];
  readonly operators: readonly Mention[];
  readonly types: readonly Mention[];
  readonly relations: readonly Mention[];
}

/** What the parser takes for syntax is the name of an ordinary function to an older server. */
const LATER_SYNTAX: ReadonlyMap<string, readonly string[]> = new Map([
  ['JsonFuncExpr', ['json_value', 'json_query', 'json_exists']],
  ['JsonScalarExpr', ['json_scalar']],
  ['JsonSerializeExpr', ['json_serialize']],
  ['JsonParseExpr', ['json']],
  ['JsonArrayAgg', ['json_arrayagg']],
  ['JsonObjectAgg', ['json_objectagg']],
  ['JsonArrayConstructor', ['json_array']],
  ['JsonObjectConstructor', ['json_object']],
  ['MergeSupportFunc', ['merge_action']],
]);

/** Collects what a tree mentions, wherever an expression can stand. */
export function mentionsIn(tree: object): Mentions {
  const calls = new Distinct<CallMention>();
  const operators = new Distinct<Mention>();
  const types = new Distinct<Mention>();
  const relations = new Distinct<Mention>();
  const attributes = (names: readonly (string | undefined)[], location?: number) => {
    for (const name of names) {
      if (name === undefined) continue;
      calls.add({ name, args: 1, attribute: true, location });
      types.add({ name, location });
    }
  };
  // A look that never answers goes through the whole tree.
  findInTree(tree, (name, value) => {
    switch (name) {
      // The latter is the procedure that CALL names.
      case 'FuncCall':
      case 'funccall': {
        const call = { ...qualified(value.funcname), args: argumentsOf(value), location: locationOf(value) };
        calls.add(call);
        // With one argument it may be a cast: there is no difference in writing.
        if (call.args === 1) types.add(call);
        break;
      }
      case 'ColumnRef':
        attributes(namesOf(value.fields).slice(1), locationOf(value));
        break;
      case 'A_Indirection':
        attributes(namesOf(value.indirection));
        break;
      case 'RangeTableSample':
        calls.add({ ...qualified(value.method), location: locationOf(value) });
        break;
      case 'A_Expr':
        operators.add({ ...qualified(value.name), location: locationOf(value) });
        if (String(value.kind).includes('BETWEEN')) for (const implied of ['<=', '>=']) operators.add({ name: implied, location: locationOf(value) });
        break;
      // CASE x WHEN, IN (SELECT …), USING and NATURAL compare without saying so.
      case 'CaseExpr':
        if (value.arg) operators.add({ name: '=', location: locationOf(value) });
        break;
      case 'SubLink':
        if (value.testexpr && !value.operName) operators.add({ name: '=', location: locationOf(value) });
        break;
      case 'JoinExpr':
        if (value.usingClause || value.isNatural) operators.add({ name: '=' });
        break;
      case 'useOp':
      case 'operName':
        operators.add(qualified(value));
        break;
      case 'typeName':
        if (value.names) types.add({ ...qualified(value.names), location: locationOf(value) });
        break;
      case 'RangeVar': {
        const { schemaname: schema, relname } = value as { schemaname?: string; relname: string };
        relations.add({ schema, name: relname, location: locationOf(value) });
        break;
      }
    }
    for (const function_ of LATER_SYNTAX.get(name) ?? []) calls.add({ name: function_, attribute: true, location: locationOf(value) });
    return undefined;
  });
  // Each table is a type; these read JSON, or hstore, as one of their argument's type.
  if (calls.list.some(({ name }) => name.includes('populate_record')) || operators.list.some(({ name }) => name === '#=')) relations.list.forEach((relation) => types.add(relation));
  return { calls: calls.list, operators: operators.list, types: types.list, relations: relations.list };
}

/** The last two of `database.schema.name`. */
function qualified(names: unknown): { schema?: string; name: string } {
  const parts = Array.isArray(names) ? names : [];
  return { schema: stringOf(parts.at(-2) ?? {}), name: stringOf(parts.at(-1) ?? {}) ?? '' };
}

/** What an aggregate gets by WITHIN GROUP counts too, and does not stand here. */
function argumentsOf({ args = [], agg_within_group: ordered }: Fields): number | undefined {
  return ordered ? undefined : (args as unknown[]).length;
}

class Distinct<T extends CallMention> {
  private readonly seen = new Map<string, T>();

  get list(): readonly T[] {
    return [...this.seen.values()];
  }

  add(mention: T): void {
    const key = JSON.stringify([mention.schema, mention.name, mention.args, mention.attribute]);
    if (!this.seen.has(key)) this.seen.set(key, mention);
  }
}
