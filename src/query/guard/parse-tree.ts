/** A node's fields, as libpg_query writes them. Empty fields are left out. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Asks about every field of every node, at any depth: sublinks, FROM, CTEs, arguments, whatever PostgreSQL may add. The
 * first answer ends the search. Without recursion, because callers choose the depth.
 *
 * @param look gets the field's name, which is the node's kind where a node is wrapped (`FuncCall`, `SelectStmt`)
 */
export function findInTree<T>(root: object, look: (name: string, value: Fields) => T | undefined): T | undefined {
  const pending: object[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const [name, value] of Object.entries(node)) {
      if (typeof value !== 'object' || value === null) continue;
      if (!Array.isArray(node)) {
        const found = look(name, value as Fields);
        if (found !== undefined) return found;
      }
      pending.push(value);
    }
  }
  return undefined;
}

/** Text of `{ String: { sval } }`; undefined for other nodes, such as `*` in a column reference. */
export function stringOf(node: unknown): string | undefined {
  const text = (node as { String?: { sval?: string } }).String;
  return text && (text.sval ?? '');
}

/** The names in a list of nodes; what is no name is undefined. */
export function namesOf(list: unknown): (string | undefined)[] {
  return Array.isArray(list) ? list.map(stringOf) : [];
}

/** The text of a string constant, casts around it ignored; undefined for everything else. */
export function constantText(node: unknown): string | undefined {
  let inner = node as Fields | undefined;
  while (inner?.TypeCast) inner = (inner.TypeCast as Fields).arg as Fields;
  const constant = inner?.A_Const as { sval?: { sval?: string } } | undefined;
  return constant?.sval && (constant.sval.sval ?? '');
}

export function locationOf(fields: Fields): number | undefined {
  return typeof fields.location === 'number' ? fields.location : undefined;
}
