import pluralize from 'pluralize';
import { describeDerived } from '../describe.js';
import type { Derived, Expression } from '../expression.js';
import { columnsOf } from '../expression.js';
import { singular } from '../language/word-forms.js';
import { nameParts } from '../lexicon/split-name.js';
import { tableName, type ColumnInfo, type TableInfo } from '../lexicon/schema-model.js';

/**
 * How one explanation calls tables and columns: in words, with the real name in parentheses where it cannot be told from
 * these. What has been introduced once is not introduced again.
 */
export class Naming {
  private readonly introduced = new Set<TableInfo | ColumnInfo>();
  private readonly alike: ReadonlySet<TableInfo>;

  /** @param tables all that are spoken of: those that would be called alike keep their own names */
  constructor(tables: readonly TableInfo[]) {
    this.alike = new Set(tables.filter((table) => tables.some((other) => other !== table && spokenTable(other) === spokenTable(table))));
  }

  /** "customers", "customers (dim_customer)". */
  many(table: TableInfo): string {
    return this.alike.has(table) ? tableName(table) : `${pluralize(spokenTable(table))}${this.realTable(table)}`;
  }

  /** "customer": one row. */
  one(table: TableInfo): string {
    return this.alike.has(table) ? `row of ${tableName(table)}` : `${spokenTable(table)}${this.realTable(table)}`;
  }

  /** The same, with its columns right after it: they say which table it is. */
  oneKnownBy(table: TableInfo): string {
    this.introduced.add(table);
    return this.one(table);
  }

  /** "email", "category name (cat_nm)": a column of a table that is named beside it. */
  own(info: ColumnInfo): string {
    const said = this.said(info);
    const clear = said === nameParts(info.name).join(' ') || this.introduced.has(info);
    return clear ? said : `${said} (${info.name})`;
  }

  /** "price (products.price)": a column wherever it stands. */
  full(info: ColumnInfo): string {
    return `${this.said(info)}${this.real(info)}`;
  }

  /** " (products.price)", once. */
  real(info: ColumnInfo): string {
    if (this.introduced.has(info)) return '';
    this.introduced.add(info);
    return ` (${this.dotted(info)})`;
  }

  /** "products.price", from now on introduced. */
  dotted(info: ColumnInfo): string {
    this.introduced.add(info);
    return `${tableName(info.table)}.${info.name}`;
  }

  /** "total price": what the name says, abbreviations spelt out. */
  said(info: ColumnInfo): string {
    const parts = nameParts(info.name);
    const own = parts.slice(-info.words.length).map(singular);
    return own.every((part, i) => part === singular(info.words[i]!)) ? parts.join(' ') : info.words.join(' ');
  }

  /** A value of a row, with its columns. */
  expression(expression: Expression): string {
    return expression.kind === 'column' ? this.full(expression.info) : this.derived(expression);
  }

  /** "quantity × unit_price (order_items.quantity, order_items.unit_price)". */
  derived(expression: Derived): string {
    const columns = columnsOf(expression).map((info) => this.dotted(info));
    const through = expression.kind === 'via' ? ` through ${expression.edge.childColumns.map((name) => `${tableName(expression.table)}.${name}`).join(', ')}` : '';
    return `${describeDerived(expression)} (${columns.join(', ')}${through})`;
  }

  private realTable(table: TableInfo): string {
    const plain = table.relation.schema === 'public' && [spokenTable(table), pluralize(spokenTable(table))].includes(nameParts(table.relation.name).join(' '));
    if (plain || this.introduced.has(table)) return '';
    this.introduced.add(table);
    return ` (${tableName(table)})`;
  }
}

/** "A, B and C". */
export function listed(parts: readonly string[], word = 'and'): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} ${word} ${parts.at(-1)!}`;
}

/** The words of a table's name in the singular. */
function spokenTable(table: TableInfo): string {
  return table.words.join(' ');
}
