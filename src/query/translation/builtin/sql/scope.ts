import { planJoins, type JoinPlan, type JoinStep } from '../joins/join-tree.js';
import type { ColumnInfo, JoinEdge, SchemaModel, TableInfo } from '../lexicon/schema-model.js';
import { quoteIdentifier, quoteTable } from './quote.js';

/** The tables cannot be joined in one clear way: said to the asker. */
export class JoinRefused extends Error {
  constructor(readonly plan: Exclude<JoinPlan, { ok: true }>) {
    super(plan.why);
  }
}

/** Hands out aliases, `t1` upwards, unique in one statement. */
export class Aliases {
  private count = 0;

  next(): string {
    return `t${++this.count}`;
  }
}

/** What is in FROM of one SELECT: tables by alias and how they are joined. */
export class Scope {
  private readonly aliases = new Map<TableInfo, string>();
  private readonly clauses: string[] = [];
  private readonly allSteps: JoinStep[] = [];
  private readonly outer = new Set<TableInfo>();
  private number: string | undefined;
  private readonly parents = new Map<JoinEdge, string>();

  constructor(
    readonly model: SchemaModel,
    readonly preferred: readonly JoinEdge[],
    private readonly names: Aliases,
    readonly root: TableInfo,
  ) {
    this.aliases.set(root, names.next());
  }

  /** Joins the tables that are not there yet. `outer` keeps the rows that have no partner. */
  join(tables: readonly TableInfo[], outer = false): void {
    const plan = planJoins(this.model, [...this.aliases.keys()], tables, this.preferred);
    if (!plan.ok) throw new JoinRefused(plan);
    for (const step of plan.steps) {
      // What hangs on a row that may be missing may be missing too.
      const loose = outer && (step.many || step.edge.optional || this.outer.has(step.from));
      if (loose) this.outer.add(step.to);
      this.add(step, loose);
    }
  }

  /** The way to a table that is not there, from one that is or from any; empty when it is there. */
  wayTo(table: TableInfo, from?: TableInfo): readonly JoinStep[] {
    if (this.aliases.has(table)) return [];
    const plan = planJoins(this.model, from ? [from] : [...this.aliases.keys()], [table], this.preferred);
    if (!plan.ok) throw new JoinRefused(plan);
    return plan.steps;
  }

  /** A number for each row of the root, where it has no key to tell them apart by. */
  numbered(): string {
    let name = 'row';
    while (this.root.columns.some((info) => info.name === name)) name += '_';
    this.number = quoteIdentifier(name);
    return `${this.aliases.get(this.root)!}.${this.number}`;
  }

  /** A column that has a value in each row of the table, for a table whose row may be missing beside others; else undefined. */
  presence(table: TableInfo): string | undefined {
    const step = this.outer.has(table) ? this.allSteps.find(({ to }) => to === table) : undefined;
    if (!step) return undefined;
    const { edge } = step;
    return this.named(table, (edge.child === table ? edge.childColumns : edge.parentColumns)[0]!);
  }

  has(table: TableInfo): boolean {
    return this.aliases.has(table);
  }

  column(info: ColumnInfo): string {
    return this.named(info.table, info.name);
  }

  named(table: TableInfo, column: string): string {
    return `${this.aliases.get(table)!}.${quoteIdentifier(column)}`;
  }

  /** True when some row of the root may appear more than once. */
  get multiplied(): boolean {
    return this.allSteps.some((step) => step.many);
  }

  get steps(): readonly JoinStep[] {
    return this.allSteps;
  }

  get from(): string {
    const { columns } = this.root;
    const rows = this.number === undefined ? quoteTable(this.root) : `(SELECT ${columns.map((info) => quoteIdentifier(info.name)).join(', ')}, row_number() OVER () AS ${this.number} FROM ${quoteTable(this.root)})`;
    return [`${rows} AS ${this.aliases.get(this.root)!}`, ...this.clauses].join('\n');
  }

  /** A scope of its own for a subquery that hangs on one step out of this one. */
  below(step: JoinStep): { inner: Scope; link: string } {
    const inner = new Scope(this.model, this.preferred, this.names, step.to);
    return { inner, link: linkOf(step.edge, (table, name) => (table === step.to ? inner.named(table, name) : this.named(table, name))) };
  }

  /** A column of the parent by one key, whatever else of that table is there; no row is lost where there is no parent. */
  via(edge: JoinEdge, info: ColumnInfo): string {
    let alias = this.parents.get(edge);
    if (alias === undefined) {
      this.parents.set(edge, (alias = this.names.next()));
      const link = edge.childColumns.map((column, i) => `${this.named(edge.child, column)} = ${alias!}.${quoteIdentifier(edge.parentColumns[i]!)}`).join(' AND ');
      this.clauses.push(`LEFT JOIN ${quoteTable(edge.parent)} AS ${alias} ON ${link}`);
    }
    return `${alias}.${quoteIdentifier(info.name)}`;
  }

  /** A scope of its own for a subquery about other rows. */
  apart(root: TableInfo): Scope {
    return new Scope(this.model, this.preferred, this.names, root);
  }

  private add(step: JoinStep, outer: boolean): void {
    this.aliases.set(step.to, this.names.next());
    this.allSteps.push(step);
    const link = linkOf(step.edge, (table, name) => this.named(table, name));
    this.clauses.push(`${outer ? 'LEFT JOIN' : 'JOIN'} ${quoteTable(step.to)} AS ${this.aliases.get(step.to)!} ON ${link}`);
  }
}

function linkOf(edge: JoinEdge, name: (table: TableInfo, column: string) => string): string {
  return edge.childColumns.map((column, i) => `${name(edge.child, column)} = ${name(edge.parent, edge.parentColumns[i]!)}`).join(' AND ');
}
