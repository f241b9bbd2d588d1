-- Everything the current role can read of this database's structure, in one statement and one round trip.
--
-- Each row is (part, subject, body): what the row describes, the oid of the relation or type it is about, and JSON as
-- text. `assembleSnapshot` puts the parts together. They stay apart on purpose: joined here, they would be CTEs whose
-- sizes the planner cannot know, on catalogues that are often never analysed, and it would choose nested loops (0.1 s per
-- join on 1,000 tables, 10 s on 10,000). For the same reason membership is asked as `(x IN (…)) IS TRUE`, which the
-- planner cannot turn into a join: it stays a hashed lookup. And nothing is looked up for each column, and nothing
-- recurs over partitions: the estimates would pass jit_above_cost, and compiling took ten times as long as the rest.
-- Keys travel as column numbers, so that a key over a column the role may not read is dropped where these are resolved.
--
-- Functions and catalogues are qualified, so no search_path can shadow them; operators are not, because connections
-- put pg_catalog first, but get exactly the types they are made for: somebody may have made one that fits better. Long comments and expressions are cut, so that no row can come near the limit on row bytes.
WITH RECURSIVE
readable AS MATERIALIZED (
  SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition, c.reltuples, c.relpages,
         pg_catalog.has_table_privilege(c.oid, 'SELECT') AS whole
    FROM pg_catalog.pg_namespace n
    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
     AND n.nspname <> 'information_schema'
     AND n.nspname::pg_catalog.text !~ '^pg_'
     AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
     AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT')
),
-- A partitioned table speaks for its partitions, at any depth. A partition whose parents are all out of the role's reach
-- stays a table of its own.
relation AS MATERIALIZED (
  SELECT r.oid, r.nspname, r.relname, r.relkind, r.reltuples, r.relpages, r.whole
    FROM readable r
   WHERE NOT r.relispartition
      OR NOT EXISTS (
        SELECT FROM pg_catalog.pg_partition_ancestors(r.oid) a
         WHERE a.relid::pg_catalog.oid <> r.oid AND (a.relid::pg_catalog.oid IN (SELECT p.oid FROM readable p WHERE p.relkind = 'p')) IS TRUE
      )
   ORDER BY r.nspname, r.relname
   -- One more than MAX_RELATIONS: the surplus tells that there are more.
   LIMIT 20001
),
-- Autovacuum never analyses a partitioned table itself; what is known is the sum over its partitions.
analysed_partition AS MATERIALIZED (
  SELECT pg_catalog.pg_partition_root(c.oid)::pg_catalog.oid AS root, c.reltuples
    FROM pg_catalog.pg_class c
   WHERE c.relispartition
     AND c.relkind IN ('r', 'f')
     AND (c.reltuples > '0' OR c.relpages > 0)
),
attribute AS MATERIALIZED (
  SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attidentity, a.attgenerated
    FROM relation r
    JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid
   WHERE a.attnum > 0
     AND NOT a.attisdropped
     AND (r.whole OR pg_catalog.has_column_privilege(r.oid, a.attnum, 'SELECT'))
),
-- The types of those columns, and the types that their domains are made of.
used_type (oid) AS (
  SELECT a.atttypid FROM attribute a
  UNION
  SELECT t.typbasetype FROM used_type u JOIN pg_catalog.pg_type t ON t.oid = u.oid WHERE t.typtype = 'd'
)

SELECT 'database' AS part,
       NULL::pg_catalog.oid AS subject,
       pg_catalog.json_build_object(
         'name', pg_catalog.current_database(),
         'search_path', pg_catalog.current_schemas(false)
       )::pg_catalog.text AS body

UNION ALL
SELECT 'type', t.oid,
       pg_catalog.json_build_object(
         'name', t.typname,
         'category', t.typcategory,
         'domain_of', CASE WHEN t.typtype = 'd' THEN t.typbasetype END,
         'not_null', t.typnotnull
       )::pg_catalog.text
  FROM used_type u
  JOIN pg_catalog.pg_type t ON t.oid = u.oid

UNION ALL
SELECT 'labels', e.enumtypid, pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder)::pg_catalog.text
  FROM pg_catalog.pg_enum e
 WHERE (e.enumtypid IN (SELECT u.oid FROM used_type u)) IS TRUE
 GROUP BY e.enumtypid

