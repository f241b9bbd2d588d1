// The notation of the questions' SQL: `a; b` are alternative statements, `{x, y}` stands for any choice of at least one of
// these columns, and a later `{}` repeats the choice.
const TOKENS = /'(?:''|[^'])*'|"(?:""|[^"])*"|[^'"]/gs;
const QUOTED = /'(?:''|[^'])*'|"(?:""|[^"])*"/g;

/** @returns every plain statement that the notation stands for, the simplest choice of each first */
export function statementsOf(gold) {
  return [...new Set(split(gold, ';').flatMap(withChoices))];
}

function withChoices(statement) {
  const unquoted = statement.replace(QUOTED, (quoted) => ' '.repeat(quoted.length));
  const open = unquoted.search(/\{(?!\s*\})/);
  if (open < 0) return [statement];
  const close = unquoted.indexOf('}', open);
  const [before, after] = [statement.slice(0, open), statement.slice(close + 1)];
  return choices(split(statement.slice(open + 1, close), ',')).flatMap((chosen) => withChoices(before + chosen + after.replaceAll('{}', chosen)));
}

function choices(columns) {
  const all = Array.from({ length: 2 ** columns.length - 1 }, (_, i) => columns.filter((_column, at) => (i + 1) & (2 ** at)));
  return all.sort((a, b) => a.length - b.length).map((chosen) => chosen.join(', '));
}

function split(text, separator) {
  const parts = [''];
  let depth = 0;
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '(') depth++;
    if (token === ')') depth--;
    if (token === separator && depth === 0) parts.push('');
    else parts[parts.length - 1] += token;
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}
