/**
 * The rules of `VALUES_EXCLUDE` as the parameters of `values.sql`: patterns of schemas, of relations, and of columns, as
 * PostgreSQL writes arrays. A rule is `table.column` or `schema.table.column`; `*` stands for any text within a name.
 */
export function exclusionParameters(rules: readonly string[]): string[] {
  const parts = rules.map((rule) => rule.split('.')).map((names) => (names.length === 2 ? ['*', ...names] : names));
  return [0, 1, 2].map((at) => arrayLiteral(parts.map((names) => likePattern(names[at]!))));
}

/** True when a rule keeps the column's values from being read, as `values.sql` would. */
export function isExcluded(rules: readonly string[], { schema, table, column }: { readonly schema: string; readonly table: string; readonly column: string }): boolean {
  return rules.some((rule) => {
    const names = rule.split('.');
    const own = [schema, table, column].slice(-names.length);
    return names.every((name, at) => new RegExp(`^${name.split('*').map(literally).join('.*')}$`, 's').test(own[at]!));
  });
}

function literally(text: string): string {
  return text.replace(/[^\p{L}\p{N}_]/gu, '\\$&');
}

/** Everything but `*` means itself. */
function likePattern(name: string): string {
  return name.replace(/[\\%_]/g, '\\$&').replaceAll('*', '%');
}

function arrayLiteral(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
