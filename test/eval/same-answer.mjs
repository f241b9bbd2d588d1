// Whether two tables of rows answer a question alike: the same rows in some order of the columns. An answer may have more
// columns than it needs, and numbers may differ in what rounding leaves of them.
const TOLERANCE = 1e-4;
const INSTANT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d(?::?\d\d)?)?)?$/;

/**
 * @param {{ columns: string[], rows: unknown[][] }} expected
 * @param {{ columns: string[], rows: unknown[][] }} given
 * @param {number[] | undefined} inOrderOf the expected columns whose values have to come in the same sequence; none: in any order
 */
export function sameAnswer(expected, given, inOrderOf) {
  const wanted = expected.rows.map((row) => row.map(comparable));
  const got = given.rows.map((row) => row.map(comparable));
  const width = expected.columns.length;
  // Rows that came once instead of twice are the same answer where nothing else is shown.
  const once = wanted.length !== got.length;
  if (once && given.columns.length !== width) return false;
  const sameBag = once ? (a, b) => sameRows(distinct(a), distinct(b)) : sameRows;

  const candidates = Array.from({ length: width }, (_, column) =>
    given.columns.map((_name, at) => at).filter((at) => sameBag(pick(wanted, [column]), pick(got, [at]))));
  return matchings(candidates).some((columns) => {
    const rows = pick(got, columns);
    return sameBag(wanted, rows) && (inOrderOf === undefined || sameSequence(pick(wanted, inOrderOf), pick(rows, inOrderOf)));
  });
}

/** Every way to take one of the candidates for each column, and none of them twice. */
function matchings(candidates, taken = []) {
  if (taken.length === candidates.length) return [taken];
  return candidates[taken.length].filter((at) => !taken.includes(at)).flatMap((at) => matchings(candidates, [...taken, at]));
}

function comparable(value) {
  if (typeof value === 'boolean') return Number(value);
  const instant = typeof value === 'string' && INSTANT.exec(value);
  if (instant) {
    const [, day, time = '00:00', zone = 'Z'] = instant;
    return new Date(`${day}T${time}${/^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone}`).toISOString();
  }
  if (typeof value === 'string' && value !== '' && Number.isFinite(Number(value))) return Number(value);
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

function pick(rows, columns) {
  return rows.map((row) => columns.map((at) => row[at]));
}

function sameRows(a, b) {
  if (a.length !== b.length) return false;
  const [left, right] = [a.toSorted(byValue), b.toSorted(byValue)];
  if (sameSequence(left, right)) return true;
  // Numbers that are almost equal may have sorted the rows differently.
  return left.every((row) => {
    const at = right.findIndex((other) => sameRow(row, other));
    if (at >= 0) right.splice(at, 1);
    return at >= 0;
  });
}

function sameSequence(a, b) {
  return a.length === b.length && a.every((row, i) => sameRow(row, b[i]));
}

function sameRow(a, b) {
  return a.every((value, i) => sameValue(value, b[i]));
}

function sameValue(a, b) {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  if (Number.isInteger(a) && Number.isInteger(b)) return a === b;
  return Math.abs(a - b) <= TOLERANCE * Math.max(0.01, Math.abs(a), Math.abs(b));
}

function distinct(rows) {
  return rows.toSorted(byValue).filter((row, i, all) => i === 0 || !sameRow(row, all[i - 1]));
}

function byValue(a, b) {
  for (let i = 0; i < a.length; i++) {
    const order = (a[i] === null) - (b[i] === null) || (typeof a[i]).localeCompare(typeof b[i]) || (a[i] < b[i] ? -1 : Number(a[i] > b[i]));
    if (order) return order;
  }
  return 0;
}
