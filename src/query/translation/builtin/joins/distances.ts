import type { SchemaModel, TableInfo } from '../lexicon/schema-model.js';

const known = new WeakMap<SchemaModel, Map<number, Float64Array>>();

/** Length of the shortest way between two tables in key costs; Infinity when there is none. Kept per model and start table. */
export function distanceBetween(model: SchemaModel, from: TableInfo, to: TableInfo): number {
  let rows = known.get(model);
  if (!rows) known.set(model, (rows = new Map()));
  let row = rows.get(from.index);
  if (!row) rows.set(from.index, (row = distancesFrom(model, from)));
  return row[to.index]!;
}

function distancesFrom(model: SchemaModel, start: TableInfo): Float64Array {
  const best = new Float64Array(model.tables.length).fill(Infinity);
  best[start.index] = 0;
  const open = [start.index];
  while (open.length > 0) {
    let at = 0;
    for (let i = 1; i < open.length; i++) if (best[open[i]!]! < best[open[at]!]!) at = i;
    const here = open.splice(at, 1)[0]!;
    for (const edge of model.edgesOf[here]!) {
      const next = edge.child.index === here ? edge.parent.index : edge.child.index;
      const cost = best[here]! + edge.cost;
      if (cost < best[next]!) {
        best[next] = cost;
        open.push(next);
      }
    }
  }
  return best;
}

/** True when each row of `from` has at most one partner in `to`: following keys to parents only. */
export function isToOne(model: SchemaModel, from: TableInfo, to: TableInfo): boolean {
  const seen = new Set([from]);
  const open = [from];
  for (let table = open.pop(); table; table = open.pop()) {
    if (table === to) return true;
    for (const edge of model.edgesOf[table.index]!) {
      const next = edge.child === table ? edge.parent : edge.oneToOne ? edge.child : undefined;
      if (next && !seen.has(next) && distanceBetween(model, from, next) <= distanceBetween(model, from, to)) {
        seen.add(next);
        open.push(next);
      }
    }
  }
  return false;
}
