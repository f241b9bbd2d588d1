import { planJoins, type JoinStep } from '../joins/join-tree.js';
import { tableName, type SchemaModel, type TableInfo } from '../lexicon/schema-model.js';
import type { LogicalForm } from '../logical-form.js';
import { quoteTable } from '../sql/quote.js';
import { listed, Naming } from './naming.js';
import { tablesOf } from './tables.js';

/**
 * How tables are connected where a reader could not know: through tables that the question does not name, and by which key
 * where there are several. One sentence each, without its full stop: "customers and products are connected through orders".
 */
export function connections(form: LogicalForm, model: SchemaModel, sql: string, naming = new Naming(tablesOf(form))): string[] {
  const tables = tablesOf(form);
  const [root, ...others] = tables;
  const plan = planJoins(model, [root!], others, form.preferred);
  if (!plan.ok) return [];
  const found = new Set<string>();
  for (const { from, path, to } of ways(plan.steps, new Set(tables))) {
    const between = path.filter((table) => sql.includes(quoteTable(table)));
    if (between.length > 0 && between.length === path.length) found.add(`${naming.many(from)} and ${naming.many(to)} are connected through ${listed(between.map((table) => naming.many(table)))}`);
  }
  for (const { edge } of plan.steps) {
    const { child, parent } = edge;
    const several = model.edgesOf[child.index]!.filter((each) => each.child === child && each.parent === parent).length > 1;
    if (several && sql.includes(quoteTable(child))) found.add(`${naming.many(child)} and ${naming.many(parent)} are connected by ${edge.childColumns.map((name) => `${tableName(child)}.${name}`).join(' and ')}`);
  }
  return [...found];
}

/** The steps between tables that are spoken of, those that are not in between. */
function ways(steps: readonly JoinStep[], spoken: ReadonlySet<TableInfo>): { from: TableInfo; path: TableInfo[]; to: TableInfo }[] {
  const cameFrom = new Map(steps.map((step) => [step.to, step.from]));
  const result: { from: TableInfo; path: TableInfo[]; to: TableInfo }[] = [];
  for (const { to } of steps) {
    if (!spoken.has(to)) continue;
    const path: TableInfo[] = [];
    let from = cameFrom.get(to)!;
    while (!spoken.has(from)) {
      path.unshift(from);
      from = cameFrom.get(from)!;
    }
    if (path.length > 0) result.push({ from, path, to });
  }
  return result;
}
