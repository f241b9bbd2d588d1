import type { SchemaModel } from '../lexicon/schema-model.js';
import { sameMeasure, type LogicalForm, type Measure } from '../logical-form.js';
import { writeAnswer } from './answer.js';
import { measureName, Names } from './names.js';
import { Aliases } from './scope.js';
import { writeGroups, writePart } from './write-groups.js';

/** Measures of different tables never share a FROM: each is taken on its own, then set side by side. */
export function writeSeveral(form: LogicalForm, model: SchemaModel): string {
  const names = new Names();
  const measures = form.measures.map((measure, i) => ({ measure, sql: form.groups.length > 0 ? orNone(measure, `p${i + 1}.m1`) : `parts.m${i + 1}`, name: names.unique(measureName(measure)) }));
  if (form.groups.length === 0) {
    const parts = form.measures.map((measure, i) => `(${writeGroups(alone(form, measure), model, new Aliases())}) AS m${i + 1}`);
    return writeAnswer(form, [], measures, { from: `(SELECT ${parts.join(', ')}) AS parts`, where: having(form, measures) }, names);
  }
  return besideEachOther(form, model, measures, names);
}

/** Joins the grouped parts on their groups; a group that one part lacks is kept. Unlike values, arrays of nothing are equal: rows without a group are one group. */
function besideEachOther(form: LogicalForm, model: SchemaModel, measures: readonly { measure: Measure; sql: string; name: string }[], names: Names): string {
  const aliases = new Aliases();
  const parts = form.measures.map((measure) => writePart(alone(form, measure), model, aliases));
  const columns = parts[0]!.columns.map((column, i) => ({ ...column, name: names.unique(column.name), sql: `COALESCE(${parts.map((_, at) => `p${at + 1}.g${i + 1}`).join(', ')})` }));
  const from = parts.map((part, at) => {
    const source = `(${part.sql}) AS p${at + 1}`;
    const known = columns.map((_, i) => `COALESCE(${parts.slice(0, at).map((__, before) => `p${before + 1}.g${i + 1}`).join(', ')})`);
    return at === 0 ? source : `FULL JOIN ${source} ON ${known.map((sql, i) => `ARRAY[${sql}] = ARRAY[p${at + 1}.g${i + 1}]`).join(' AND ')}`;
  });
  return writeAnswer(form, columns, measures, { from: from.join('\n'), where: having(form, measures) }, names);
}

/** A part that lacks a group has no rows there. */
function orNone(measure: Measure, sql: string): string {
  return measure.fn === 'count' ? `COALESCE(${sql}, 0)` : sql;
}

function having(form: LogicalForm, measures: readonly { measure: Measure; sql: string }[]): string[] {
  return form.having.map((each) => `${measures.find(({ measure }) => sameMeasure(measure, each.measure))!.sql} ${each.op} ${each.value}`);
}

/** The question with one of its measures only, whose own conditions are then the question's. */
function alone(form: LogicalForm, { where, ...measure }: Measure): LogicalForm {
  const { computed: _computed, changes: _changes, perGroup: _perGroup, limit: _limit, ...rest } = form;
  return { ...rest, measures: [measure], where: [...form.where, ...(where ?? [])], order: [], having: [] };
}