UNION ALL
SELECT 'relation', r.oid,
       pg_catalog.json_build_object(
         'schema', r.nspname,
         'name', r.relname,
         'kind', r.relkind,
         'whole', r.whole,
         'rows', CASE
           WHEN r.relkind = 'v' OR r.reltuples < '0' THEN NULL
           -- Before version 14 a relation never analysed had 0 rows in 0 pages.
           WHEN r.reltuples = '0' AND r.relpages = 0
                AND pg_catalog.current_setting('server_version_num')::pg_catalog.int4 < 140000 THEN NULL
           ELSE r.reltuples::pg_catalog.int8
         END
       )::pg_catalog.text
  FROM relation r

UNION ALL
-- [number, name, type, type's oid, not null, identity, generated]
SELECT 'columns', a.attrelid,
       pg_catalog.json_agg(pg_catalog.json_build_array(
         a.attnum,
         a.attname,
         pg_catalog.format_type(a.atttypid, a.atttypmod),
         a.atttypid,
         a.attnotnull,
         a.attidentity,
         a.attgenerated <> ''
       ))::pg_catalog.text
  FROM attribute a
 GROUP BY a.attrelid

UNION ALL
-- [number of the column, expression]
SELECT 'defaults', f.adrelid,
       pg_catalog.json_agg(pg_catalog.json_build_array(
         f.adnum,
         pg_catalog.left(pg_catalog.pg_get_expr(f.adbin, f.adrelid), 1000)
       ))::pg_catalog.text
  FROM pg_catalog.pg_attrdef f
 WHERE (f.adrelid IN (SELECT r.oid FROM relation r)) IS TRUE
 GROUP BY f.adrelid

UNION ALL
-- [number of the column or 0 for the relation, comment]
SELECT 'comments', d.objoid,
       pg_catalog.json_agg(pg_catalog.json_build_array(d.objsubid, pg_catalog.left(d.description, 1000)))::pg_catalog.text
  FROM pg_catalog.pg_description d
 WHERE d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
   AND (d.objoid IN (SELECT r.oid FROM relation r)) IS TRUE
 GROUP BY d.objoid

UNION ALL
-- [name, columns, relation referred to, its columns]
SELECT 'foreign_keys', k.conrelid,
       pg_catalog.json_agg(pg_catalog.json_build_array(k.conname, k.conkey, k.confrelid, k.confkey))::pg_catalog.text
  FROM pg_catalog.pg_constraint k
  LEFT JOIN pg_catalog.pg_constraint parent ON parent.oid = k.conparentid
 WHERE k.contype = 'f'
   AND (k.conrelid IN (SELECT r.oid FROM relation r)) IS TRUE
   -- A key to a partitioned table is stored once more for each partition of it.
   AND k.conrelid IS DISTINCT FROM parent.conrelid
   -- PERIOD keys (since version 18) contain rather than equal, so they are no keys to join on.
   AND (pg_catalog.to_jsonb(k) ->> 'conperiod') IS DISTINCT FROM 'true'
 GROUP BY k.conrelid

UNION ALL
-- [name, unique, primary, partial, key columns with 0 for an expression, expressions by key position]
SELECT 'indexes', i.indrelid,
       pg_catalog.json_agg(pg_catalog.json_build_array(
         c.relname,
         i.indisunique,
         i.indisprimary,
         i.indpred IS NOT NULL,
         (i.indkey::pg_catalog.int2[])[0 : i.indnkeyatts - 1],
         CASE WHEN i.indexprs IS NOT NULL THEN ARRAY(
           SELECT pg_catalog.left(pg_catalog.pg_get_indexdef(i.indexrelid, k.n::pg_catalog.int4, true), 1000)
             FROM pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY k (attnum, n)
            WHERE k.n <= i.indnkeyatts
            ORDER BY k.n
         ) END
       ))::pg_catalog.text
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
 WHERE i.indisvalid
   AND (i.indrelid IN (SELECT r.oid FROM relation r)) IS TRUE
 GROUP BY i.indrelid

UNION ALL
SELECT 'partition_rows', p.root, pg_catalog.sum(p.reltuples)::pg_catalog.int8::pg_catalog.text
  FROM analysed_partition p
 WHERE (p.root IN (SELECT r.oid FROM relation r)) IS TRUE
 GROUP BY p.root
