/**
 * Names under which columns can be keys of one object: a name that was taken before gets the first free of `_2`, `_3`, …
 * Names that PostgreSQL gave are never handed to another column: `id, id, id_2` become `id, id_3, id_2`.
 */
export function uniqueColumnNames(names: readonly string[]): string[] {
  const given = new Set(names);
  const taken = new Set<string>();
  /** Where the search for a free number goes on, so that a thousand columns of one name do not search a thousand times. */
  const next = new Map<string, number>();
  return names.map((name) => {
    let unique = name;
    let number = next.get(name) ?? 2;
    while (taken.has(unique) || (unique !== name && given.has(unique))) {
      unique = `${name}_${number}`;
      number += 1;
    }
    next.set(name, number);
    taken.add(unique);
    return unique;
  });
}
