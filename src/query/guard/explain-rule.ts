import { locationOf, type Fields } from './parse-tree.js';
import { refuseKind } from './statement-kinds.js';
import type { Objection } from './verdict.js';

/** All of PostgreSQL 18; modules may add options of their own, and nobody knows what these do. */
const OPTIONS = new Set(['analyze', 'verbose', 'costs', 'settings', 'generic_plan', 'buffers', 'serialize', 'wal', 'timing', 'summary', 'memory', 'format']);

/** EXPLAIN may explain a query only: with ANALYZE it runs what it explains. */
export function checkExplain(explain: Fields): Objection | undefined {
  const [kind = ''] = Object.keys(explain.query as Fields);
  if (kind !== 'SelectStmt') {
    const { reason, hint } = refuseKind(kind);
    return { reason: `EXPLAIN explains a query only. ${reason}`, hint };
  }
  for (const node of (explain.options ?? []) as { DefElem: Fields }[]) {
    const name = String(node.DefElem.defname);
    if (!OPTIONS.has(name)) return { reason: `EXPLAIN has no option ${name} here.`, hint: `Use ${[...OPTIONS].join(', ')}.`, location: locationOf(node.DefElem) };
  }
  return undefined;
}
