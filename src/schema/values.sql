-- Values that columns of text hold, from the planner's statistics: no table is read, and what PostgreSQL would not show
-- this role (columns without privilege, tables under row-level security) is not in pg_stats. One row per column:
-- (schema, relation, column, values as JSON). Operators get exactly the types they are made for, as in catalogue.sql.
--
-- Most common values are taken from every column of text; histogram bounds only where they and the most common values
-- together are all there is (few distinct values), since bounds of a larger column are values picked at random.
-- $1, $2 and $3 are LIKE patterns of schemas, relations and columns whose values are not to be read: each place of the three
-- arrays is one rule. ILIKE, because both of its sides are folded by the same rules whatever the locale.
--
-- Columns with the fewest distinct values come first, so that the limits drop those that categorise least.
WITH candidate AS MATERIALIZED (
  SELECT s.schemaname, s.tablename, s.attname, s.most_common_vals, s.histogram_bounds,
         CASE WHEN s.n_distinct < '0'
              THEN -s.n_distinct * GREATEST(c.reltuples, 0)
              ELSE s.n_distinct
         END AS distinct_values
    FROM pg_catalog.pg_stats s
    JOIN pg_catalog.pg_namespace n ON n.nspname = s.schemaname
    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
   WHERE t.typcategory = 'S'
     -- Parents of other tables have two sets of statistics; theirs with the children's rows is the one a query sees.
     AND (s.inherited OR NOT c.relhassubclass)
     AND s.schemaname <> 'information_schema'
     AND s.schemaname::pg_catalog.text !~ '^pg_'
     AND (s.most_common_vals IS NOT NULL OR s.histogram_bounds IS NOT NULL)
     AND NOT EXISTS (
       SELECT
         FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[]), pg_catalog.unnest($3::pg_catalog.text[])) x (schemas, relations, columns)
        WHERE s.schemaname ILIKE x.schemas
          AND s.tablename ILIKE x.relations
          AND s.attname ILIKE x.columns
     )
   ORDER BY distinct_values, s.schemaname, s.tablename, s.attname
   LIMIT 5000
),
sampled AS MATERIALIZED (
  SELECT c.schemaname, c.tablename, c.attname, c.distinct_values,
         ARRAY(
           SELECT v.value
             FROM pg_catalog.unnest(
                    c.most_common_vals::pg_catalog.text::pg_catalog.text[]
                    || CASE WHEN c.distinct_values <= '200' THEN c.histogram_bounds::pg_catalog.text::pg_catalog.text[] END
                  ) WITH ORDINALITY v (value, rank)
            WHERE pg_catalog.length(v.value) BETWEEN 1 AND 80
            ORDER BY v.rank
            LIMIT 200
         ) AS samples
    FROM candidate c
),
counted AS (
  SELECT s.*,
         pg_catalog.sum(pg_catalog.cardinality(s.samples))
           OVER (ORDER BY s.distinct_values, s.schemaname, s.tablename, s.attname ROWS UNBOUNDED PRECEDING) AS so_far
    FROM sampled s
   WHERE pg_catalog.cardinality(s.samples) > 0
)
SELECT c.schemaname, c.tablename, c.attname, pg_catalog.array_to_json(c.samples)::pg_catalog.text
  FROM counted c
 WHERE c.so_far <= 20000
