import type { SchemaModel, TableInfo } from '../lexicon/schema-model.js';
import { NearestFirst } from './nearest-first.js';

/** Distances kept for one model, in numbers: 16 MB. A row has one for every table. */
const MAX_NUMBERS = 2_000_000;

/** Sums of the same costs in another order differ by less. */
const ROUNDING = 1e-9;

const known = new WeakMap<SchemaModel, Map<number, Float64Array>>();

/**
 * Length of the shortest way between two tables in key costs; Infinity when there is none. It is the same both ways; rows are
 * kept by the table asked from, so ask from the one that many are compared with.
 */
export function distanceBetween(model: SchemaModel, from: TableInfo, to: TableInfo): number {
  let rows = known.get(model);
  if (!rows) known.set(model, (rows = new Map()));
  const back = rows.get(to.index);
  if (back) return back[from.index]!;
  let row = rows.get(from.index);
  if (!row) {
    rows.set(from.index, (row = distancesFrom(model, from)));
    if (rows.size > 1 && rows.size * row.length > MAX_NUMBERS) rows.delete(rows.keys().next().value!);
  }
  return row[to.index]!;
}

function distancesFrom(model: SchemaModel, start: TableInfo): Float64Array {
  const best = new Float64Array(model.tables.length).fill(Infinity);
  best[start.index] = 0;
  const open = new NearestFirst<number>();
  open.add(start.index, 0);
  const left = new Set<number>();
  for (let here = open.take(); here !== undefined; here = open.take()) {
    if (left.has(here)) continue;
    left.add(here);
    for (const edge of model.edgesOf[here]!) {
      const next = edge.child.index === here ? edge.parent.index : edge.child.index;
      const cost = best[here]! + edge.cost;
      if (cost >= best[next]!) continue;
      best[next] = cost;
      open.add(next, cost);
    }
  }
  return best;
}

const toOne = new WeakMap<SchemaModel, Map<number, boolean>>();

/** Pairs of tables kept for one model: questions compare all columns of a name with what they are about, again and again. */
const MAX_PAIRS = 100_000;

/** True when each row of `from` has at most one partner in `to`: following keys to parents only, and to none farther away than `to`. */
export function isToOne(model: SchemaModel, from: TableInfo, to: TableInfo): boolean {
  let pairs = toOne.get(model);
  if (!pairs) toOne.set(model, (pairs = new Map()));
  const pair = from.index * model.tables.length + to.index;
  const answer = pairs.get(pair) ?? leadsToOne(model, from, to);
  if (pairs.size >= MAX_PAIRS) pairs.clear();
  pairs.set(pair, answer);
  return answer;
}

function leadsToOne(model: SchemaModel, from: TableInfo, to: TableInfo): boolean {
  const limit = distanceBetween(model, to, from) + ROUNDING;
  const seen = new Set([from]);
  const open = [{ table: from, way: 0 }];
  for (let here = open.pop(); here; here = open.pop()) {
    const { table, way } = here;
    if (table === to) return true;
    for (const edge of model.edgesOf[table.index]!) {
      const next = edge.child === table ? edge.parent : edge.oneToOne ? edge.child : undefined;
      // The way that was gone is at least the distance, which is only looked up (from the parent: there are few) where it matters.
      if (!next || seen.has(next) || (way + edge.cost > limit && distanceBetween(model, next, from) > limit)) continue;
      seen.add(next);
      open.push({ table: next, way: way + edge.cost });
    }
  }
  return false;
}
