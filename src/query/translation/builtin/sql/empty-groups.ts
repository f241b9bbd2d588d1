import type { SchemaModel } from '../lexicon/schema-model.js';
import { groupTable, type Condition, type LogicalForm, type Measure } from '../logical-form.js';
import { writeAnswer } from './answer.js';
import { groupColumns, type GroupColumn } from './group-columns.js';
import { measureName, Names } from './names.js';
import { Aliases, Scope } from './scope.js';
import { statement } from './statement.js';
import { writeConditions } from './write-conditions.js';
import { writePart } from './write-groups.js';

/**
 * "Including those without": every group of the grouped table is listed, and each measure, taken on its own, is joined to it.
 * What is said of the groups themselves restricts these; what is said of the measured rows restricts those alone.
 */
export function keepEmptyGroups(form: LogicalForm, model: SchemaModel): string {
  const aliases = new Aliases();
  const table = groupTable(form.groups[0]!);
  const scope = new Scope(model, form.preferred, aliases, table);
  scope.join(form.groups.map(groupTable), true);
  const names = new Names();
  const groups = form.groups.flatMap((group) => groupColumns(group, scope, form, names));
  const own = form.where.filter((condition) => speaksOnlyOf(condition, new Set(form.groups.map(groupTable))));
  const base = statement({ select: groups.map((column, i) => `${column.sql} AS g${i + 1}`), distinct: true, from: scope.from, where: writeConditions(own, scope), order: [], limit: undefined });
  const parts = form.measures.map((measure) => writePart({ ...form, measures: [withoutFilter(measure)], where: [...form.where, ...(measure.where ?? [])], having: [], order: [] }, model, aliases));
  const joined = parts.map(({ sql }, at) => `LEFT JOIN (${sql}) AS p${at + 1} ON ${links(groups, `p${at + 1}`)}`);
  const columns = groups.map((column, i) => ({ ...column, sql: `groups.g${i + 1}` }));
  const measures = form.measures.map((measure, i) => ({ measure, sql: measure.fn === 'count' || measure.fn === 'sum' ? `COALESCE(p${i + 1}.m1, 0)` : `p${i + 1}.m1`, name: names.unique(measureName(measure)) }));
  const having = form.having.map((each) => `${measures.find(({ measure }) => measure === each.measure || measureName(measure) === measureName(each.measure))!.sql} ${each.op} ${each.value}`);
  return writeAnswer(form, columns, measures, { from: [`(${base}) AS groups`, ...joined].join('\n'), where: having }, names);
}

/** A grouped row is found by its key alone; other columns may be null on both sides. */
function links(groups: readonly GroupColumn[], part: string): string {
  return groups
    .flatMap((column, i) => {
      const keyed = groups.some((other) => other.group === column.group && other.key);
      if (keyed && !column.key) return [];
      return [`${part}.g${i + 1} ${column.key ? '=' : 'IS NOT DISTINCT FROM'} groups.g${i + 1}`];
    })
    .join(' AND ');
}

function withoutFilter({ where: _where, ...measure }: Measure): Measure {
  return measure;
}

function speaksOnlyOf(condition: Condition, tables: ReadonlySet<unknown>): boolean {
  switch (condition.kind) {
    case 'test':
      return tables.has(condition.info.table);
    case 'not':
      return speaksOnlyOf(condition.of, tables);
    case 'any':
    case 'all':
      return condition.of.every((each) => speaksOnlyOf(each, tables));
    default:
      return false;
  }
}
