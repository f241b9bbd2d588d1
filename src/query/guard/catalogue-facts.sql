-- What the connected server has under the names that a statement mentions: $1 functions, $2 operators, $3 types, $4 relations, each
-- without its schema. One row for each thing that a function hides behind; built-in operators, types and relations have none that
-- matter and are left out. Origins: objects with OIDs below 16384 came with the server (initdb).
WITH RECURSIVE
here (oid) AS (
  SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = ANY (pg_catalog.current_schemas(true))
),
-- Views that the named ones read, however deep; what a materialized view has read is data.
views (named, oid) AS (
  SELECT c.oid, c.oid FROM pg_catalog.pg_class c WHERE c.relname = ANY ($4::pg_catalog.text[]) AND c.relkind IN ('r', 'p', 'v', 'f') AND c.oid >= 16384
  UNION
  SELECT v.named, d.refobjid
    FROM views v
    JOIN pg_catalog.pg_class c ON c.oid = v.oid AND c.relkind = 'v'
    JOIN pg_catalog.pg_rewrite w ON w.ev_class = v.oid AND w.rulename = '_RETURN'
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
),
-- Types that reading text as one of the named ones reads too, and those that the rows of the named relations hold: bases, elements,
-- members.
types (what, namespace, name, oid) AS (
  SELECT 'type', t.typnamespace, t.typname, t.oid FROM pg_catalog.pg_type t WHERE t.typname = ANY ($3::pg_catalog.text[]) AND t.oid >= 16384
  UNION ALL
  SELECT 'relation', c.relnamespace, c.relname, c.reltype FROM pg_catalog.pg_class c WHERE c.relname = ANY ($4::pg_catalog.text[]) AND c.reltype >= 16384
  UNION
  SELECT y.what, y.namespace, y.name, p.oid
    FROM types y
    JOIN pg_catalog.pg_type t ON t.oid = y.oid
    CROSS JOIN LATERAL (
      SELECT t.typbasetype UNION ALL SELECT t.typelem
      UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
      UNION ALL SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid
    ) p (oid)
   WHERE p.oid >= 16384
),
-- What is called, and by what. A cast is called by naming the type it makes; an implicit one by nothing but a value of the type
-- that it takes, where another is wanted.
hidden (what, namespace, name, function) AS (
  SELECT 'function', p.pronamespace, p.proname, p.oid FROM pg_catalog.pg_proc p WHERE p.proname = ANY ($1::pg_catalog.text[])
  UNION ALL
  SELECT 'operator', o.oprnamespace, o.oprname, o.oprcode FROM pg_catalog.pg_operator o WHERE o.oprname = ANY ($2::pg_catalog.text[]) AND o.oid >= 16384 AND o.oprcode <> 0
  UNION ALL
  SELECT 'type', t.typnamespace, t.typname, c.castfunc
    FROM pg_catalog.pg_type t
    JOIN pg_catalog.pg_cast c ON c.casttarget = t.oid AND c.oid >= 16384 AND c.castfunc <> 0
   WHERE t.typname = ANY ($3::pg_catalog.text[])
  UNION ALL
  SELECT y.what, y.namespace, y.name, c.castfunc
    FROM types y
    JOIN pg_catalog.pg_cast c ON c.oid >= 16384 AND c.castfunc <> 0
     AND (y.what = 'type' AND c.casttarget = y.oid OR c.castcontext = 'i' AND y.oid IN (c.castsource, c.casttarget))
)
SELECT DISTINCT h.what, n.nspname AS schema, h.name, n.oid IN (SELECT oid FROM here) AS visible,
       p.proname AS function, f.nspname AS function_schema, 
       -- An aggregate is always declared immutable, whatever it is made of.
       CASE
         WHEN p.prokind = 'a' AND p.oid >= 16384 AND EXISTS (
           SELECT FROM pg_catalog.pg_aggregate a
             JOIN pg_catalog.pg_proc s ON s.oid IN (a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn)
            WHERE a.aggfnoid = p.oid AND s.provolatile = 'v'
         ) THEN 'v'
         ELSE p.provolatile
       END AS volatility,
       CASE
         WHEN p.oid < 16384 THEN 'builtin'
         WHEN EXISTS (
           SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e' AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
         ) THEN 'extension'
         ELSE 'user'
       END AS origin,
       -- A variadic function takes any number in place of its last argument.
       p.pronargs - p.pronargdefaults - (p.provariadic <> 0)::pg_catalog.int4 AS min_args,
       CASE WHEN p.provariadic = 0 THEN p.pronargs END AS max_args,
       NULL::pg_catalog.text AS sql
  FROM hidden h
  JOIN pg_catalog.pg_namespace n ON n.oid = h.namespace
  JOIN pg_catalog.pg_proc p ON p.oid = h.function
  JOIN pg_catalog.pg_namespace f ON f.oid = p.pronamespace
UNION ALL
SELECT 'type', n.nspname, y.name, n.oid IN (SELECT oid FROM here), NULL, NULL, NULL, NULL, NULL, NULL, 'SELECT ' || pg_catalog.pg_get_expr(k.conbin, 0)
  FROM types y
  JOIN pg_catalog.pg_namespace n ON n.oid = y.namespace
  JOIN pg_catalog.pg_constraint k ON k.contypid = y.oid AND k.contype = 'c'
 WHERE y.what = 'type'
UNION ALL
SELECT 'relation', n.nspname, c.relname, n.oid IN (SELECT oid FROM here), NULL, NULL, NULL, NULL, NULL, NULL, x.sql
  FROM views v
  JOIN pg_catalog.pg_class c ON c.oid = v.named
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class r ON r.oid = v.oid AND r.oid >= 16384
  CROSS JOIN LATERAL (
    SELECT pg_catalog.rtrim(pg_catalog.pg_get_viewdef(r.oid), ';') WHERE r.relkind = 'v'
    UNION ALL
    SELECT 'SELECT ' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) FROM pg_catalog.pg_policy p WHERE r.relrowsecurity AND p.polrelid = r.oid AND p.polqual IS NOT NULL
  ) x (sql)
UNION ALL
-- A type is told even when it hides nothing: a call may be a cast to it.
SELECT 'type', n.nspname, t.typname, n.oid IN (SELECT oid FROM here), NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 WHERE t.typname = ANY ($3::pg_catalog.text[])
