import type { JoinEdge, SchemaModel, TableInfo } from '../lexicon/schema-model.js';
import { NearestFirst } from './nearest-first.js';

/** One join: from a table already there to a new one. */
export interface JoinStep {
  readonly from: TableInfo;
  readonly to: TableInfo;
  readonly edge: JoinEdge;
  /** True when a row of `from` may meet several rows of `to`. */
  readonly many: boolean;
}

/** How tables are joined, or why they cannot be. */
export type JoinPlan =
  | { readonly ok: true; readonly steps: readonly JoinStep[] }
  | { readonly ok: false; readonly why: 'unconnected'; readonly from: TableInfo; readonly to: TableInfo }
  /** Rows of both only share a parent: pairing them says nothing of either. */
  | { readonly ok: false; readonly why: 'siblings'; readonly from: TableInfo; readonly to: TableInfo; readonly parent: TableInfo }
  | { readonly ok: false; readonly why: 'tie'; readonly paths: readonly [readonly JoinStep[], readonly JoinStep[]] };

/** Up to a parent and down to another of its children pairs rows that only share a parent: rarely what is meant. */
const SIBLING_PENALTY = 1.5;

const PREFERRED_DISCOUNT = 0.8;

/** Longer detours are accidents of the schema rather than something a question means. */
const MAX_COST = 7;

/**
 * Joins `tables` to `root` by the cheapest tree, grown by one nearest table at a time. Two ways of the same cost are a tie,
 * which only the asker can decide; never broken by chance.
 */
export function planJoins(model: SchemaModel, root: readonly TableInfo[], tables: readonly TableInfo[], preferred: readonly JoinEdge[]): JoinPlan {
  const steps: JoinStep[] = [];
  const inTree = new Set<TableInfo>(root);
  const missing = new Set(tables.filter((table) => !inTree.has(table)));
  while (missing.size > 0) {
    const found = nearest(model, inTree, missing, preferred);
    if (!found) return { ok: false, why: 'unconnected', from: root[0]!, to: [...missing][0]! };
    const [path, rival] = found;
    if (rival) return { ok: false, why: 'tie', paths: [path, rival] };
    for (const step of path) {
      steps.push(step);
      inTree.add(step.to);
      missing.delete(step.to);
    }
  }
  return { ok: true, steps };
}

/** The first step down to children of a table that was reached from another of its children; undefined when there is none. */
export function siblingStep(steps: readonly JoinStep[]): JoinStep | undefined {
  return steps.find((step) => step.many && steps.some((before) => before.to === step.from && !before.many && !before.edge.oneToOne));
}

interface Reached {
  readonly table: TableInfo;
  readonly cost: number;
  readonly path: readonly JoinStep[];
  /** True when the last step went up to a parent. */
  readonly up: boolean;
}

/** The cheapest path from the tree to any target, and another of the same cost if there is one. */
function nearest(model: SchemaModel, tree: ReadonlySet<TableInfo>, targets: ReadonlySet<TableInfo>, preferred: readonly JoinEdge[]): [readonly JoinStep[], (readonly JoinStep[])?] | undefined {
  const open = new NearestFirst<Reached>();
  for (const table of tree) open.add({ table, cost: 0, path: [], up: false }, 0);
  const closed = new Map<string, { cost: number; times: number }>();
  let found: Reached | undefined;
  for (let here = open.take(); here; here = open.take()) {
    if (found && here.cost > found.cost + 1e-9) break;
    if (targets.has(here.table) && here.path.length > 0) {
      if (!found) found = here;
      else if (here.table === found.table && !samePath(found.path, here.path)) return [found.path, here.path];
      continue;
    }
    const state = `${here.table.index}${here.up}`;
    const before = closed.get(state);
    // Two equal ways to a table are enough to know of a tie; where many tables refer to a few there are thousands.
    if (before && (here.cost > before.cost + 1e-9 || before.times === 2)) continue;
    closed.set(state, { cost: here.cost, times: (before?.times ?? 0) + 1 });
    for (const edge of model.edgesOf[here.table.index]!) {
      if (edge.child === edge.parent) continue;
      const up = edge.child === here.table;
      const to = up ? edge.parent : edge.child;
      if (tree.has(to) || here.path.some((step) => step.to === to)) continue;
      const sibling = here.up && !up && !edge.oneToOne ? SIBLING_PENALTY : 0;
      const cost = here.cost + edge.cost + sibling - (preferred.includes(edge) ? PREFERRED_DISCOUNT : 0);
      if (cost > MAX_COST) continue;
      open.add({ table: to, cost, path: [...here.path, { from: here.table, to, edge, many: !up && !edge.oneToOne }], up }, cost);
    }
  }
  return found ? [found.path] : undefined;
}

function samePath(a: readonly JoinStep[], b: readonly JoinStep[]): boolean {
  return a.length === b.length && a.every((step, i) => step.edge === b[i]!.edge);
}
