import type { Aggregate } from '../language/function-words.js';
import type { SchemaModel } from '../lexicon/schema-model.js';
import { measureTable, type LogicalForm } from '../logical-form.js';
import { keepEmptyGroups } from './empty-groups.js';
import { measureName, nameOfAggregate } from './names.js';
import { withOneRoot } from './one-root.js';
import { quoteIdentifier } from './quote.js';
import { Aliases } from './scope.js';
import { writeGroups, writePart } from './write-groups.js';
import { writeRows } from './write-rows.js';
import { writeSeveral } from './write-several.js';

/**
 * Writes the SELECT of a logical form: schema-qualified, every identifier quoted, every value a literal made here.
 *
 * @throws JoinRefused when the tables cannot be joined in one clear way
 */
export function writeSql(form: LogicalForm, model: SchemaModel): string {
  if (form.measures.length === 0 && form.groups.length === 0) return writeRows(form, model);
  if (form.over) return writeOver(form, form.over, model);
  if (form.keepEmpty) return keepEmptyGroups(form, model);
  const together = form.groups.length > 0 ? withOneRoot(form, model) : form;
  const [lead] = together.measures;
  const tables = new Set(together.measures.filter((measure) => together === form || !measure.distinct || measure === lead).map(measureTable));
  return tables.size > 1 ? writeSeveral(together, model) : writeGroups(together, model, new Aliases());
}

/** The groups' measures are one more table, of which the aggregate is taken. */
function writeOver(form: LogicalForm, fn: Aggregate, model: SchemaModel): string {
  const [measure] = form.measures;
  const { sql } = writePart({ ...form, order: [], having: [] }, model, new Aliases());
  const value = fn === 'median' ? 'percentile_cont(0.5) WITHIN GROUP (ORDER BY m1)' : `${fn}(m1)`;
  return `SELECT ${value} AS ${quoteIdentifier(`${nameOfAggregate(fn)}_${measureName(measure!)}`)}\nFROM (${sql}) AS per_group`;
}
