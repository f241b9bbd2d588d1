import type { LogicalForm } from '../logical-form.js';

export interface Statement {
  readonly select: readonly string[];
  readonly distinct: boolean;
  readonly from: string;
  readonly where: readonly string[];
  readonly groupBy?: readonly string[];
  readonly having?: readonly string[];
  readonly order: readonly string[];
  readonly limit: LogicalForm['limit'];
}

export function statement(parts: Statement): string {
  const lines = [`SELECT ${parts.distinct ? 'DISTINCT ' : ''}${parts.select.join(', ')}`, `FROM ${parts.from}`];
  if (parts.where.length) lines.push(`WHERE ${parts.where.join(' AND ')}`);
  if (parts.groupBy?.length) lines.push(`GROUP BY ${parts.groupBy.join(', ')}`);
  if (parts.having?.length) lines.push(`HAVING ${parts.having.join(' AND ')}`);
  if (parts.order.length) lines.push(`ORDER BY ${parts.order.join(', ')}`);
  if (parts.limit) lines.push(parts.limit.withTies && parts.order.length ? `FETCH FIRST ${parts.limit.count} ROWS WITH TIES` : `LIMIT ${parts.limit.count}`);
  return lines.join('\n');
}
