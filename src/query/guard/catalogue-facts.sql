-- What the connected server has under the names that a statement mentions: $1 functions, $2 operators, $3 types, $4 relations, each
-- without its schema, and all of its casts where $5 is not empty. One row for each thing that a function hides behind; built-in
-- operators, types and relations have none that matter and are left out. Origins: objects with OIDs below 16384 came with the server
-- (initdb). Operators get exactly the types they are made for: somebody may have made one that fits better.
WITH RECURSIVE
-- A cast is called where a value of the type that it takes is made into another, which is named. Nobody names it where the cast is
-- implicit, or for assignments (WHERE and LIMIT assign too), or where JSON is made; that is left to the two types, one of which is
-- the database's own: between two of the server's only a superuser can make one, and values of these are everywhere.
casts (function, source, target, present, named) AS (
  SELECT c.castfunc, c.castsource, c.casttarget, t.present,
         CASE WHEN t.present IS NULL OR (c.castcontext = 'e' AND c.casttarget <> 'pg_catalog.json'::pg_catalog.regtype::pg_catalog.oid AND c.casttarget <> 'pg_catalog.jsonb'::pg_catalog.regtype::pg_catalog.oid) THEN c.casttarget END
    FROM pg_catalog.pg_cast c
    CROSS JOIN LATERAL (SELECT CASE WHEN c.castsource >= '16384' THEN c.castsource WHEN c.casttarget >= '16384' THEN c.casttarget END) t (present)
   WHERE c.oid >= '16384'
),
-- Servers before 14 have no multiranges.
ranges (range, subtype, multirange) AS (
  SELECT r.rngtypid, r.rngsubtype, pg_catalog.jsonb_extract_path_text(pg_catalog.to_jsonb(r), 'rngmultitypid')::pg_catalog.oid FROM pg_catalog.pg_range r
),
-- Types that come into play with a name, and those of the values that can be made of theirs: bases, elements, members, arrays.
-- Limits and conditions that change nothing keep the estimate below jit_above_cost: compiling took sixty times as long as the rest.
types (what, namespace, name, oid) AS (
  SELECT 'type', t.typnamespace, t.typname, t.oid FROM pg_catalog.pg_type t WHERE t.typname = ANY ($3::pg_catalog.text[])
  UNION ALL
  SELECT s.what, s.namespace, s.name, s.oid
    FROM (
      SELECT 'relation', c.relnamespace, c.relname, c.reltype FROM pg_catalog.pg_class c WHERE c.relname = ANY ($4::pg_catalog.text[])
      UNION ALL
      SELECT 'operator', o.oprnamespace, o.oprname, p.oid
        FROM pg_catalog.pg_operator o
        CROSS JOIN LATERAL (VALUES (o.oprleft), (o.oprright), (o.oprresult)) p (oid)
       WHERE o.oprname = ANY ($2::pg_catalog.text[]) AND o.oid >= '16384'
      UNION ALL
      SELECT 'function', f.pronamespace, f.proname, p.oid
        FROM pg_catalog.pg_proc f
        CROSS JOIN LATERAL (SELECT f.prorettype UNION ALL SELECT pg_catalog.unnest(f.proargtypes) UNION ALL SELECT pg_catalog.unnest(f.proallargtypes)) p (oid)
       WHERE f.proname = ANY ($1::pg_catalog.text[]) AND f.oid >= '16384'
    ) s (what, namespace, name, oid)
   WHERE s.oid >= '16384' AND EXISTS (SELECT FROM casts)
  UNION
  SELECT y.what, y.namespace, y.name, p.oid
    FROM types y
    JOIN pg_catalog.pg_type t ON t.oid = y.oid
    CROSS JOIN LATERAL (
      SELECT t.typbasetype UNION ALL SELECT t.typelem UNION ALL SELECT t.typarray
      UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > '0'
      UNION ALL (SELECT pg_catalog.unnest(ARRAY[r.range, r.subtype, r.multirange]) FROM ranges r WHERE t.oid IN (r.range, r.multirange) LIMIT 3)
    ) p (oid)
   WHERE p.oid >= '16384' OR y.what = 'type'
),
-- What is called, and by what.
hidden (what, namespace, name, function, present, named) AS (
  SELECT 'function', p.pronamespace, p.proname, p.oid, NULL::pg_catalog.oid, NULL::pg_catalog.oid FROM pg_catalog.pg_proc p WHERE p.proname = ANY ($1::pg_catalog.text[])
  UNION ALL
  -- For NOT, the planner puts the negator.
  SELECT 'operator', o.oprnamespace, o.oprname, c.oprcode::pg_catalog.oid, NULL, NULL
    FROM pg_catalog.pg_operator o
    JOIN pg_catalog.pg_operator c ON c.oid IN (o.oid, o.oprnegate)
   WHERE o.oprname = ANY ($2::pg_catalog.text[]) AND o.oid >= '16384'
  UNION ALL
  SELECT 'cast', 'pg_catalog'::pg_catalog.regnamespace::pg_catalog.oid, k.name::pg_catalog.name, c.function, c.present, c.named FROM casts c CROSS JOIN pg_catalog.unnest($5::pg_catalog.text[]) k (name)
)
SELECT DISTINCT h.what, n.nspname AS schema, h.name, n.nspname = ANY (pg_catalog.current_schemas(true)) AS visible,
       p.proname AS function, f.nspname AS function_schema, 
       -- An aggregate is always declared immutable, whatever it is made of.
       CASE
         WHEN p.prokind = 'a' AND p.oid >= '16384' AND EXISTS (
           SELECT FROM pg_catalog.pg_aggregate a
             JOIN pg_catalog.pg_proc s ON s.oid IN (a.aggtransfn::pg_catalog.oid, a.aggfinalfn::pg_catalog.oid, a.aggcombinefn::pg_catalog.oid, a.aggmtransfn::pg_catalog.oid, a.aggminvtransfn::pg_catalog.oid, a.aggmfinalfn::pg_catalog.oid)
            WHERE a.aggfnoid::pg_catalog.oid = p.oid AND s.provolatile = 'v'
         ) THEN 'v'
         ELSE p.provolatile
       END AS volatility,
       CASE
         WHEN p.oid < '16384' THEN 'builtin'
         WHEN EXISTS (
           SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid AND d.objid = p.oid AND d.deptype = 'e' AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass::pg_catalog.oid
         ) THEN 'extension'
         ELSE 'user'
       END AS origin,
       -- A variadic function takes any number in place of its last argument.
       p.pronargs - p.pronargdefaults AS min_args,
       CASE WHEN p.provariadic = '0' THEN p.pronargs END AS max_args,
       NULL::pg_catalog.text AS sql,
       h.present, h.named
  FROM hidden h
  JOIN pg_catalog.pg_namespace n ON n.oid = h.namespace
  JOIN pg_catalog.pg_proc p ON p.oid = h.function
  JOIN pg_catalog.pg_namespace f ON f.oid = p.pronamespace
