// When the sequence of rows is part of the answer, and by which columns it shows.

/** True where the rows have to come in the order of the gold. */
export function asksForOrder({ category, question }) {
  return category === 'ordering' || /\b(ordered|sorted) (by|from)\b|\border the results\b/i.test(question);
}

/** The columns that show the order: the one it is by, or all of them where that one is not among them. */
export function orderOf(statement, columns) {
  const [, key] = /ORDER BY (?:\w+\.)?(\w+)[^()]*$/.exec(statement) ?? [];
  const by = /^\d+$/.test(key) ? Number(key) - 1 : columns.indexOf(key);
  return by < 0 ? columns.map((_column, at) => at) : [by];
}
