import { isToOne } from '../joins/distances.js';
import type { SchemaModel } from '../lexicon/schema-model.js';
import { measureTable, type Computed, type LogicalForm, type Measure } from '../logical-form.js';
import { hasDeclaredKey } from './row-identity.js';

/**
 * "Number of transactions and number of customers per type": where each row of the finest table has one row of the other,
 * counting that one's different keys takes both from one FROM.
 */
export function withOneRoot(form: LogicalForm, model: SchemaModel): LogicalForm {
  const tables = [...new Set(form.measures.map(measureTable))];
  if (tables.length < 2) return form;
  const asked = form.measures.filter((measure) => measure.of.kind === 'rows' && !measure.distinct);
  const others = form.measures.filter((measure) => !(measure.of.kind === 'rows' && measure.distinct));
  const distinctOnly = others.length > 0 && new Set(others.map(measureTable)).size === 1 ? others : [];
  const root = [...asked, ...distinctOnly].map(measureTable).find((table) => tables.every((other) => isToOne(model, table, other)));
  if (!root) return form;
  const rewrite = (measure: Measure): Measure => {
    const key = measure.of.kind === 'rows' && measure.of.table !== root && measure.of.table.key.length === 1 && hasDeclaredKey(measure.of.table) ? measure.of.table.key[0] : undefined;
    return key ? { ...measure, fn: 'count', of: { kind: 'column', info: key }, distinct: true } : measure;
  };
  const rewriteComputed = (computed: Computed): Computed => ({ ...computed, of: [rewrite(computed.of[0]), rewrite(computed.of[1])] });
  // What is only counted moves to the root; what is added up or averaged would be multiplied there, and stays apart.
  const measures = form.measures.map(rewrite);
  if (measures.some((measure) => measureTable(measure) !== root && !measure.distinct)) return form;
  return {
    ...form,
    measures: [...measures].sort((a, b) => Number(measureTable(b) === root) - Number(measureTable(a) === root)),
    having: form.having.map((having) => ({ ...having, measure: rewrite(having.measure) })),
    ...(form.computed ? { computed: form.computed.map(rewriteComputed) } : {}),
    order: form.order.map((key) => (key.by === 'measure' ? { ...key, measure: rewrite(key.measure) } : key.by === 'computed' ? { ...key, computed: rewriteComputed(key.computed) } : key)),
  };
}