UNION ALL
SELECT y.what, n.nspname, y.name, n.nspname = ANY (pg_catalog.current_schemas(true)), NULL, NULL, NULL, NULL, NULL, NULL, x.sql, x.present, NULL
  FROM types y
  JOIN pg_catalog.pg_namespace n ON n.oid = y.namespace
  CROSS JOIN LATERAL (
    -- A type is told even when it hides nothing: a call may be a cast to it.
    SELECT NULL, NULL::pg_catalog.oid WHERE y.what = 'type'
    UNION ALL
    SELECT 'SELECT ' || pg_catalog.pg_get_expr(k.conbin, '0'), NULL FROM pg_catalog.pg_constraint k WHERE k.contypid = y.oid AND k.contypid <> '0' AND y.what = 'type'
    UNION ALL
    SELECT NULL, y.oid WHERE EXISTS (SELECT FROM casts c WHERE y.oid IN (c.source, c.target))
  ) x (sql, present)
UNION ALL
-- Of a materialized view, what it has read is data.
SELECT 'relation', n.nspname, c.relname, n.nspname = ANY (pg_catalog.current_schemas(true)), NULL, NULL, NULL, NULL, NULL, NULL, x.sql, NULL, NULL
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL (
    SELECT pg_catalog.pg_get_viewdef(c.oid) WHERE c.relkind = 'v'
    UNION ALL
    SELECT 'SELECT ' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) FROM pg_catalog.pg_policy p WHERE c.relrowsecurity AND p.polrelid = c.oid
  ) x (sql)
 WHERE c.relname = ANY ($4::pg_catalog.text[]) AND c.oid >= '16384'
