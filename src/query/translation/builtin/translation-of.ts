import type { Translation } from '../sql-translator.js';
import { comparedValues } from './compared-values.js';
import { connections } from './explain/connections.js';
import { explain } from './explain/explain.js';
import type { SchemaModel } from './lexicon/schema-model.js';
import type { LogicalForm } from './logical-form.js';
import { remember } from './memory.js';
import { writeSql } from './sql/write-select.js';

/**
 * The SQL of a form, with all that is told about it.
 *
 * @throws JoinRefused when its tables cannot be joined in one clear way
 */
export function translationOf(form: LogicalForm, warnings: readonly string[], model: SchemaModel): Translation {
  const sql = writeSql(form, model);
  const all = [...new Set([...warnings, ...connections(form, model, sql).map((each) => `Took it that ${each}.`)])];
  const compared = comparedValues(form);
  return { sql, explanation: explain(form, model, sql), ...(all.length ? { warnings: all } : {}), ...(compared.length ? { compared } : {}), memory: remember(form, model) };
}
