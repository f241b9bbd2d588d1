import type { TableInfo } from '../lexicon/schema-model.js';
import type { Scope } from './scope.js';

/** True when the database itself sees to it that no two rows have the same key; a guessed one may say the same of several. */
export function hasDeclaredKey({ relation, key }: TableInfo): boolean {
  const is = (names: readonly string[]) => names.length > 0 && names.length === key.length && names.every((name) => key.some((info) => info.name === name));
  return is(relation.primary_key) || (relation.unique_keys.some(is) && key.every((info) => !info.column.nullable));
}

/** What tells the rows of a scope's root apart, however often joins repeat them. */
export function rowIdentity(scope: Scope): string[] {
  return hasDeclaredKey(scope.root) ? scope.root.key.map((info) => scope.column(info)) : [scope.numbered()];
}
