import type { TableInfo } from '../lexicon/schema-model.js';

/** A quoted identifier; right for reserved words, capitals, spaces and quotes. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text literal that means the same whatever `standard_conforming_strings` is. */
export function quoteText(text: string): string {
  const clean = text.replaceAll('\0', '').replaceAll("'", "''");
  return clean.includes('\\') ? `E'${clean.replaceAll('\\', '\\\\')}'` : `'${clean}'`;
}

/** A literal of any value a logical form can hold. */
export function quoteLiteral(value: string | number | boolean): string {
  if (typeof value === 'number') return Number.isFinite(value) ? plain(value) : 'NULL';
  return typeof value === 'boolean' ? String(value) : quoteText(value);
}

/** A pattern literal for ILIKE: the text's own wildcards mean themselves. */
export function quotePattern(before: string, text: string, after: string): string {
  return quoteText(`${before}${text.replace(/[\\%_]/g, '\\$&')}${after}`);
}

/** Schema-qualified name of a relation. */
export function quoteTable(table: TableInfo): string {
  return `${quoteIdentifier(table.relation.schema)}.${quoteIdentifier(table.relation.name)}`;
}

function plain(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 }) : text;
}
