/** What a relation is in PostgreSQL's own terms. */
export type RelationKind = 'table' | 'partitioned_table' | 'view' | 'materialized_view' | 'foreign_table';

/** One column of a relation, as the catalogue describes it. */
export class Column {
  /** Name as PostgreSQL stores it: unquoted, case kept. */
  name: string;

  /** Position in the relation, starting at 1. */
  position: number;

  /** Type as PostgreSQL prints it, modifiers included, e.g. `numeric(10,2)`, `character varying(40)`, `order_status`. */
  type: string;

  /** Name of the underlying type without modifiers, domains resolved, e.g. `numeric`, `varchar`, `order_status`, `_text`. */
  base_type: string;

  /**
   * PostgreSQL's type category (`pg_type.typcategory`) of the underlying type: `N` numeric, `S` string, `D` date/time,
   * `B` boolean, `E` enum, `A` array, `T` timespan, `U` user-defined, …
   */
  category: string;

  /** False when the column is declared NOT NULL. */
  nullable: boolean;

  /** Default or generation expression as SQL text, if any; its first 1,000 characters. */
  default?: string;

  /** `always` or `by_default` for an identity column. */
  identity?: 'always' | 'by_default';

  /** True for a generated (computed) column. */
  generated?: boolean;

  /** Labels in their declared order, when the underlying type is an enum. */
  enum_labels?: string[];

  /** Name of the domain, when the column is declared with one. */
  domain?: string;

  /** COMMENT ON COLUMN, if any; its first 1,000 characters. */
  comment?: string;
}

/** A foreign key of a relation. `columns[i]` refers to `references_columns[i]`. */
export class ForeignKey {
  /** Constraint name. */
  name: string;

  /** Referring columns, in key order. */
  columns: string[];

  /** Schema of the relation referred to. */
  references_schema: string;

  /** Name of the relation referred to. */
  references_table: string;

  /** Columns referred to, in key order. */
  references_columns: string[];
}

/** An index of a relation. */
export class Index {
  /** Index name. */
  name: string;

  /** Key columns in order; an expression appears as its SQL text. */
  columns: string[];

  /** True for a unique index (primary keys included). */
  unique: boolean;

  /** True for the index behind the primary key. */
  primary: boolean;
}

/** A table, view or other relation the role may read. */
export class Relation {
  /** Schema name. */
  schema: string;

  /** Relation name. */
  name: string;

  /** Kind of relation. */
  kind: RelationKind;

  /** COMMENT ON TABLE/VIEW, if any; its first 1,000 characters. */
  comment?: string;

  /** The planner's row estimate (`pg_class.reltuples`, for a partitioned table the sum over its partitions); absent for views and when never analysed. */
  row_estimate?: number;

  /** Columns the role may read, in position order. */
  columns: Column[];

  /** Primary key columns in key order; empty without one. */
  primary_key: string[];

  /** Unique constraints and full, plain-column unique indexes other than the primary key, each as its columns. */
  unique_keys: string[][];

  /** Foreign keys of this relation. */
  foreign_keys: ForeignKey[];

  /** Indexes of this relation. */
  indexes: Index[];
}

/** Everything a role can read of one database's structure, at one moment. */
export class SchemaSnapshot {
  /** Database name. */
  database: string;

  /** Hash of the structure (names, types, keys, comments; not row estimates): equal means nothing changed. */
  fingerprint: string;

  /** When the catalogue was read, ISO 8601. */
  read_at: string;

  /** The role's effective search path, first schema first: where unqualified names are looked up. */
  search_path: string[];

  /** True when the database has more relations than are read (20,000): those last in order are missing. */
  truncated?: boolean;

  /** Relations, ordered by schema and name. */
  relations: Relation[];
}
